#!/usr/bin/env bash
# Builds the extension and installs it for the PostgreSQL of PG_CONFIG (default:
# the newest installed server). WERROR=1 makes warnings errors. Only the
# installation needs root, and only where the server's tree is not writable.
#
# It always starts from clean: an object file of another server version, of
# other flags or of an older header would be taken for a fresh one.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

use_postgres
[ -w "$top" ] || die "$top is not writable by $(id -un)" "Work in a copy of your own."
trap give_back EXIT

build() {
	make -C "$top" -s --no-print-directory PG_CONFIG="$PG_CONFIG" ${WERROR:+WERROR="$WERROR"} "$@"
}

build clean
build -j "$(nproc)" all

extensions=$("$PG_CONFIG" --sharedir)/extension
libraries=$("$PG_CONFIG" --pkglibdir)
if [ -w "$extensions" ] && [ -w "$libraries" ]; then
	build install
else
	can_be_root ||
		die "$extensions is not writable, and $(id -un) cannot become root" \
			"Run this as root or as a user with sudo, or set PG_CONFIG to a PostgreSQL of your own."
	as_root make -C "$top" -s --no-print-directory PG_CONFIG="$PG_CONFIG" install
fi
say "built and installed for $("$PG_CONFIG" --version) ($bindir)"
