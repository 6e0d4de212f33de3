#!/usr/bin/env bash
# Begins the next version, right after one was released and before anything else
# changes: what was released stays as it is from then on, and every change of sql/
# is made twice, in the part and in the delta.
#
#   scripts/next-version.sh 0.1.1
#
# Keeps the parts of the first version in test/released/, where the tests take it
# from; writes an empty delta sql/karmayogi--OLD--NEW.sql; sets the version in
# karmayogi.control and META.json; opens a section of CHANGELOG.md.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

next=${1:-}
[[ $next =~ ^[0-9]+(\.[0-9]+)+[a-z]*$ ]] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
cd "$top"
now=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" karmayogi.control)
delta=sql/karmayogi--$now--$next.sql
if [ "$next" = "$now" ] || compgen -G "sql/karmayogi--*--$next.sql" >/dev/null; then
	die "version $next is there already"
fi

# Later versions are the first one and the deltas: a test has compared them.
if [ ! -e test/released ]; then
	mkdir -p "test/released/$now"
	cp sql/[0-9][0-9]-*.sql "test/released/$now/"
fi
cat >"$delta" <<EOF
-- From $now to $next: what CREATE EXTENSION karmayogi of $next has, and of $now had
-- not. test/t/021_update.pl compares the two.
\\echo Use "ALTER EXTENSION karmayogi UPDATE TO '$next'" to load this file. \\quit
EOF
sed -i "s/^default_version = .*/default_version = '$next'/" karmayogi.control
sed -i "/\"meta-spec\"/,/}/!s/\"version\": \"$now\"/\"version\": \"$next\"/" META.json
sed -i "0,/^## /s//## $next (unreleased)\n\n## /" CHANGELOG.md
say "version $next: every change of sql/ goes into $delta too"
