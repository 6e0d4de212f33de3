# ALTER EXTENSION karmayogi UPDATE: from every version that was released, step by
# step, to the newest. What CREATE EXTENSION makes and what the updates end with is
# the same, to the last comment and privilege; what people entered and what was
# published stays; the library has every function that a released script names.
#
# That this is tested is tested: scripts/next-version.sh begins a version that
# nobody will see, in a copy of the sources; its delta passes, and with any
# statement of it left out it does not.
#
# Makes a server of its own, from a copy of that of PG_CONFIG (test/relocate.sh).
#
#   prove test/t/021_update.pl
use strict;
use warnings;
use File::Basename qw(basename dirname);
use File::Spec;
use File::Temp qw(tempdir);
use Test::More;

my $top = File::Spec->rel2abs(dirname(__FILE__) . '/../..');
my $dir = tempdir(DIR => $ENV{TESTDIR} // '/tmp', CLEANUP => 1);
# root's servers run as postgres, and nobody else gets in
chown +(getpwnam 'postgres')[2, 3], $dir if $> == 0;
my $variables = '-v reader=update_reader -v nodal=update_nodal -v operator=update_operator';

sub slurp
{
	my ($file) = @_;
	open my $handle, '<', $file or die "$file: $!";
	local $/;
	return scalar(<$handle>) // '';
}

sub spew
{
	my ($file, @text) = @_;
	open my $handle, '>', $file or die "$file: $!";
	print $handle @text;
	close $handle or die "$file: $!";
}

# Runs a program; returns its exit status, what it printed and what it complained of.
sub run
{
	my ($command) = @_;
	my $status = system("{ $command\n} >'$dir/out' 2>'$dir/err'");
	return ($status >> 8, slurp("$dir/out"), slurp("$dir/err"));
}

sub must
{
	my ($status, $out, $err) = run($_[0]);
	die("$_[0]: $out$err") if $status != 0;
	chomp $out;
	return $out;
}

my $config = must("'$top/test/relocate.sh' '" . ($ENV{PG_CONFIG} // 'pg_config') . "' '$dir/pg'");
my ($bin, $extensions, $libraries) = map { must("'$config' --$_") } qw(bindir sharedir pkglibdir);
$extensions .= '/extension';
my $psql = "'$bin/psql' -h '$dir/s' -U postgres -X -q -A -t -v ON_ERROR_STOP=1";

END
{
	my $status = $?;
	run("PG_CONFIG='$config' '$top/scripts/cluster.sh' destroy '$dir/s'") if $config;
	$? = $status;
}

my $databases = 0;

# A new database, in which some SQL was run
sub database
{
	my ($sql, $template) = @_;
	my $name = 'd' . ++$databases;
	must("$psql -d postgres -c 'create database $name template " . ($template // 'template0') . "'");
	must("$psql -d $name -c \"$sql\"") if $sql;
	return $name;
}

sub catalog { return must("$psql -d $_[0] -f '$top/test/catalog.sql'"); }

sub kept
{
	my (undef, %kept) = split /^== (.*)\n/m, must("$psql -d $_[0] -v derived=1 $variables -f '$top/test/fixture/kept.sql'");
	return %kept;
}

# The versions of a source tree in their order; dies where they are no chain.
sub versions
{
	my ($tree) = @_;
	my ($newest) = slurp("$tree/karmayogi.control") =~ /^default_version = '(.*)'$/m;
	my ($base, @more) = map { basename($_) } glob "$tree/test/released/*";
	my %next;
	foreach my $delta (glob "$tree/sql/karmayogi--*.sql")
	{
		my ($from, $to) = $delta =~ /karmayogi--(.+)--(.+)\.sql$/ or die "$delta is no delta\n";
		die "two deltas lead on from $from\n" if $next{$from};
		$next{$from} = $to;
	}
	die "test/released has more than the first version: the others are it and the deltas\n" if @more;
	die "test/released lacks the first version\n" if %next && !defined $base;
	my @chain = $base // $newest;
	push @chain, delete $next{ $chain[-1] } while $next{ $chain[-1] };
	die "deltas lead from nowhere: " . join(' ', %next) . "\n" if %next;
	die "the deltas lead to $chain[-1], not to $newest\n" if $chain[-1] ne $newest;
	die "META.json has another version\n"
	  if join(' ', slurp("$tree/META.json") =~ /"version": "(.*)"/g) ne "$newest $newest 1.0.0";
	return @chain;
}

# Builds and installs what a tree has now; of the first version what was released.
sub install
{
	my ($tree, @versions) = @_;
	unlink glob "$extensions/karmayogi*";
	must("make -C '$tree' -s --no-print-directory PG_CONFIG='$config' with_llvm=no all install");
	return if @versions == 1;
	spew("$extensions/karmayogi--$versions[0].sql", "\\echo Use \"CREATE EXTENSION karmayogi\" to load this file. \\quit\n",
		map { slurp($_) } sort glob "$tree/test/released/$versions[0]/*.sql");
}

# The symbols that the install scripts of all versions name, and those of the library
sub missing_symbols
{
	my %there = map { $_ => 1 } map { /\s[TW] (\w+)$/ ? $1 : () } split /\n/, must("nm -D --defined-only '$libraries/karmayogi.so'");
	my %named;
	foreach my $script (glob "$extensions/karmayogi--*.sql")
	{
		$named{$_} = 1 foreach slurp($script) =~ /'MODULE_PATHNAME'\s*,\s*'(\w+)'/g;
	}
	die "no symbols in the scripts\n" if keys(%named) < 50;
	return join ' ', sort grep { !$there{$_} } keys %named;
}

# What a fresh install has and this database not, and the other way round
sub difference
{
	my ($fresh, $name) = @_;
	spew("$dir/fresh", "$fresh\n");
	spew("$dir/updated", catalog($name), "\n");
	my (undef, $out) = run("diff '$dir/fresh' '$dir/updated'");
	return join "\n", map { substr $_, 0, 200 } grep { /^[<>]/ } split /\n/, $out;
}

# Rights that somebody gave are no part of the extension: a dump would lack them.
my $taken = "select string_agg(distinct coalesce(r.rolname, 'public'), ' ')
	from pg_init_privs i, aclexplode(i.initprivs) a left join pg_roles r on r.oid = a.grantee where r.rolname like 'update%'";

# Every way from every version to the newest
sub walk
{
	my ($what, @versions) = @_;
	my $newest = $versions[-1];
	my $fresh = catalog(database('create extension karmayogi'));
	cmp_ok($fresh =~ tr/\n//, '>', 3000, "$what: a fresh $newest consists of something");
	is(difference($fresh, database('create table other (c text); create extension karmayogi')), '', "$what: and of the same every time");
	foreach my $i (0 .. $#versions - 1)
	{
		my @steps = map { "alter extension karmayogi update to '$versions[$_]'" } $i + 1 .. $#versions;
		my $name = database("create extension karmayogi version '$versions[$i]'; " . join '; ', @steps);
		is(difference($fresh, $name), '', "$what: $versions[$i], updated step by step, is what a fresh $newest is");

		$name = database("create extension karmayogi version '$versions[$i]'");
		must("$psql -d $name $variables -f '$top/test/fixture/filled.sql'");
		my %before = kept($name);
		must("$psql -d $name -c 'alter extension karmayogi update'");
		my %after = kept($name);
		foreach my $part (sort keys %before)
		{
			# more may be there than before
			my %now = map { $_ => 1 } split /\n/, $after{$part} // '';
			is(join("\n", grep { !$now{$_} } split /\n/, $before{$part}), '', "$what: $versions[$i] updated keeps $part");
		}
		is(must("$psql -d $name -c \"$taken\""), '', "$what: rights that were given are still somebody's, not the extension's");
		must("$psql -d $name -c \"set client_min_messages = warning\" -c \"update night.user_detail set status = 0 where user_id = 'u9'\""
			. " -c \"call karmayogi.refresh('2026-10-04')\"");
		is(must("$psql -d $name -c 'select max(snapshot_id), bool_and(karmayogi.verify_seal(snapshot_id)) from karmayogi.snapshot'"), '4|t',
			"$what: and the next refresh publishes");
		must("$psql -d postgres -c 'drop database $name' -c 'drop role update_reader, update_nodal, update_operator'");
	}
	is(missing_symbols(), '', "$what: the library has every function that a released script names");
	return $fresh;
}

must("PG_CONFIG='$config' '$top/scripts/cluster.sh' start '$dir/s' fsync=off timezone=UTC");

# a tree of its own: objects of other builds stay out, and nobody else's build is disturbed
sub copy_tree
{
	my ($tree) = @_;
	mkdir $tree or die "$tree: $!";
	must("cd '$top' && cp -R Makefile karmayogi.control META.json CHANGELOG.md sql src scripts '$tree/' && mkdir '$tree/test' && "
		. "{ [ ! -e test/released ] || cp -R test/released '$tree/test/'; } && rm -f '$tree'/src/*.o '$tree'/src/*.bc");
}

# What there is

copy_tree("$dir/now");
my @versions = eval { versions("$dir/now") };
is($@, '', 'the versions are a chain: ' . join(' ', @versions));
install("$dir/now", @versions);
walk('released', @versions);

# What there will be: a version that changes something of every kind. First what
# its parts have in the place of what they have now, then its delta, one statement
# after the other.

copy_tree("$dir/next");
my $next = "$versions[-1]test";
must("'$dir/next/scripts/next-version.sh' $next");
my @next_versions = eval { versions("$dir/next") };
is($@, '', 'next-version.sh makes a chain: ' . join(' ', @next_versions));
is(join(' ', @next_versions), join(' ', @versions, $next), 'of one version more');
my ($delta) = glob "$dir/next/sql/karmayogi--*--$next.sql";
my $head = slurp($delta);

sub edit
{
	my ($part, $from, $to) = @_;
	my ($file) = glob "$dir/next/sql/$part-*.sql";
	my $text = slurp($file);
	my $at = index $text, $from;
	die "$file lacks: $from\n" if $at < 0;
	substr($text, $at, length $from) = $to;
	spew($file, $text);
}

my $new_view = <<'SQL';
create view karmayogi.test_noted with (security_barrier) as
    select t.note_id, t.note from karmayogi.test_note t;
SQL
my @new = (
	"create type karmayogi.test_kind as enum ('small', 'large');\n", <<'SQL',
create table karmayogi.test_note (
    note_id bigint generated by default as identity primary key,
    snapshot_id bigint not null references karmayogi.snapshot on delete cascade,
    kind karmayogi.test_kind not null default 'small',
    note text collate "C" check (note <> '')
);
SQL
	"create index test_note_snapshot on karmayogi.test_note (snapshot_id) where note is not null;\n",
	"comment on table karmayogi.test_note is 'Notes.';\n",
	"comment on column karmayogi.test_note.note is 'What was noted.';\n",
	"select pg_catalog.pg_extension_config_dump('karmayogi.test_note', 'where note is not null');\n",
	"select pg_catalog.pg_extension_config_dump('karmayogi.test_note_note_id_seq', '');\n", <<'SQL',
create trigger test_kept before truncate on karmayogi.test_note
    for each statement execute function karmayogi.refuse_change('Keep it.');
SQL
	$new_view, <<'SQL',
create function karmayogi.test_notes() returns bigint
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
begin atomic
    select count(*) from karmayogi.test_note;
end;
SQL
	<<'SQL',
create function karmayogi.test_numerator(karmayogi.tally) returns bigint
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'tally_numerator';
SQL
	<<'SQL',
create aggregate karmayogi.test_least(text) (
    sfunc = pg_catalog.text_smaller, stype = text, combinefunc = pg_catalog.text_smaller, parallel = safe);
SQL
	"create operator karmayogi.<#> (function = pg_catalog.int8mul, leftarg = bigint, rightarg = bigint, commutator = operator(karmayogi.<#>));\n",
	"alter table karmayogi.score alter column score set statistics 500;\n");
spew("$dir/next/sql/96-zz-test.sql", @new);
edit(65, "create index indicator_value_indicator on karmayogi.indicator_value (snapshot_id, indicator, level) where level <> 'mdo';\n"
	. "comment on index karmayogi.indicator_value_indicator is 'For questions about one indicator at many entities. Organisations, which are most of the rows, have few indicators, and all of them have them.';\n", '');
edit(30, "create function karmayogi.today() returns date\nlanguage sql stable parallel safe\n",
	"create function karmayogi.today() returns date\nlanguage sql stable parallel safe cost 3\n");
edit(30, "comment on function karmayogi.today() is 'The date in India now, the default as-of.'", "comment on function karmayogi.today() is 'Today.'");
edit(30, "    entered_at timestamptz not null default clock_timestamp(),\n    primary key (mdo_id, content_id)\n",
	"    entered_at timestamptz not null default clock_timestamp(),\n    remark text,\n    primary key (mdo_id, content_id)\n");
edit(30, "    ('top_performers', ", "    ('test_setting', '1', 'For a test.'),\n    ('top_performers', ");
edit(98, "    select distinct g.mdo_id\n", "    select distinct g.mdo_id, true as mine\n");

my @statements = (
	"drop index karmayogi.indicator_value_indicator;\n",
	"alter function karmayogi.today() cost 3;\n",
	"comment on function karmayogi.today() is 'Today.';\n",
	"alter table karmayogi.kym_course add column remark text;\n",
	"insert into karmayogi.setting (name, value, shipped, description) values ('test_setting', '1', '1', 'For a test.');\n", <<'SQL',
create or replace view karmayogi.my_mdo with (security_barrier) as
    select distinct g.mdo_id, true as mine
      from karmayogi.granted_mdo g
     where pg_catalog.pg_has_role(current_user, g.role_oid, 'usage');
SQL
	@new,
	"select karmayogi.leave_keys_unasked();\n",
	"revoke all on function karmayogi.test_notes() from public;\n");
my $whole = join '', $head, @statements;
spew($delta, $whole);
install("$dir/next", @next_versions);
my $fresh = walk('next', @next_versions);

# What the delta lacks is found

my $old = database("create extension karmayogi version '$versions[-1]'");
my ($installed) = glob "$extensions/karmayogi--*--$next.sql";

sub is_found
{
	my ($text, $what) = @_;
	spew($installed, $text);
	my $name = database(undef, $old);
	my ($status, undef, $err) = run("$psql -d $name -c 'alter extension karmayogi update'");
	my $found = $status != 0 ? $err : difference($fresh, $name);
	isnt($found, '', $what);
	must("$psql -d postgres -c 'drop database $name'");
	return $found;
}

foreach my $i (0 .. $#statements)
{
	my ($title) = $statements[$i] =~ /^(.{1,90})/;
	is_found(join('', $head, @statements[ grep { $_ != $i } 0 .. $#statements ]), "found to be missing: $title");
}
foreach my $change (
	[ 'cost 3', 'cost 4' ], [ "is 'Today.'", "is 'Now.'" ], [ 'remark text', 'remark varchar' ],
	[ "'1', 'For a test.'", "'1', 'Of a test.'" ], [ "enum ('small', 'large')", "enum ('large', 'small')" ],
	[ ' on delete cascade', '' ], [ "default 'small'", "default 'large'" ], [ "check (note <> '')", '' ], [ ' collate "C"', '' ],
	[ ' where note is not null;', ';' ], [ "'where note is not null'", "''" ], [ 'before truncate', 'before delete' ],
	[ 'language sql stable parallel safe', 'language sql volatile parallel safe' ], [ 'stable parallel safe', 'stable parallel restricted' ],
	[ "set search_path = pg_catalog, pg_temp\nbegin", 'begin' ], [ 'immutable strict', 'immutable' ], [ "'tally_numerator'", "'tally_denominator'" ],
	[ ', parallel = safe', '' ], [ ', combinefunc = pg_catalog.text_smaller', '' ], [ ', commutator = operator(karmayogi.<#>)', '' ],
	[ 'set statistics 500', 'set statistics 400' ], [ 'test_noted with (security_barrier)', 'test_noted' ],
	[ 'my_mdo with (security_barrier)', 'my_mdo' ], [ 'from public', 'from public; grant select on karmayogi.test_note to public' ])
{
	my ($from, $to) = @$change;
	my $text = $whole;
	my $at = index $text, $from;
	die "the delta lacks: $from\n" if $at < 0;
	substr($text, $at, length $from) = $to;
	is_found($text, "found to differ: $from, written as: $to");
}

# A library that lacks a symbol, and a delta that makes a reader's rights the extension's

spew($installed, $whole =~ s/'tally_numerator'/'tally_no_more'/r);
is(missing_symbols(), 'tally_no_more', 'a symbol that a script names and the library has not is found');
spew($installed, $whole, "revoke all on all tables in schema karmayogi from public;\n");
my $name = database(undef, $old);
must("$psql -d $name $variables -f '$top/test/fixture/filled.sql'");
must("$psql -d $name -c 'alter extension karmayogi update'");
isnt(must("$psql -d $name -c \"$taken\""), '', 'a delta that revokes more than it made is found');

# a chain that is none
spew("$dir/next/sql/karmayogi--0.0.1--0.0.2.sql", "");
eval { versions("$dir/next") };
like($@, qr/lead from nowhere/, 'a delta that leads from nowhere is found');

done_testing();
