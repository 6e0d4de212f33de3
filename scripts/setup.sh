#!/usr/bin/env bash
# Installs the Debian packages that build, tests and demo need and this machine
# lacks: make, a C compiler, PostgreSQL with its headers, pgTAP, Perl's test
# tools. With nothing lacking it says nothing and needs no privilege.
#
#   scripts/setup.sh            what build and demo need, and most tests
#   scripts/setup.sh test       also what the tests of hostile values need: clang
#                               with its runtime library, sqlsmith and valgrind;
#                               WITHOUT_FUZZ=yes leaves these, and those tests, out
#
# Which PostgreSQL: that of PG_CONFIG if it is set; else the newest installed
# one; else the one that this Debian's package "postgresql" stands for.
#
# A newly installed server package would make and start a cluster "main", and
# start other clusters that stand still. Nobody asked for that: both are
# switched off while apt runs.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

missing=()   # Debian packages
lacking=()   # what no package can bring, since PG_CONFIG names a tree of its own
major=
updated=

need() {
	missing+=("$1")
}

# Makes the lists of packages known, once; they are empty on a new machine.
# Arguments: packages that will be missing too, but whose names need the lists.
update() {
	[ -z "$updated" ] || return 0
	updated=yes
	command -v apt-get >/dev/null ||
		die "this machine has no apt-get, and something is missing: ${missing[*]} $*" \
			"Install by other means what these Debian packages hold, then run this again:" \
			"make gcc libc6-dev perl libipc-run-perl libtap-parser-sourcehandler-pgtap-perl," \
			"PostgreSQL $oldest_major or later with its server headers, and pgTAP for it."
	can_be_root ||
		die "packages are missing and this user cannot install them" \
			"Run this as root or as a user with sudo, or have somebody run first:" \
			"apt-get install ${missing[*]} $*"
	say "reading the lists of packages (apt-get update)"
	quietly env DEBIAN_FRONTEND=noninteractive apt-get -q update ||
		say "apt-get update failed; going on with the lists as they are"
}

# Runs a command as root, its output kept for the case that it fails.
quietly() {
	local log status=0
	log=$(mktemp)
	as_root "$@" </dev/null >"$log" 2>&1 || status=$?
	[ "$status" = 0 ] || tail -n 40 "$log" >&2
	rm -f "$log"
	return "$status"
}

install() {
	say "installing $*"
	quietly env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
		apt-get -y -q -o DPkg::Lock::Timeout=300 --no-install-recommends install "$@" ||
		die "apt-get could not install $*"
}

no_cluster=/etc/postgresql-common/createcluster.d/karmayogi-setup.conf
policy=/usr/sbin/policy-rc.d
policy_is_ours=
directory_is_ours=

# The package's script obeys createcluster.d; the package that owns that
# directory must come first, as its settings are files that dpkg guards.
hold_clusters() {
	[ -e /usr/share/postgresql-common/createcluster.conf ] || install postgresql-common
	say "the new server package makes no cluster (later, if you want one: pg_createcluster $major main --start)"
	trap release_clusters EXIT
	[ -d "${no_cluster%/*}" ] || directory_is_ours=yes
	as_root mkdir -p "${no_cluster%/*}"
	echo 'create_main_cluster = off' | as_root tee "$no_cluster" >/dev/null

	# Void as soon as this process is gone, however it went.
	if [ -n "$(ls -A /etc/postgresql 2>/dev/null)" ] && [ ! -e "$policy" ]; then
		policy_is_ours=yes
		printf '#!/bin/sh\n# while scripts/setup.sh of karmayogi runs\n[ ! -d /proc/%d ] || exit 101\n' $$ |
			as_root tee "$policy" >/dev/null
		as_root chmod 755 "$policy"
	fi
}

release_clusters() {
	as_root rm -f "$no_cluster"
	[ -z "$directory_is_ours" ] || as_root rmdir --ignore-fail-on-non-empty "${no_cluster%/*}"
	[ -z "$policy_is_ours" ] || as_root rm -f "$policy"
	trap - EXIT
}

command -v make >/dev/null || need make
command -v gcc >/dev/null || need gcc
[ -e /usr/include/stdio.h ] || need libc6-dev
{ command -v perl && command -v prove; } >/dev/null || need perl
perl -MIPC::Run -e 1 2>/dev/null || need libipc-run-perl
command -v pg_prove >/dev/null || need libtap-parser-sourcehandler-pgtap-perl

# The server's own tree: where it is, and whether Debian's packages fill it.
if [ -n "${PG_CONFIG:-}" ]; then
	use_postgres
	case $bindir in
		/usr/lib/postgresql/*/bin)
			major=${bindir#/usr/lib/postgresql/}
			major=${major%/bin}
			;;
	esac
	version=$("$PG_CONFIG" --version)
	version=${version#PostgreSQL }
	[ "${version%%[!0-9]*}" -ge "$oldest_major" ] ||
		die "karmayogi needs PostgreSQL $oldest_major or later, and $PG_CONFIG belongs to $version"
	pgxs=$("$PG_CONFIG" --pgxs)
	headers=$("$PG_CONFIG" --includedir-server)
	sharedir=$("$PG_CONFIG" --sharedir)
else
	major=$(installed_major)
	if [ -z "$major" ]; then
		update postgresql postgresql-server-dev-all pgtap
		# who does not know the package says so with an error
		major=$({ apt-cache show --no-all-versions postgresql 2>/dev/null || true; } |
			sed -n 's/^Depends:.*\bpostgresql-\([0-9][0-9]*\).*/\1/p')
		[ "${major:-0}" -ge "$oldest_major" ] ||
			die "karmayogi needs PostgreSQL $oldest_major or later, and apt offers ${major:-none} here" \
				"Add the PostgreSQL project's own package archive, apt.postgresql.org, or set PG_CONFIG."
	fi
	bindir=/usr/lib/postgresql/$major/bin
	pgxs=/usr/lib/postgresql/$major/lib/pgxs/src/makefiles/pgxs.mk
	headers=/usr/include/postgresql/$major/server
	sharedir=/usr/share/postgresql/$major
fi

need_in_tree() {
	[ ! -e "$1" ] || return 0
	if [ -n "$major" ]; then
		need "$2"
	else
		lacking+=("$1")
	fi
}
need_in_tree "$bindir/postgres" "postgresql-$major"
# Debian has pgxs.mk in the package of the clients: it alone is no sign of the headers
if [ -e "$pgxs" ]; then
	need_in_tree "$headers/postgres.h" "postgresql-server-dev-$major"
else
	need_in_tree "$pgxs" "postgresql-server-dev-$major"
fi
need_in_tree "$sharedir/extension/pgtap.control" "postgresql-$major-pgtap"
if is_root && [ -z "$major" ] && ! id postgres >/dev/null 2>&1; then
	need postgresql-common # makes the user that runs the server
fi

[ ${#lacking[@]} -eq 0 ] ||
	die "the PostgreSQL of $PG_CONFIG is incomplete" "Missing: ${lacking[*]}"

if [ ${#missing[@]} -gt 0 ]; then
	update
	[ -e "$bindir/postgres" ] || hold_clusters
	install "${missing[@]}"
	[ ! -e "$no_cluster" ] || release_clusters
fi

# The server's headers bring a clang, which is known only now.
if [ "${1:-}" = test ] && [ -z "${WITHOUT_FUZZ:-}" ]; then
	missing=()
	command -v sqlsmith >/dev/null || need sqlsmith
	command -v valgrind >/dev/null || need valgrind
	if [ -z "$(fuzzing_clang)" ]; then
		version=$({ compgen -c clang- || true; } | sed -n 's/^clang-\([0-9][0-9]*\)$/\1/p' | sort -n | tail -n 1)
		[ -n "$version" ] || need clang
		need "libclang-rt${version:+-$version}-dev"
	fi
	if [ ${#missing[@]} -gt 0 ]; then
		update
		install "${missing[@]}"
	fi
fi
