#!/usr/bin/env bash
# Faults at random moments of a refresh, on a private server, each followed by
# the questions: is the published night intact, is anything left behind, does
# the next refresh work?  Where the session outlives the fault they are asked
# while it lives, as one of a pool would, and the next refresh is its own: what
# ends with a session is no proof that a refresh has cleaned up.
#
#   test/stress.sh [ROUNDS]      default 200
#
#   SCALE=0.001     of the sample portal; "fixture": the 400 officials of test/fixture
#   FAULTS="..."    which ones, in this order and again from the start; default: all, by chance
#   SEED=1          another seed, other moments
#   ONCE=0          1: the next refresh is tried only after the last round
#   TRIES=1         so often a round is repeated whose refresh had finished before the fault
#   PG_CONFIG=...   which PostgreSQL; karmayogi is installed there
#
# cancel          pg_cancel_backend; how long it took is told at the end
# timeout         statement_timeout
# lock            lock_timeout, while another session holds a table, of ours or
#                 of the portal
# memory          the backend gets no more memory from the system
# kill            SIGKILL to the backend
# kill_worker     SIGKILL to a parallel worker
# postmaster      SIGKILL to the postmaster
# crash           immediate shutdown and recovery
# disk_main       the database's tablespace is full
# disk_temp       the tablespace for temporary files is full
# shm             /dev/shm is full
#
# The last three, and the count of segments in /dev/shm, need root, who gets
# small file systems and a /dev/shm that nobody else sees; memory needs prlimit
# (util-linux).
# What cannot be done is skipped, and said.
#
# One line per round, "ok" or "not ok"; the exit status says whether all was well.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/../scripts/lib.sh"

rounds=${1:-200}
scale=${SCALE:-0.001}
once=${ONCE:-0}
tries=${TRIES:-1}
RANDOM=${SEED:-1}
case $rounds in '' | *[!0-9]*) die "ROUNDS is a number" ;; esac
use_postgres

# A mount namespace of our own.
if is_root && [ -z "${STRESS_MOUNTS:-}" ]; then
	if unshare -m sh -c 'mount -t tmpfs -o size=1m tmpfs /dev/shm' 2>/dev/null; then
		STRESS_MOUNTS=1 exec unshare -m "$0" "$@"
	fi
	STRESS_MOUNTS=0
fi
mounts=${STRESS_MOUNTS:-0}

tmp=$(mktemp -d "$(server_tmp)/karmayogi-stress.XXXXXX")
server=$tmp/server
victim=
holder=
finish() {
	[ -z "$victim" ] || kill "$victim" 2>/dev/null || true
	[ -z "$holder" ] || kill "$holder" 2>/dev/null || true
	"$top/scripts/cluster.sh" stop "$server" >/dev/null 2>&1 || true
	if [ "$mounts" = 1 ]; then
		umount "$tmp/main" "$tmp/temp" 2>/dev/null || true
	fi
	rm -rf "$tmp"
	give_back
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

mkdir "$tmp/main" "$tmp/temp"
if [ "$mounts" = 1 ]; then
	mount -t tmpfs -o size=256m,mode=1777 tmpfs /dev/shm
	mount -t tmpfs -o size=2g tmpfs "$tmp/main"
	mount -t tmpfs -o size=256m tmpfs "$tmp/temp"
fi
if is_root; then
	chown postgres: "$tmp" "$tmp/main" "$tmp/temp"
fi
chmod 711 "$tmp"

export PGHOST=$server PGUSER=postgres PGDATABASE=stress PGOPTIONS='-c client_min_messages=warning'
as_server() {
	if is_root; then
		(cd / && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}
start() {
	"$top/scripts/cluster.sh" start "$server" fsync=off shared_buffers=64MB max_wal_size=512MB \
		max_connections=20 autovacuum=off restart_after_crash=on log_min_messages=warning timezone=UTC \
		max_parallel_workers_per_gather=2 min_parallel_table_scan_size=0
}
query() {
	"$bindir/psql" -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}
start
query -d postgres -c "create tablespace main location '$tmp/main'" -c "create tablespace temp location '$tmp/temp'" \
	-c 'create database stress tablespace main'
query -c 'create extension karmayogi' >/dev/null
portal=portal
if [ "$scale" = fixture ]; then
	portal=night
	{ echo 'begin;'; echo "\\i '$top/test/fixture/portal.sql'"; echo 'commit;'; } | query -f - >/dev/null
else
	query -c "select karmayogi.create_portal('portal')" >/dev/null
	query -v scale="$scale" -v schema=portal -v generated_on='2026-10-01 02:10:00' -f "$top/demo/portal.sql" >/dev/null
	query -c "select karmayogi.bind_portal('portal')" >/dev/null
	query -v scale="$scale" -v schema=portal -f "$top/demo/register.sql" >/dev/null
fi
first=2026-10-01

# What must not change when a refresh fails: every row of the extension's tables.
# What must not be left: tables of the computation, locks, prepared transactions.
query <<'SQL'
create schema stress;
create function stress.everything() returns text language plpgsql as $$
declare
	relation text;
	total numeric := 0;
	hash numeric;
begin
	for relation in select c.oid::regclass::text from pg_class c
		where c.relnamespace = 'karmayogi'::regnamespace and c.relkind = 'r' order by 1
	loop
		execute format('select coalesce(sum(hashtextextended(t::text, 0)), 0) from %s t', relation) into hash;
		total := total * 31 % 1e30 + hash;
	end loop;
	return total::text;
end
$$;
-- one word for each thing that is wrong
create function stress.wrong() returns text language sql as $$
	select concat_ws(' ',
		(select 'broken-seal' from karmayogi.snapshot s having not bool_and(karmayogi.verify_seal(s.snapshot_id))),
		(select 'stage-tables' from pg_class where relnamespace = 'karmayogi_stage'::regnamespace having count(*) > 0),
		(select 'advisory-locks' from pg_locks where locktype = 'advisory' having count(*) > 0),
		(select 'prepared' from pg_prepared_xacts having count(*) > 0),
		(select 'half-officials' where (select count(*) from karmayogi.official_progress) is distinct from
			(select u.registered from karmayogi.snapshot_unit u where u.level = 'government' order by u.snapshot_id desc limit 1)),
		(select 'half-ranking' where (select sum(m.registered) from karmayogi.mdo_ranking m) >
			(select u.registered from karmayogi.snapshot_unit u where u.level = 'government' order by u.snapshot_id desc limit 1)))
$$;
-- files of this database that no relation has
create function stress.known_files() returns setof text language sql as $$
	select distinct regexp_replace(pg_relation_filepath(c.oid), '.*/', '') from pg_class c where pg_relation_filepath(c.oid) is not null
$$;
SQL

day=0
refresh() { # engine and passes, settings, force; to "$tmp/refresh.sql": one more night
	day=$((day + 1))
	cat >"$tmp/refresh.sql" <<SQL
set application_name = 'victim';
${2:-}
set karmayogi.engine = '${1%%:*}';
set karmayogi.debug_passes = ${1##*:};
\\timing off
select pg_backend_pid() \\g $tmp/pid
call karmayogi.refresh(date '$first' + $day, ${3:-false});
SQL
}
engines=(native:1 sql:1 auto:1 native:3)
declare -A took=()
for engine in native:1 "${engines[@]}"; do
	t=${EPOCHREALTIME/./}
	refresh "$engine"
	query -f "$tmp/refresh.sql" >/dev/null
	took[$engine]=$(((${EPOCHREALTIME/./} - t) / 1000))
	echo "# a whole refresh, $engine: ${took[$engine]} ms"
done

segments() {
	[ "$mounts" = 1 ] && find /dev/shm -name 'PostgreSQL.*' -printf '%s\n' | awk '{ s += $1 } END { print int(s / 1024) }' || echo 0
}
large_segments() {
	[ "$mounts" != 1 ] || find /dev/shm -name 'PostgreSQL.*' -size +1024k | wc -l
}
# relation files that no relation has, and how many kB they are
orphans() {
	query -c checkpoint
	query -c 'select * from stress.known_files()' | sort >"$tmp/known"
	find "$tmp/main" -path "*/$database/*" -type f -printf '%f %s\n' 2>/dev/null |
		awk -v known="$tmp/known" '
			BEGIN { while ((getline line < known) > 0) k[line] = 1 }
			{ name = $1; sub(/[._].*/, "", name) }
			name ~ /^t?[0-9]+$/ && !(name in k) { n++; s += $2 }
			END { print n + 0, int(s / 1024) }'
}
database=$(query -c 'select oid from pg_database where datname = current_database()')
segments0=$(segments)
large0=$(large_segments)
free_kb() {
	df -k --output=avail "$1" | tail -n 1 | tr -d ' '
}
ballast() { # where, how many kB it leaves free
	local kb=$(($(free_kb "$1") - $2))
	[ "$kb" -le 0 ] || fallocate -l "${kb}K" "$1/ballast"
}
server_is_up() {
	local i
	for ((i = 0; i < 600; i++)); do
		query -d postgres -c 'select 1' >/dev/null 2>&1 && return
		sleep 0.05
	done
	return 1
}

all=(cancel cancel timeout lock memory kill kill_worker postmaster crash disk_main disk_temp shm)
if [ -n "${FAULTS:-}" ]; then
	read -ra all <<<"$FAULTS"
fi
failed=0
finished=0
tried=0
try=1
declare -A skipped=() rounds_of=() struck=()
latencies=$tmp/latencies
: >"$latencies"
left_files=0
left_kb=0
crashes=0
query -c 'vacuum'
before=$(query -c 'select stress.everything()')
for ((round = 1; round <= rounds; round++)); do
	if [ -n "${FAULTS:-}" ]; then
		fault=${all[(round - 1) % ${#all[@]}]}
	else
		fault=${all[(RANDOM >> 4) % ${#all[@]}]}
	fi
	engine=${engines[(RANDOM >> 4) % ${#engines[@]}]}
	delay=$(((RANDOM * 32768 + RANDOM) % (${took[$engine]} + 1)))
	settings='' expected='' wanted='' force=false
	# a refresh takes most of its memory early
	[ "$fault" != memory ] || delay=$((delay / 4))
	case $fault in
		disk_main | disk_temp | shm) [ "$mounts" = 1 ] || { skipped[$fault]=root; continue; } ;;
		memory) command -v prlimit >/dev/null || { skipped[$fault]=prlimit; continue; } ;;
	esac
	rm -f "$tmp/pid"
	case $fault in
		cancel)
			expected='canceling statement due to user request' ;;
		timeout)
			settings="set statement_timeout = $((delay + 20));"
			expected='canceling statement due to statement timeout' ;;
		lock)
			tables=(karmayogi.score karmayogi.official_progress karmayogi.indicator_value karmayogi.snapshot_unit
				karmayogi.course_progress karmayogi.strength karmayogi.report "$portal.user_enrolments")
			wanted=${tables[(RANDOM >> 4) % ${#tables[@]}]}
			# what is being written refuses, unless it is forced
			[ "$wanted" != "$portal.user_enrolments" ] || force=true
			query -c "begin; set application_name = 'holder'; lock table $wanted in access exclusive mode; select pg_sleep(600)" >/dev/null 2>&1 &
			holder=$!
			settings='set lock_timeout = 200;'
			expected='canceling statement due to lock timeout'
			for ((i = 0; i < 200; i++)); do
				[ -z "$(query -c "select 1 from pg_locks where relation = '$wanted'::regclass and mode = 'AccessExclusiveLock' and granted")" ] || break
				sleep 0.02
			done ;;
		memory)
			expected='out of memory|could not (map|attach|create|resize).*shared memory|failed on request|Cannot allocate memory' ;;
		kill | kill_worker | crash)
			expected='server closed the connection|terminating connection|connection to server|the database system is' ;;
		postmaster)
			expected='server closed the connection|terminating connection|connection to server|unexpected postmaster exit' ;;
		disk_main)
			wanted=$((RANDOM % (1 << (RANDOM % 15))))
			ballast "$tmp/main" "$wanted"
			expected='No space left on device|could not extend file' ;;
		disk_temp)
			wanted=$((RANDOM % (1 << (RANDOM % 10))))
			settings="set temp_tablespaces = temp; set karmayogi.refresh_mem = '64MB';"
			ballast "$tmp/temp" "$wanted"
			expected='No space left on device' ;;
		shm)
			wanted=$((RANDOM * 2 % (1 << (4 + RANDOM % 13))))
			ballast /dev/shm "$wanted"
			expected='No space left on device|the native engine cannot compute this refresh' ;;
		*) die "there is no fault \"$fault\"" ;;
	esac

	refresh "$engine" "$settings" "$force"
	cat >>"$tmp/refresh.sql" <<SQL
select extract(epoch from clock_timestamp()) \\g $tmp/after
\\! echo >$tmp/outlived
\\! until [ -e $tmp/go ] || [ ! -d $tmp ]; do sleep 0.02; done
\\echo the next refresh
\\i $tmp/next.sql
SQL
	rm -f "$tmp/after" "$tmp/sent" "$tmp/outlived" "$tmp/go"
	: >"$tmp/next.sql"
	"$bindir/psql" -X -q -A -t -f "$tmp/refresh.sql" >"$tmp/victim.out" 2>&1 &
	victim=$!
	for ((i = 0; i < 500; i++)); do
		[ ! -s "$tmp/pid" ] || break
		sleep 0.01
	done
	pid=$(cat "$tmp/pid" 2>/dev/null || echo 0)
	sleep "$((delay / 1000)).$(printf '%03d' $((delay % 1000)))"
	down=0
	case $fault in
		cancel)
			query -c "select extract(epoch from clock_timestamp()), pg_cancel_backend($pid)" >"$tmp/sent" ;;
		memory)
			size=$(awk '/^VmSize/ { print $2 * 1024 }' "/proc/$pid/status" 2>/dev/null || true)
			# as the backend's user: that takes no privilege
			if [ -n "$size" ] && ! as_server prlimit --pid "$pid" --as="$((size + RANDOM * 32))" && [ -d "/proc/$pid" ]; then
				skipped[$fault]='prlimit that works'
			fi ;;
		kill)
			# not 0, which would be everybody here
			[ "$pid" = 0 ] || kill -KILL "$pid" 2>/dev/null || true ;;
		kill_worker)
			# the next one there is; of a refresh that has none any more nobody is killed, and it publishes
			worker=$(query -f - 2>&1 <<-SQL | sed -n 's/.*WARNING: *worker \([0-9][0-9]*\)$/\1/p'
				do \$\$
				declare
				    worker int;
				begin
				    for i in 1 .. 20000 loop
				        select a.pid into worker from pg_stat_activity a where a.leader_pid = $pid and a.pid <> $pid limit 1;
				        exit when found or not exists (select from pg_stat_activity a where a.pid = $pid);
				        perform pg_stat_clear_snapshot(), pg_sleep(0.0005);
				    end loop;
				    raise warning 'worker %', worker;
				end
				\$\$;
			SQL
			)
			[ -z "$worker" ] || kill -KILL "$worker" 2>/dev/null || true ;;
		postmaster)
			kill -KILL "$(head -n 1 "$server/data/postmaster.pid")"
			down=1 ;;
		crash)
			as_server "$bindir/pg_ctl" -D "$server/data" -m immediate -w -s stop
			down=1 ;;
	esac
	problems=
	for ((i = 0; i < 2400; i++)); do
		[ ! -e "$tmp/outlived" ] && kill -0 "$victim" 2>/dev/null || break
		sleep 0.05
	done
	if [ ! -e "$tmp/outlived" ]; then
		if kill -0 "$victim" 2>/dev/null; then
			problems="hangs"
			kill "$victim" 2>/dev/null || true
		fi
		wait "$victim" 2>/dev/null || true
		victim=
	fi
	tried=$((tried + 1))
	rm -f "$tmp/main/ballast" "$tmp/temp/ballast"
	[ "$mounts" != 1 ] || rm -f /dev/shm/ballast
	if [ -n "$holder" ]; then
		query -c "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'holder'" >/dev/null
		wait "$holder" 2>/dev/null || true
		holder=
	fi
	if [ "$down" = 1 ]; then
		# those whom the postmaster left go by themselves; until then the new one refuses
		for ((i = 0; i < 100; i++)); do
			! start >/dev/null 2>&1 || break
			sleep 0.1
		done
	fi
	server_is_up || { cat "$server/data/server.log"; echo "not ok $round - $fault: the server does not come up"; exit 1; }

	# how it ended
	said=$(grep -E '(ERROR|FATAL|PANIC|server closed|connection to server)' "$tmp/victim.out" | head -n 1 | sed 's/^psql:[^ ]* //') || true
	after=$(query -c 'select stress.everything()')
	if [ -z "$said" ]; then
		finished=$((finished + 1))
		ended=published
		[ "$after" != "$before" ] || problems="$problems nothing-published"
	else
		ended=$said
		grep -qE "$expected" "$tmp/victim.out" || problems="$problems unexpected-error"
		# a connection may break after COMMIT
		if [ "$after" != "$before" ]; then
			case $fault in
				kill | kill_worker | crash | postmaster)
					[ "$(query -c "select max(as_of) = date '$first' + $day from karmayogi.snapshot")" = t ] || problems="$problems changed" ;;
				*) problems="$problems changed" ;;
			esac
		fi
	fi
	problems="$problems $(query -c 'select stress.wrong()')"
	if [ -n "$(find "$server/data/base/pgsql_tmp" "$tmp"/*/*/pgsql_tmp -type f 2>/dev/null | head -n 1)" ]; then
		problems="$problems temporary-files"
	fi
	if [ "$mounts" = 1 ] && [ "$(segments)" -gt $((segments0 + 4096)) ]; then
		# A process that dies while it makes a segment has not told PostgreSQL of it yet: that one stays, and no other.
		case $fault in
			kill | kill_worker | crash | postmaster) making=1 ;;
			*) making=0 ;;
		esac
		if [ "$making" = 1 ] && [ "$(large_segments)" = $((large0 + 1)) ]; then
			ended="$ended; leaves a segment that was being made, $(($(segments) - segments0)) kB"
			segments0=$(segments)
			large0=$(large_segments)
		else
			problems="$problems segments-in-shm:$(segments)kB"
		fi
	fi
	read -r files kb <<<"$(orphans)"
	if [ "$files" -gt "$left_files" ]; then
		case $fault in
			kill | kill_worker | crash | postmaster) crashes=$((crashes + 1)) ;;
			*) problems="$problems relation-files" ;;
		esac
		ended="$ended; leaves $((files - left_files)) files, $((kb - left_kb)) kB"
	fi
	left_files=$files
	left_kb=$kb
	if [ -s "$tmp/sent" ] && [ -s "$tmp/after" ] && [ -n "$said" ]; then
		awk -F'|' -v engine="${engine%%:*}" 'NR == FNR { sent = $1; next } { printf "%.1f %s\n", ($1 - sent) * 1000, engine }' "$tmp/sent" "$tmp/after" >>"$latencies"
		ended="$ended after $(tail -n 1 "$latencies" | cut -d' ' -f1) ms"
	fi
	# the next one, of the same session where that still has a server and memory
	rounds_of[$fault]=$((${rounds_of[$fault]:-0} + 1))
	[ -z "$said" ] || struck[$fault]=$((${struck[$fault]:-0} + 1))
	next=$([ "$once" = 1 ] && [ "$round" != "$rounds" ] || echo yes)
	refresh "${engines[(RANDOM >> 4) % ${#engines[@]}]}"
	own=
	if [ -n "$victim" ]; then
		case $next$fault in
			*memory | *kill | *kill_worker | *postmaster | *crash) ;;
			yes*)
				own=yes
				{
					echo 'reset statement_timeout; reset lock_timeout; reset temp_tablespaces; reset karmayogi.refresh_mem;'
					cat "$tmp/refresh.sql"
				} >"$tmp/next.sql" ;;
		esac
		touch "$tmp/go"
		wait "$victim" 2>/dev/null || true
		victim=
	fi
	if [ -n "$next" ]; then
		if [ -n "$own" ]; then
			sed '1,/^the next refresh$/d' "$tmp/victim.out" >"$tmp/next.out"
		elif ! query -f "$tmp/refresh.sql" >"$tmp/next.out" 2>&1; then
			echo ERROR >>"$tmp/next.out"
		fi
		if ! grep -qE 'ERROR|FATAL|PANIC|server closed' "$tmp/next.out"; then
			problems="$problems $(query -c 'select stress.wrong()')"
			[ "$(query -c 'select stress.everything()')" != "$after" ] || problems="$problems next-refresh-published-nothing"
		else
			problems="$problems next-refresh: $(head -n 1 "$tmp/next.out" | tr -d "'")"
		fi
	fi
	# history does not make the rounds longer
	query -c 'delete from karmayogi.snapshot where snapshot_id < (select max(snapshot_id) - 2 from karmayogi.snapshot)'
	[ $((round % 10)) != 0 ] || query -c 'vacuum'
	before=$(query -c 'select stress.everything()')
	problems=$(xargs <<<"$problems")
	if [ -n "$problems" ]; then
		failed=$((failed + 1))
		echo "not ok $round - $fault${wanted:+ $wanted} at $delay ms, $engine: $ended: $problems"
		sed 's/^/#     /' "$tmp/victim.out" | head -n 20
	else
		echo "ok $round - $fault${wanted:+ $wanted} at $delay ms, $engine: $ended"
	fi
	if [ -z "$said" ] && [ "$try" -lt "$tries" ]; then
		try=$((try + 1))
		round=$((round - 1))
	else
		try=1
	fi
done

for fault in "${!skipped[@]}"; do
	echo "# skipped: $fault, which needs ${skipped[$fault]}"
done
if [ -s "$latencies" ]; then
	for engine in native sql auto; do
		{ grep " $engine" "$latencies" || true; } | cut -d' ' -f1 | sort -n | awk -v engine="$engine" '
			{ v[NR] = $1 }
			END { if (NR) printf "# cancelled, %s: %d times; ms from pg_cancel_backend to the next statement: median %s, 90%% %s, 99%% %s, most %s\n",
				engine, NR, v[int((NR + 1) / 2)], v[int(NR * 0.9 + 0.9999)], v[int(NR * 0.99 + 0.9999)], v[NR] }'
	done
fi
for fault in $(printf '%s\n' "${!rounds_of[@]}" | sort); do
	echo "# $fault: ${rounds_of[$fault]} rounds, struck ${struck[$fault]:-0} times"
done
echo "# $finished of $tried refreshes had finished before the fault or in spite of it"
echo "# relation files left by crashes: $left_files, $left_kb kB, in $crashes rounds"
grep -E 'PANIC:|TRAP:|terminated by signal (11|6)' "$server/data/server.log" | sed 's/^/# /' || true
if grep -qE 'PANIC:|TRAP:|terminated by signal (11|6)' "$server/data/server.log"; then
	failed=$((failed + 1))
fi
echo "# $((tried - failed)) refreshes well, $failed not"
[ "$failed" = 0 ]
