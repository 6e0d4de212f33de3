#!/usr/bin/env bash
# Runs every test on a private server that lives in a temporary directory and is
# gone at the end, however the end comes.
#
#   scripts/test.sh              set up, build, everything (make test)
#   scripts/test.sh NAME ...     only the tests of these names: tally, 40-indicators, ...
#   WERROR=1                     warnings of the compiler are errors
#   WITHOUT_FUZZ=yes             without the tests that need clang, sqlsmith and valgrind
#   PG_CONFIG=...                which PostgreSQL
#
# In order: test/sql (pg_regress), test/specs (isolation), test/pgtap (pg_prove,
# in a database where karmayogi and pgtap stand ready; each file rolls back what
# it does), test/t (Perl; PGHOST and the rest lead to the same database).
# The last line is "N passed, N failed"; the exit status says the same.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

"$top/scripts/setup.sh" test
use_postgres
"$top/scripts/build.sh"

pgxs=$("$PG_CONFIG" --pgxs)
src=${pgxs%/makefiles/pgxs.mk}
export PATH=$bindir:$PATH

tmp=$(mktemp -d "$(server_tmp)/karmayogi-test.XXXXXX")
if is_root; then
	chown postgres: "$tmp"
fi

finish() {
	"$top/scripts/cluster.sh" stop "$tmp/server" >/dev/null 2>&1 || true
	rm -rf "$tmp"
	give_back
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

passed=0
failed=0
summary=()

tally_up() { # what, passed, failed
	passed=$((passed + $2))
	failed=$((failed + $3))
	summary+=("$(printf '%-10s %5d passed, %d failed' "$1" "$2" "$3")")
}

# The chosen ones among the files DIR/*.EXT, one path a line.
chosen() {
	local dir=$1 ext=$2 file name
	shift 2
	for file in "$top/$dir"/*."$ext"; do
		[ -e "$file" ] || continue
		if [ $# -gt 0 ]; then
			name=${file##*/}
			name=${name%."$ext"}
			case " $* " in *" $name "*) ;; *) continue ;; esac
		fi
		echo "${file#"$top"/}"
	done
}

names() { # the same without directory and ending
	local file
	for file; do
		file=${file##*/}
		echo "${file%.*}"
	done
}

# pg_regress and its sister for isolation say "All 3 tests passed." or "1 of 3
# tests failed." (since 16 after a #), or give up without a word about it.
regress() { # what, make variable, other variable, directory of the output, files...
	local what=$1 variable=$2 other=$3 out=$4 log status=0
	shift 4
	[ $# -gt 0 ] || return 0
	log=$tmp/$what.log
	mkdir -p "$top/$out"
	make -C "$top" -s --no-print-directory PG_CONFIG="$PG_CONFIG" installcheck \
		"$other=" "$variable=$(names "$@" | tr '\n' ' ')" 2>&1 | tee "$log" || status=$?
	if grep -Eq '^#? ?All [0-9]+ tests passed' "$log" && [ "$status" = 0 ]; then
		tally_up "$what" $# 0
		return
	fi
	local bad
	bad=$(sed -n -E 's/^#? ?([0-9]+) of [0-9]+ tests failed.*/\1/p' "$log" | tail -n 1)
	if [ -s "$top/$out/regression.diffs" ]; then
		echo "---- $out/regression.diffs"
		cat "$top/$out/regression.diffs"
		echo "----"
	fi
	tally_up "$what" $(($# - ${bad:-$#})) "${bad:-$#}"
}

# prove's summary: all tests in "Files=2, Tests=10, ..."; of a file that failed
# "... Tests: 5 Failed: 2)", where 0 means that it broke off.
prove_tally() { # what, log, status
	local all bad
	all=$(sed -n 's/^Files=[0-9]*, Tests=\([0-9]*\),.*/\1/p' "$2" | tail -n 1)
	bad=$(awk '
		/\(Wstat: / {
			match($0, /Failed: [0-9]+/)
			n = substr($0, RSTART + 8, RLENGTH - 8) + 0
			wrong += n
			if (n == 0) broken++
		}
		END { print wrong + 0, broken + 0 }' "$2")
	local wrong=${bad% *} broken=${bad#* }
	[ "$3" = 0 ] || [ $((wrong + broken)) -gt 0 ] || broken=1
	tally_up "$1" $((${all:-0} - wrong)) $((wrong + broken))
}

mapfile -t sql_files < <(chosen test/sql sql "$@")
mapfile -t spec_files < <(chosen test/specs spec "$@")
mapfile -t pgtap_files < <(chosen test/pgtap sql "$@")
mapfile -t perl_files < <(chosen test/t pl "$@")
[ $((${#sql_files[@]} + ${#spec_files[@]} + ${#pgtap_files[@]} + ${#perl_files[@]})) -gt 0 ] ||
	die "there is no test${*:+ named $*}" "The tests are the files of test/sql, test/specs, test/pgtap and test/t."

# No crash of the machine threatens this server's data: nothing waits for disks.
"$top/scripts/cluster.sh" start "$tmp/server" fsync=off synchronous_commit=off full_page_writes=off \
	shared_buffers=256MB max_wal_size=2GB max_prepared_transactions=10 timezone=UTC
export PGHOST=$tmp/server PGUSER=postgres

regress regress REGRESS ISOLATION test "${sql_files[@]}"
regress isolation ISOLATION REGRESS test/output_iso "${spec_files[@]}"

cd "$top"
if [ $((${#pgtap_files[@]} + ${#perl_files[@]})) -gt 0 ]; then
	createdb karmayogi_test
	export PGDATABASE=karmayogi_test
	if ! psql -X -q -v ON_ERROR_STOP=1 -c 'create extension karmayogi' -c 'create extension pgtap'; then
		tally_up database 0 $((${#pgtap_files[@]} + ${#perl_files[@]}))
		pgtap_files=()
		perl_files=()
	fi
fi
if [ ${#pgtap_files[@]} -gt 0 ]; then
	status=0
	pg_prove --psql-bin "$bindir/psql" --ext .sql "${pgtap_files[@]}" 2>&1 | tee "$tmp/pgtap.log" || status=$?
	prove_tally pgtap "$tmp/pgtap.log" "$status"
fi
if [ ${#perl_files[@]} -gt 0 ]; then
	status=0
	PERL5LIB=$src/test/perl${PERL5LIB:+:$PERL5LIB} PG_REGRESS=$src/test/regress/pg_regress \
		TESTDIR=$tmp TESTDATADIR=$tmp/tmp_check TESTLOGDIR=$tmp/tmp_check/log \
		prove "${perl_files[@]}" 2>&1 | tee "$tmp/perl.log" || status=$?
	prove_tally perl "$tmp/perl.log" "$status"
fi

# A backend that died takes the tests of others with it, unless nobody asked it for anything.
crashes=$(grep -E 'PANIC:|TRAP:|terminated by signal' "$tmp/server/data/server.log" || true)
if [ -n "$crashes" ]; then
	echo "---- the server's log"
	echo "$crashes"
	echo "----"
	tally_up server 0 1
fi

echo
printf '%s\n' "${summary[@]}"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
