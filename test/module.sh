# shellcheck shell=bash disable=SC2154 # top is of scripts/lib.sh
# An extension's library that differs from the installed one, for one database:
# with assertions, with sanitizers, without optimisation. Sourced, after
# scripts/lib.sh, by the scripts of this directory. Nothing is installed; the
# database's functions are told to be in another file, as only a database that
# is thrown away may be treated.

# Builds src/*.c; the rest are compiler flags.
build_module() { # file, flags...
	local module=$1
	shift
	gcc -std=gnu99 -shared -fPIC -g -fno-omit-frame-pointer -fno-strict-aliasing -D_GNU_SOURCE \
		-I"$("$PG_CONFIG" --includedir-server)" -Wall -Wno-unused-parameter "$@" -o "$module" "$top"/src/*.c ||
		die "the library could not be built"
	chmod 755 "$module"
}

# Reads the functions of a database, PGDATABASE or that of the options, from it.
use_module() { # file, options of psql...
	local module=$1
	shift
	psql -X -q -v ON_ERROR_STOP=1 -v module="$module" "$@" <<-'SQL'
		update pg_proc set probin = :'module' where probin = '$libdir/karmayogi';
	SQL
}
