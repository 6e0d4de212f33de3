#!/usr/bin/env bash
# Writes docs/indicators.md anew from the catalogue of the indicators, as it is
# in sql/: builds, installs, and asks a private server that is gone at the end.
#
#   scripts/indicators.sh
#   PG_CONFIG=...                which PostgreSQL
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

"$top/scripts/setup.sh"
use_postgres
"$top/scripts/build.sh"

tmp=$(mktemp -d /tmp/karmayogi-docs.XXXXXX)
if is_root; then
	chown postgres: "$tmp"
fi
finish() {
	"$top/scripts/cluster.sh" stop "$tmp/server" >/dev/null 2>&1 || true
	rm -rf "$tmp"
	give_back
}
trap finish EXIT

"$top/scripts/cluster.sh" start "$tmp/server" fsync=off
run_psql() {
	"$bindir/psql" -h "$tmp/server" -U postgres -d postgres -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}
run_psql -c 'create extension karmayogi'
run_psql -f "$top/docs/indicators.sql" >"$tmp/indicators.md"
cat "$tmp/indicators.md" >"$top/docs/indicators.md"
say "wrote docs/indicators.md"
