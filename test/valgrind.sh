#!/usr/bin/env bash
# The tests of test/sql, those of the native engine in test/pgtap, and a refresh
# of a tiny sample portal on a server under the eyes of valgrind's memcheck, or of
# the compiler's sanitizers.
#
#   test/valgrind.sh [memcheck]     the server under valgrind
#   test/valgrind.sh sanitizers     the extension built with AddressSanitizer and
#                                   UndefinedBehaviorSanitizer, in the real server
#
#   TESTS="tally rule"   only these of test/sql (default: all; none: "-")
#   TAP="55-native"      these of test/pgtap (default: this one; none: "-")
#   SCALE=0.0002         of the sample portal
#   REPORTS=DIR          where to keep the reports, whatever they say
#   PG_CONFIG=...        which PostgreSQL, on which karmayogi is installed
#
# An error counts if the extension's library is in its stack. Debian's server is
# not built for valgrind, so what palloc gives is seen in whole blocks only; to
# the byte it is seen by the fuzz targets. The library is one with assertions.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/../scripts/lib.sh"
# shellcheck source=test/module.sh
. "$top/test/module.sh"

mode=${1:-memcheck}
case $mode in memcheck | sanitizers) ;; *) die "there is no mode $mode" "There are: memcheck sanitizers" ;; esac
scale=${SCALE:-0.0002}
read -r -a tests <<<"${TESTS:-}"
read -r -a pgtap <<<"${TAP:-55-native}"
if [ ${#tests[@]} -eq 0 ]; then
	for file in "$top"/test/sql/*.sql; do
		file=${file##*/}
		tests+=("${file%.sql}")
	done
fi

use_postgres
export PATH=$bindir:$PATH
tmp=$(mktemp -d "$(server_tmp)/karmayogi-valgrind.XXXXXX")
chmod 755 "$tmp"
mkdir -m 777 "$tmp/reports"
# shellcheck disable=SC2317 # the trap calls it
finish() {
	"$top/scripts/cluster.sh" destroy "$tmp/server" >/dev/null 2>&1 || true
	rm -rf "$tmp"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [ "$mode" = memcheck ]; then
	command -v valgrind >/dev/null || die "there is no valgrind" "apt-get install valgrind"
	build_module "$tmp/karmayogi.so" -O1 -DUSE_ASSERT_CHECKING
	cat >"$tmp/postgres" <<-SH
		#!/bin/sh
		TMPDIR=$tmp/reports exec valgrind --quiet --vgdb=no --trace-children=yes --leak-check=no --error-limit=no --fullpath-after= --num-callers=40 \
			--suppressions='$top/test/valgrind.supp' --log-file='$tmp/reports/%p' '$bindir/postgres' "\$@"
	SH
else
	build_module "$tmp/karmayogi.so" -O1 -DUSE_ASSERT_CHECKING -fsanitize=address,undefined
	# Under AddressSanitizer bindtextdomain() waits for itself when postgres
	# starts; nobody here wants the messages translated.
	gcc -shared -fPIC -fno-builtin -o "$tmp/untranslated.so" -x c - <<-'C'
		char *bindtextdomain(const char *domain, const char *directory) { return (char *) directory; }
		char *textdomain(const char *domain) { return (char *) domain; }
		char *bind_textdomain_codeset(const char *domain, const char *codeset) { return (char *) codeset; }
		char *gettext(const char *text) { return (char *) text; }
		char *dgettext(const char *domain, const char *text) { return (char *) text; }
		char *dcgettext(const char *domain, const char *text, int category) { return (char *) text; }
		char *ngettext(const char *one, const char *many, unsigned long n) { return (char *) (n == 1 ? one : many); }
		char *dngettext(const char *domain, const char *one, const char *many, unsigned long n) { return (char *) (n == 1 ? one : many); }
	C
	chmod 755 "$tmp/untranslated.so"
	cat >"$tmp/postgres" <<-SH
		#!/bin/sh
		LD_PRELOAD="$(gcc -print-file-name=libasan.so) $tmp/untranslated.so"
		ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:log_path=$tmp/reports/asan
		UBSAN_OPTIONS=print_stacktrace=1:log_path=$tmp/reports/ubsan
		export LD_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS
		exec '$bindir/postgres' "\$@"
	SH
fi
chmod 755 "$tmp/postgres"

settings=(fsync=off synchronous_commit=off full_page_writes=off shared_buffers=64MB autovacuum=off jit=off
	timezone=UTC statement_timeout=0)
export PGHOST=$tmp/server PGUSER=postgres
sql() {
	psql -X -q -v ON_ERROR_STOP=1 "$@"
}

# What need not be watched: the databases and what is in them.
"$top/scripts/cluster.sh" start "$tmp/server" "${settings[@]}"
for database in contrib_regression karmayogi_test refresh; do
	createdb "$database"
	sql -d "$database" -c 'set client_min_messages = warning' -c 'create extension karmayogi'
done
[ "${pgtap[*]}" = - ] || sql -d karmayogi_test -c 'create extension pgtap'
{
	sql -d refresh -c "select karmayogi.create_portal('portal')"
	sql -d refresh -v scale="$scale" -v schema=portal -f "$top/demo/portal.sql"
	sql -d refresh -c "select karmayogi.bind_portal('portal')"
	sql -d refresh -v scale="$scale" -v schema=portal -f "$top/demo/register.sql"
} >"$tmp/out" 2>&1 || { cat "$tmp/out"; exit 1; }
for database in contrib_regression karmayogi_test refresh; do
	use_module "$tmp/karmayogi.so" -d "$database"
done
"$top/scripts/cluster.sh" stop "$tmp/server"

CLUSTER_POSTGRES=$tmp/postgres "$top/scripts/cluster.sh" start "$tmp/server" "${settings[@]}"
failed=0
mkdir "$tmp/regress"
[ "${tests[*]}" = - ] || make -C "$top" -s --no-print-directory installcheck REGRESS="${tests[*]}" ISOLATION= \
	REGRESS_OPTS="--inputdir=test --outputdir=$tmp/regress --use-existing --dbname=contrib_regression" || {
	cat "$tmp/regress/regression.diffs" || true
	failed=1
}
if [ "${pgtap[*]}" != - ]; then
	pgtap=("${pgtap[@]/#/$top/test/pgtap/}")
	PGDATABASE=karmayogi_test pg_prove --psql-bin "$bindir/psql" --timer "${pgtap[@]/%/.sql}" || failed=1
fi
sql -d refresh -c 'call karmayogi.refresh()' >"$tmp/out" 2>&1 || failed=1
grep -c ' rows in ' "$tmp/out" | sed 's/$/ steps of a refresh/'
[ "$failed" = 0 ] || tail -n 12 "$tmp/out"
"$top/scripts/cluster.sh" stop "$tmp/server" || failed=1

if grep -E 'terminated by signal|TRAP:|PANIC:' "$tmp/server/data/server.log"; then
	failed=1
fi

if [ -n "${REPORTS:-}" ]; then
	mkdir -p "$REPORTS"
	cp -r "$tmp/reports/." "$REPORTS/"
fi

# A report's errors are divided by lines that hold nothing but the process.
find "$tmp/reports" -type f ! -name "*.map" -exec cat {} + | awk -v ours="$tmp/ours" '
	function finish_block() {
		if (block == "") return
		if (block ~ /karmayogi\.so|src\/[a-z_]+\.c:/) { mine++; print block > ours } else if (block ~ /(at|by|#0) 0x/) others++
		block = ""
	}
	/^(==[0-9]+== *)?$/ { finish_block(); next }
	{ block = block $0 "\n" }
	END { finish_block(); printf "%d errors with the extension in their stack, %d without\n", mine, others }'
if [ -s "$tmp/ours" ]; then
	cat "$tmp/ours"
	failed=1
fi
exit "$failed"
