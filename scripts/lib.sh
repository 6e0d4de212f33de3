# shellcheck shell=bash disable=SC2034 # the variables are for those who source this
# What setup, build, test and demo have in common; sourced, never run.
#
# The callers must give the same result on every machine, so whatever in the
# environment could lead psql or make elsewhere is taken away here.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
oldest_major=15

# runuser lives in a directory that is not in everybody's PATH.
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C.UTF-8 PGCLIENTENCODING=UTF8

# A make above us would pass its options on to ours, and the caller's PGHOST,
# PGSERVICE, ... would lead psql away from the private server.
unset MAKEFLAGS MFLAGS MAKELEVEL CDPATH
for name in ${!PG@}; do
	case $name in
		PG_CONFIG | PGCLIENTENCODING) ;;
		*) unset "$name" ;;
	esac
done

say() {
	printf 'karmayogi: %s\n' "$*"
}

die() {
	printf 'karmayogi: error: %s\n' "$1" >&2
	shift
	[ $# -eq 0 ] || printf '    %s\n' "$@" >&2
	exit 1
}

is_root() {
	[ "$(id -u)" = 0 ]
}

# Whether as_root can work. Without a terminal nobody could type a password.
can_be_root() {
	is_root && return
	command -v sudo >/dev/null || return
	[ -t 0 ] || sudo -n true 2>/dev/null
}

as_root() {
	if is_root; then
		"$@"
	elif [ -t 0 ]; then
		sudo "$@"
	else
		sudo -n "$@"
	fi
}

# Newest installed server that karmayogi can run on, as its major version.
installed_major() {
	local postgres major newest=
	for postgres in /usr/lib/postgresql/*/bin/postgres; do
		[ -x "$postgres" ] || continue
		major=${postgres#/usr/lib/postgresql/}
		major=${major%%/*}
		case $major in *[!0-9]*) continue ;; esac
		if [ "$major" -ge "$oldest_major" ] && [ "$major" -gt "${newest:-0}" ]; then
			newest=$major
		fi
	done
	echo "$newest"
}

# Sets and exports PG_CONFIG (the caller's, else that of the newest installed
# server) and bindir. Debian's /usr/bin/pg_config speaks of the newest libpq,
# which need not be a server's.
use_postgres() {
	if [ -z "${PG_CONFIG:-}" ]; then
		local major
		major=$(installed_major)
		[ -n "$major" ] ||
			die "no PostgreSQL server of version $oldest_major or later is installed" \
				"scripts/setup.sh installs one."
		PG_CONFIG=/usr/lib/postgresql/$major/bin/pg_config
	fi
	PG_CONFIG=$(command -v "$PG_CONFIG") ||
		die "PG_CONFIG names no program" "Set it to the full path of a server's pg_config."
	export PG_CONFIG
	bindir=$("$PG_CONFIG" --bindir)
}

# Prints the clang that can build the fuzz targets: CLANG, else clang or the
# newest clang-N, if its runtime library is there. Without one it says nothing.
fuzzing_clang() {
	local compiler
	for compiler in ${CLANG:-clang $(compgen -c clang- | grep -xE 'clang-[0-9]+' | sort -ru -t- -k2n)}; do
		if echo 'int LLVMFuzzerTestOneInput(const char *d, long n) { return 0; }' |
			"$compiler" -w -x c -fsanitize=fuzzer,address,undefined -o /dev/null - 2>/dev/null; then
			echo "$compiler"
			return
		fi
	done
}

# root builds and tests in somebody's checkout: what it made there must not
# stand in the way of that person's next build.
give_back() {
	local owner
	is_root || return 0
	owner=$(stat -c %u "$top")
	[ "$owner" != 0 ] || return 0
	find "$top" -name .git -prune -o -user 0 -exec chown -h --reference="$top" {} +
}
