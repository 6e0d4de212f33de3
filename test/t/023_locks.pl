# The locks that each command takes, as docs/operations.md has them: every command
# is run in a transaction of its own, and what pg_locks says then is compared with
# the table there. Commands that share a row take the same.
#
# Uses the running server of PGHOST, PGPORT and PGUSER, and makes a database of
# its own there.
#
#   prove test/t/023_locks.pl
#   DOCS_UPDATE=1 prove test/t/023_locks.pl      writes the table anew
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use File::Temp qw(tempdir);
use Test::More;

my $top = File::Spec->rel2abs(dirname(__FILE__) . '/../..');
my $document = "$top/docs/operations.md";
my $dir = tempdir(CLEANUP => 1);
my $name = "karmayogi_locks_$$";
my %role = map { $_ => "karmayogi_locks_${_}_$$" } qw(reader nodal operator);

# Commands as the document calls them, the statement of each, and what goes before it
my $change = q(call karmayogi.refresh('2026-10-04');
	update night.user_detail set no_of_karma_points = no_of_karma_points + 1 where user_id = 'u9';
	-- another transaction's
	commit; begin;);
my @commands = (
	[ '`call refresh()`, the first', "call karmayogi.refresh('2026-10-04')", 'delete from karmayogi.snapshot; delete from karmayogi.official_progress;
		alter table karmayogi.official_progress drop constraint official_progress_pkey; drop index karmayogi.official_progress_mdo_id; commit; begin;' ],
	[ '`call refresh()`, every other', "call karmayogi.refresh('2026-10-05')", $change ],
	[ '`refresh materialized view indicator_live`', 'refresh materialized view karmayogi.indicator_live' ],
	[ 'the same `concurrently`', 'refresh materialized view concurrently karmayogi.indicator_live' ],
	[ '`portal_check()`, `compute_indicators()`, `onboarding_now()`, `allotment_progress(…)`, `competency_passbook(…)`',
		[ map { "select count(*) from karmayogi.$_" } 'portal_check()', 'compute_indicators()', 'onboarding_now()', q(allotment_progress('u2')), q(competency_passbook('u2')) ] ],
	[ '`renew_allotments()`', 'select karmayogi.renew_allotments()' ],
	[ 'a reader: any view', q(do $$ declare v name; begin
		for v in select c.relname from pg_class c where c.relnamespace = 'karmayogi'::regnamespace and c.relkind = 'v' loop
			execute format('select count(*) from karmayogi.%I', v);
		end loop; end $$) ],
	[ '`verify_seal(…)`', 'select karmayogi.verify_seal(karmayogi.newest_snapshot())' ],
	[ '`insert`, `update`, `copy` into a register',
		[ q(insert into karmayogi.strength (mdo_id, effective_on, officials) values ('m1', '2026-02-01', 3)),
			q(update karmayogi.strength set officials = officials + 1 where mdo_id = 'd1'),
			"copy karmayogi.strength (mdo_id, effective_on, officials) from stdin;\nm1\t2026-02-02\t3\n\\.\nselect 1" ] ],
	[ '`submit_report(…)`', q(select karmayogi.submit_report('1.1', 'd2', '2026-27 Q2', 1, 1, 'Order no. 3')) ],
	[ '`verify_report(…)`', "set local session authorization $role{operator}; select karmayogi.verify_report((select max(r.report_id) from karmayogi.report r
		where r.verified_by is null), true); reset session authorization" ],
	[ '`load_reports(…)`', q(select karmayogi.load_reports('desk.known')) ],
	[ '`check_reports(…)`', q(select count(*) from karmayogi.check_reports('desk.known')) ],
	[ '`add_rule(…)`, `drop_rule(…)`, `enable_rule(…)`', [ q(select karmayogi.add_rule('another', 'registered() >= 0', 'm')),
		q(select karmayogi.drop_rule('all_on_board')), q(select karmayogi.enable_rule('all_on_board', false)) ] ],
	[ '`evaluate_rules(…)`', 'select karmayogi.evaluate_rules(karmayogi.newest_snapshot())' ],
	[ '`apply_floor(…)`', 'select karmayogi.apply_floor(karmayogi.newest_snapshot())' ],
	[ '`define_scheme(…)`', q(select karmayogi.define_scheme('{"scheme": "new", "parameters": [{"parameter": "p", "weight": 1,
		"indicators": [{"indicator": "2.2", "weight": 1}]}]}')) ],
	[ '`use_scheme(…)`', q(select karmayogi.use_scheme('illustrative-equal')) ],
	[ '`set_setting(…)`', q(select karmayogi.set_setting('small_count_floor', '6')) ],
	[ '`bind_portal(…)`', [ q(select karmayogi.bind_portal('night')), q(select karmayogi.bind_portal('content', 'night.content')) ] ],
	[ '`grant_reader(…)`, `grant_operator(…)`', [ map { "select karmayogi.$_('$role{reader}')" } 'grant_reader', 'grant_operator' ] ],
	[ '`grant_mdo(…)`, `revoke_access(…)`', [ "select karmayogi.grant_mdo('$role{reader}', 'd1')", "select karmayogi.revoke_access('$role{nodal}', 'd1')",
		"select karmayogi.revoke_access('$role{nodal}')" ] ],
	[ '`index_progress()`, with nothing to make', 'select karmayogi.index_progress()' ],
	[ 'the same where the key or an index is lacking', 'select karmayogi.index_progress()',
		'alter table karmayogi.official_progress drop constraint official_progress_pkey; drop index karmayogi.official_progress_mdo_id; commit; begin;' ],
	[ '`create_portal(…)`, `create_report_staging(…)`, besides what they make', [ q(select karmayogi.create_portal('another')), q(select karmayogi.create_report_staging('desk.another')) ] ],
	# pg_cron is not there: something stands in for it
	[ '`schedule_refresh(…)`, besides what pg_cron takes', q(select karmayogi.schedule_refresh('30 6 * * *')), q(create schema cron;
		create function cron.schedule(text, text, text) returns bigint language sql return 1;
		insert into pg_extension select 1, 'pg_cron', e.extowner, 'cron'::regnamespace, false, '1' from pg_extension e where e.extname = 'karmayogi';) ],
	[ '`alter extension karmayogi update`, the newest version being there', 'alter extension karmayogi update' ],
	[ '`prune_snapshots(…)`', "select karmayogi.prune_snapshots('0')",
		join('', map { "update night.user_detail set no_of_karma_points = no_of_karma_points + 1 where user_id = 'u9'; commit; call karmayogi.refresh('2026-10-0$_'); " } 6 .. 9)
		  . 'begin;' ],
	[ '`drop extension karmayogi`', 'drop extension karmayogi cascade' ]);

sub psql
{
	my ($sql) = @_;
	open my $handle, '>', "$dir/in.sql" or die "$dir/in.sql: $!";
	print $handle "set client_min_messages = error;\n$sql";
	close $handle;
	my $out = qx(psql -X -q -A -t -v ON_ERROR_STOP=1 -d $name -f '$dir/in.sql' 2>&1);
	die("psql: $out\n$sql") if $?;
	return $out;
}

END
{
	my $status = $?;
	system("dropdb --if-exists --force $name");
	system("psql -X -q -d postgres -c 'drop role if exists $_'") foreach values %role;
	$? = $status;
}

system("createdb -T template0 $name") == 0 or die('createdb');
system("psql -X -q -d $name " . join(' ', map { "-v $_=$role{$_}" } keys %role) . " -f '$top/test/fixture/filled.sql' >'$dir/out' 2>&1") == 0
  or die('filled.sql');

# names before the command, as DROP leaves none
my $locks = <<'SQL';
\o
select '== ' || n.nspname || '|' || m.position || '|' || upper(regexp_replace(replace(m.mode, 'Lock', ''), '([a-z])([A-Z])', '\1 \2', 'g'))
       || '|' || string_agg(n.relname, ' ' order by n.relname collate "C")
  from (select r.relname, r.nspname, max(m.position) as position
          from pg_locks l
          join pg_temp.relation r on r.oid = l.relation
          join pg_temp.mode m on m.mode = l.mode
         where l.locktype = 'relation' and l.pid = pg_backend_pid() and l.granted
           and l.database = (select d.oid from pg_database d where d.datname = current_database())
         group by r.relname, r.nspname) n
  join pg_temp.mode m on m.position = n.position
 group by n.nspname, m.position, m.mode
 order by n.nspname, m.position;
\echo all
SQL
my $names = <<'SQL';
\o /dev/null
create temp table mode as select * from unnest('{AccessShareLock,RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,
	ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'::text[]) with ordinality m (mode, position);
create temp table relation as
    select c.oid, c.relname::text, n.nspname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('karmayogi', 'night') and c.relkind in ('r', 'm');
SQL

my $tables = psql(q(select count(*) from pg_class where relnamespace = 'karmayogi'::regnamespace and relkind in ('r', 'm')));
chomp $tables;
my %refreshed = map { $_ => 1 } split ' ', psql(<<'SQL');
select c.relname from pg_constraint f join pg_class c on c.oid = f.conrelid where f.contype = 'f' and f.confrelid = 'karmayogi.snapshot'::regclass;
select unnest('{snapshot,official_progress,course_progress,official_allotment,annexure_shown}'::text[]);
SQL

# Reports to load: of an entity that the newest snapshot knows, and of one that it does not know yet
my $load = q(insert into desk.%1$s (entity, indicator, period, numerator, denominator) values ('%2$s', '1.1', '2026-27 Q2', '1', '1');
	insert into desk.%1$s (entity, effective_on, officials) values ('%2$s', '2026-03-01', '3'););
psql("select karmayogi.create_report_staging('desk.' || t) from unnest('{known,unknown}'::text[]) t \\g /dev/null\n" . sprintf($load, 'known', 'd2') . sprintf($load, 'unknown', 'm9'));

# What a statement takes: of the portal's tables, and of karmayogi's
sub taken
{
	my ($sql, $before) = @_;
	my $out = psql("$names begin; ${\ ($before // '')}\n$sql;\n$locks rollback;");
	die("psql gave up: $sql") if $out !~ /^all$/m;
	my (%portal, @own);
	foreach my $line ($out =~ /^== (.*)$/mg)
	{
		my ($schema, $position, $mode, $relations) = split /\|/, $line;
		if ($schema eq 'night') { $portal{$mode} = 1; }
		elsif ($mode ne 'ACCESS SHARE') { push @own, [ $mode, split / /, $relations ]; }
	}
	# what a refresh writes, and what DROP takes, would be long lists
	my ($most, @shown) = ('');
	foreach my $lock (@own)
	{
		my ($mode, @relations) = @$lock;
		if (@relations > 4 && !grep { !$refreshed{$_} } @relations) { $most = "what a refresh writes: up to `$mode`"; }
		else { push @shown, (@relations == $tables ? 'every one' : join(', ', map { "`$_`" } @relations)) . ": `$mode`"; }
	}
	return (join('; ', map { "`$_`" } sort keys %portal) || 'none', join('; ', grep { $_ ne '' } $most, @shown) || 'none');
}

my @table = ("| command | the portal's tables | karmayogi's tables, besides `ACCESS SHARE` |\n", "|---|---|---|\n");
foreach my $command (@commands)
{
	my ($title, $sql, $before) = @$command;
	my @taken = map { join ' | ', taken($_, $before) } ref $sql ? @$sql : $sql;
	is($_, $taken[0], "$title take the same") foreach @taken[ 1 .. $#taken ];
	push @table, "| $title | $taken[0] |\n";
}
my $measured = join '', @table;

open my $handle, '<', $document or die "$document: $!";
my $text = do { local $/; <$handle> };
close $handle;
my ($written) = $text =~ /^(\| command \| the portal's tables \|.*?\n)(?!\|)/ms;
if ($ENV{DOCS_UPDATE})
{
	$text =~ s/\Q$written\E/$measured/;
	open $handle, '>', $document or die "$document: $!";
	print $handle $text;
	close $handle;
	$written = $measured;
}
my %is = map { /^(\|[^|]*\|)/ ? ($1 => $_) : () } split /^/, $measured;
my %said = map { /^(\|[^|]*\|)/ ? ($1 => $_) : () } split /^/, $written // '';
is($said{$_} // 'nothing', $is{$_}, "docs/operations.md on the locks of $_") foreach sort keys %is;
is(join(' ', sort keys %said), join(' ', sort keys %is), 'and on no other command');

# The portal is read where the newest snapshot lacks the entity that is reported for
psql(q(insert into night.org_hierarchy (mdo_id, mdo_name, data_last_generated_on) values ('m9', 'Ministry of Later', '2026-10-01 02:44:00 AM')));
foreach my $sql (q(select karmayogi.submit_report('1.1', 'm9', '2026-27 Q2', 1, 1, 'Order no. 9')), q(select karmayogi.load_reports('desk.unknown')),
	q(select count(*) from karmayogi.check_reports('desk.unknown')))
{
	is((taken($sql))[0], '`ACCESS SHARE`', "the portal's tables, of an entity that the newest snapshot lacks: $sql");
}

# Whatever else the document says in SQL runs, and every check of the gate is named.
my @blocks = $text =~ /^```sql\n(.*?)^```$/msg;
cmp_ok(scalar @blocks, '>', 3, 'docs/operations.md has SQL');
foreach my $block (@blocks)
{
	my ($first) = split /\n/, $block;
	open my $sql, '>', "$dir/block.sql" or die $!;
	print $sql "set client_min_messages = error; begin;\n${block}rollback;\n";
	close $sql;
	is(qx(psql -X -q -A -t -v ON_ERROR_STOP=1 -d $name -f '$dir/block.sql' 2>&1 >/dev/null), '', "it runs: $first");
}
foreach my $check (split /\n/, psql('select distinct c.check_name from karmayogi.snapshot_check c'))
{
	# those of a column, and those of what was left out, by their first words
	my $called = $check =~ s/^(unreadable|left out:) .*/$1/r;
	my $words = join '\s+', map { quotemeta } split / /, $called;
	like($text, qr/$words/, "the check \"$check\" is told of");
}

done_testing();
