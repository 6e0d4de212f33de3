#!/usr/bin/env bash
# Shows karmayogi at work: a private server, a realistic sample portal, one
# refresh, and what comes out of it.
#
#   scripts/demo.sh              set up, build, load, refresh, report (make demo)
#   scripts/demo.sh report       the report again
#   scripts/demo.sh stop         stop the server, keep its data
#   scripts/demo.sh start        start it again with its data
#   scripts/demo.sh destroy      stop the server and delete its directory
#
#   SCALE=0.001                  size of the portal; 1 is today's: 15 million officials
#   DEMO_DIR=...                 where the server lives (default: below)
#   PG_CONFIG=...                which PostgreSQL
#
# The server listens on a socket in its directory only, which nobody but its
# owner (and root) can enter. It runs on after the demo until it is stopped.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

SCALE=${SCALE:-0.001}
database=karmayogi_demo

# PostgreSQL does not run as root: then the user postgres must reach the place.
if [ -n "${DEMO_DIR:-}" ]; then
	dir=$(realpath -m "$DEMO_DIR")
elif is_root; then
	dir=/var/tmp/karmayogi-demo
else
	dir=${XDG_STATE_HOME:-${HOME:?is not set}/.local/state}/karmayogi-demo
fi

server_user=$(id -un)
if is_root; then
	server_user=postgres
fi

check_scale() {
	if ! [[ $SCALE =~ ^([0-9]+\.?[0-9]*|\.[0-9]+)$ ]] ||
		! awk -v s="$SCALE" 'BEGIN { exit !(s + 0 > 0 && s + 0 <= 1) }'; then
		die "SCALE must be a number greater than 0 and at most 1, not \"$SCALE\"" \
			"1 is the size of today's portal, 0.001 a thousandth of it: make demo SCALE=0.001"
	fi
}

# The directory must be ours alone: whoever can enter it is the server's superuser.
check_dir() {
	[ ${#dir} -le 90 ] ||
		die "the path of the demo's directory is too long for a socket: $dir" \
			"Set DEMO_DIR to a shorter one."
	[ ! -L "$dir" ] || die "$dir is a symbolic link" "Set DEMO_DIR to another directory."
	if [ -e "$dir" ]; then
		if [ "$(stat -c %U "$dir")" != "$server_user" ] ||
			{ [ -n "$(ls -A "$dir")" ] && [ ! -f "$dir/data/PG_VERSION" ]; }; then
			die "$dir exists and is not a demo's directory of $server_user" \
				"Set DEMO_DIR to another directory."
		fi
	else
		mkdir -p "$(dirname "$dir")"
		mkdir -m 700 "$dir"
		! is_root || chown postgres: "$dir"
	fi
	chmod 700 "$dir"
	if is_root && ! (cd / && runuser -u postgres -- test -w "$dir"); then
		rmdir --ignore-fail-on-non-empty "$dir"
		die "the user postgres, who runs the server when root asks, cannot reach $dir" \
			"Set DEMO_DIR to a directory below one that everybody may enter."
	fi
}

# Memory in MB: the machine's, or what a container is allowed of it.
memory() {
	local have limit
	have=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
	limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || true)
	case $limit in
		'' | *[!0-9]*) ;;
		*) [ $((limit / 1048576)) -ge "$have" ] || have=$((limit / 1048576)) ;;
	esac
	echo "$have"
}

between() { # least, value, most
	local value=$2
	[ "$value" -ge "$1" ] || value=$1
	[ "$value" -le "$3" ] || value=$3
	echo "$value"
}

settings() {
	local ram cpus
	ram=$(memory)
	cpus=$(nproc)
	echo "shared_buffers=$(between 64 $((ram / 4)) 8192)MB"
	echo "effective_cache_size=$(between 128 $((ram / 2)) 65536)MB"
	echo "work_mem=$(between 8 $((ram / 64)) 512)MB"
	echo "maintenance_work_mem=$(between 64 $((ram / 16)) 2048)MB"
	echo "max_parallel_workers_per_gather=$(between 1 "$cpus" 8)"
	echo "max_parallel_workers=$(between 2 "$cpus" 32)"
	echo "max_worker_processes=$(between 8 $((cpus + 4)) 40)"
	echo "max_wal_size=8GB"
	echo "checkpoint_timeout=30min"
	echo "timezone=Asia/Kolkata"
	# Containers often have a /dev/shm too small for a parallel hash join.
	if [ "$(df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 { print $2 }')" -lt 1024 ] 2>/dev/null; then
		echo "dynamic_shared_memory_type=mmap"
	fi
}

step() {
	printf '%5d s  %s\n' "$SECONDS" "$*"
}

run_psql() {
	"$bindir/psql" -h "$dir" -U postgres -d "$database" -X -q -v ON_ERROR_STOP=1 -P pager=off "$@"
}

report() {
	run_psql -f "$top/demo/report.sql"
}

start() {
	local options
	mapfile -t options < <(settings)
	"$top/scripts/cluster.sh" start "$dir" "${options[@]}"
}

stop() {
	"$top/scripts/cluster.sh" stop "$dir"
}

have_demo() {
	[ -f "$dir/data/PG_VERSION" ] ||
		die "there is no demo in $dir" "make demo makes it; DEMO_DIR says where."
}

run() {
	check_scale
	"$top/scripts/setup.sh"
	use_postgres
	check_dir
	"$top/scripts/build.sh"

	local major version
	version=$("$PG_CONFIG" --version)
	major=${version#PostgreSQL }
	major=${major%%[!0-9]*}
	stop
	if [ -f "$dir/data/PG_VERSION" ] && [ "$(cat "$dir/data/PG_VERSION")" != "$major" ]; then
		step "deleting the data of an older PostgreSQL in $dir"
		rm -rf "$dir/data"
	fi
	step "starting a private server in $dir"
	start
	trap 'echo "The demo broke off. The server runs on, its log is $dir/data/server.log"' EXIT

	step "making the database $database anew"
	"$bindir/psql" -h "$dir" -U postgres -X -q -v ON_ERROR_STOP=1 -d postgres \
		-c 'set client_min_messages = warning' \
		-c "drop database if exists $database with (force)" \
		-c "create database $database"
	run_psql -c 'create extension karmayogi' -c "select karmayogi.create_portal('portal')" >/dev/null

	step "loading a sample portal at scale $SCALE"
	run_psql -v scale="$SCALE" -v schema=portal -f "$top/demo/portal.sql"
	run_psql -c "select karmayogi.bind_portal('portal')" >/dev/null
	step "entering what only people know: strengths, orders, reports"
	run_psql -v scale="$SCALE" -v schema=portal -f "$top/demo/register.sql" >/dev/null
	step "refreshing: every indicator, score and rank"
	run_psql -c "call karmayogi.refresh()"
	step "done"

	trap - EXIT
	report
	echo "Connect:  psql -h $dir -U postgres $database"
	echo "Stop:     ${DEMO_DIR:+DEMO_DIR=$dir }scripts/demo.sh stop      (destroy instead of stop deletes the data too)"
}

case ${1:-run} in
	run) run ;;
	report)
		use_postgres
		have_demo
		report
		;;
	start)
		use_postgres
		have_demo
		stop
		start
		;;
	stop) use_postgres; stop ;;
	destroy)
		use_postgres
		have_demo
		"$top/scripts/cluster.sh" destroy "$dir"
		;;
	*) sed -n '2,14s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
