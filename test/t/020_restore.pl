# A database with karmayogi in it is dumped and restored: what people entered and
# what was published comes back, and refreshes go on. A refresh that is cancelled
# or killed in the middle leaves nothing. DROP EXTENSION removes everything.
#
# Uses the running server of PGHOST, PGPORT and PGUSER, on which karmayogi is
# installed, and makes databases of its own there.
#
#   prove test/t/020_restore.pl
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use File::Temp qw(tempdir);
use Test::More;

my $fixture = File::Spec->rel2abs(dirname(__FILE__) . '/../fixture/portal.sql');
my $dir = tempdir(CLEANUP => 1);
my %database = map { $_ => "karmayogi_restore_${_}_$$" } qw(old custom plain);

# Runs a program; returns its exit status, what it printed and what it complained of.
sub run
{
	my ($command) = @_;
	my $status = system("$command >'$dir/out' 2>'$dir/err'");
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

# Runs SQL and returns what it prints; an error ends the test.
sub sql
{
	my ($name, $sql) = @_;
	my ($status, $out, $err) = psql($name, $sql);
	BAIL_OUT("psql: $err\n$sql") if $status != 0;
	chomp $out;
	return $out;
}

sub psql
{
	my ($name, $sql) = @_;
	open my $handle, '>', "$dir/in.sql" or die "$dir/in.sql: $!";
	print $handle "set client_min_messages = warning;\n$sql";
	close $handle;
	return run("psql -X -q -A -t -v ON_ERROR_STOP=1 -d '$database{$name}' -f '$dir/in.sql'");
}

sub make_database
{
	my ($name) = @_;
	my ($status, undef, $err) = run("createdb -T template0 '$database{$name}'");
	BAIL_OUT("createdb: $err") if $status != 0;
}

END
{
	run("dropdb --if-exists --force '$_'") foreach values %database;
}

# Rows of a query, as one text
sub rows
{
	my ($query) = @_;
	return "select coalesce(string_agg(r::text, E'\\n' order by r::text collate \"C\"), '') from ($query) r";
}

# The rows of several relations, by their names, asked for in one session
sub relations
{
	my ($name, @relations) = @_;
	my @text = split /^====\n/m, sql($name, join("\\echo ====\n", map { rows(source($_)) . ";\n" } @relations)) . "\n", -1;
	return map { $relations[$_] => $text[$_] } 0 .. $#relations;
}

# What is to be kept: every table that the extension has dumped, as far as it does
my %condition;
sub source
{
	my ($relation) = @_;
	# a shipped rule that was switched off keeps the time of CREATE EXTENSION
	my $columns = $relation eq 'indicator_rule' ? 'rule, expression, level, severity, message, shipped, enabled' : '*';
	return "select $columns from karmayogi.$relation " . ($condition{$relation} // '');
}

my @views = qw(mdo_ranking ministry_ranking state_ranking top_performers rank_history score_breakdown);
my $left = "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
	where n.nspname = 'karmayogi_stage'";

# The old database: a register, a scheme of its own, changed settings, three snapshots

make_database('old');
sql('old', <<"SQL");
create extension karmayogi;
begin;
\\i $fixture
insert into karmayogi.kym_course (mdo_id, content_id) values ('d1', 'c2');
insert into karmayogi.competency_tag (competency_theme_id, tag) values ('T1', 'gender');
insert into karmayogi.content_tag (content_id, tag) values ('c9', 'climate');
insert into karmayogi.target (indicator, financial_year, target) values ('8.5', '2026-27', 5);
insert into karmayogi.csti (institution_id, name, registered_on) values ('i1', 'Institute One', '2026-02-01');
select karmayogi.add_rule('all_on_board', \$\$n('2.2') >= d('2.2')\$\$, 'not everybody is registered', 'info');
select karmayogi.enable_rule('women_within_registered', false);
select karmayogi.set_setting('top_performers', '2');
insert into karmayogi.mdo_grant (role_name, mdo_id) values (current_user, 'd1');
select karmayogi.set_setting('size_classes', 'S:0,L:100');
update karmayogi.report set accepted = true, verified_by = 'somebody', verified_at = now() where entity_id = 'd1';
commit;
call karmayogi.refresh('2026-10-01');
select karmayogi.define_scheme('{"scheme": "own", "title": "A scheme of our own", "missing_policy": "reweight", "parameters": [
	{"parameter": "onboarding", "weight": 40, "indicators": [{"indicator": "2.2", "weight": 1}]},
	{"parameter": "course_completion", "weight": 60, "indicators": [{"indicator": "3.7", "weight": 2, "transform": "slab", "slabs": [[0, 10], [5, 50]]}]}]}');
select karmayogi.use_scheme('own');
call karmayogi.refresh('2026-10-02');
update night.user_detail set status = 0 where user_id in ('u1', 'u2', 'u4');
call karmayogi.refresh('2026-10-03');
SQL
is(sql('old', 'select count(*), count(distinct scheme) from karmayogi.snapshot'), '3|2', 'the old database has snapshots of two schemes');
cmp_ok(sql('old', 'select count(*) from karmayogi.mdo_ranking where rank is not null'), '>=', 3, 'and a ranking');
foreach my $line (split /\n/, sql('old', "select c.relname || '|' || k.condition from pg_extension e, unnest(e.extconfig, e.extcondition) k (relation, condition)
	join pg_class c on c.oid = k.relation where e.extname = 'karmayogi' and c.relkind = 'r'"))
{
	my ($relation, $where) = split /\|/, $line, 2;
	$condition{$relation} = $where;
}
my @kept = sort keys %condition;
cmp_ok(scalar(@kept), '>=', 20, 'there are tables to be dumped');
# what a refresh that did not finish must leave alone
my $everything = rows(join ' union all ', map { "select '$_' as source, to_jsonb(t) as line from karmayogi.$_ t" }
	  (@kept, 'official_progress', 'course_progress'));
my %old = relations('old', @kept, @views);
is(join(' ', grep { $old{$_} eq "\n" } sort keys %old), '', 'and something in everything that is to come back');

# Dump and restore, both ways

my ($status, $out, $err) = run("pg_dump -Fc -f '$dir/dump' '$database{old}'");
is("$status$err", '0', 'pg_dump -Fc says nothing');
make_database('custom');
($status, $out, $err) = run("pg_restore --exit-on-error -d '$database{custom}' '$dir/dump'");
is("$status$err", '0', 'pg_restore says nothing');
($status, $out, $err) = run("pg_dump -f '$dir/dump.sql' '$database{old}'");
is("$status$err", '0', 'pg_dump as plain text says nothing');
make_database('plain');
($status, $out, $err) = run("psql -X -q -v ON_ERROR_STOP=1 -d '$database{plain}' -f '$dir/dump.sql'");
is("$status$err", '0', 'psql restores it without a word');

foreach my $name ('custom', 'plain')
{
	my %new = relations($name, @kept, @views);
	is($new{$_}, $old{$_}, "$name: $_ is restored") foreach @kept;
	is($new{$_}, $old{$_}, "$name: $_ answers the same before any refresh") foreach @views;
	is(sql($name, 'select bool_and(karmayogi.verify_seal(snapshot_id)) from karmayogi.snapshot'), 't', "$name: the seals hold");
	is(sql($name, "select karmayogi.setting('top_performers'), karmayogi.active_scheme()"), '2|own', "$name: setting and scheme are the ones that were chosen");
	is(sql($name, 'select (select count(*) from karmayogi.official_progress) + (select count(*) from karmayogi.course_progress)'), '0',
		"$name: the progress tables wait for the next refresh");
	($status, $out, $err) = psql($name, "update karmayogi.scoring_weight set weight = 2 where scheme = 'own'");
	like($err, qr/ERROR/, "$name: a scheme is still not to be changed");
}

# Life goes on

my $report = "insert into karmayogi.report (indicator, entity_id, period, period_start, period_end, numerator, denominator)
	values ('1.1', 'm1', '2026-27 Q2', '2026-07-01', '2026-09-30', 1, 1) returning report_id";
sql($_, "delete from night.user_detail where user_id = 'u9'; call karmayogi.refresh('2026-10-04');") foreach 'old', 'custom', 'plain';
foreach my $name ('custom', 'plain')
{
	is(sql($name, 'select count(*), max(snapshot_id) from karmayogi.snapshot'), sql('old', 'select count(*), max(snapshot_id) from karmayogi.snapshot'),
		"$name: a refresh publishes under the next number");
	is(sql($name, 'select seal from karmayogi.snapshot order by snapshot_id desc limit 1'),
		sql('old', 'select seal from karmayogi.snapshot order by snapshot_id desc limit 1'), "$name: and the same seal as in the old database");
	my %same = relations('old', 'mdo_ranking', 'official_progress', 'course_progress');
	my %new = relations($name, keys %same);
	is($new{$_}, $same{$_}, "$name: $_ is the same") foreach sort keys %same;
	is(sql($name, 'refresh materialized view karmayogi.indicator_live; select count(*) > 100 from karmayogi.indicator_live'), 't', "$name: indicator_live is filled");
}
is(sql('custom', $report), sql('old', $report), 'reports go on being numbered');
is(sql('custom', "insert into karmayogi.scheme_in_use (scheme) values ('illustrative-equal') returning use_id"), '2', 'and so do the uses of schemes');

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

sql('plain', 'drop extension karmayogi');
is(sql('plain', "select count(*) from pg_namespace where nspname = 'karmayogi'"), '0', 'DROP EXTENSION removes the schema');
is(sql('plain', "select count(*) from pg_proc where probin like '%karmayogi%'"), '0', 'and every function of the library');
is(sql('plain', "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'night' and c.relkind = 'r'"), '12',
	'it leaves the portal alone');
is(sql('plain', 'create extension karmayogi; select count(*) from karmayogi.snapshot'), '0', 'it can be created again, and is empty');

done_testing();
