#!/usr/bin/env bash
# A private PostgreSQL server for demo, tests and benchmarks: it lives in one
# directory, listens on a Unix socket in it, and touches no other cluster.
#
#   scripts/cluster.sh start DIR [name=value ...]   initdb if needed, start
#   scripts/cluster.sh stop DIR                     stop, keep the data
#   scripts/cluster.sh destroy DIR                  stop and delete
#
# CLUSTER_POSTGRES is the program to start instead of postgres, such as one that
# starts it under another's eyes.
#
# PostgreSQL refuses to run as root: then the system user postgres runs it.
# Connect with: psql -h DIR -U postgres
set -euo pipefail

bin=$(${PG_CONFIG:-pg_config} --bindir)

as_server() {
	if [ "$(id -u)" = 0 ]; then
		# -c: from a directory that the server's user may enter
		(cd / && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

start() {
	local dir=$1
	shift
	if [ ! -d "$dir" ]; then
		mkdir -p "$dir"
		chmod 700 "$dir" # whoever could enter would be trusted
		[ "$(id -u)" != 0 ] || chown postgres: "$dir"
	fi
	if [ ! -f "$dir/data/PG_VERSION" ]; then
		as_server "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 \
			--locale="${CLUSTER_LOCALE:-C.UTF-8}" -N >"$dir.initdb.log" 2>&1 ||
			{ cat "$dir.initdb.log" >&2; exit 1; }
		rm -f "$dir.initdb.log"
	fi
	{
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$dir'"
		for setting in "$@"; do
			echo "${setting%%=*} = '${setting#*=}'"
		done
	} | as_server tee "$dir/data/postgresql.auto.conf" >/dev/null
	as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/server.log" -w -s -t 180 \
		${CLUSTER_POSTGRES:+-p "$CLUSTER_POSTGRES"} start ||
		{ tail -n 20 "$dir/data/server.log" >&2; exit 1; }
}

stop() {
	[ ! -f "$1/data/postmaster.pid" ] ||
		as_server "$bin/pg_ctl" -D "$1/data" -m fast -w -s stop
}

case ${1:-} in
	start) [ $# -ge 2 ] || exit 2; shift; start "$@" ;;
	stop) stop "$2" ;;
	destroy) stop "$2"; rm -rf "$2" ;;
	*) sed -n '2,13s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
