# A database with karmayogi in it is dumped and restored, in every way that pg_dump
# knows and on another server too: what people entered and what was published
# comes back, nothing but what the next refresh fills is missing, and refreshes go
# on. A refresh that is cancelled or killed in the middle leaves nothing. DROP
# EXTENSION removes everything.
#
# Uses the running server of PGHOST, PGPORT and PGUSER, on which karmayogi is
# installed, makes databases of its own there, and starts a second one.
#
#   prove test/t/020_restore.pl
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use File::Temp qw(tempdir);
use Test::More;

my $top = File::Spec->rel2abs(dirname(__FILE__) . '/../..');
my $dir = tempdir(CLEANUP => 1);
# the other server's, where nobody else gets in; root's servers run as postgres
my $far_dir = tempdir(DIR => $ENV{TESTDIR} // '/tmp', CLEANUP => 1);
chown +(getpwnam 'postgres')[2, 3], $far_dir if $> == 0;
my %database = map { $_ => "karmayogi_restore_${_}_$$" } qw(old custom plain split far apart bare barer);
my %host = map { $_ => $far_dir } qw(far apart);
my %role = map { $_ => "karmayogi_${_}_$$" } qw(reader nodal operator);
my $variables = join ' ', map { "-v $_=$role{$_}" } sort keys %role;

# Runs a program; returns its exit status, what it printed and what it complained of.
sub run
{
	my ($command) = @_;
	my $status = system("{ $command\n} >'$dir/out' 2>'$dir/err'");
	my @text;
	foreach my $file ('out', 'err')
	{
		open my $handle, '<', "$dir/$file" or die "$dir/$file: $!";
		local $/;
		push @text, scalar(<$handle>) // '';
		close $handle;
	}
	return ($status >> 8, @text);
}

# the way to a database, for the programs that take one
sub to
{
	my ($name, $option) = @_;
	return ($host{$name} ? "-h $host{$name} -U postgres " : '') . ($option // '-d') . " $database{$name}";
}

# Runs SQL and returns what it prints; an error ends the test.
sub sql
{
	my ($name, $sql) = @_;
	my ($status, $out, $err) = psql($name, $sql);
	die("psql: $err\n$sql") if $status != 0;
	chomp $out;
	return $out;
}

sub psql
{
	my ($name, $sql) = @_;
	open my $handle, '>', "$dir/in.sql" or die "$dir/in.sql: $!";
	print $handle "set client_min_messages = warning;\n$sql";
	close $handle;
	return run("psql -X -q -A -t -v ON_ERROR_STOP=1 ${\ to($name)} -f '$dir/in.sql'");
}

# Something that must succeed without a word
sub quiet_ok
{
	my ($command, $what) = @_;
	my ($status, undef, $err) = run($command);
	is("$status$err", '0', "$what says nothing");
}

sub make_database
{
	my ($name) = @_;
	my ($status, undef, $err) = run("createdb -T template0 ${\ to($name, '')}");
	die("createdb: $err") if $status != 0;
}

END
{
	my $status = $?;
	run("'$top/scripts/cluster.sh' destroy $far_dir");
	run("dropdb --if-exists --force $database{$_}") foreach grep { !$host{$_} } keys %database;
	run("psql -X -q -d postgres -c 'drop role if exists $_'") foreach values %role;
	$? = $status;
}

# What there is to keep, by name
sub kept
{
	my ($name) = @_;
	my ($status, $out, $err) = run("psql -X -q -A -t -v ON_ERROR_STOP=1 -v derived=0 $variables ${\ to($name)} -f '$top/test/fixture/kept.sql'");
	die("kept.sql: $err") if $status != 0;
	my (undef, %kept) = split /^== (.*)\n/m, $out;
	return %kept;
}

# Rows of a query, as one text
sub rows
{
	my ($query) = @_;
	return "select coalesce(string_agg(r::text, E'\\n' order by r::text collate \"C\"), '') from ($query) r";
}

my $left = "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
	where n.nspname = 'karmayogi_stage'";

# Every table is dumped, or it is known why not: what is made by CREATE EXTENSION
# and no person changes, and what the next refresh fills.

my %not_dumped = (
	shipped => [qw(indicator indicator_note portal_layout portal_need portal_table refresh_turn report_turn state_ut)],
	# scoring_parameter and scoring_weight are spelt out of the documents of scoring_scheme
	derived => [qw(scoring_parameter scoring_weight annexure_shown course_progress official_allotment official_progress)]);

make_database('old');
quiet_ok("psql -X -q $variables ${\ to('old')} -f '$top/test/fixture/filled.sql'", 'filling a database');
is(sql('old', "select string_agg(c.relname, ' ' order by c.relname collate \"C\")
	from pg_extension e
	join pg_depend d on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and d.deptype = 'e'
	join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid
	where e.extname = 'karmayogi' and c.relkind in ('r', 'S') and not c.oid = any (e.extconfig)"),
	join(' ', sort map { @$_ } values %not_dumped), 'every table and sequence is dumped, shipped or filled by a refresh');
is(sql('old', 'select count(*), count(distinct scheme) from karmayogi.snapshot'), '3|2', 'the old database has snapshots of two schemes');
cmp_ok(sql('old', 'select count(*) from karmayogi.mdo_ranking where rank is not null'), '>=', 3, 'and a ranking');
my %old = kept('old');
cmp_ok(scalar(keys %old), '>=', 40, 'there is much to be kept');
is(join(' ', grep { $old{$_} !~ /\S/ } sort keys %old), '', 'and something in everything that is to come back');
my $asking = "select string_agg(t.tgrelid::regclass::text, ' ')
	from pg_extension e
	join pg_constraint f on f.contype = 'f' and f.conrelid = any (e.extconfig) and f.confrelid = any (e.extconfig)
	join pg_trigger t on t.tgconstraint = f.oid and t.tgrelid = f.conrelid
	where e.extname = 'karmayogi' and t.tgenabled <> 'D'";
is(sql('old', $asking), '', 'no row that is dumped has to wait for one of another dumped table');
# what a refresh that did not finish must leave alone
my $everything = rows(join ' union all ', map { "select '$_' as source, to_jsonb(t) as line from karmayogi.$_ t" }
	  ((map { s/^karmayogi\.//r } grep { /^karmayogi\./ } sort keys %old), 'official_progress', 'course_progress'));

# Dump and restore. Another server is given the roles first.

my ($status, $out, $err) = run("'$top/scripts/cluster.sh' start $far_dir fsync=off timezone=UTC");
die("cluster.sh: $err") if $status != 0;
# (there, a role postgres is ready)
run("pg_dumpall --globals-only >'$dir/globals.sql' && psql -X -q -h $far_dir -U postgres -d postgres -f '$dir/globals.sql'");
make_database($_) foreach qw(custom plain split far apart);

quiet_ok("pg_dump -Fc -f '$dir/dump' ${\ to('old')}", 'pg_dump -Fc');
quiet_ok("pg_restore --exit-on-error ${\ to('custom')} '$dir/dump'", 'pg_restore');
quiet_ok("pg_dump -f '$dir/dump.sql' ${\ to('old')}", 'pg_dump as plain text');
quiet_ok("psql -X -q -o /dev/null -v ON_ERROR_STOP=1 ${\ to('plain')} -f '$dir/dump.sql'", 'psql');
foreach my $part (qw(schema data))
{
	quiet_ok("pg_dump --$part-only -f '$dir/$part.sql' ${\ to('old')}", "pg_dump --$part-only");
	quiet_ok("psql -X -q -o /dev/null -v ON_ERROR_STOP=1 ${\ to('split')} -f '$dir/$part.sql'", "psql, the $part");
}
quiet_ok("pg_dump -Fd -j 4 -f '$dir/directory' ${\ to('old')}", 'pg_dump -Fd -j 4');
quiet_ok("pg_restore --exit-on-error -j 4 ${\ to('far')} '$dir/directory'", 'pg_restore -j 4 on another server');
quiet_ok("pg_restore --exit-on-error --$_-only -j 4 ${\ to('apart')} '$dir/directory'", "pg_restore --$_-only -j 4") foreach qw(schema data);

# a dump of the data alone says nothing of materialized views
sql($_, 'refresh materialized view desk.women') foreach 'split', 'apart';

# A schema of the portal is dropped: the extension is no part of any
make_database('bare');
sql('bare', 'create schema igot; set search_path = igot, public; create extension karmayogi; insert into karmayogi.strength (mdo_id, effective_on, officials) values (\'m1\', \'2026-01-01\', 5);');
sql('bare', 'set client_min_messages = error; drop schema igot cascade; drop schema public cascade');
is(sql('bare', 'select officials from karmayogi.strength'), '5', 'schemas may go, registers stay');
quiet_ok("pg_dump -Fc -f '$dir/bare.dump' ${\ to('bare')}", 'pg_dump of a database without schema public');
make_database('barer');
sql('barer', 'drop schema public');
quiet_ok("pg_restore --exit-on-error ${\ to('barer')} '$dir/bare.dump'", 'pg_restore into one');
is(sql('barer', 'select officials from karmayogi.strength'), '5', 'and it is there');

my @new = qw(custom plain split far apart);
foreach my $name (@new)
{
	my %new = kept($name);
	is_deeply([ sort keys %new ], [ sort keys %old ], "$name: there is what there was");
	is($new{$_}, $old{$_}, "$name: $_ is as it was, before any refresh") foreach sort keys %old;
	is(sql($name, 'select bool_and(karmayogi.verify_seal(snapshot_id)) from karmayogi.snapshot'), 't', "$name: the seals hold");
	is(sql($name, $asking), '', "$name: nor does one that is entered after a restore");
	is(sql($name, "select karmayogi.setting('top_performers'), karmayogi.active_scheme()"), '2|own', "$name: setting and scheme are the ones that were chosen");
	is(sql($name, 'select (select count(*) from karmayogi.official_progress) + (select count(*) from karmayogi.course_progress)'), '0',
		"$name: the progress tables wait for the next refresh");
	($status, $out, $err) = psql($name, "update karmayogi.scoring_weight set weight = 2 where scheme = 'own'");
	like($err, qr/ERROR/, "$name: a scheme is still not to be changed");
	is(sql($name, "set role $role{reader}; select count(as_of) > 0 from karmayogi.snapshot"), 't', "$name: a reader reads of snapshots");
	($status, $out, $err) = psql($name, "set role $role{reader}; select seal from karmayogi.snapshot");
	like($err, qr/permission denied for table snapshot/, "$name: all but the seal");
}

# Life goes on

my $report = "insert into karmayogi.report (indicator, entity_id, period, period_start, period_end, numerator, denominator)
	values ('1.1', 'm1', '2026-27 Q2', '2026-07-01', '2026-09-30', 1, 1) returning report_id";
my $mine = "set role $role{nodal}; select count(*) from karmayogi.my_officials; select count(*) from karmayogi.my_allotments;";
my $progress = rows('select 1, to_jsonb(p) from karmayogi.official_progress p union all select 2, to_jsonb(p) from karmayogi.course_progress p');
my $ranking = rows('select * from karmayogi.mdo_ranking');
my $newest = 'select count(*), max(snapshot_id), (select s.seal from karmayogi.snapshot s order by s.snapshot_id desc limit 1) from karmayogi.snapshot';
sql($_, "delete from night.user_detail where user_id = 'u9'; call karmayogi.refresh('2026-10-04');") foreach 'old', @new;
foreach my $name (@new)
{
	is(sql($name, $newest), sql('old', $newest), "$name: a refresh publishes under the next number, with the same seal as in the old database");
	is(sql($name, $ranking), sql('old', $ranking), "$name: the ranking is the same");
	is(sql($name, $progress), sql('old', $progress), "$name: the progress tables are the same");
	is(sql($name, $mine), sql('old', $mine), "$name: who looks after an organisation sees its officials again");
	is(sql($name, 'refresh materialized view karmayogi.indicator_live; select count(*) > 100 from karmayogi.indicator_live'), 't', "$name: indicator_live is filled");
}
like(sql('old', $mine), qr/^[1-9]\d*\n[1-9]\d*$/, 'there are such officials, and allotments of theirs');
my $number = sql('old', $report);
is(sql($_, $report), $number, "$_: reports go on being numbered") foreach @new;
is(sql($_, "insert into karmayogi.scheme_in_use (scheme) values ('illustrative-equal') returning use_id"), '2', "$_: and so do the uses of schemes") foreach @new;

# Cancelled or killed in the middle

sql('old', "update night.user_detail set no_of_karma_points = 1; delete from night.user_enrolments where user_id = 'u300'");
my $before = sql('old', $everything);
my $cancelled = 0;
my $finished = 0;
for (my $ms = 2; $ms < 5000 && !$finished; $ms = int($ms * 1.5) + 1)
{
	($status, $out, $err) = psql('old', "set statement_timeout = $ms; call karmayogi.refresh('2026-10-05')");
	$finished = $status == 0;
	next if $finished;
	$cancelled++;
	like($err, qr/canceling statement due to statement timeout/, "a refresh of $ms ms is cancelled");
	is(sql('old', $left), '0', 'and leaves no table of the computation');
	is(sql('old', $everything) eq $before, 1, 'nor anything else');
}
cmp_ok($cancelled, '>=', 3, 'refreshes were cancelled at several moments');
is($finished, 1, 'and one went through after them');
isnt(sql('old', $everything), $before, 'which published');

$ENV{DYING} = $database{old};
# a backend that dies: another one ends it while it waits for a lock that the refresh needs late
$before = sql('old', $everything);
sql('old', <<'SQL');
begin;
lock table karmayogi.score in access exclusive mode;
\! psql -X -q -d "$DYING" -c "set application_name = 'dying'" -c "call karmayogi.refresh('2026-10-06')" >/dev/null 2>&1 &
do $$
begin
	for i in 1 .. 600 loop
		exit when exists (select from pg_stat_activity where application_name = 'dying' and wait_event_type = 'Lock');
		perform pg_sleep(0.05), pg_stat_clear_snapshot();
	end loop;
	if not pg_terminate_backend((select pid from pg_stat_activity where application_name = 'dying' and wait_event_type = 'Lock'), 10000) then
		raise exception 'the refresh did not end';
	end if;
end
$$;
commit;
SQL
is(sql('old', $left), '0', 'a refresh whose backend is ended leaves no table of the computation');
is(sql('old', $everything) eq $before, 1, 'nor anything else');
is(sql('old', "call karmayogi.refresh('2026-10-06'); select as_of from karmayogi.mdo_ranking limit 1"), '2026-10-06', 'the next refresh works');

# DROP EXTENSION

sql('plain', 'drop schema desk cascade; drop extension karmayogi');
is(sql('plain', "select count(*) from pg_namespace where nspname = 'karmayogi'"), '0', 'DROP EXTENSION removes the schema');
is(sql('plain', "select count(*) from pg_proc where probin like '%karmayogi%'"), '0', 'and every function of the library');
is(sql('plain', "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'night' and c.relkind = 'r'"), '12',
	'it leaves the portal alone');
is(sql('plain', 'create extension karmayogi; select count(*) from karmayogi.snapshot'), '0', 'it can be created again, and is empty');

done_testing();
