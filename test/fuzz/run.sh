#!/usr/bin/env bash
# Builds the fuzz targets with AddressSanitizer and UndefinedBehaviorSanitizer
# and lets libFuzzer run them, one after the other. README.md here says more.
#
#   test/fuzz/run.sh [SECONDS [TARGET ...]]   each target so long (default: 3600);
#                                             0: only the inputs that are kept
#   test/fuzz/run.sh keep [TARGET ...]        adds to corpus/ what runs have found
#                                             that reaches something new
#   test/fuzz/run.sh list                     the targets
#
#   CLANG=...        the compiler (default: clang or the newest clang-N that can)
#   FUZZ_BUILD=...   where to build and keep logs and findings (default: build/ here)
#   PG_CONFIG=...    which PostgreSQL
#
# Prints a line for each target; the exit status says whether nothing was found.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/../../scripts/lib.sh"

here=$top/test/fuzz
build=${FUZZ_BUILD:-$here/build}
case $build in /*) ;; *) build=$PWD/$build ;; esac

targets() {
	sed -n 's/^fuzz_\([a-z_]*\)(void)$/\1/p' "$here"/target_*.c
}

# The extension as it is, but that its memory contexts, its shared memory, and
# what it asks the catalogue about its functions' results, are those of fuzz.c.
# Only its own code is measured for coverage.
compile() {
	local flags instead name objects=() file object running=0 limit
	limit=$(nproc)
	# shellcheck disable=SC2054 # the commas are the compiler's
	flags=(-g -O1 -fno-omit-frame-pointer -fPIC -Wall -Wno-ignored-attributes
		-D_GNU_SOURCE -DUSE_ASSERT_CHECKING -DKARMAYOGI_VERSION='"fuzz"'
		-I"$("$PG_CONFIG" --includedir-server)" -I"$top/src" -I"$here"
		-fsanitize=address,undefined -fno-sanitize-recover=all
		# so that few officials fill several buckets, and an engine is soon made
		-DENGINE_BUCKET_BITS=5 -DENGINE_STRANGERS=1024)
	instead=(-DAllocSetContextCreateInternal=fuzz_context_create -Dget_call_result_type=fuzz_call_result_type)
	for name in create attach detach pin_mapping find_mapping segment_handle segment_address segment_map_length; do
		instead+=("-Ddsm_$name=fuzz_dsm_$name")
	done
	mkdir -p "$build/objects"
	rm -f "$build"/objects/*.o "$build"/fuzz-*
	perl "$here/shared_server.pl" "$bindir/postgres" "$build/libpostgres.so"
	for file in "$top"/src/*.c "$here"/fuzz.c "$here"/target_*.c; do
		object=$build/objects/$(basename "$file" .c).o
		objects+=("$object")
		if [ "$running" -ge "$limit" ]; then
			wait -n || die "$clang could not compile the targets"
			running=$((running - 1))
		fi
		case $file in
			"$top"/src/*)
				"$clang" "${flags[@]}" -fsanitize=fuzzer-no-link "${instead[@]}" -c "$file" -o "$object" &
				;;
			*) "$clang" "${flags[@]}" -c "$file" -o "$object" & ;;
		esac
		running=$((running + 1))
	done
	while [ "$running" -gt 0 ]; do
		wait -n || die "$clang could not compile the targets"
		running=$((running - 1))
	done
	"$clang" -shared -fsanitize=address,undefined -o "$build/targets.so" "${objects[@]}"
	"$clang" -g -O1 -rdynamic -fsanitize=fuzzer,address,undefined "$here/main.c" -o "$build/fuzz" -ldl
	for target in $(targets); do
		ln -s fuzz "$build/fuzz-$target"
	done
}

dictionary() {
	case $1 in
		rule) echo "$here/dict/rule.dict" ;;
		tally_* | cbp_deserialise | weighted_score | financial_year | engine_state | cells_to_show) echo "$here/dict/number.dict" ;;
		*) echo "$here/dict/portal.dict" ;;
	esac
}

# What stops the program also stops the run of its target: that is a finding.
# The time of the processor is what counts where others use the machine too.
TIMEFORMAT='%U %S'
fuzz() { # target, seconds
	local target=$1 seconds=$2 log=$build/log/$1 status=0 limit
	mkdir -p "$build/log" "$build/new/$target" "$build/found" "$here/corpus/$target"
	limit=(-max_total_time="$seconds")
	[ "$seconds" != 0 ] || limit=(-runs=0)
	{
		time ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1 \
			"$build/fuzz-$target" "${limit[@]}" -timeout=60 -rss_limit_mb=3000 -max_len=4096 \
			-dict="$(dictionary "$target")" -artifact_prefix="$build/found/$target-" -print_final_stats=1 \
			"$build/new/$target" "$here/corpus/$target" >"$log" 2>&1 || status=$?
	} 2>"$log.time"
	awk -v target="$target" -v status="$status" '
		/^#[0-9]+/ { for (i = 2; i < NF; i++) { if ($i == "cov:") cov = $(i + 1); if ($i == "corp:") corp = $(i + 1) } }
		/^Done [0-9]+ runs in/ { seconds = $5 }
		/number_of_executed_units:/ { runs = $2 }
		FILENAME ~ /time$/ { cpu = $1 + $2 }
		END { printf "%-18s %12d runs %6d s %6d s of CPU %5d edges %s %s\n", target, runs, seconds, cpu, cov,
			corp, status == 0 ? "nothing found" : "FOUND SOMETHING" }' "$log" "$log.time"
	[ "$status" = 0 ] || {
		awk '/ERROR: |FAILED: |runtime error: |TRAP: / { on = 1 } on && n++ < 60' "$log"
		return 1
	}
}

keep() {
	local target=$1 merged=$build/merged/$1
	rm -rf "$merged"
	mkdir -p "$merged" "$build/new/$target"
	# what the corpus has stays; of the rest, what reaches a branch that it does not
	cp "$here/corpus/$target"/* "$merged/"
	ASAN_OPTIONS=detect_leaks=0 "$build/fuzz-$target" -merge=1 -use_counters=0 -max_len=4096 "$merged" "$build/new/$target" \
		>"$build/log/$target.merge" 2>&1
	cp "$merged"/* "$here/corpus/$target/"
	echo "$target: $(find "$here/corpus/$target" -type f | wc -l) inputs"
}

what=${1:-3600}
[ $# -eq 0 ] || shift
if [ "$what" = list ]; then
	targets
	exit
fi
use_postgres
clang=$(fuzzing_clang)
[ -n "$clang" ] ||
	die "there is no clang with the runtime library of libFuzzer" \
		"scripts/setup.sh test installs both, or set CLANG to one."
if [ "$what" != keep ] || [ ! -x "$build/fuzz" ]; then
	[[ $what =~ ^([0-9]+|keep)$ ]] || die "how many seconds? not \"$what\""
	compile
fi
[ $# -gt 0 ] || mapfile -t chosen < <(targets)
[ $# -eq 0 ] || chosen=("$@")

found=0
for target in "${chosen[@]}"; do
	[ -x "$build/fuzz-$target" ] || die "there is no target $target" "There are: $(targets | tr '\n' ' ')"
	if [ "$what" = keep ]; then
		keep "$target"
	else
		fuzz "$target" "$what" || found=$((found + 1))
	fi
done
[ "$found" = 0 ]
