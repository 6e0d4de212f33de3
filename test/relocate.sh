#!/usr/bin/env bash
# A PostgreSQL of one's own, into which an extension can be installed without root
# and without anybody's noticing: the programs are copied, everything else is a
# link to what is installed. Prints the path of its pg_config.
#
#   test/relocate.sh PG_CONFIG DIR
#
# PostgreSQL finds its directories by where its programs stand, so DIR gets the
# same tree below it.
set -euo pipefail
[ $# = 2 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
pg_config=$1
dir=$2

bindir=$("$pg_config" --bindir)
mkdir -p "$dir$bindir"
cp -L "$bindir"/* "$dir$bindir/"

links() { # directory, but for this entry
	local entry
	mkdir -p "$dir$1"
	for entry in "$1"/*; do
		[ "${entry##*/}" = "${2:-}" ] || ln -sf "$entry" "$dir$1/"
	done
}
sharedir=$("$pg_config" --sharedir)
links "$("$pg_config" --pkglibdir)"
links "$sharedir" extension
links "$sharedir/extension"
# a link would lead to the installed one's files
rm -f "$dir$sharedir"/extension/karmayogi* "$dir$("$pg_config" --pkglibdir)/karmayogi.so"
include=$("$pg_config" --includedir-server)
mkdir -p "$(dirname "$dir$include")"
ln -sfn "$include" "$dir$include"
echo "$dir$bindir/pg_config"
