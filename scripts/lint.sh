#!/usr/bin/env bash
# Static analysis of src/*.c. Silent and successful when there is nothing to say.
#
#   scripts/lint.sh              every tool below (make lint)
#   scripts/lint.sh TOOL ...     gcc: all warnings as errors, and -fanalyzer
#                                clang-tidy: the checks of .clang-tidy
#                                cppcheck
#   PG_CONFIG=...                which PostgreSQL
#
# The tools are Debian's packages gcc, clang-tidy and cppcheck. One that is not
# there is an error, never a success.
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

use_postgres
include=$("$PG_CONFIG" --includedir-server)
cd "$top"
sources=(src/*.c)

# What is wrong in the server's headers is not ours to mend: -isystem.
run_gcc() {
	local file status=0
	for file in "${sources[@]}"; do
		gcc -std=gnu99 -O2 -fwrapv -fno-strict-aliasing -D_GNU_SOURCE -isystem "$include" \
			-Wall -Wextra -Wshadow -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers \
			-Werror -fanalyzer -c "$file" -o /dev/null || status=1
	done
	return "$status"
}

run_clang_tidy() {
	local log status=0
	log=$(clang-tidy --quiet "${sources[@]}" -- -std=gnu99 -D_GNU_SOURCE -isystem "$include" \
		-Wno-ignored-attributes 2>&1) || status=1
	[ "$status" = 0 ] || printf '%s\n' "$log"
	return "$status"
}

# One configuration, that of a server on this kind of machine.
run_cppcheck() {
	cppcheck --quiet --std=c11 --language=c --platform=unix64 --max-configs=1 --error-exitcode=1 \
		--enable=warning,portability,performance --inline-suppr \
		-D__GNUC__=12 -D__x86_64__ -D__linux__ -D_GNU_SOURCE \
		-I"$include" --suppress="*:$include/*" "${sources[@]}"
}

failed=0
[ $# -gt 0 ] || set -- gcc clang-tidy cppcheck
for tool; do
	case $tool in gcc | clang-tidy | cppcheck) ;; *) die "there is no tool $tool" "There are: gcc clang-tidy cppcheck" ;; esac
	command -v "$tool" >/dev/null || die "$tool is not installed" "apt-get install $tool"
	case $tool in
		gcc) run_gcc ;;
		clang-tidy) run_clang_tidy ;;
		cppcheck) run_cppcheck ;;
	esac || {
		say "$tool has found something"
		failed=1
	}
done
exit "$failed"
