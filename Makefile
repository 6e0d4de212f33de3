# karmayogi: PGXS build, the private test server and the two commands of README.md.
#
#   make, make install      build and install for the PostgreSQL of PG_CONFIG
#   make demo [SCALE=0.001] set up, private server, sample portal, refresh, the ranking
#   make test               set up and run every test on private servers
#   make bench [SCALE=0.01] set up, private server, sample portal, the figures of docs/performance.md
#   make lint               static analysis of src/*.c
#   make installcheck       the pg_regress and isolation tests, against a running server

EXTENSION = karmayogi
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" karmayogi.control)

MODULE_big = karmayogi
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c)))

# The install script is its parts in the order in which data flows (docs/SPEC.md, section 2).
SQL_PARTS = $(sort $(wildcard sql/[0-9][0-9]-*.sql))
SCRIPT = karmayogi--$(EXTVERSION).sql
DATA = $(wildcard sql/karmayogi--*--*.sql)
DATA_built = $(SCRIPT)

REGRESS = $(sort $(patsubst test/sql/%.sql,%,$(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test --outputdir=test --load-extension=karmayogi
REGRESS_PREP = test/expected
ISOLATION = $(sort $(patsubst test/specs/%.spec,%,$(wildcard test/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test --outputdir=test/output_iso --load-extension=karmayogi

# make WERROR=1 makes warnings errors, as the continuous integration does.
PG_CFLAGS = -DKARMAYOGI_VERSION='"$(EXTVERSION)"' -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers
ifdef WERROR
PG_CFLAGS += -Werror
endif

EXTRA_CLEAN = $(SCRIPT) test/expected test/results test/output_iso test/regression.diffs test/regression.out tmp_check

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)

# Without the server's headers (a bare machine) only the targets that install them can work.
ifneq ($(wildcard $(PGXS)),)
include $(PGXS)
endif

# A header that changes changes every object: PGXS does not track them.
$(OBJS): $(wildcard src/*.h)

$(SCRIPT): $(SQL_PARTS) karmayogi.control
	@{ printf '%s\n' '\echo Use "CREATE EXTENSION karmayogi" to load this file. \quit'; cat $(SQL_PARTS); } > $@.tmp
	@mv $@.tmp $@

# pg_regress looks for it beside test/sql. A package keeps no symbolic links.
test/expected:
	ln -s ../expected $@

.PHONY: demo test bench lint
demo:
	@scripts/demo.sh

test:
	@scripts/test.sh

bench:
	@scripts/bench.sh

lint:
	@scripts/lint.sh
