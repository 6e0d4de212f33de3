# The fast path against the oracle: what a refresh publishes has to be, row by
# row, what naive SQL computes from the same portal.
#
# Uses the running server of PGHOST, PGPORT and PGUSER, on which karmayogi is
# installed, and makes a database of its own there.
#
#   prove test/t/010_property.pl
#   KARMAYOGI_SEEDS=17 prove -v test/t/010_property.pl       one portal
#   KARMAYOGI_SEEDS=1-200 prove test/t/010_property.pl       many
#   KARMAYOGI_KEEP=1 ...                                     keep the database of a failure
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use File::Temp qw(tempfile);
use Test::More;
use Time::HiRes qw(time);

my $here = File::Spec->rel2abs(dirname(__FILE__) . '/../property');
my $database = "karmayogi_property_$$";

my $official_columns = join ', ', qw(user_id mdo_id md_id ministry_id state_code designation service_group gender pwd
  government_email registered_on enrolled completed certificates learning_seconds karma_points last_active_on cbp_allotted
  cbp_completed cbp_in_time cbp_overdue apar_allotted apar_completed apar_met);
my $course_columns = join ', ', qw(content_id live rating enrolled completed certificates plans allotted competency_areas tags);

# The tables of the register and their columns
my %register;

# Runs SQL, returns what it prints; an error ends the test and shows itself.
sub sql
{
	my ($in, $db) = @_;
	my ($handle, $file) = tempfile(SUFFIX => '.sql', UNLINK => 1);
	print $handle $in;
	close $handle;
	my $name = $db || $database;
	my $out = qx(psql -X -q -A -t -v ON_ERROR_STOP=1 -d '$name' -f '$file' 2>'$file.err');
	my $failed = $?;
	open my $errors, '<', "$file.err" or die "no $file.err: $!";
	my $said = join '', <$errors>;
	close $errors;
	unlink $file, "$file.err";
	if ($failed)
	{
		# the message, but not the statement that is under it
		$said =~ s/^(LINE \d+|QUERY|CONTEXT|STATEMENT):.*//ms;
		diag($said);
		die "SQL failed\n";
	}
	return $out;
}

# The extension as it is after CREATE EXTENSION, with the register of a portal
sub fresh_extension
{
	my ($portal) = @_;
	my $registers = join '', map { "insert into karmayogi.$_ ($register{$_}) select $register{$_} from $portal.register_$_;\n" } sort keys %register;
	return <<"SQL";
set client_min_messages = error;
drop extension if exists karmayogi cascade;
create extension karmayogi;
select karmayogi.bind_portal('$portal') \\g /dev/null
$registers
SQL
}

sub refresh
{
	my ($as_of) = @_;
	return "set client_min_messages = error;\ncall karmayogi.refresh(as_of => date '$as_of', force => true);\n";
}

my $published = <<"SQL";
create temporary view published as
	select v.indicator, v.level, v.entity_id, v.category, karmayogi.numerator(v.value) as numerator,
		karmayogi.denominator(v.value) as denominator, v.reason, v.verified
	from karmayogi.indicator_value v
	where v.snapshot_id = (select max(s.snapshot_id) from karmayogi.snapshot s);
SQL

# EXCEPT ALL both ways. A difference is a line: what | who says so | the row
sub compare_sql
{
	my ($what, $ours, $oracles) = @_;
	return <<"SQL";
create temporary table ours as $ours;
create temporary table oracles as $oracles;
select '$what', 'karmayogi', d.r from (select t::text as r from ours t except all select t::text from oracles t) d order by 3 limit 25;
select '$what', 'oracle   ', d.r from (select t::text as r from oracles t except all select t::text from ours t) d order by 3 limit 25;
select '$what', 'nothing to compare' where not exists (select from ours) or not exists (select from oracles);
drop table ours, oracles;
SQL
}

# Compares everything published, and the indicators computed on the spot.
sub compare
{
	my ($portal, $as_of, $computed) = @_;
	my $oracle = "oracle.indicator_value('$portal', date '$as_of')";
	return $published . "set jit = off;\ncreate temporary table foretold as select * from $oracle;\n"
	  . compare_sql('official_progress', "select $official_columns from karmayogi.official_progress",
		"select $official_columns from oracle.official_progress('$portal', date '$as_of')")
	  . compare_sql('course_progress', "select $course_columns from karmayogi.course_progress",
		"select $course_columns from oracle.course_progress('$portal')")
	  . compare_sql('indicator_value', 'select * from published', 'select * from foretold')
	  . (!$computed ? '' : compare_sql('compute_indicators',
		"select c.indicator, c.level, c.entity_id, c.category, karmayogi.numerator(c.value), karmayogi.denominator(c.value), c.reason "
		. "from karmayogi.compute_indicators(date '$as_of') c join karmayogi.indicator i on i.code = c.indicator where i.source <> 'R'",
		"select o.indicator, o.level, o.entity_id, o.category, o.numerator, o.denominator, o.reason "
		. "from foretold o join karmayogi.indicator i on i.code = o.indicator where i.source <> 'R'"));
}

# No difference; else the first of them
sub agrees
{
	my ($differences, $name) = @_;
	my @lines = split /\n/, $differences;
	my $ok = is(scalar @lines, 0, $name);
	diag($_) for @lines[0 .. ($#lines < 59 ? $#lines : 59)];
	return $ok;
}

# Lines that stand for everything published
sub fingerprint
{
	return $published . <<"SQL";
select md5(string_agg(t::text, E'\\n' order by t.user_id collate "C")) from (select $official_columns from karmayogi.official_progress) t;
select md5(string_agg(t::text, E'\\n' order by t.content_id collate "C")) from (select $course_columns from karmayogi.course_progress) t;
select md5(string_agg(t::text, E'\\n' order by t::text collate "C")) from published t;
SQL
}

sql("create database $database template template0 encoding 'utf8'", 'postgres');
END
{
	my $status = $?;
	if ($status == 0 || !$ENV{KARMAYOGI_KEEP})
	{
		system("psql -X -q -d postgres -c 'drop database if exists $database' -c 'drop role if exists karmayogi_property_verifier_$$'");
	}
	else
	{
		diag("database $database is kept");
	}
	$? = $status;
}
sql("\\i '$here/$_.sql'\n") for qw(generate oracle hand);
%register = map { split /:/ } split /\n/, sql(q(select table_name || ':' || string_agg(column_name, ', ') from generate.register_column group by table_name));

# ---------------------------------------------------------------------------
# The oracle itself
# ---------------------------------------------------------------------------
agrees(sql("set jit = off;\n"
	  . compare_sql('official_progress', 'select * from hand.official_progress', q(select * from oracle.official_progress('portal_hand', date '2026-03-31')))
	  . compare_sql('course_progress', 'select * from hand.course_progress', q(select * from oracle.course_progress('portal_hand')))
	  . compare_sql('indicator_value', 'select * from hand.indicator_value', q(select * from oracle.indicator_value('portal_hand', date '2026-03-31')))),
	'the oracle finds what was worked out by hand');

# ---------------------------------------------------------------------------
# The extension on the portal worked out by hand: it agrees; every change of
# the portal or the register is noticed by the comparison; and the next refresh
# brings what is published up to date.
# ---------------------------------------------------------------------------
# Its reports go through the functions; one of a period that has not begun is
# laid where it would be found. Whoever verifies is another than who submits.
my $verifier = "karmayogi_property_verifier_$$";
sql("create role $verifier superuser");
my $submit = <<"SQL";
alter table karmayogi.report disable trigger report_kept;
truncate karmayogi.report restart identity;
alter table karmayogi.report enable trigger report_kept;
insert into karmayogi.report ($register{report}) select $register{report} from portal_hand.register_report where report_id = 1000;
do \$\$
declare
	r record;
	submitter name := session_user;
	id bigint;
begin
	for r in select * from portal_hand.register_report where report_id < 1000 order by report_id loop
		id := karmayogi.submit_report(r.indicator, r.entity_id, r.period, r.numerator, r.denominator);
		assert id = r.report_id;
		if r.accepted is not null then
			set session authorization $verifier;
			perform karmayogi.verify_report(id, r.accepted);
			execute format('set session authorization %I', submitter);
		end if;
	end loop;
end \$\$;
SQL
sql(fresh_extension('portal_hand') . $submit . refresh('2026-03-31'));
agrees(sql(compare('portal_hand', '2026-03-31', 0)), 'the portal worked out by hand');

my @changes = (
	[ 'an enrolment is completed', q(update portal_hand.user_enrolments set user_consumption_status = 'completed' where user_id = 'd') ],
	[ 'a completion is earlier', q(update portal_hand.user_enrolments set first_completed_on = '2026-03-31 23:59:59' where user_id = 'b') ],
	[ 'an enrolment is gone', q(delete from portal_hand.user_enrolments where user_id = 'b') ],
	[ 'a certificate comes', q(update portal_hand.user_enrolments set certificate_id = 'abcdef' where certificate_id = 'abcde') ],
	[ 'a plan is withdrawn', q(update portal_hand.cb_plan set status = 'RETIRE' where cb_plan_id = 'P3') ],
	[ 'a plan for everybody', q(update portal_hand.cb_plan set allotment_type = 'ALLUSER' where cb_plan_id = 'P2') ],
	[ 'a due date moves', q(update portal_hand.cb_plan set due_by = '2026-04-29' where cb_plan_id = 'P2') ],
	[ 'an official moves', q(update portal_hand.user_detail set mdo_id = 'd1' where user_id = 'b') ],
	[ 'an official becomes a volunteer', q(update portal_hand.user_detail set roles = 'PUBLIC, Volunteer' where user_id = 'c') ],
	[ 'an official is new', q(insert into portal_hand.user_detail (user_id, mdo_id, status, data_last_generated_on)
		values ('z', 'o2', 1, '2026-03-31 01:00:00 AM')) ],
	[ 'an older row becomes the newest', q(update portal_hand.user_detail set profile_last_updated_date = '2026-03-30T00:00:00Z'
		where user_id = 'a' and mdo_id = 'o2') ],
	[ 'a department is dissolved', q(update portal_hand.org_hierarchy set department_id = null where mdo_id = 'o1') ],
	[ 'a State by another name', q(update portal_hand.org_hierarchy set mdo_name = 'Bihar' where mdo_id = 'k') ],
	[ 'a content goes live', q(update portal_hand.content set content_status = 'live' where content_id = 'c3') ],
	[ 'a duration is known', q(update portal_hand.content set content_duration = '25:00:00' where content_id = 'c5') ],
	[ 'the dictionary changes its mind', q(update portal_hand.kcm_dictionary set competency_area = 'Domain' where competency_area_id = 'X') ],
	[ 'strength is entered', q(insert into portal_hand.register_strength (mdo_id, effective_on, officials, women, pwd, covers)
		values ('ghost', '2026-03-01', 7, 3, 1, 'own')), q(insert into karmayogi.strength (mdo_id, effective_on, officials, women, pwd, covers)
		values ('ghost', '2026-03-01', 7, 3, 1, 'own')) ],
	[ 'an official is entered as PwD', q(insert into portal_hand.register_pwd_official values ('d')),
		q(insert into karmayogi.pwd_official (user_id) values ('d')) ],
	[ 'a Know Your Ministry course is withdrawn', q(delete from portal_hand.register_kym_course where mdo_id = 'k1'),
		q(delete from karmayogi.kym_course where mdo_id = 'k1') ],
	[ 'a rating rises', q(update portal_hand.content set content_rating = '4.0' where content_id = 'c2') ],
	[ 'a content speaks another language', q(update portal_hand.content set language = 'English, "Santali"' where content_id = 'c1') ],
	[ 'a course teaches another theme', q(update portal_hand.kcm_content_mapping set competency_theme_id = 'T4' where course_id = 'c2') ],
	[ 'the dictionary forgets a theme', q(delete from portal_hand.kcm_dictionary where competency_theme_id = 'T3') ],
	[ 'a theme is tagged', q(insert into portal_hand.register_competency_tag values ('T1', 'gender')),
		q(insert into karmayogi.competency_tag (competency_theme_id, tag) values ('T1', 'gender')) ],
	[ 'a content is tagged', q(insert into portal_hand.register_content_tag values ('c1', 'climate')),
		q(insert into karmayogi.content_tag (content_id, tag) values ('c1', 'climate')) ],
	[ 'a target is set', q(insert into portal_hand.register_target values ('8.5', '2025-26', 20)),
		q(insert into karmayogi.target (indicator, financial_year, target) values ('8.5', '2025-26', 20)) ],
	[ 'an institution is registered', q(update portal_hand.register_csti set registered_on = '2026-03-31' where institution_id = 'i4'),
		q(update karmayogi.csti set registered_on = '2026-03-31' where institution_id = 'i4') ],
	[ 'an institution is given a star', q(update portal_hand.register_csti set stars = 4 where institution_id = 'i3'),
		q(update karmayogi.csti set stars = 4 where institution_id = 'i3') ],
	[ 'a report is verified', q(update portal_hand.register_report set accepted = true where indicator = '3.2' and entity_id = 'm1'),
		"set session authorization $verifier;\n" . q(select karmayogi.verify_report(report_id, true) from karmayogi.report
		where indicator = '3.2' and entity_id = 'm1' \g /dev/null
		reset session authorization) ],
	[ 'a report is superseded', q(insert into portal_hand.register_report (report_id, indicator, entity_id, period, period_start, period_end,
		numerator, denominator) values (1001, '1.1', 'm1', '2025-26 Q4', '2026-01-01', '2026-03-31', 1, 1)),
		q(select karmayogi.submit_report('1.1', 'm1', '2025-26 Q4', 1, 1) \g /dev/null) ],
	[ 'a report is rejected', q(update portal_hand.register_report set accepted = false where indicator = '4.4' and entity_id = 'k'),
		"set session authorization $verifier;\n" . q(select karmayogi.verify_report(report_id, false) from karmayogi.report
		where indicator = '4.4' and entity_id = 'k' \g /dev/null
		reset session authorization) ],
	[ 'a column is dropped', q(alter table portal_hand.content drop column language) ],
);
for my $change (@changes)
{
	my ($name, $portal, $register) = @$change;
	sql("$portal;\n");
	isnt(sql(compare('portal_hand', '2026-03-31', 0)), '', "$name: the comparison notices");
	sql(($register ? "$register;\n" : '') . refresh('2026-03-31'));
	agrees(sql(compare('portal_hand', '2026-03-31', 0)), "$name: refreshed");
}

# ---------------------------------------------------------------------------
# Portals made by chance
# ---------------------------------------------------------------------------
my ($first, $last) = split /-/, ($ENV{KARMAYOGI_SEEDS} || '1-24');
$last = $first unless defined $last;
for my $seed ($first .. $last)
{
	my $portal = "portal_$seed";
	my $started = time;
	my ($as_of, $clean, $shape) = split /\|/, sql(<<"SQL");
set client_min_messages = error;
set jit = off;
select generate.portal($seed, '$portal') \\g /dev/null
select as_of, clean, concat_ws(' ', generation, case when spark then 'spark' end, case when clean then 'clean' end, case when wild then 'wild' end,
	case when not events then 'no events' end) from generate.shape($seed);
SQL
	chomp $shape;
	sql(fresh_extension($portal) . refresh($as_of));
	agrees(sql(compare($portal, $as_of, $clean eq 't')), "seed $seed ($shape)");
	note(sprintf 'seed %d: %.1f s', $seed, time - $started);

	# The night after: some enrolments gone or completed, some officials moved or gone, the rows in another order
	if ($seed % 4 == 1)
	{
		sql(<<"SQL" . refresh($as_of));
update $portal.user_enrolments set user_consumption_status = 'completed' where hashtext(user_id || content_id) % 10 = 3;
delete from $portal.user_enrolments where hashtext(user_id || content_id) % 10 = 4;
update $portal.user_detail set mdo_id = (select min(mdo_id) from $portal.org_hierarchy where mdo_id like 'x%') where hashtext(user_id) % 10 = 5;
delete from $portal.user_detail where hashtext(user_id) % 10 = 6;
update $portal.cb_plan set status = 'live' where hashtext(cb_plan_id) % 4 = 1;
begin;
select generate.shuffle('$portal', 'the night after') \\g /dev/null
commit;
SQL
		agrees(sql(compare($portal, $as_of, $clean eq 't')), "seed $seed, the night after");
	}
	sql("set client_min_messages = error;\ndrop schema $portal cascade;\n") unless $seed <= $first + 1 || $ENV{KARMAYOGI_KEEP};
}

# ---------------------------------------------------------------------------
# Whatever the plan and the order of the rows: the same numbers
# ---------------------------------------------------------------------------
my $forced = <<'SQL';
set min_parallel_table_scan_size = 0;
set min_parallel_index_scan_size = 0;
set parallel_setup_cost = 0;
set parallel_tuple_cost = 0;
SQL
my $debug = <<'SQL';
select set_config(case when current_setting('server_version_num')::int >= 160000 then 'debug_parallel_query' else 'force_parallel_mode' end,
	'on', false) \g /dev/null
SQL
for my $seed ($first .. ($last < $first + 1 ? $last : $first + 1))
{
	my $portal = "portal_$seed";
	chomp(my $as_of = sql("select as_of from generate.shape($seed)"));
	my $expected;
	for my $round ([ 0, '' ], [ 0, "set karmayogi.engine = sql;\n" ], [ 0, "set karmayogi.engine = native; set karmayogi.debug_passes = 3;\n" ],
		[ 2, "set karmayogi.debug_passes = 2;\n$forced" ], [ 2, "set karmayogi.engine = sql;\n$forced" ], [ 2, $forced ], [ 4, $forced ], [ 2, $forced . $debug ], [ 0, '', 'shuffled' ], [ 4, $forced, 'shuffled again' ])
	{
		my ($workers, $settings, $shuffled) = @$round;
		if ($shuffled)
		{
			sql("begin;\nselect generate.shuffle('$portal', '$shuffled') \\g /dev/null\ncommit;\n");
		}
		my $got = sql(fresh_extension($portal) . "set max_parallel_workers_per_gather = $workers;\n$settings" . refresh($as_of) . fingerprint());
		$expected = $got unless defined $expected;
		is($got, $expected, "seed $seed: $workers workers" . ($settings =~ /set_config/ ? ', forced' : '')
			. ($settings =~ /engine = (\w+)/ ? ", $1" : '') . ($settings =~ /passes = (\d)/ ? ", $1 passes" : '') . ($shuffled ? ", $shuffled" : ''));
	}
	# and a fingerprint is not blind
	sql("update $portal.user_enrolments set user_consumption_status = 'completed' where hashtext(user_id || content_id) % 5 = 3;\n");
	isnt(sql(fresh_extension($portal) . refresh($as_of) . fingerprint()), $expected, "seed $seed: other enrolments, other numbers");
}

done_testing();
