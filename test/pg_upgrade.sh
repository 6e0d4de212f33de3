#!/usr/bin/env bash
# pg_upgrade with karmayogi in the database, from one major version of PostgreSQL
# to the next and on: what people entered, what was published and what they were
# granted is the same afterwards, seals hold, and the next refresh works.
#
#   test/pg_upgrade.sh PG_CONFIG PG_CONFIG ...   between these, in this order; each
#                       needs its server headers. No root, no network; the
#                       installed servers are not touched. Seconds for each step.
#                       The same one twice will do: the catalogue is made anew.
#   test/pg_upgrade.sh debian   from 15 to 17 to 18. Needs root, debootstrap, the
#                       network and 2 GB of disk: makes a Debian trixie in a
#                       directory of its own, with PostgreSQL 15 of bookworm, 17
#                       of trixie and 18 of sid in it, and does there what the
#                       first form does; then runs the tests of test/sql,
#                       test/specs and test/pgtap on 17 and on 18. A quarter of
#                       an hour, most of it for the tests.
#
#   DEBIAN_DIR=/var/tmp/x   where; it stays, and is taken as it is the next time
#   MIRROR=http://deb.debian.org/debian
#   SUITES=no               only pg_upgrade
#   LINK=yes                pg_upgrade --link: the new server takes the old one's files
#   SCALE=0.1               a second database with a sample portal of this size and two
#                           nights published from it: of every table that is kept or
#                           derived, the number of rows and a hash of them
#
# Every step, for each pair of majors: the extension is built for both, warnings
# being errors; a database is filled (test/fixture/filled.sql) under the older;
# pg_upgrade; test/fixture/kept.sql prints the same as before, what a refresh
# would fill included; a refresh publishes; that same old database, dumped and
# restored by four processes into the newer server, has the same as well. How long
# what took is said, by a clock of seconds.
#
# Prints "ok N - what" or "not ok N - what"; the exit status says whether all was ok.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/../scripts/lib.sh"

number=0
bad=0
tmp=
server= # the one that runs, and the pg_config of its programs
new=
ok() { # what; status 0 if it is so
	local status=$?
	number=$((number + 1))
	if [ "$status" = 0 ]; then
		echo "ok $number - $1"
	else
		bad=$((bad + 1))
		echo "not ok $number - $1"
	fi
}

as_server() {
	if is_root; then
		(cd "$tmp" && runuser -u postgres -- "$@")
	else
		(cd "$tmp" && "$@")
	fi
}

major_of() {
	local version
	version=$("$1" --version)
	version=${version#PostgreSQL }
	echo "${version%%[!0-9]*}"
}

variables=(-v reader=upgrade_reader -v nodal=upgrade_nodal -v operator=upgrade_operator)

database=night
query() { # bindir, directory of the server, then psql's
	local bin=$1 server=$2
	shift 2
	"$bin/psql" -h "$server" -U postgres -d "$database" -X -q -A -t -v ON_ERROR_STOP=1 "${variables[@]}" "$@"
}

# The second database, of the size that SCALE says
large_made() { # bindir, server
	local database=large
	"$1/createdb" -h "$2" -U postgres large
	query "$1" "$2" -c 'set client_min_messages = warning' -c 'create extension karmayogi' -c "select karmayogi.create_portal('portal')" >/dev/null
	query "$1" "$2" -v scale="$SCALE" -v schema=portal -f "$top/demo/portal.sql" >/dev/null
	query "$1" "$2" -c "select karmayogi.bind_portal('portal')" >/dev/null
	query "$1" "$2" -v scale="$SCALE" -v schema=portal -f "$top/demo/register.sql" >/dev/null
	query "$1" "$2" -c 'set client_min_messages = warning' -c 'vacuum analyze' -c "call karmayogi.refresh(date '2026-10-01')" \
		-c "call karmayogi.refresh(date '2026-10-02')"
}

# A line for each table: its rows and a hash of them
large_kept() { # bindir, server, derived, file
	local database=large
	query "$1" "$2" -v derived="$3" >"$4" <<-'SQL'
		set timezone = 'UTC';
		select format('select %L, count(*), sum(hashtextextended(jsonb_strip_nulls(to_jsonb(t))::text, 0)) from (select * from %s %s) t',
		              k.relation::regclass, k.relation::regclass, k.condition)
		  from pg_extension e, unnest(e.extconfig, e.extcondition) k (relation, condition)
		  join pg_class c on c.oid = k.relation
		 where e.extname = 'karmayogi' and c.relkind = 'r'
		   and k.relation::regclass::text not in ('karmayogi.indicator_rule', 'karmayogi.mdo_grant')
		 order by k.relation::regclass::text collate "C" \gexec
		select format('select %L, count(*), sum(hashtextextended(jsonb_strip_nulls(to_jsonb(t))::text, 0)) from karmayogi.%I t', r.name, r.name)
		  from unnest('{official_progress,course_progress,official_allotment,annexure_shown}'::text[]) r (name)
		 where :'derived' = '1' \gexec
		select 'seals', karmayogi.verify_seal(s.snapshot_id) from karmayogi.snapshot s order by s.snapshot_id;
		select jsonb_strip_nulls(to_jsonb(r)) from karmayogi.mdo_ranking r;
	SQL
}

# Triggers of foreign keys between dumped tables, on the side of the referring
# table, and how many of these are switched off
keys() { # bindir, server
	query "$1" "$2" -c "
		select count(*), count(*) filter (where t.tgenabled = 'D')
		  from pg_extension e
		  join pg_constraint f on f.contype = 'f' and f.conrelid = any (e.extconfig) and f.confrelid = any (e.extconfig)
		  join pg_trigger t on t.tgconstraint = f.oid and t.tgrelid = f.conrelid
		 where e.extname = 'karmayogi'"
}

kept() { # bindir, server, derived, file
	query "$1" "$2" -v derived="$3" -f "$top/test/fixture/kept.sql" >"$4"
}

start() { # pg_config, server
	PG_CONFIG=$1 "$top/scripts/cluster.sh" start "$2" fsync=off timezone=UTC
}

stop() {
	PG_CONFIG=$1 "$top/scripts/cluster.sh" stop "$2"
}

# A server's directory with an empty cluster in it. From 18 on initdb would give it
# checksums, and pg_upgrade wants both sides alike.
make_cluster() { # pg_config, directory
	local options=()
	[ "$(major_of "$1")" -lt 18 ] || options=(--no-data-checksums)
	mkdir "$2"
	if is_root; then
		chown postgres: "$2"
	fi
	as_server "$("$1" --bindir)/initdb" -D "$2/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N \
		"${options[@]}" >"$tmp/initdb.log" 2>&1 || { cat "$tmp/initdb.log"; return 1; }
}

install_for() { # pg_config; prints the pg_config of a private copy with karmayogi in it
	local major own
	major=$(major_of "$1")
	if [ -e "$tmp/pg$major" ]; then
		echo "$tmp/pg$major$("$1" --bindir)/pg_config"
		return
	fi
	own=$("$top/test/relocate.sh" "$1" "$tmp/pg$major")
	mkdir "$tmp/source$major"
	cp -R "$top"/{Makefile,karmayogi.control,sql,src} "$tmp/source$major/"
	# objects of another server's build
	rm -f "$tmp/source$major"/src/*.o "$tmp/source$major"/src/*.bc
	make -C "$tmp/source$major" -s --no-print-directory PG_CONFIG="$own" WERROR=1 with_llvm=no all install \
		>"$tmp/build$major.log" 2>&1 || { cat "$tmp/build$major.log" >&2; return 1; }
	rm -rf "$tmp/source$major"
	echo "$own"
}

# What became of the large database, and of its dump
large_after() { # number of the step, majors before and after
	local bin database=large
	bin=$("$new" --bindir)
	large_kept "$bin" "$server" 1 "$tmp/large_after"
	diff "$tmp/large_before" "$tmp/large_after" >"$tmp/difference" && true
	ok "the large database is on $3 as it was on $2: $(awk -F'|' '$2 ~ /^[0-9]+$/ { n += $2 } END { print n }' "$tmp/large_before") rows"
	head -n 20 "$tmp/difference"
	query "$bin" "$server" -c 'set client_min_messages = warning' -c 'select karmayogi.leave_keys_unasked()' -c 'vacuum analyze' >/dev/null
	SECONDS=0
	query "$bin" "$server" -c 'set client_min_messages = warning' -c "call karmayogi.refresh(date '2026-10-02' + $1)" && true
	ok "a refresh publishes of it on $3, in $SECONDS s"
	[ "$(query "$bin" "$server" -c "select count(*), bool_and(karmayogi.verify_seal(snapshot_id)) from karmayogi.snapshot")" = "$((2 + $1))|t" ] && true
	ok "as number $((2 + $1)), and every seal holds"
	database=postgres
	query "$bin" "$server" -c 'create database large_restored'
	SECONDS=0
	"$bin/pg_restore" -h "$server" -U postgres -d large_restored -j 4 --exit-on-error "$tmp/large_dump" && true
	ok "pg_restore -j 4 of the large database on $3, in $SECONDS s"
	query "$bin" "$server" -c 'alter database large rename to large_upgraded' -c 'alter database large_restored rename to large'
	large_kept "$bin" "$server" 0 "$tmp/large_after"
	diff "$tmp/large_before_dump" "$tmp/large_after" >"$tmp/difference" && true
	ok "and everything that is dumped is there"
	head -n 20 "$tmp/difference"
	query "$bin" "$server" -c 'drop database large' -c 'alter database large_upgraded rename to large'
	rm -rf "$tmp/large_dump"
}

between() { # pg_config ...
	local pg_config own majors=() configs=() i old status keys all link=()
	case ${LINK:-no} in
		yes) link=(--link) ;;
		no) ;;
		*) die "LINK is yes or no, not \"$LINK\"" ;;
	esac
	tmp=$(mktemp -d /tmp/karmayogi-upgrade.XXXXXX)
	# shellcheck disable=SC2317 # the trap calls it
	finish() {
		[ -z "$server" ] || stop "$new" "$server" >/dev/null 2>&1 || true
		rm -rf "$tmp"
	}
	trap finish EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	if is_root; then
		chown postgres: "$tmp"
	fi

	for pg_config; do
		status=0
		own=$(install_for "$pg_config") || status=$?
		(exit "$status") && true
		ok "karmayogi is built for $("$pg_config" --version) without a warning"
		[ "$status" = 0 ] || return 1
		configs+=("$own")
		majors+=("$(major_of "$pg_config")")
	done

	new=${configs[0]}
	make_cluster "$new" "$tmp/s0"
	start "$new" "$tmp/s0"
	server=$tmp/s0
	"$("$new" --bindir)/createdb" -h "$server" -U postgres night
	query "$("$new" --bindir)" "$server" -f "$top/test/fixture/filled.sql"

	if [ -n "${SCALE:-}" ]; then
		large_made "$("$new" --bindir)" "$server" && true
		ok "a sample portal of scale $SCALE stands, and two nights are published of it"
	fi

	keys=$(keys "$("$new" --bindir)" "$server")
	all=${keys%|*}
	[ "$keys" = "$all|$all" ] && [ "$all" -gt 0 ] && true
	ok "foreign keys between dumped tables ask nothing: $all triggers"

	for ((i = 1; i < ${#configs[@]}; i++)); do
		old=$new
		kept "$("$old" --bindir)" "$server" 1 "$tmp/before"
		kept "$("$old" --bindir)" "$server" 0 "$tmp/before_dump"
		"$("$old" --bindir)/pg_dump" -h "$server" -U postgres -Fd -j 4 -f "$tmp/dump" night
		if [ -n "${SCALE:-}" ]; then
			large_kept "$("$old" --bindir)" "$server" 1 "$tmp/large_before"
			large_kept "$("$old" --bindir)" "$server" 0 "$tmp/large_before_dump"
			SECONDS=0
			"$("$old" --bindir)/pg_dump" -h "$server" -U postgres -Fd -j 4 -f "$tmp/large_dump" large && true
			ok "pg_dump -j 4 of the large database, in $SECONDS s"
		fi
		stop "$old" "$server"
		new=${configs[i]}
		make_cluster "$new" "$tmp/s$i"
		status=0
		SECONDS=0
		as_server "$("$new" --bindir)/pg_upgrade" "${link[@]}" -U postgres -b "$("$old" --bindir)" -B "$("$new" --bindir)" \
			-d "$server/data" -D "$tmp/s$i/data" -s "$tmp" >"$tmp/upgrade.log" 2>&1 || status=$?
		if [ "$status" != 0 ]; then
			cat "$tmp/upgrade.log"
			find "$tmp/s$i" \( -name '*.log' -o -name '*.txt' \) -exec tail -n 30 {} +
		fi
		(exit "$status") && true
		ok "pg_upgrade${link[*]:+ ${link[*]}} from ${majors[i - 1]} to ${majors[i]}, in $SECONDS s"
		[ "$status" = 0 ] || return 1
		server=$tmp/s$i
		start "$new" "$server"

		kept "$("$new" --bindir)" "$server" 1 "$tmp/after"
		diff "$tmp/before" "$tmp/after" >"$tmp/difference" && true
		ok "everything is on ${majors[i]} as it was on ${majors[i - 1]}: $(grep -vc '^==' "$tmp/before") rows"
		head -n 20 "$tmp/difference"

		if [ -n "${SCALE:-}" ]; then
			large_after "$i" "${majors[i - 1]}" "${majors[i]}"
		fi

		[ "$(keys "$("$new" --bindir)" "$server")" = "$all|0" ] && true
		ok "but for the foreign keys, which ask at each row"
		[ "$(query "$("$new" --bindir)" "$server" -c 'select karmayogi.leave_keys_unasked()')" = "$all" ] &&
			[ "$(keys "$("$new" --bindir)" "$server")" = "$all|$all" ] && true
		ok "until leave_keys_unasked()"

		query "$("$new" --bindir)" "$server" -c "set client_min_messages = warning" \
			-c "update night.user_detail set status = 1 - status where user_id = 'u9'" \
			-c "call karmayogi.refresh(date '2026-10-03' + $i)" && true
		ok "a refresh publishes on ${majors[i]}"
		[ "$(query "$("$new" --bindir)" "$server" -c "select count(*), bool_and(karmayogi.verify_seal(snapshot_id)) from karmayogi.snapshot")" = "$((3 + i))|t" ] && true
		ok "as number $((3 + i)), and every seal holds"

		"$("$new" --bindir)/psql" -h "$server" -U postgres -d postgres -X -q -c 'alter database night rename to upgraded' -c 'create database night'
		"$("$new" --bindir)/pg_restore" -h "$server" -U postgres -d night -j 4 --exit-on-error "$tmp/dump" && true
		ok "pg_restore -j 4 of what pg_dump of ${majors[i - 1]} had written"
		kept "$("$new" --bindir)" "$server" 0 "$tmp/after"
		diff "$tmp/before_dump" "$tmp/after" >"$tmp/difference" && true
		ok "and everything that is dumped is there"
		head -n 20 "$tmp/difference"
		[ "$(keys "$("$new" --bindir)" "$server")" = "$all|$all" ] && true
		ok "where foreign keys ask nothing, as create extension has it"
		"$("$new" --bindir)/psql" -h "$server" -U postgres -d postgres -X -q -c 'drop database night' -c 'alter database upgraded rename to night'
		rm -rf "$tmp/dump" "$tmp/s$((i - 1))"
	done
	[ "$bad" = 0 ]
}

# The tests in SQL, on a major that this checkout's machine does not have.
suites() { # pg_config; inside
	local major bin tree
	major=$(major_of "$1")
	bin=$("$1" --bindir)
	tree=$(mktemp -d /tmp/karmayogi-suites.XXXXXX)
	cp -R "$top"/* "$tree/"
	rm -f "$tree"/src/*.o "$tree"/src/*.bc "$tree"/*.so
	export PG_CONFIG=$1 PATH=$bin:$PATH
	make -C "$tree" -s PG_CONFIG="$1" WERROR=1 with_llvm=no all install
	mkdir "$tree/server"
	chown -R postgres: "$tree"
	"$tree/scripts/cluster.sh" start "$tree/server" fsync=off shared_buffers=256MB timezone=UTC max_prepared_transactions=10
	export PGHOST=$tree/server PGUSER=postgres
	mkdir -p "$tree/test/output_iso"
	make -C "$tree" -s PG_CONFIG="$1" with_llvm=no installcheck >"$tree/log" 2>&1 && true
	ok "test/sql and test/specs on $major"
	grep -E '^not ok|^# .* failed' "$tree/log" || true
	cat "$tree"/test/regression.diffs "$tree"/test/output_iso/regression.diffs 2>/dev/null || true
	"$bin/createdb" karmayogi_test
	"$bin/psql" -X -q -d karmayogi_test -c 'create extension karmayogi' -c 'create extension pgtap'
	PGDATABASE=karmayogi_test pg_prove -Q --ext .sql "$tree"/test/pgtap/*.sql >"$tree/log" 2>&1 && true
	ok "test/pgtap on $major: $(grep -E '^Files=' "$tree/log")"
	grep -E '^# Failed|Failed test' "$tree/log" || true
	"$tree/scripts/cluster.sh" destroy "$tree/server"
	rm -rf "$tree"
	[ "$bad" = 0 ]
}

debian() {
	local mirror=${MIRROR:-http://deb.debian.org/debian}
	root=${DEBIAN_DIR:-}
	mounted=
	is_root || die "a Debian in a directory needs root" "Without root: test/pg_upgrade.sh PG_CONFIG PG_CONFIG ..."
	command -v debootstrap >/dev/null || die "debootstrap is not installed" "apt-get install debootstrap"
	[ -n "$root" ] || root=$(mktemp -d /var/tmp/karmayogi-debian.XXXXXX)
	mkdir -p "$root"
	# shellcheck disable=SC2317 # the trap calls it
	finish() {
		local mount
		for mount in $mounted; do
			umount "$root/$mount" || true
		done
		# never through a mount that stayed
		if [ -z "${DEBIAN_DIR:-}" ] && ! grep -q " $root/" /proc/mounts; then
			rm -rf "$root"
		fi
	}
	trap finish EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP

	if [ ! -e "$root/ready" ]; then
		say "a Debian trixie in $root"
		debootstrap --variant=minbase trixie "$root" "$mirror" >"$root/bootstrap.log" 2>&1 ||
			{ tail -n 20 "$root/bootstrap.log" >&2; die "debootstrap failed"; }
		printf "deb $mirror %s main\n" bookworm trixie sid >"$root/etc/apt/sources.list"
		# everything of trixie, but for what trixie does not have
		printf 'Package: *\nPin: release n=%s\nPin-Priority: %s\n\n' trixie 500 sid 400 bookworm 300 >"$root/etc/apt/preferences"
		# a mirror's sid may be some weeks old
		echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/50karmayogi"
		# no package starts a server, or makes a cluster
		printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
		chmod 755 "$root/usr/sbin/policy-rc.d"
		mkdir -p "$root/etc/postgresql-common/createcluster.d"
		echo 'create_main_cluster = off' >"$root/etc/postgresql-common/createcluster.d/karmayogi.conf"
	fi
	mount -t proc proc "$root/proc"
	mounted=proc
	mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
	mounted="dev/shm $mounted"
	if [ ! -e "$root/ready" ]; then
		say "PostgreSQL 15, 17 and 18 into it"
		# The packages of the headers depend on whole compilers that only bitcode
		# needs: they are unpacked without.
		# shellcheck disable=SC2016 # the shell inside expands it
		# shellcheck disable=SC2016 # the shell inside expands it
		chroot "$root" sh -ec '
			export DEBIAN_FRONTEND=noninteractive
			apt-get -q update
			apt-get -y -q --no-install-recommends install postgresql-15 postgresql-17 postgresql-17-pgtap
			apt-get -y -q --no-install-recommends -t sid install postgresql-18 postgresql-18-pgtap \
				make gcc libc6-dev perl libtap-parser-sourcehandler-pgtap-perl
			cd /var/cache/apt
			apt-get -q -o APT::Sandbox::User=root download postgresql-server-dev-15 postgresql-server-dev-17 postgresql-server-dev-18
			for deb in postgresql-server-dev-*.deb; do dpkg -x "$deb" /; done
			rm postgresql-server-dev-*.deb
			apt-get clean' >"$root/install.log" 2>&1 || { tail -n 30 "$root/install.log" >&2; die "the packages could not be installed"; }
		touch "$root/ready"
	fi
	rm -rf "$root/karmayogi"
	mkdir "$root/karmayogi"
	tar -C "$top" --exclude=./.git --exclude='*.o' --exclude='*.so' --exclude=./tmp_check -cf - . | tar -C "$root/karmayogi" --no-same-owner -xf -

	local inside=/karmayogi/test/pg_upgrade.sh at=/usr/lib/postgresql status=0 major
	chroot "$root" bash "$inside" $at/15/bin/pg_config $at/17/bin/pg_config $at/18/bin/pg_config || status=1
	if [ "${SUITES:-yes}" = yes ]; then
		for major in 17 18; do
			chroot "$root" bash "$inside" suites $at/$major/bin/pg_config || status=1
		done
	fi
	return "$status"
}

case ${1:-} in
	debian) debian ;;
	suites) suites "$2" ;;
	*)
		[ $# -ge 2 ] || { sed -n '2,30s/^# \{0,1\}//p' "$0" >&2; exit 2; }
		between "$@"
		;;
esac
