# A portal on two machines, as docs/scale-out.md sets it up: the officials' tables
# are partitioned by hash of user_id into foreign tables on two servers. What is
# published is what one server publishes, to the last byte; the work of each
# official is done on the shards; and a shard that is down, empty or of another
# night refuses. At the end the statements that Citus is given, on one server.
#
# The coordinator is the running server of PGHOST, PGPORT and PGUSER, on which
# karmayogi is installed; the shards are two servers of our own.
#
#   prove test/t/040_shards.pl
#   KARMAYOGI_SEEDS=1-40 prove test/t/040_shards.pl       more portals made by chance
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use File::Temp qw(tempdir);
use Test::More;

my $top = File::Spec->rel2abs(dirname(__FILE__) . '/../..');
my $dir = tempdir(CLEANUP => 1);
chmod 0755, $dir;    # the shards are run by another user
my %database = map { $_ => "karmayogi_shards_${_}_$$" } qw(one many);
my @shards = (1, 2);
my @spread = qw(user_detail user_enrolments events_enrolment);
# nothing of these settings may have any influence
my %setting = (1 => [], 2 => [ 'timezone=America/New_York', 'datestyle=SQL, DMY', 'lc_messages=C', 'extra_float_digits=0' ]);

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

# Runs SQL in a database of the coordinator, or on a shard.
sub psql
{
	my ($name, $sql) = @_;
	open my $handle, '>', "$dir/in.sql" or die "$dir/in.sql: $!";
	print $handle "set client_min_messages = error;\n$sql";
	close $handle;
	my $where = $name =~ /^\d$/ ? "-h '$dir/shard$name' -p 5432 -U postgres -d postgres" : "-d '$database{$name}'";
	return run("psql -X -q -A -t -v ON_ERROR_STOP=1 $where -f '$dir/in.sql'");
}

# The same; an error ends the test.
sub sql
{
	my ($name, $sql) = @_;
	my ($status, $out, $err) = psql($name, $sql);
	die("psql: $err\n$sql") if $status != 0;
	chomp $out;
	return $out;
}

sub must
{
	my ($command) = @_;
	my ($status, $out, $err) = run($command);
	die("$command: $err$out") if $status != 0;
	return $out;
}

sub start
{
	my ($shard) = @_;
	must("'$top/scripts/cluster.sh' start '$dir/shard$shard' fsync=off shared_buffers=16MB "
		  . join ' ', map { "'$_'" } @{ $setting{$shard} });
}

sub stop
{
	my ($shard) = @_;
	return run("'$top/scripts/cluster.sh' stop '$dir/shard$shard'");
}

END
{
	my $status = $?;
	run("dropdb --if-exists --force '$_'") foreach values %database;
	stop($_) foreach @shards;
	$? = $status;
}

# Moves the officials' tables of a schema to the shards. Foreign tables stand in their place.
sub spread
{
	my ($schema, @tables) = @_;
	must("pg_dump --schema-only --no-owner -f '$dir/tables.sql' " . join(' ', map { "-t '$schema.$_'" } @tables) . " '$database{many}'");
	foreach my $shard (@shards)
	{
		sql($shard, "create schema $schema;\n\\i '$dir/tables.sql'\ngrant usage on schema $schema to karmayogi_reader;\n"
			  . "grant select, insert on all tables in schema $schema to karmayogi_reader;\n");
	}
	sql('many', join '', map { <<"SQL" } @tables);
alter table $schema.$_ rename to ${_}_here;
create table $schema.$_ (like $schema.${_}_here) partition by hash (user_id);
create foreign table $schema.${_}_1 partition of $schema.$_ for values with (modulus 2, remainder 0)
	server shard_1 options (schema_name '$schema', table_name '$_');
create foreign table $schema.${_}_2 partition of $schema.$_ for values with (modulus 2, remainder 1)
	server shard_2 options (schema_name '$schema', table_name '$_');
insert into $schema.$_ select * from $schema.${_}_here;
drop table $schema.${_}_here;
SQL
}

# The extension as it is after CREATE EXTENSION, with the register that lies beside a generated portal
my %register;
sub fresh
{
	my ($portal) = @_;
	return "drop extension if exists karmayogi cascade;\ncreate extension karmayogi;\nselect karmayogi.bind_portal('$portal') \\g /dev/null\n"
	  . join '', map { "insert into karmayogi.$_ ($register{$_}) select $register{$_} from $portal.register_$_;\n" } sort keys %register;
}

# Whatever a refresh publishes, line by line; the seal holds the values once more.
sub published
{
	return join '', map { "select '$_->[0]', to_jsonb(t) - 'snapshot_id' from ($_->[1]) t order by to_jsonb(t)::text collate \"C\";\n" } (
		[ official => 'select * from karmayogi.official_progress' ],
		[ course => 'select * from karmayogi.course_progress' ],
		[ value => 'select * from karmayogi.indicator_value' ],
		[ score => 'select * from karmayogi.score' ],
		[ parameter => 'select * from karmayogi.score_parameter' ],
		[ check => q(select * from karmayogi.snapshot_check where check_name <> 'shards') ],
		[ snapshot => 'select as_of, forced, generated_on, seal from karmayogi.snapshot' ]);
}

# The same lines; else the first that differ
sub same
{
	my ($got, $expected, $name) = @_;
	my $ok = ok($got eq $expected && length $expected, $name);
	return $ok if $ok;
	my %left = map { $_ => 1 } split /\n/, $expected;
	my @more = grep { !delete $left{$_} } split /\n/, $got;
	diag("shards: $_") foreach @more[0 .. ($#more < 9 ? $#more : 9)];
	my @lost = sort keys %left;
	diag("one server: $_") foreach @lost[0 .. ($#lost < 9 ? $#lost : 9)];
	return $ok;
}

# The stage of enrolments, computed alone. When rows were generated is noted by official, not by content.
sub stage
{
	my ($as_of, $before) = @_;
	return <<"SQL";
set enable_partitionwise_aggregate = on;
set enable_nestloop = off;
set jit = off;
set datestyle = 'ISO';
select $before karmayogi.engine_sql('{person,enrolment}', 'select e.user_no, e.content_id, e.enrolled, e.completed, e.certificated,
	e.completed_at, e.last_active_at::date, e.row_count, e.unknown_users, e.unknown_status, e.unreadable_first, e.unreadable_last,
	e.unreadable_accessed, min(e.first_generated) over (), max(e.last_generated) over ()
	from {stage.enrolment} e order by e.user_no, e.content_id', date '$as_of') \\gexec
SQL
}

# That both shards do the work of their officials
sub done_there
{
	my ($as_of, $name) = @_;
	my $plan = sql('many', stage($as_of, "'explain (verbose, costs off) ' ||"));
	my @there = $plan =~ /Relations: Aggregate on \(\S*?(user_enrolments_\d)\b[^\n]*\n\s*Remote SQL: SELECT (?:user_id), karmayogi\.enrolment_digest_agg\([^\n]* GROUP BY 1/g;
	is("@there", 'user_enrolments_1 user_enrolments_2', "$name: the enrolments of each official are digested on both shards") or diag($plan);
}

start($_) foreach @shards;
# there a role that may do no more than docs/scale-out.md says, and load through the coordinator
sql($_, 'create extension karmayogi; create role karmayogi_reader login; grant usage on schema karmayogi to karmayogi_reader') foreach @shards;
must("createdb -T template0 -E UTF8 '$_'") foreach values %database;
sql('many', "create extension postgres_fdw;\n" . join '', map { <<"SQL" } @shards);
create server shard_$_ foreign data wrapper postgres_fdw
	options (host '$dir/shard$_', port '5432', dbname 'postgres', extensions 'karmayogi', async_capable 'true', fetch_size '10000');
create user mapping for current_user server shard_$_ options (user 'karmayogi_reader');
SQL

# ---------------------------------------------------------------------------
# Portals made by chance, as dirty as can be: every generation, types of the
# DDL and of Spark, optional tables and columns lacking
# ---------------------------------------------------------------------------
sql('one', "\\i '$top/test/property/generate.sql'\n");
%register = map { split /:/ } split /\n/, sql('one', q(select table_name || ':' || string_agg(column_name, ', ') from generate.register_column group by table_name));
my ($first, $last) = split /-/, ($ENV{KARMAYOGI_SEEDS} || '1-3');
$last = $first unless defined $last;
foreach my $seed ($first .. $last)
{
	my $portal = "portal_$seed";
	my ($as_of, $shape) = split /\|/, sql('one', <<"SQL");
set jit = off;
select generate.portal($seed, '$portal') \\g /dev/null
select as_of, concat_ws(' ', generation, case when spark then 'spark' end, case when not events then 'no events' end, 'without ' || nullif(lacks, ''))
	from generate.shape($seed);
SQL
	must("pg_dump --no-owner -n $portal -f '$dir/portal.sql' '$database{one}'");
	must("psql -X -q -v ON_ERROR_STOP=1 -d '$database{many}' -f '$dir/portal.sql'");
	my @tables = grep { sql('many', "select to_regclass('$portal.$_')") ne '' } @spread;
	spread($portal, @tables);
	# an official whose rows lie on the wrong shard, or on both, is still one
	my $astray = "insert into $portal.user_enrolments select * from $portal.user_enrolments where user_id in
		(select user_id from $portal.user_enrolments where user_id is not null group by user_id having count(*) > 1 order by user_id limit 3)";
	sql('one', $astray);
	sql('many', <<"SQL");
insert into $portal.user_enrolments_1 select * from $portal.user_enrolments e where user_id in
	(select user_id from $portal.user_enrolments where user_id is not null group by user_id having count(*) > 1 order by user_id limit 3);
SQL
	my $refresh = fresh($portal) . "call karmayogi.refresh(date '$as_of', force => true);\n" . published();
	same(sql('many', $refresh), sql('one', $refresh), "seed $seed ($shape): two shards publish what one server does");
	same(sql('many', stage($as_of, '')), sql('one', stage($as_of, '')), "seed $seed: row by row of the enrolments");
	done_there($as_of, "seed $seed");
	is(sql('many', 'select count(*), bool_and(karmayogi.verify_seal(snapshot_id)) from karmayogi.snapshot'), '1|t', "seed $seed: the seal holds");
}

# ---------------------------------------------------------------------------
# One night, and what can happen to it
# ---------------------------------------------------------------------------
my $as_of = '2026-10-01';
foreach my $name (qw(one many))
{
	sql($name, "drop extension if exists karmayogi cascade; create extension karmayogi; begin;\n\\i '$top/test/fixture/portal.sql'\ncommit;\n");
}
spread('night', @spread, qw(assessment_detail bp_enrolments));
sql($_, "call karmayogi.refresh('$as_of')") foreach qw(one many);
same(sql('many', published()), sql('one', published()), 'a night on two shards');
is(sql('many', "select string_agg(table_name || ': ' || found || ' of ' || among || ', ' || verdict, '; ' order by table_name) from karmayogi.snapshot_check where check_name = 'shards'"),
	'events_enrolment: 0 of 2, ok; user_detail: 0 of 2, ok; user_enrolments: 0 of 2, ok', 'no shard was empty');
is(sql('many', "select string_agg(t.table_name, ' ' order by t.table_name) from karmayogi.portal_table t where karmayogi.portal_is_sharded(t.table_name)"),
	'assessment_detail bp_enrolments events_enrolment user_detail user_enrolments', 'the tables that stand on shards are known');
is(sql('many', "select string_agg(s.relid::regclass || ' on ' || s.server, ', ') from karmayogi.portal_shards('user_detail') s"),
	'night.user_detail_1 on shard_1, night.user_detail_2 on shard_2', 'and where');
is(sql('one', 'select count(*) from karmayogi.portal_table t where karmayogi.portal_is_sharded(t.table_name)'), '0', 'one server has none');

# what a shard was asked for
sub remote_statements
{
	my ($shard) = @_;
	open my $handle, '<', "$dir/shard$shard/data/server.log" or die "server.log: $!";
	local $/;
	return join "\n", map { s/\s+/ /gr } scalar(<$handle>) =~ /DECLARE c\d+ CURSOR FOR\s+(SELECT .*?)\n(?=\d{4}-)/gs;
}
foreach my $shard (@shards)
{
	sql($shard, "alter database postgres set log_statement = 'all'");
}
same(sql('many', "call karmayogi.refresh('$as_of', force => true);\n" . published()), sql('one', published()), 'unchanged input publishes nothing');
foreach my $shard (@shards)
{
	my @sent = split /\n/, remote_statements($shard);
	my ($digest) = grep { /enrolment_digest_agg/ } @sent;
	like($digest // '', qr/FROM night\.user_enrolments GROUP BY 1$/, "shard $shard digests enrolments");
	is(scalar(grep { /FROM night\.user_enrolments/ && !/GROUP BY 1$/ && !/^SELECT NULL FROM/ } @sent), 0, "shard $shard sends no row of them");
	is(scalar(grep { /^SELECT count\(\*\), karmayogi\.first_text\(data_last_generated_on\).* FROM night\.user_detail$/ } @sent), 1, "shard $shard counts its officials");
	is(scalar(grep { /FROM night\.events_enrolment .*GROUP BY 1, 2 HAVING/ } @sent), 1, "shard $shard adds up events");
	is(scalar(grep { /^SELECT status, duration FROM night\.events_enrolment$/ } @sent), 1, "shard $shard sends no more of them for the gate");
	my ($person) = grep { /^SELECT user_id, mdo_id/ } @sent;
	unlike($person // 'full_name', qr/full_name|phone_number|employee_id|total_/, "shard $shard sends of officials what is needed");
	sql($shard, 'alter database postgres reset log_statement');
}
same(sql('many', 'select * from karmayogi.compute_indicators(date \'2026-10-01\') order by 2, 3, 1, 4'),
	sql('one', 'select * from karmayogi.compute_indicators(date \'2026-10-01\') order by 2, 3, 1, 4'), 'without publication, too');
foreach my $user (qw(u2 u43 u77))
{
	my $single = "select * from karmayogi.allotment_progress('$user'); select * from karmayogi.competency_passbook('$user')";
	same(sql('many', $single), sql('one', $single), "what $user was allotted and has learnt");
}
same(sql('many', 'select * from karmayogi.onboarding_now()'), sql('one', 'select * from karmayogi.onboarding_now()'), 'on-boarding at this moment');

# what docs/scale-out.md counts
my $astray = 'select count(*) from (select user_id from night.user_enrolments_1 offset 0) q
	where not satisfies_hash_partition(\'night.user_enrolments\'::regclass, 2, %d, q.user_id)';
is(sql('many', sprintf($astray, 0)), '0', 'no official is on the wrong shard');
isnt(sql('many', sprintf($astray, 1)), '0', 'nor is the count blind');

# columns of several collations, a view over the shards
sql('many', <<'SQL');
alter table night.user_enrolments alter content_id type text collate "C", alter certificate_id type text collate "POSIX";
create schema seen;
create view seen.user_enrolments as select * from night.user_enrolments;
select karmayogi.bind_portal('user_enrolments', 'seen.user_enrolments') \g /dev/null
SQL
done_there($as_of, 'columns of several collations, a view');
same(sql('many', stage($as_of, '')), sql('one', stage($as_of, '')), 'and the same enrolments');
sql('many', "select karmayogi.bind_portal('night')");

# What is left of the last snapshot when a refresh fails: everything
my $kept = published() . "select * from karmayogi.mdo_ranking;\nselect count(*) from karmayogi.refresh_log;\n"
  . "select count(*) from pg_class where relnamespace = 'karmayogi_stage'::regnamespace;\n";
my $before = sql('many', $kept);
my $next = '2026-10-02';
sub refused
{
	my ($reason, $name) = @_;
	my ($status, $out, $err) = psql('many', "call karmayogi.refresh('$next')");
	isnt($status, 0, "$name: refused");
	like($err, $reason, "$name: for a clear reason");
	same(sql('many', $kept), $before, "$name: nothing is published, the last snapshot is readable");
}

stop(2);
refused(qr/could not connect to server "shard_2"/, 'a shard is down');
start(2);

# gone in the middle: the session on the shard ends between two statements of ours
my ($status, $out, $err) = psql('many', <<"SQL");
begin;
set transaction isolation level repeatable read;
select count(*) from night.user_detail;
\\! psql -X -q -h '$dir/shard1' -U postgres -d postgres -c "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'postgres_fdw'" >/dev/null
call karmayogi.refresh('$next');
SQL
like($err, qr/terminating connection|server closed the connection|connection not open|FATAL/, 'a shard gone within the transaction is an error');
same(sql('many', $kept), $before, 'and nothing is published');

sql(1, 'begin; create table public.aside as select * from night.user_enrolments; truncate night.user_enrolments; commit');
refused(qr/user_enrolments, shards: no rows in user_enrolments_1/, 'an empty shard');
sql(1, 'insert into night.user_enrolments select * from public.aside; drop table public.aside');

sql(1, q(update night.user_enrolments set data_last_generated_on = '2026-10-03 03:45:00 AM'));
refused(qr/user_enrolments, generated: generated from 2026-10-01 03:45:00 to 2026-10-03 03:45:00/, 'a shard of another night');
sql(1, q(update night.user_enrolments set data_last_generated_on = '2026-10-01 03:45:00 AM'));

# A shard is read as it was when the transaction first came there
is(sql('many', <<"SQL"), "2000\n2000", 'what a loader commits meanwhile is not seen');
begin;
select count(*) from night.user_enrolments;
\\! psql -X -q -h '$dir/shard1' -U postgres -d postgres -c "delete from night.user_enrolments where content_id = 'c7'" >/dev/null
select count(*) from night.user_enrolments;
SQL
sql('one', "delete from night.user_enrolments where content_id = 'c7' and user_id in (" . sql(1, "select string_agg(distinct quote_literal(user_id), ', ') from night.user_enrolments") . ')');

# Everybody is back
sql($_, "call karmayogi.refresh('$next')") foreach qw(one many);
same(sql('many', published()), sql('one', published()), 'with both shards there the next refresh publishes');
is(sql('many', 'select count(*) from karmayogi.snapshot'), '2', 'a second snapshot');

# ---------------------------------------------------------------------------
# Citus, as far as one server without it can tell: its catalogue says that the
# tables are distributed, so the statements for shards are used on them
# ---------------------------------------------------------------------------
sql('one', <<'SQL');
set allow_system_table_mods = on;
create table pg_catalog.pg_dist_partition (logicalrelid regclass not null, partmethod "char" not null);
SQL
is(sql('one', "select karmayogi.portal_is_sharded('user_enrolments')"), 'f', 'Citus is there, nothing distributed');
sql('one', "insert into pg_catalog.pg_dist_partition values ('night.user_enrolments', 'n')");
is(sql('one', "select karmayogi.portal_is_sharded('user_enrolments')"), 'f', 'a reference table');
is(sql('one', "select karmayogi.scan_sql('person_found', 1) is not null, karmayogi.scan_sql('enrolment_found', 1) is null"), 't|t',
	'which the engine does not scan by itself: the rows that stand here may be what was left behind');
my $plain = sql('one', stage($next, ''));
sql('one', "truncate pg_catalog.pg_dist_partition; insert into pg_catalog.pg_dist_partition select format('night.%I', t)::regclass, 'h' from unnest(array['user_detail', 'user_enrolments', 'events_enrolment']) t");
is(sql('one', "select relid::regclass, server, distributed from karmayogi.portal_shards('user_enrolments')"), 'night.user_enrolments||t', 'a distributed table');
like(sql('one', stage($next, "'explain (verbose, costs off) ' ||")), qr/enrolment_digest_agg/, 'is read through digests');
same(sql('one', stage($next, '')), $plain, 'which give the same enrolments');
my $last_seal = sql('one', 'select seal from karmayogi.snapshot order by snapshot_id desc limit 1');
sql('one', "call karmayogi.refresh('$next')");
is(sql('one', 'select count(*) from karmayogi.snapshot'), '2', 'and nothing new to be published');
is(sql('one', 'select seal from karmayogi.snapshot order by snapshot_id desc limit 1'), $last_seal, 'the seal is the same');

done_testing();
