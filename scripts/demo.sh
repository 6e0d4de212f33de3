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
	mapfile -t options < <(server_settings)
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
	private_dir "$dir" DEMO_DIR
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
