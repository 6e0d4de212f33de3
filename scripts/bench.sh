#!/usr/bin/env bash
# Measures karmayogi beside what bounds it and what competes with it, in one run:
# bare scans and writes (the floor), the engine alone, the whole refresh, the best
# hand-written SQL, DuckDB; peak memory of each; what readers ask of the result.
# Prints Markdown. docs/performance.md says what each figure means.
#
#   scripts/bench.sh                 builds a portal, measures, prints (make bench)
#   scripts/bench.sh costs           the kept results of several scales side by side
#
#   SCALE=0.01                       size of the portal; 1 is today's
#   RUNS=5                           timed runs; one more, before them, is watched for memory
#   MEMORY=no                        no run is watched for memory, and peaks are not stated
#   WHAT="floor engine refresh ..."  what is measured (default: floor engine refresh plain queries duckdb)
#   ENGINES="native sql"             the engines with which the whole refresh is measured
#   BENCH_DIR=...                    where server, results and DuckDB live (default: below)
#   KEEP=1                           keep the server and its portal for another run of the same scale
#   PLAIN_WORK_MEM=512MB             work_mem of the hand-written SQL
#   DUCKDB_MEMORY=...                memory_limit of DuckDB (default: half of the machine's)
#   PG_CONFIG=...                    which PostgreSQL
#
# To measure on a server that stands, with a database that holds karmayogi and a
# bound sample portal: BENCH_PGHOST (its socket's directory on this machine, else
# memory is not measured), BENCH_PGDATABASE, and BENCH_PGPORT, BENCH_PGUSER where
# they differ from 5432 and postgres. That database is worked upon: enrolments
# change and change back, official_progress is emptied and refilled, snapshots are
# published; schemas karmayogi_bench and karmayogi_plain come and go.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

SCALE_GIVEN=${SCALE:-}
SCALE=${SCALE:-0.01}
RUNS=${RUNS:-5}
MEMORY=${MEMORY:-yes}
WHAT=${WHAT:-floor engine refresh plain queries duckdb}
ENGINES=${ENGINES:-native sql}
PLAIN_WORK_MEM=${PLAIN_WORK_MEM:-512MB}
# the server's shared_buffers need room beside it
DUCKDB_MEMORY=${DUCKDB_MEMORY:-$(($(memory) / 2))MB}
duckdb_package=@duckdb/node-api@1.5.6-r.1

if [ -n "${BENCH_DIR:-}" ]; then
	dir=$(realpath -m "$BENCH_DIR")
elif is_root; then
	dir=/var/tmp/karmayogi-bench
else
	dir=${XDG_STATE_HOME:-${HOME:?is not set}/.local/state}/karmayogi-bench
fi
server=$dir/server
results=$dir/results
work=

check_arguments() {
	[ -z "${BENCH_PGHOST:-}" ] || [ -n "${SCALE_GIVEN:-}" ] ||
		die "BENCH_PGHOST is set and SCALE is not" "Say of which scale the portal is in that database, for the result is kept under it."
	check_scale
	[[ $RUNS =~ ^[1-9][0-9]*$ ]] || die "RUNS must be a number of runs, not \"$RUNS\"" "RUNS=5 gives medians of five."
	[[ $MEMORY =~ ^(yes|no)$ ]] || die "MEMORY must be yes or no, not \"$MEMORY\"" "MEMORY=no leaves out the run that is watched for memory."
	local word
	for word in $WHAT; do
		case $word in
			floor | engine | refresh | plain | queries | duckdb) ;;
			*) die "nothing is called \"$word\" in WHAT" "It may hold: floor engine refresh plain queries duckdb." ;;
		esac
	done
}

wanted() {
	case " $WHAT " in *" $1 "*) ;; *) return 1 ;; esac
}

step() {
	printf '%5d s  %s\n' "$SECONDS" "$*" >&2
}

run_psql() {
	PGOPTIONS="-c client_min_messages=warning" "$bindir/psql" -h "$host" -p "$port" -U "$user" -d "$database" \
		-X -q -v ON_ERROR_STOP=1 -P pager=off "$@"
}

ask() {
	run_psql -A -t -F ' ' -c "$1"
}

# The server, the database, the portal

settle() { # where everything is, for the functions above
	host=${BENCH_PGHOST:-$server}
	port=${BENCH_PGPORT:-5432}
	user=${BENCH_PGUSER:-postgres}
	database=${BENCH_PGDATABASE:-karmayogi_bench}
}

# The directory is emptied in the end, so it must be one that this script made.
own_directory() {
	if [ ! -e "$dir" ]; then
		mkdir -p "$dir"
		touch "$dir/made-by-bench.sh"
	fi
	{ [ -O "$dir" ] && [ -f "$dir/made-by-bench.sh" ] && [ ! -L "$dir" ]; } ||
		die "$dir exists and is not a benchmark's directory of $(id -un)" "Set BENCH_DIR to another directory."
	mkdir -p "$results"
}

# A portal of full size fills the memory, and its tables are read past shared_buffers: what these take the system's
# cache lacks. Dynamic shared memory comes from huge pages where the machine has them to spare (docs/operations.md).
bench_settings() {
	local buffers region free
	server_settings
	buffers=$(between 64 $(($(memory) / 4)) 512)
	region=$(awk -v scale="$SCALE" 'BEGIN { mb = int(1000 * scale) + 100; print mb < 1000 ? mb : 1000 }')
	free=$(awk '/^HugePages_Free:/ { pages = $2 } /^Hugepagesize:/ { kb = $2 } END { print int(pages * kb / 1024) }' /proc/meminfo)
	echo "shared_buffers=${buffers}MB"
	# Of the log the same holds: until a checkpoint its segments lie there. So it has the room that the portal leaves.
	echo "max_wal_size=$(between 1 "$(awk -v mb="$(memory)" -v scale="$SCALE" 'BEGIN { print int(mb / 1024 - 24 * scale) }')" 16)GB"
	if [ "$free" -ge $((buffers + region + buffers / 8 + 64)) ]; then
		echo "huge_pages=on"
		echo "min_dynamic_shared_memory=${region}MB"
	fi
}

start_server() {
	local options
	mapfile -t options < <(bench_settings)
	"$top/scripts/cluster.sh" stop "$server"
	"$top/scripts/cluster.sh" start "$server" "${options[@]}"
}

have_portal() {
	[ "$(ask "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()" 2>/dev/null)" = "scale $SCALE" ]
}

own_server() {
	"$top/scripts/setup.sh"
	use_postgres
	private_dir "$server" BENCH_DIR
	"$top/scripts/build.sh" >&2
	local version major
	version=$("$PG_CONFIG" --version)
	major=${version#PostgreSQL }
	major=${major%%[!0-9]*}
	if [ -f "$server/data/PG_VERSION" ] && [ "$(cat "$server/data/PG_VERSION")" != "$major" ]; then
		"$top/scripts/cluster.sh" stop "$server"
		rm -rf "$server/data"
	fi
	step "starting a private server in $server"
	start_server
	if have_portal; then
		step "the portal of scale $SCALE stands: making the extension anew"
		# what a broken-off run changed is changed back while it is known
		[ -z "$(ask "select 1 from pg_namespace where nspname = 'karmayogi_bench'")" ] || undo
		run_psql -c 'drop extension karmayogi cascade' -c 'create extension karmayogi'
	else
		"$bindir/psql" -h "$server" -U postgres -X -q -v ON_ERROR_STOP=1 -d postgres -c 'set client_min_messages = warning' \
			-c "drop database if exists $database with (force)" -c "create database $database"
		run_psql -c 'create extension karmayogi' -c "select karmayogi.create_portal('portal')" >/dev/null
		step "loading a sample portal at scale $SCALE"
		run_psql -v scale="$SCALE" -v schema=portal -f "$top/demo/portal.sql" >&2
		run_psql -c 'vacuum analyze' -c "comment on database $database is 'scale $SCALE'"
	fi
	run_psql -c "select karmayogi.bind_portal('portal')" >/dev/null
	step "entering the register"
	run_psql -v schema=portal -f "$top/demo/register.sql" >/dev/null
}

bound_portal() {
	portal=$(ask "select distinct schema_name from karmayogi.portal_source() where relid is not null")
}

# Everything back as it was, but for the snapshots.
undo() {
	bound_portal
	if [ "$(ask 'select changed from karmayogi_bench.state')" = t ]; then
		step "changing the portal back"
		run_psql -v portal="$portal" -f "$top/bench/change.sql"
	fi
	run_psql -c 'drop schema if exists karmayogi_plain cascade' -c 'drop schema karmayogi_bench cascade'
}

finish() {
	local status=$?
	trap - EXIT
	[ -z "$work" ] || rm -rf "$work"
	rm -rf "$dir/duckdb"
	if [ -n "${BENCH_PGHOST:-}" ]; then
		if [ -n "${host:-}" ] && [ -n "$(ask "select 1 from pg_namespace where nspname = 'karmayogi_bench'" 2>/dev/null)" ]; then
			undo || true
		fi
	elif [ -n "${bindir:-}" ] && [ -d "$server/data" ]; then
		if [ -n "${KEEP:-}" ]; then
			echo "The server runs on: psql -h $server -U postgres $database" >&2
			echo "Stop and delete it: scripts/cluster.sh destroy $server" >&2
		else
			"$top/scripts/cluster.sh" destroy "$server"
		fi
	fi
	give_back
	exit "$status"
}

# Measuring

# Runs a file of bench/ and prints its milliseconds.
timed() { # file, settings, psql's variables...
	local file=$top/bench/$1 settings=$2
	shift 2
	run_psql -A -t -v portal="$portal" -v as_of="$as_of" "$@" -v file="$file" <<-END
		\\o /dev/null
		select karmayogi.portal_is_missing(null);
		$settings
		select extract(epoch from clock_timestamp()) as began \\gset
		\\i :file
		select extract(epoch from clock_timestamp()) as ended \\gset
		\\o
		select round(1000 * (:ended - :began), 3);
	END
}

# Watches the server's memory while a command runs: prints what the command
# prints and, to the file named first, the peaks.
watched() { # file, command...
	local peaks=$1 watcher status=0
	shift
	perl "$top/bench/memory.pl" "$postmaster" "$data" "$region" >"$peaks" &
	watcher=$!
	"$@" || status=$?
	kill "$watcher"
	wait "$watcher" || true
	return "$status"
}

# One run of something: its milliseconds go to a file, or, in the run that is
# watched, its memory.
measure() { # round, key, file, settings, variables...
	local round=$1 key=$2
	shift 2
	if [ "$round" = 0 ]; then
		if [ -n "$postmaster" ]; then
			watched "$work/$key.memory" timed "$@" >/dev/null
		else
			timed "$@" >/dev/null
		fi
	else
		timed "$@" >>"$work/$key.ms"
	fi
}

# A portal of full size and what was measured before have no room in memory side by side. So the portal is read, not
# timed, before each of those that are compared: they find the same of it there. And what was written before is on the
# disk by then, and not on its way there.
warm() { # round
	if [ "$1" != 0 ]; then
		run_psql -c checkpoint
		timed floor-scan.sql 'set jit = off;' >/dev/null
	fi
}

skip() { # key, reason
	echo "$2" >"$work/$1.skip"
}

# The reason that a file of bench/ gives for not being measured, if it does.
not_measured() {
	sed -n '1s/^-- not measured: //p' "$top/bench/$1"
}

refresh_settings() {
	if [ "$has_engine" = 1 ]; then
		echo "set karmayogi.engine = '$1';"
	fi
}

measure_refresh() { # round, engine
	local round=$1 engine=$2 settings computed
	settings=$(refresh_settings "$engine")
	# as before the first refresh and after a restore: empty, and without indexes
	run_psql -c 'truncate karmayogi.official_progress, karmayogi.course_progress' \
		-c 'alter table karmayogi.official_progress drop constraint if exists official_progress_pkey' \
		-c 'drop index if exists karmayogi.official_progress_mdo_id'
	warm "$round"
	measure "$round" "first_$engine" refresh.sql "$settings"
	computed=$(ask 'select engine from karmayogi.snapshot order by snapshot_id desc limit 1')
	[ "$computed" = "$engine" ] ||
		die "the refresh was to be computed by the engine $engine, and was by $computed"
	# of a table that was filled autovacuum takes care before the next night, and not while that is measured
	run_psql -c 'vacuum karmayogi.official_progress, karmayogi.course_progress' -c checkpoint
	run_psql -v portal="$portal" -f "$top/bench/change.sql"
	warm "$round"
	measure "$round" "night_$engine" refresh.sql "$settings"
	written=$(ask "select row_count from karmayogi.refresh_log l where phase = 'publishing' order by snapshot_id desc limit 1")
	warm "$round"
	measure "$round" "same_$engine" refresh.sql "$settings"
}

measure_round() { # 0: watched for memory; 1, 2, ...: timed
	local round=$1 engine
	if wanted floor; then
		measure "$round" count floor-count.sql 'set jit = off;'
		measure "$round" scan floor-scan.sql 'set jit = off;'
		measure "$round" write floor-write.sql 'set jit = off;'
		run_psql -c 'drop table karmayogi_bench.written'
		if [ "$round" != 0 ]; then
			paste <(tail -n 1 "$work/scan.ms") <(tail -n 1 "$work/write.ms") | awk '{ print $1 + $2 }' >>"$work/floor.ms"
		fi
	fi
	if wanted engine && [ -z "$(not_measured engine.sql)" ]; then
		warm "$round"
		measure "$round" engine engine.sql ''
	fi
	if wanted plain; then
		warm "$round"
		measure "$round" plain plain.sql '' -v workers="$workers" -v work_mem="$PLAIN_WORK_MEM"
		# before anything changes, karmayogi's tables are those of the same portal
		[ -n "$compared" ] || compared=$(run_psql -A -t -F ' ' -f "$top/bench/compare.sql")
		run_psql -c 'drop schema karmayogi_plain cascade'
	fi
	if wanted refresh; then
		for engine in $ENGINES; do
			[ -e "$work/first_$engine.skip" ] || measure_refresh "$round" "$engine"
		done
	fi
	run_psql -c 'checkpoint'
}

measure_queries() {
	local md_id name statement n=0 run
	md_id=$(ask 'select md_id from karmayogi.mdo_ranking limit 1')
	while IFS= read -r line; do
		case $line in
			'-- ask: '*) name=${line#-- ask: } ;;
			'--'* | '') ;;
			*)
				n=$((n + 1))
				statement=$line
				echo "$name" >"$work/query_$n.label"
				# in one connection, as readers keep it; the first has read the tables from the disk, and the catalogs.
				# What takes a millisecond is asked often: a disturbance of the machine lasts longer than five of them.
				for ((run = 0; run <= (RUNS > 25 ? RUNS : 25); run++)); do
					echo "explain (analyze, timing off, costs off, summary) $statement;"
				done | run_psql -A -t -v md_id="$md_id" |
					sed -n 's/^Execution Time: \(.*\) ms/\1/p' | sed 1d >"$work/query_$n.ms"
				;;
		esac
	done <"$top/bench/queries.sql"
	queries=$n
}

number_of() { # key of bench/duckdb.mjs's line
	sed -n "s/.*\"$1\":\\[\\{0,1\\}\\([-0-9.,]*\\).*/\\1/p" | tr ',' '\n' | sed '/^$/d'
}

measure_duckdb() {
	local line source began reason='' threads
	threads=$(nproc)
	if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
		reason="node and npm are not installed"
	elif [ ! -d "$dir/npm/node_modules/@duckdb/node-api" ]; then
		step "installing $duckdb_package with npm"
		mkdir -p "$dir/npm"
		npm install --silent --no-fund --no-audit --no-package-lock --prefix "$dir/npm" "$duckdb_package" </dev/null >&2 ||
			reason="npm could not install $duckdb_package"
	fi
	if [ -n "$reason" ]; then
		for source in export load portal typed; do
			skip "duckdb_$source" "$reason"
		done
		return
	fi
	export NODE_PATH=$dir/npm/node_modules
	rm -rf "$dir/duckdb"
	mkdir -p "$dir/duckdb"
	step "DuckDB: taking the tables out of PostgreSQL"
	began=$EPOCHREALTIME
	run_psql -v portal="$portal" -v into="$dir/duckdb" -f "$top/bench/export.sql"
	awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { print 1000 * (b - a) }' >"$work/duckdb_export.ms"
	step "DuckDB: loading"
	line=$(node "$top/bench/duckdb.mjs" load "$dir/duckdb" "$threads" "$DUCKDB_MEMORY" </dev/null)
	number_of portal <<<"$line" >"$work/duckdb_load.ms"
	number_of typed <<<"$line" >"$work/duckdb_convert.ms"
	number_of peak <<<"$line" >"$work/duckdb_load.memory"
	duckdb_version=$(sed -n 's/.*"duckdb":"\([^"]*\)".*/\1/p' <<<"$line")
	rm -f "$dir/duckdb/"*.csv
	for source in portal typed; do
		step "DuckDB: querying, $source"
		line=$(node "$top/bench/duckdb.mjs" query "$dir/duckdb" "$threads" "$DUCKDB_MEMORY" "$source" "$RUNS" "$as_of" </dev/null)
		number_of milliseconds <<<"$line" >"$work/duckdb_$source.ms"
		number_of peak <<<"$line" >"$work/duckdb_$source.memory"
		duckdb_sums=$(sed -n 's/.*"sums":"\([^"]*\)".*/\1/p' <<<"$line")
		[ "$duckdb_sums" = "$(ask "select count(*), sum(enrolled), sum(completed), sum(certificates), sum(learning_seconds),
				sum(last_active_on - date '2000-01-01'), sum(cbp_allotted), sum(cbp_completed), sum(cbp_in_time), sum(cbp_overdue),
				sum(apar_allotted), sum(apar_completed), (select sum(enrolled) from karmayogi.course_progress),
				(select sum(completed) from karmayogi.course_progress), (select sum(certificates) from karmayogi.course_progress)
			from karmayogi.official_progress")" ] || duckdb_differs="$duckdb_differs $source"
	done
	rm -rf "$dir/duckdb"
}

# Printing

# median, least and greatest of a file's numbers
spread() {
	sort -g "$1" | awk '{ v[NR] = $1 }
		END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2; print m, v[1], v[NR] }'
}

# Every figure as a line of the result that is kept: key, label, median, least,
# greatest, peak kB, private kB, shared kB; or "-" and why there is none.
record() { # key, label
	local key=$1 label=$2 memory=- median least most
	[ ! -e "$work/$key.memory" ] || memory=$(cat "$work/$key.memory")
	case $memory in unreadable | '') memory=- ;; esac
	if [ -s "$work/$key.ms" ]; then
		read -r median least most < <(spread "$work/$key.ms")
		printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$key" "$label" "$median" "$least" "$most" "$memory"
	else
		printf '%s\t%s\t-\t-\t%s\t%s\n' "$key" "$label" "$(cat "$work/$key.skip" 2>/dev/null || echo 'not asked for')" "$memory"
	fi
}

record_all() {
	local engine n
	record count 'count(*) of the tables read'
	record scan 'bare parallel scans of the tables read'
	record write "writing official_progress's rows, key and index"
	record floor 'floor: scans and writing'
	record engine 'engine alone'
	for engine in $ENGINES; do
		record "first_$engine" "whole refresh, first fill ($engine)"
		record "night_$engine" "whole refresh, 3 % of the officials changed ($engine)"
		record "same_$engine" "whole refresh, nothing changed ($engine)"
	done
	record plain 'best hand-written SQL'
	record duckdb_portal 'DuckDB, the query on the texts as they are'
	record duckdb_typed 'DuckDB, the query on converted columns'
	record duckdb_export 'DuckDB: CSV out of PostgreSQL, once'
	record duckdb_load 'DuckDB: loading the CSV, once'
	record duckdb_convert 'DuckDB: converting identifiers and dates, once'
	for ((n = 1; n <= queries; n++)); do
		record "query_$n" "$(cat "$work/query_$n.label")"
	done
}

human='function ms(x) { return x < 10 ? sprintf("%.2f", x) : x < 100 ? sprintf("%.1f", x) : sprintf("%.0f", x) }
	function mb(x) { return x == "-" ? "not measured" : sprintf("%.0f", x / 1024) }
	# the median of a line of the result
	function of(key) { return key in median && median[key] != "-" ? median[key] : "" }
	function over(a, b) { return of(a) != "" && of(b) != "" && of(b) > 0 ? sprintf("%.2f", of(a) / of(b)) : "not measured" }'

print_times() { # file
	awk -F '\t' "$human"'
		BEGIN {
			print "| what | median ms | min | max | peak MB | of the floor |"
			print "|---|--:|--:|--:|--:|--:|"
		}
		{ median[$1] = $3 }
		$1 ~ /^query_/ { next }
		$3 == "-" { rows[++n] = sprintf("| %s | not measured: %s | | | | |", $2, $5); keys[n] = ""; next }
		{
			split($6, peak, " ")
			rows[++n] = sprintf("| %s | %s | %s | %s | %s |", $2, ms($3), ms($4), ms($5), $6 == "-" ? "" : mb(peak[1]))
			keys[n] = $1
		}
		END {
			for (i = 1; i <= n; i++)
				print rows[i] (keys[i] == "" ? "" : keys[i] ~ /_(load|export|convert)$/ || of("floor") == "" ? " |" : " " over(keys[i], "floor") " |")
		}' "$1"
}

print_ratios() { # file
	awk -F '\t' "$human"'
		{ median[$1] = $3; memory[$1] = $6 }
		function line(what, value, wanted) { printf "| %s | %s | %s |\n", what, value, wanted }
		END {
			engine = of("first_native") != "" ? "native" : "sql"
			print "| ratio | here | aim |"
			print "|---|--:|--:|"
			line("engine alone / bare parallel scans of the same tables", over("engine", "scan"), "at most 2.5")
			line("engine alone / DuckDB, the query on the texts as they are", over("engine", "duckdb_portal"), "at most 1.0")
			line("engine alone / DuckDB, the query on converted columns", over("engine", "duckdb_typed"), "at most 1.0")
			line("whole refresh, first fill (" engine ") / floor", over("first_" engine, "floor"), "at most 2.5")
			line("whole refresh, 3 % changed (" engine ") / floor", over("night_" engine, "floor"), "at most 2.5")
			line("best hand-written SQL / whole refresh, first fill (" engine ")", over("plain", "first_" engine), "at least 6")
			line("best hand-written SQL / whole refresh, 3 % changed (" engine ")", over("plain", "night_" engine), "at least 6")
			line("best hand-written SQL / engine alone", over("plain", "engine"), "")
		}' "$1"
}

print_queries() { # file
	awk -F '\t' "$human"'
		BEGIN { print "| asked | median ms | min | max | aim |"; print "|---|--:|--:|--:|--:|" }
		$1 ~ /^query_/ { split($2, part, "; "); printf "| %s | %s | %s | %s | %s |\n", part[1], ms($3), ms($4), ms($5), part[2]; n++ }
		END { if (!n) print "| what readers ask | not measured: not asked for | | | |" }' "$1"
}

# The results kept, scale by scale, and what ten times the portal costs.
print_costs() {
	local file files=()
	for file in "$results"/scale-*.tsv; do
		[ ! -e "$file" ] || files+=("$file")
	done
	[ ${#files[@]} -gt 0 ] || die "no results are kept in $results" "scripts/bench.sh makes them."
	mapfile -t files < <(printf '%s\n' "${files[@]}" | sed 's/.*scale-\(.*\)\.tsv$/\1 &/' | sort -g | cut -d ' ' -f 2-)
	awk -F '\t' "$human"'
		FNR == 1 { f++; scale[f] = FILENAME; sub(/.*scale-/, "", scale[f]); sub(/\.tsv$/, "", scale[f]) }
		$1 ~ /^query_|^duckdb_(export|load|convert)$/ { next }
		!($1 in label) { label[$1] = $2; order[++n] = $1 }
		{ value[$1, f] = $3; split($6, peak, " "); kb[$1, f] = $6 == "-" ? "" : peak[1] }
		END {
			printf "| median ms (peak MB) |"
			for (i = 1; i <= f; i++) printf " scale %s |%s", scale[i], (i > 1 ? " x |" : "")
			printf "\n|---|"
			for (i = 1; i <= f; i++) printf "--:|%s", (i > 1 ? "--:|" : "")
			print ""
			for (k = 1; k <= n; k++) {
				printf "| %s |", label[order[k]]
				for (i = 1; i <= f; i++) {
					v = value[order[k], i]
					if (v == "" || v == "-") cell = "not measured"
					else cell = ms(v) (kb[order[k], i] == "" ? "" : " (" mb(kb[order[k], i]) ")")
					printf " %s |", cell
					if (i > 1) {
						w = value[order[k], i - 1]
						printf " %s |", (v > 0 && w > 0 ? sprintf("%.1f", v / w) : "")
					}
				}
				print ""
			}
			for (i = 1; i <= f; i++) at[scale[i]] = i
			refresh = "first_native" in label && value["first_native", f] > 0 ? "first_native" : "first_sql"
			big = value[refresh, at["1"]]; small = value[refresh, at["0.1"]]; peak_kb = kb[refresh, at["1"]]
			print "\n| cost of size | here | aim |\n|---|--:|--:|"
			printf "| time at scale 1 / at scale 0.1, %s | %s | at most 11 |\n", label[refresh], (big > 0 && small > 0 ? sprintf("%.1f", big / small) : "not measured")
			printf "| peak memory at scale 1, %s | %s | at most 1,500 MB |\n", label[refresh], (peak_kb > 0 ? mb(peak_kb) " MB" : "not measured")
		}' "${files[@]}"
}

machine() {
	local cpu
	cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
	echo "Machine: $(nproc) cores (${cpu:-$(uname -m)}), $(($(memory) / 1024)) GB of memory, $(uname -s) $(uname -r)."
	echo "Server: $(ask "select 'PostgreSQL ' || current_setting('server_version')"), $(ask "
		select string_agg(name || ' ' || current_setting(name), ', ' order by name)
		from pg_settings where name in ('shared_buffers', 'work_mem', 'maintenance_work_mem', 'max_parallel_workers_per_gather',
			'max_parallel_workers', 'max_wal_size', 'fsync', 'full_page_writes', 'synchronous_commit', 'wal_level',
			'dynamic_shared_memory_type', 'min_dynamic_shared_memory', 'huge_pages', 'wal_compression', 'karmayogi.refresh_mem')").${duckdb_version:+ DuckDB $duckdb_version, $(nproc) threads, memory_limit $DUCKDB_MEMORY.}"
	echo "Load of the machine when the run began: $load; $(date -u +%F)."
}

print_all() { # file
	local rows
	echo "## Scale $scale_name"
	echo
	machine
	rows=$(ask "select count(*) from \"$portal\".user_detail")
	echo "Portal: $rows rows of user_detail, $(ask "select count(*) from \"$portal\".user_enrolments") enrolments," \
		"$(ask "select count(*) from \"$portal\".cb_plan") rows of plans;" \
		"$(ask "select pg_size_pretty(sum(pg_total_relation_size(c.oid))) from pg_class c
			where c.relnamespace = '\"$portal\"'::regnamespace and c.relkind = 'r'") in all; official_progress: $officials rows."
	if [ -n "$written" ]; then
		echo "A night in which 3 % of the officials change: $written rows of official_progress and course_progress written."
	fi
	if [ -n "$compared" ]; then
		# shellcheck disable=SC2086 # six numbers
		set -- "$1" $compared
		echo "Hand-written SQL against karmayogi: $2 officials compared, $3 differ; $4 courses, $5 differ; $6 figures, $7 differ."
	fi
	if [ -n "$duckdb_sums" ]; then
		echo "DuckDB's sums over officials and courses against karmayogi's:" \
			"$([ -z "$duckdb_differs" ] && echo equal || echo "different ($duckdb_differs )")."
	fi
	echo
	echo "Medians of $RUNS runs, with the least and the greatest."
	echo
	print_times "$1"
	echo
	print_ratios "$1"
	echo
	print_queries "$1"
}

run() {
	check_arguments
	settle
	own_directory
	trap finish EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	if [ -n "${BENCH_PGHOST:-}" ]; then
		use_postgres
	else
		own_server
	fi
	work=$(mktemp -d "$dir/work.XXXXXX")
	load=$(cut -d ' ' -f 1-3 /proc/loadavg)
	scale_name=$SCALE
	compared=
	written=
	duckdb_sums=
	duckdb_differs=
	duckdb_version=
	queries=0

	local round engine reason
	bound_portal
	[ -n "$portal" ] || die "no portal is bound in database $database"
	[ "$(wc -l <<<"$portal")" = 1 ] || die "the portal's tables are bound to several schemas" "The benchmark wants them in one."
	[ -z "$(ask "select 1 from pg_namespace where nspname = 'karmayogi_bench'")" ] || undo
	as_of=$(ask 'select karmayogi.today()')
	workers=$(ask "select current_setting('max_parallel_workers_per_gather')")
	# the first call into the library defines its settings
	has_engine=$(run_psql -A -t -c 'select karmayogi.portal_is_missing(null)' \
		-c "select count(*) from pg_settings where name = 'karmayogi.engine'" | tail -n 1)
	for engine in $ENGINES; do
		reason=
		[ "$has_engine" = 1 ] || [ "$engine" = sql ] || reason="this version has no setting karmayogi.engine"
		wanted refresh || reason="not asked for"
		if [ -n "$reason" ]; then
			skip "first_$engine" "$reason"
			skip "night_$engine" "$reason"
			skip "same_$engine" "$reason"
		fi
	done
	if wanted engine; then
		reason=$(not_measured engine.sql)
		[ -z "$reason" ] || skip engine "$reason"
	fi
	# memory can be watched where the server's processes are ours to read
	postmaster=
	data=
	region=$(ask "select pg_size_bytes(current_setting('min_dynamic_shared_memory')) / 1024")
	if [ "${host#/}" != "$host" ]; then
		data=$(ask 'show data_directory')
		postmaster=$(ask "select split_part(pg_read_file('postmaster.pid'), E'\n', 1)")
		[ -r "/proc/$postmaster/smaps_rollup" ] && cat "/proc/$postmaster/smaps_rollup" >/dev/null 2>&1 || postmaster=
	fi

	step "a first refresh"
	run_psql -c "call karmayogi.refresh(as_of => '$as_of')"
	officials=$(ask 'select count(*) from karmayogi.official_progress')
	run_psql -v portal="$portal" -f "$top/bench/prepare.sql"
	for ((round = $([ "$MEMORY" = no ] && echo 1 || echo 0); round <= RUNS; round++)); do
		step "round $round of $RUNS$([ "$round" != 0 ] || echo ', watched for memory')"
		measure_round "$round"
	done
	undo
	if wanted queries || wanted duckdb; then
		run_psql -c "call karmayogi.refresh(as_of => '$as_of')"
	fi
	! wanted queries || measure_queries
	! wanted duckdb || measure_duckdb

	record_all >"$results/scale-$scale_name.tsv"
	print_all "$results/scale-$scale_name.tsv"
	step "done; the result is kept in $results" >&2
}

case ${1:-run} in
	run) run ;;
	costs) print_costs ;;
	*) sed -n '2,26s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
