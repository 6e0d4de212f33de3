#!/usr/bin/env bash
# sqlsmith makes up statements over the tables and functions of a database with
# the extension, a small sample portal and a refresh, on a private server that
# is thrown away. Its library is one with assertions.
#
#   test/sqlsmith.sh [STATEMENTS]   (default: 1000)
#
#   SEED=1           of the statements; the same seed asks the same, as long as
#                    the database is the same
#   SCALE=0.001      of the sample portal
#   AS=everything    who asks: a role with every privilege on karmayogi and the
#                    portal; "reader": one that grant_reader made, and no more
#   SQLSMITH=...     the program (default: sqlsmith, of Debian's package)
#   PG_CONFIG=...    which PostgreSQL, on which karmayogi is installed
#
# Most statements fail, as they should: what counts is how. Prints how often each
# SQLSTATE came. The exit status says that no process died, that no assertion
# failed, and that no internal error (XX000) came from the extension: raised in
# its C code, or in a statement of one of its functions. Internal errors that are
# PostgreSQL's own are listed. After a reader's statements every table of karmayogi
# and of the portal holds what it did, and who may do what is the same.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/../scripts/lib.sh"
# shellcheck source=test/module.sh
. "$top/test/module.sh"

statements=${1:-1000}
[[ $statements =~ ^[1-9][0-9]*$ ]] || die "how many statements? not \"$statements\""
seed=${SEED:-1}
scale=${SCALE:-0.001}
as=${AS:-everything}
case $as in everything | reader) ;; *) die "AS is everything or reader, not \"$as\"" ;; esac
sqlsmith=${SQLSMITH:-sqlsmith}
command -v "$sqlsmith" >/dev/null || die "there is no $sqlsmith" "apt-get install sqlsmith"

use_postgres
export PATH=$bindir:$PATH
tmp=$(mktemp -d "$(server_tmp)/karmayogi-sqlsmith.XXXXXX")
chmod 755 "$tmp"
# shellcheck disable=SC2317 # the trap calls it
finish() {
	"$top/scripts/cluster.sh" destroy "$tmp/server" >/dev/null 2>&1 || true
	rm -rf "$tmp"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# %e is the SQLSTATE; verbose errors say which C function raised them.
"$top/scripts/cluster.sh" start "$tmp/server" fsync=off synchronous_commit=off full_page_writes=off \
	shared_buffers=128MB autovacuum=off jit=off timezone=UTC \
	log_line_prefix='%p|%e|' log_error_verbosity=verbose log_min_error_statement=panic
export PGHOST=$tmp/server PGUSER=postgres PGDATABASE=sqlsmith
createdb sqlsmith
sql() {
	psql -X -q -v ON_ERROR_STOP=1 "$@"
}
sql -c 'set client_min_messages = warning' -c 'create extension karmayogi' -c "select karmayogi.create_portal('portal')" >"$tmp/out"
build_module "$tmp/karmayogi.so" -O1 -DUSE_ASSERT_CHECKING
use_module "$tmp/karmayogi.so"
sql -v scale="$scale" -v schema=portal -f "$top/demo/portal.sql" >"$tmp/out"
sql -c "select karmayogi.bind_portal('portal')" >"$tmp/out"
sql -v scale="$scale" -v schema=portal -f "$top/demo/register.sql" >"$tmp/out"
sql -c 'call karmayogi.refresh()' >"$tmp/out" 2>&1 || { cat "$tmp/out"; exit 1; }

# Everything of the extension, or what a reader has, and nothing of the machine: who
# asks may do what its grants say, and cannot end other sessions or read files.
sql -c 'create role smith login'
if [ "$as" = reader ]; then
	sql -c "select karmayogi.grant_reader('smith')" >"$tmp/out"
else
	sql <<-'SQL'
		grant all on schema karmayogi, portal to smith;
		grant all on all tables in schema karmayogi, portal to smith;
		grant all on all sequences in schema karmayogi, portal to smith;
		grant all on all routines in schema karmayogi to smith;
	SQL
fi
sql <<'SQL'
-- sqlsmith does not know the types that stand for any range or enumeration: a statement with one fails before it is
-- planned, and every second one had one. It reads functions from pg_proc, by that name, and gets another one; of
-- operators it takes those that have a result. Operators it writes without their schema.
create schema sight;
create view sight.pg_proc as
    select * from pg_catalog.pg_proc p where not exists (
        select from unnest(p.prorettype || p.proargtypes::oid[]) t (oid) join pg_catalog.pg_type using (oid)
            where typname ~ '^any' and typname ~ '(range|enum)$');
update pg_operator o set oprresult = 0 from pg_catalog.pg_type t
    where t.oid in (o.oprleft, o.oprright) and t.typname ~ '^any' and t.typname ~ '(range|enum)$';
grant usage on schema sight to smith;
grant select on sight.pg_proc to smith;
alter role smith set search_path = sight, pg_catalog, karmayogi, portal, public;
SQL

# A line for each table: its rows and a hash of them; and every privilege
kept() {
	sql -A -t <<-'SQL'
		select format('select %L, count(*), sum(hashtextextended(t::text, 0)) from %s t', c.oid::regclass, c.oid::regclass)
		  from pg_class c
		 where c.relnamespace in ('karmayogi'::regnamespace, 'portal'::regnamespace) and c.relkind in ('r', 'm') and c.relispopulated
		 order by c.oid::regclass::text \gexec
		select c.oid::regclass, c.relkind, c.relacl, c.relowner from pg_class c where c.relnamespace in ('karmayogi'::regnamespace, 'portal'::regnamespace) order by 1;
		select p.oid::regprocedure, p.proacl, p.proowner, md5(pg_get_functiondef(p.oid)) from pg_proc p
		 where p.pronamespace = 'karmayogi'::regnamespace and p.prokind <> 'a' order by 1;
		select n.nspname, n.nspacl from pg_namespace n order by 1;
		select r.rolname, r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolconfig from pg_roles r order by 1;
		select m.roleid::regrole, m.member::regrole from pg_auth_members m order by 1, 2;
	SQL
}
[ "$as" != reader ] || kept >"$tmp/before"

# Counts what it is shown, and keeps none of it.
log=$tmp/server/data/server.log
before=$(wc -c <"$log")
status=0
"$sqlsmith" --target="host=$PGHOST dbname=sqlsmith user=smith" --exclude-catalog --seed="$seed" \
	--max-queries="$statements" --dump-all-queries 2>"$tmp/errors" |
	awk '{ text = text $0 }
		/;$/ { n++; if (text ~ /karmayogi\.[a-z_0-9]+\(/) calls++; else if (text ~ /karmayogi\./) reads++; text = "" }
		END { printf "%d statements; %d call functions of karmayogi, %d more read its tables\n", n, calls, reads }' \
	>"$tmp/counts" || status=$?
tail -c +$((before + 1)) "$log" >"$tmp/log"

cat "$tmp/counts"
echo "SQLSTATE of the errors, and how often:"
sed -n 's/^[0-9]*|\([0-9A-Z]\{5\}\)|\(ERROR\|FATAL\|PANIC\):.*/\1/p' "$tmp/log" | sort | uniq -c | sort -rn
if [ "$status" != 0 ]; then
	echo "sqlsmith ended with status $status:"
	tail -n 5 "$tmp/errors"
fi

failed=0
crashes=$(grep -E 'terminated by signal|TRAP:|PANIC:' "$tmp/log" || true)
if [ -n "$crashes" ]; then
	echo "a process died:"
	echo "$crashes"
	failed=1
fi

# An error and the lines about it, which name the same process, in one line.
sources=$(cd "$top/src" && echo *.c | sed 's/\./\\./g; s/ /|/g')
internal=$(awk -F'|' '
	{ rest = $0; sub(/^[0-9]+\|[0-9A-Z]*\|/, "", rest) }
	$0 ~ /^[0-9]+\|XX[0-9A-Z]+\|(ERROR|FATAL):/ { if (text) print text; text = rest; next }
	text && $0 ~ /^[0-9]+\|XX[0-9A-Z]+\|(DETAIL|HINT|CONTEXT|LOCATION|QUERY):/ { text = text " " rest; next }
	text && /^\t/ { text = text " " $0; next }
	{ if (text) print text; text = "" }
	END { if (text) print text }' "$tmp/log" | sed 's/[0-9]\{4,\}/N/g' | sort | uniq -c | sort -rn)
if [ -n "$internal" ]; then
	echo "internal errors:"
	echo "$internal"
	if echo "$internal" | grep -Eq "LOCATION: .*[ ,]($sources):|CONTEXT: .*karmayogi\."; then
		echo "some of them come from the extension"
		failed=1
	fi
fi

# A server that no longer answers is one that has died.
sql -c 'select 1' >"$tmp/out" || failed=1
if [ "$as" = reader ]; then
	kept >"$tmp/after" || failed=1
	diff "$tmp/before" "$tmp/after" >"$tmp/difference" || {
		echo "a reader has changed something:"
		head -n 20 "$tmp/difference"
		failed=1
	}
	echo "$(grep -c . "$tmp/after") tables, functions, schemas and roles compared with what they were"
fi
done=$(sed -n 's/^\([0-9]*\) statements;.*/\1/p' "$tmp/counts")
[ "${done:-0}" -ge $((statements / 2)) ] || {
	echo "only ${done:-0} of $statements statements were made"
	failed=1
}
exit "$failed"
