# shellcheck shell=bash disable=SC2034 # the variables are for those who source this
# What setup, build, test, demo and bench have in common; sourced, never run.
#
# The callers must give the same result on every machine, so whatever in the
# environment could lead psql or make elsewhere is taken away here.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
oldest_major=15

# runuser lives in a directory that is not in everybody's PATH.
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C.UTF-8 PGCLIENTENCODING=UTF8

# A make above us would pass its options on to ours, and the caller's PGHOST,
# PGSERVICE, ... would lead psql away from the private server.
unset MAKEFLAGS MFLAGS MAKELEVEL CDPATH
for name in ${!PG@}; do
	case $name in
		PG_CONFIG | PGCLIENTENCODING) ;;
		*) unset "$name" ;;
	esac
done

say() {
	printf 'karmayogi: %s\n' "$*"
}

die() {
	printf 'karmayogi: error: %s\n' "$1" >&2
	shift
	[ $# -eq 0 ] || printf '    %s\n' "$@" >&2
	exit 1
}

# Where directories may be made that the user who runs a server can get at.
server_tmp() {
	if is_root && ! (cd / && runuser -u postgres -- test -x "${TMPDIR:-/tmp}"); then
		echo /tmp
	else
		echo "${TMPDIR:-/tmp}"
	fi
}

is_root() {
	[ "$(id -u)" = 0 ]
}

# Whether as_root can work. Without a terminal nobody could type a password.
can_be_root() {
	is_root && return
	command -v sudo >/dev/null || return
	[ -t 0 ] || sudo -n true 2>/dev/null
}

as_root() {
	if is_root; then
		"$@"
	elif [ -t 0 ]; then
		sudo "$@"
	else
		sudo -n "$@"
	fi
}

# Newest installed server that karmayogi can run on, as its major version.
installed_major() {
	local postgres major newest=
	for postgres in /usr/lib/postgresql/*/bin/postgres; do
		[ -x "$postgres" ] || continue
		major=${postgres#/usr/lib/postgresql/}
		major=${major%%/*}
		case $major in *[!0-9]*) continue ;; esac
		if [ "$major" -ge "$oldest_major" ] && [ "$major" -gt "${newest:-0}" ]; then
			newest=$major
		fi
	done
	echo "$newest"
}

# Sets and exports PG_CONFIG (the caller's, else that of the newest installed
# server) and bindir. Debian's /usr/bin/pg_config speaks of the newest libpq,
# which need not be a server's.
use_postgres() {
	if [ -z "${PG_CONFIG:-}" ]; then
		local major
		major=$(installed_major)
		[ -n "$major" ] ||
			die "no PostgreSQL server of version $oldest_major or later is installed" \
				"scripts/setup.sh installs one."
		PG_CONFIG=/usr/lib/postgresql/$major/bin/pg_config
	fi
	PG_CONFIG=$(command -v "$PG_CONFIG") ||
		die "PG_CONFIG names no program" "Set it to the full path of a server's pg_config."
	export PG_CONFIG
	bindir=$("$PG_CONFIG" --bindir)
}

# Prints the clang that can build the fuzz targets: CLANG, else clang or the
# newest clang-N, if its runtime library is there. Without one it says nothing.
fuzzing_clang() {
	local compiler
	for compiler in ${CLANG:-clang $(compgen -c clang- | grep -xE 'clang-[0-9]+' | sort -ru -t- -k2n)}; do
		if echo 'int LLVMFuzzerTestOneInput(const char *d, long n) { return 0; }' |
			"$compiler" -w -x c -fsanitize=fuzzer,address,undefined -o /dev/null - 2>/dev/null; then
			echo "$compiler"
			return
		fi
	done
}

# SCALE, the size of a sample portal.
check_scale() {
	if ! [[ $SCALE =~ ^([0-9]+\.?[0-9]*|\.[0-9]+)$ ]] ||
		! awk -v s="$SCALE" 'BEGIN { exit !(s + 0 > 0 && s + 0 <= 1) }'; then
		die "SCALE must be a number greater than 0 and at most 1, not \"$SCALE\"" \
			"1 is the size of today's portal, 0.001 a thousandth of it."
	fi
}

# A directory for a private server, made if need be. It must be ours alone: whoever
# can enter it is the server's superuser.
private_dir() { # directory, variable that names it
	local dir=$1 variable=$2 server_user=postgres
	is_root || server_user=$(id -un)
	[ ${#dir} -le 90 ] ||
		die "the path of the server's directory is too long for a socket: $dir" \
			"Set $variable to a shorter one."
	[ ! -L "$dir" ] || die "$dir is a symbolic link" "Set $variable to another directory."
	if [ -e "$dir" ]; then
		if [ "$(stat -c %U "$dir")" != "$server_user" ] ||
			{ [ -n "$(ls -A "$dir")" ] && [ ! -f "$dir/data/PG_VERSION" ]; }; then
			die "$dir exists and is not a private server's directory of $server_user" \
				"Set $variable to another directory."
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
			"Set $variable to a directory below one that everybody may enter."
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

# Settings of a private server that has the machine for itself, one name=value a line.
server_settings() {
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
	# of a night most goes to the log as whole pages
	if "$PG_CONFIG" --configure | grep -q -e --with-lz4; then
		echo "wal_compression=lz4"
	fi
	# Containers often have a /dev/shm too small for a parallel hash join.
	if [ "$(df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 { print $2 }')" -lt 1024 ] 2>/dev/null; then
		echo "dynamic_shared_memory_type=mmap"
	fi
}

# root builds and tests in somebody's checkout: what it made there must not
# stand in the way of that person's next build.
give_back() {
	local owner
	is_root || return 0
	owner=$(stat -c %u "$top")
	[ "$owner" != 0 ] || return 0
	find "$top" -name .git -prune -o -user 0 -exec chown -h --reference="$top" {} +
}
