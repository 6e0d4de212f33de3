# The portal's loaders as they really behave, each step followed by a refresh
# and by a reader: the refresh refuses with its reasons, or publishes the old
# night or the new one, never a mixture of them.
#
#   truncating   TRUNCATE and append, table by table, each batch a transaction of its own
#   recreating   DROP and CREATE, without keys, every column text and in another order
#   late         TRUNCATE and INSERT by position; user_enrolments hours after the rest
#
# Of the night of day d every official has d karma points and was last active on
# day d, so that a mixture of two nights is seen in each official's row. In every
# other table something else tells the day: names of ministries, how many contents
# are rated well and how many themes are of the domain (d % 20 + 1), which content
# is of the domain, and which is allotted.
#
# Uses the running server of PGHOST, PGPORT and PGUSER, on which karmayogi is
# installed, and makes a database of its own there.
#
#   prove test/t/050_loaders.pl
#
# At the end all three load beside refreshes, a reader, and somebody who works: who
# defines schemes and puts them to use, submits reports and changes settings.
# KARMAYOGI_NIGHTS nights (6); KARMAYOGI_SEED (1) chooses when they pause.
use strict;
use warnings;
use File::Temp qw(tempdir);
use POSIX qw(WNOHANG);
use Test::More;

my $dir = tempdir(CLEANUP => 1);
my $database = "karmayogi_loaders_$$";
my $officials = 40;

sub psql
{
	my ($sql) = @_;
	open my $handle, '>', "$dir/in.sql" or die "$dir/in.sql: $!";
	print $handle "set client_min_messages = warning;\n$sql";
	close $handle;
	my $status = system("psql -X -q -A -t -v ON_ERROR_STOP=1 -d '$database' -f '$dir/in.sql' >'$dir/out' 2>'$dir/err'");
	my @text;
	foreach my $file ('out', 'err')
	{
		open my $in, '<', "$dir/$file" or die "$dir/$file: $!";
		local $/;
		push @text, scalar(<$in>) // '';
		close $in;
	}
	chomp $text[0];
	return ($status >> 8, @text);
}

sub sql
{
	my ($sql) = @_;
	my ($status, $out, $err) = psql($sql);
	die("psql: $err\n$sql") if $status != 0;
	return $out;
}

system("createdb -T template0 '$database'") == 0 or die('createdb');

END
{
	my $status = $?;
	system("dropdb --if-exists --force '$database' 2>/dev/null");
	$? = $status;
}

my @tables = qw(org_hierarchy content kcm_content_mapping kcm_dictionary cb_plan user_detail user_enrolments);

# The night's rows, by named columns; every value as text, so that they go into columns of any type.
sql(<<"SQL");
create extension karmayogi;
select karmayogi.create_portal('night');
select karmayogi.bind_portal('night');
create function rows_of(portal_table text, day int, hours int default 2) returns text language sql as \$\$
	select replace(replace(case portal_table
	when 'org_hierarchy' then \$q\$select o.mdo_id, o.mdo_name, 'NIGHT' as data_last_generated_on
		from (values ('m1', 'Ministry of Alpha DAY'), ('m2', 'Ministry of Beta DAY')) o (mdo_id, mdo_name)\$q\$
	when 'content' then \$q\$select 'c' || c as content_id, 'Course ' || c as content_name, 'Course' as content_type, 'Live' as content_status,
		case when c <= DAY % 20 + 1 then '4.5' else '3' end as content_rating, 'NIGHT' as data_last_generated_on from generate_series(1, 20) c\$q\$
	when 'kcm_content_mapping' then \$q\$select 'c' || c as course_id,
		case when c = DAY % 20 + 1 then 'COMAREA-000002' else 'COMAREA-000001' end as competency_area_id, 'NIGHT' as data_last_generated_on
		from generate_series(1, 20) c\$q\$
	when 'kcm_dictionary' then \$q\$select case when t <= DAY % 20 + 1 then 'COMAREA-000002' else 'COMAREA-000001' end as competency_area_id,
		case when t <= DAY % 20 + 1 then 'Domain' else 'Behavioural' end as competency_area, 'T' || t as competency_theme_id,
		'NIGHT' as data_last_generated_on from generate_series(1, 21) t\$q\$
	when 'cb_plan' then \$q\$select 'm1' as org_id, 'p1' as cb_plan_id, 'AllUser' as allotment_type, 'AllUser' as allotment_to, 'c' || DAY % 20 + 1 as content_id,
		'Live' as status, 'NIGHT' as data_last_generated_on\$q\$
	when 'user_detail' then \$q\$select 'u' || u as user_id, 'm' || u % 2 + 1 as mdo_id, '1' as status, 'DAY' as no_of_karma_points,
		'2025-01-01 10:00:00' as user_registration_date, 'NIGHT' as data_last_generated_on from generate_series(1, $officials) u\$q\$
	when 'user_enrolments' then \$q\$select 'u' || u as user_id, 'c' || c as content_id, 'completed' as user_consumption_status,
		(date '2026-10-01' + DAY)::text || ' 10:00:00' as content_last_accessed_on,
		'NIGHT' as data_last_generated_on from generate_series(1, $officials) u, generate_series(1, 10) c\$q\$
	end, 'DAY', day::text), 'NIGHT', to_char(date '2026-10-01' + day + make_interval(hours => hours), 'YYYY-MM-DD HH12:MI:SS AM'))
\$\$;
-- appends the half of a night's rows, 0 or 1, or all of them; into columns of whatever order and type
create function append(portal_table text, day int, half int default null, hours int default 2) returns void language plpgsql as \$\$
declare
	names text;
	vals text;
begin
	execute format('create temp table one on commit drop as select q.*, row_number() over () %% 2 as half from (%s) q', rows_of(portal_table, day, hours));
	select string_agg(quote_ident(a.attname), ', ' order by a.attnum),
	       string_agg(format('o.%I::%s', a.attname, format_type(t.atttypid, t.atttypmod)), ', ' order by a.attnum)
	  into names, vals
	  from pg_attribute a
	  join pg_attribute t on t.attrelid = format('night.%I', portal_table)::regclass and t.attname = a.attname
	 where a.attrelid = 'pg_temp.one'::regclass and a.attnum > 0 and a.attname <> 'half';
	execute format('insert into night.%I (%s) select %s from one o where \$1 is null or o.half = \$1', portal_table, names, vals) using half;
	drop table one;
end
\$\$;
-- the same by position, every column of the table
create function append_by_position(portal_table text, day int, hours int default 2) returns void language plpgsql as \$\$
declare
	vals text;
begin
	execute format('create temp table one on commit drop as %s', rows_of(portal_table, day, hours));
	select string_agg(case when o.attname is null then 'null' else format('o.%I::%s', o.attname, format_type(a.atttypid, a.atttypmod)) end, ', ' order by a.attnum) into vals
	  from pg_attribute a
	  left join pg_attribute o on o.attrelid = 'pg_temp.one'::regclass and o.attnum > 0 and o.attname = a.attname
	 where a.attrelid = format('night.%I', portal_table)::regclass and a.attnum > 0 and not a.attisdropped;
	execute format('insert into night.%I select %s from one o', portal_table, vals);
	drop table one;
end
\$\$;
-- drops a table and makes it anew: text, no keys, the columns from the last to the first
create function recreate(portal_table text) returns void language plpgsql as \$\$
declare
	columns text;
begin
	select string_agg(format('%I text', a.attname), ', ' order by a.attnum desc) into columns
	  from pg_attribute a where a.attrelid = format('night.%I', portal_table)::regclass and a.attnum > 0 and not a.attisdropped;
	execute format('drop table night.%I', portal_table);
	execute format('create table night.%I (%s)', portal_table, columns);
end
\$\$;
-- what a refresh says: a night of so many officials with so many points and completed contents, or the refusal
create function attempt(as_of date, wanted text) returns text language plpgsql as \$\$
declare
	detail text;
begin
	perform set_config('karmayogi.engine', wanted, true);
	begin
		call karmayogi.refresh(as_of);
	exception when object_not_in_prerequisite_state then
		get stacked diagnostics detail = pg_exception_detail;
		return 'refused: ' || replace(detail, E'\\n', ' ');
	end;
	return 'published';
end
\$\$;
-- what is published of the tables that are not the officials'
create view told as
select concat_ws(', ', (select string_agg(r.md_name, ', ' order by r.md_name) from karmayogi.mdo_ranking r),
                 (select string_agg(c.content_id, ' ') from karmayogi.course_progress c where c.plans > 0),
                 (select string_agg(c.content_id, ' ') from karmayogi.course_progress c where 'domain' = any (c.competency_areas)),
                 (select k.numerator || ' rated' from karmayogi.kpi_annexure k where k.indicator = '5.1'),
                 (select k.denominator || ' themes' from karmayogi.kpi_annexure k where k.indicator = '4.1')) as what;
-- what a reader sees, in one word: a night, or a mixture
create view seen as
select case when min(p.karma_points) = max(p.karma_points) and min(p.completed) = 10 and max(p.completed) = 10
                 and min(p.last_active_on - date '2026-10-01') = min(p.karma_points)
                 and max(p.last_active_on - date '2026-10-01') = min(p.karma_points) and count(*) = (select sum(r.registered) from karmayogi.mdo_ranking r)
                 and (select bool_and(karmayogi.verify_seal(s.snapshot_id)) from karmayogi.snapshot s)
                 and (select t.what from told t) = format('Ministry of Alpha %1\$s, Ministry of Beta %1\$s, c%2\$s, c%2\$s, %2\$s rated, %2\$s themes',
                                                          min(p.karma_points), min(p.karma_points) % 20 + 1)
            then 'night ' || min(p.karma_points)
            else format('a mixture: points %s to %s, active %s to %s, %s to %s completed, %s officials, %s ranked; %s', min(p.karma_points), max(p.karma_points),
                        min(p.last_active_on), max(p.last_active_on), min(p.completed), max(p.completed), count(*), (select sum(r.registered) from karmayogi.mdo_ranking r), (select t.what from told t)) end as night
  from karmayogi.official_progress p;
SQL

my $as_of = 0;
my %seen_reasons;

# A refresh by each engine in turn, in the state that the loader has left, rolled back
# or not; old and new are the nights that may be published.
sub probe
{
	my ($step, $old, $new, $may) = @_;
	$as_of++;
	my $engine = (qw(native sql auto))[$as_of % 3];
	my $before = sql('select night from seen');
	my ($said, $after) = split /\n/, sql("select attempt(date '2027-01-01' + $as_of, '$engine');\nselect night from seen"), 2;
	if ($said eq 'published')
	{
		ok($after eq "night $old" || $after eq "night $new", "$step, $engine: published one night, $after") or diag($after);
		fail("$step: is not to be published") if defined $may && $may eq 'refused';
	}
	else
	{
		like($said, qr/^refused: \w+, /, "$step, $engine: $said");
		is($after, $before, "$step: readers have what they had");
		fail("$step: is to be published") if defined $may && $may eq 'published';
		$seen_reasons{$_}++ foreach $said =~ /(\w+, [\w ]+):/g;
	}
	is(sql("select count(*) from pg_class where relnamespace = 'karmayogi_stage'::regnamespace"), 0, "$step: nothing is left") if $said ne 'published';
	return $said;
}

# One transaction of the loader, probed while it is open and when it is committed.
sub step
{
	my ($name, $statement, $old, $new) = @_;
	$as_of++;
	# a second session tries while this one has not committed
	my $engine = (qw(native sql auto))[$as_of % 3];
	my $inner = "psql -X -q -A -t -d '$database' -c \"set client_min_messages = warning\" -c \"set statement_timeout = '60s'\" "
	  . "-c \"select attempt(date '2027-01-01' + $as_of, '$engine')\" -c 'select night from seen'";
	open my $handle, '>', "$dir/step.sql" or die "step.sql: $!";
	print $handle "set client_min_messages = warning;\nbegin;\n$statement;\n\\! $inner >'$dir/inner' 2>&1\ncommit;\n";
	close $handle;
	system("psql -X -q -A -t -v ON_ERROR_STOP=1 -d '$database' -f '$dir/step.sql' >/dev/null 2>'$dir/err'") == 0
	  or die("$name: " . do { local (@ARGV, $/) = "$dir/err"; <> });
	my $inside = do { local (@ARGV, $/) = "$dir/inner"; <> };
	my ($said, $night) = split /\n/, $inside;
	like($said, qr/^refused: .*being written: 1 other session writing to it/, "$name, not committed, $engine: refused") or diag($inside);
	is($night, "night $old", "$name, not committed: readers have the old night");
}

# The first night

sql(join ";\n", map { "select append('$_', 1)" } @tables);
is(probe('the first night', 1, 1, 'published'), 'published', 'the first night is published');

# TRUNCATE, then append in other transactions

foreach my $table (@tables)
{
	step("truncating: TRUNCATE $table", "truncate night.$table", 1, 2);
	probe("truncating: $table is empty", 1, 2, 'refused') if $table =~ /^(org_hierarchy|user_detail|user_enrolments)$/;
	step("truncating: half of $table", "select append('$table', 2, 0)", 1, 2) if $table =~ /^user/;
	probe("truncating: half of $table is there", 1, 2, 'refused') if $table =~ /^user/;
	sql($table =~ /^user/ ? "select append('$table', 2, 1)" : "select append('$table', 2)");
	# some tables are of the new night, some of the old one
	probe("truncating: $table is loaded", 1, 2, 'refused') if $table ne 'user_enrolments';
}
is(probe('truncating: the load is done', 2, 2, 'published'), 'published', 'the second night is published');
is(sql('select night from seen'), 'night 2', 'and readers have it');

# DROP and CREATE

foreach my $table (@tables)
{
	step("recreating: DROP and CREATE $table", "select recreate('$table')", 2, 3);
	probe("recreating: $table is new and empty", 2, 3, 'refused') if $table =~ /^(content|user_detail|user_enrolments)$/;
	step("recreating: half of $table", "select append('$table', 3, 0)", 2, 3) if $table =~ /^user/;
	sql($table =~ /^user/ ? "select append('$table', 3, 1)" : "select append('$table', 3)");
	probe("recreating: $table is loaded", 2, 3, 'refused') if $table ne 'user_enrolments';
}
is(probe('recreating: the load is done', 3, 3, 'published'), 'published', 'the third night is published, of text columns in another order');
is(sql('select night from seen'), 'night 3', 'and readers have it');
# DROP in one transaction, CREATE in another
sql('drop table night.cb_plan');
like(probe('recreating: a table is missing', 3, 3, 'refused'), qr/cb_plan, found: missing/, 'a table that is gone is named');
sql('create table night.cb_plan (data_last_generated_on text, status text, content_id text, allotment_to text, allotment_type text, cb_plan_id text, org_id text)');
like(probe('recreating: a table is there again', 3, 3, 'refused'), qr/cb_plan, (columns|rows)/, 'one that lacks columns or rows as well');
sql('drop schema night cascade');
sql("select karmayogi.create_portal('night'); select karmayogi.bind_portal('night');\n" . join ";\n", map { "select append('$_', 3)" } @tables);
probe('made anew', 3, 3);

# TRUNCATE and INSERT by position; user_enrolments hours late

foreach my $table (grep { $_ ne 'user_enrolments' } @tables)
{
	step("late: $table", "truncate night.$table; select append_by_position('$table', 5)", 3, 5);
	probe("late: $table is loaded", 3, 5, 'refused');
}
# two days after the enrolments: the tables are of two nights
like(probe('late: all but user_enrolments', 3, 5, 'refused'), qr/portal, generated: tables generated from/, 'the enrolments of another night are told');
step('late: user_enrolments', "truncate night.user_enrolments; select append_by_position('user_enrolments', 5, 13)", 3, 5);
is(probe('late: the enrolments have come, eleven hours later', 5, 5, 'published'), 'published', 'the fifth night is published');
is(sql('select night from seen'), 'night 5', 'and readers have it');

# several reasons at once
sql(join ";\n", 'delete from night.content where substr(content_id, 2)::int > 5', 'delete from night.user_detail where substr(user_id, 2)::int > 10',
	'delete from night.user_enrolments where substr(content_id, 2)::int > 4');
my $said = probe('everything at once', 5, 5, 'refused');
like($said, qr/content, rows: 5, .*user_detail, rows: 10, .*user_enrolments, rows: 160, /, 'every reason is told');

# The loaders one after the other, night after night, at their own pace; refreshes
# and readers beside them

my $nights = $ENV{KARMAYOGI_NIGHTS} || 6;
my $first = 7;
my $last = $first + $nights - 1;
srand($ENV{KARMAYOGI_SEED} || 1);

# A pause in which a refresh may or may not come to an end
sub pause
{
	return sprintf 'select pg_sleep(%.3f);', rand() < 0.3 ? rand 0.4 : rand 0.02;
}

my %load = (
	truncating => sub {
		my ($night) = @_;
		return map {; "begin; truncate night.$_; commit;", pause(), "select append('$_', $night, 0);", pause(), "select append('$_', $night, 1);" } @tables;
	},
	recreating => sub {
		my ($night) = @_;
		return map {; "select recreate('$_');", pause(), "select append('$_', $night, 0);", pause(), "select append('$_', $night, 1);" } @tables;
	},
	late => sub {
		my ($night) = @_;
		return (map({; "begin; truncate night.$_; " . pause() . " select append_by_position('$_', $night); commit;" } grep { $_ ne 'user_enrolments' } @tables),
			'select pg_sleep(0.5);', "begin; truncate night.user_enrolments; select append_by_position('user_enrolments', $night, 13); commit;");
	});

sql(join ";\n", map { "truncate night.$_;\nselect append('$_', 6)" } @tables);
probe('before the race', 6, 6, 'published');
my %child;
foreach my $child ('loader', 'reader', 'clerk')
{
	my $pid = fork // die "fork: $!";
	$child{$child} = $pid;
	next if $pid != 0;
	my $file = "$dir/$child";
	open my $handle, '>', "$file.sql" or exit 9;
	print $handle "set client_min_messages = warning;\n";
	if ($child eq 'loader')
	{
		# after a night's load its pipeline rests, now and then for long enough
		print $handle join("\n", $load{ (qw(truncating recreating late))[ $_ % 3 ] }->($_), pause(), 'select pg_sleep(1);'), "\n" foreach $first .. $last;
	}
	elsif ($child eq 'clerk')
	{
		print $handle map { pause() . "\n$_;\n" } (
			q{select karmayogi.define_scheme(jsonb_build_object('scheme', 'own ' || gen_random_uuid(), 'title', 'A scheme', 'missing_policy', 'reweight',
				'parameters', '[{"parameter": "onboarding", "weight": 100, "indicators": [{"indicator": "2.2", "weight": 1}]}]'::jsonb))},
			q{select karmayogi.use_scheme((select s.scheme from karmayogi.scoring_scheme s order by random() limit 1))},
			q{select count(karmayogi.submit_report('1.1', 'm' || i, '2024-25 Q1', 1, 1, 'an order')) from generate_series(1, 2) i},
			q{select karmayogi.set_setting('top_performers', (random() * 9 + 1)::int::text)},
			q{begin; select karmayogi.use_scheme('illustrative-equal'); select pg_sleep(random() / 5); rollback},
			q{select count(*) from karmayogi.reporting_calendar});
	}
	else
	{
		print $handle "begin isolation level repeatable read; select night from seen; select pg_sleep(0.01); select night from seen; commit;\n" foreach 1 .. 20;
	}
	close $handle;
	my $command = "psql -X -q -A -t -v ON_ERROR_STOP=1 -d '$database' -f '$file.sql' >>'$file.out' 2>>'$file.err'";
	exec $command or exit 9 if $child eq 'loader';
	while (!-e "$dir/loaded")
	{
		system($command) == 0 or exec 'false';
	}
	exec 'true';
}
my %outcome = (published => 0, refused => 0);
my @wrong;
my $newest = 6;
my $loader_ended;
while (!$loader_ended)
{
	$loader_ended = waitpid($child{loader}, WNOHANG) != 0;
	my $loader_status = $?;
	$as_of++;
	my $engine = (qw(native sql auto))[$as_of % 3];
	my ($said, $night) = split /\n/, sql("select attempt(date '2027-01-01' + $as_of, '$engine');\nselect night from seen"), 2;
	$outcome{ $said eq 'published' ? 'published' : 'refused' }++;
	my ($number) = $night =~ /^night (\d+)$/;
	push @wrong, "$engine: $said: $night" if !defined $number || $number < $newest || ($said ne 'published' && $number != $newest);
	$newest = $number if defined $number;
	is($loader_status, 0, 'the loaders went through') or diag(do { local (@ARGV, $/) = "$dir/loader.err"; <> }) if $loader_ended;
}
open my $loaded, '>', "$dir/loaded" or die "$dir/loaded: $!";
close $loaded;
waitpid $child{clerk}, 0;
is($?, 0, 'and so did who works beside them') or diag(do { local (@ARGV, $/) = "$dir/clerk.err"; <> });
cmp_ok(sql("select count(*) from karmayogi.scoring_scheme where scheme like 'own %'"), '>', 0, 'who defined schemes');
cmp_ok(sql("select count(*) from karmayogi.report"), '>', 2, 'and submitted reports');
waitpid $child{reader}, 0;
is($?, 0, 'so did the reader') or diag(do { local (@ARGV, $/) = "$dir/reader.err"; <> });
my $read = do { local (@ARGV, $/) = "$dir/reader.out"; <> };
my @read = grep { /\S/ } split /\n/, $read;
diag("$nights nights, $outcome{published} refreshes published, $outcome{refused} refused; read " . @read . ' times');
is(join("\n", @wrong), '', 'beside loaders a refresh refuses, or publishes one night, never an older one');
cmp_ok($outcome{published}, '>', 0, 'some were published');
cmp_ok($outcome{refused}, '>', 0, 'and some refused');
is($newest, $last, 'in the end the last night is out');
cmp_ok(scalar(@read), '>=', 120, 'the reader read');
is(join(' ', grep { !/^night \d+$/ } @read), '', 'no mixture was ever seen');
is(scalar(grep { $read[ 2 * $_ ] ne $read[ 2 * $_ + 1 ] } 0 .. $#read / 2), 0, 'a reader at REPEATABLE READ sees one night');
# a load that is prepared for a commit in two phases has no session any more
SKIP:
{
	skip 'max_prepared_transactions is 0', 3 if sql('show max_prepared_transactions') eq '0';
	my $load = "karmayogi_load_$$";
	sql("begin; truncate night.content; insert into night.content (content_id, content_status) values ('c1', 'Live'); prepare transaction '$load';");
	my ($status, $out, $err) = psql("set statement_timeout = '60s'; call karmayogi.refresh('2028-01-01')");
	like($err, qr/content, being written: 1 other session writing to it/, 'a prepared load is a load');
	is(sql('select finding from karmayogi.portal_check() where table_name = \'content\' and verdict = \'refuse\''), '1 other session writing to it', 'to portal_check, too');
	sql("rollback prepared '$load'");
	is(sql("select attempt('2028-01-01', 'auto')"), 'published', 'and when it is gone, there is none');
}
# the tables of a refresh are no subscriber's
sql("update night.user_detail set no_of_karma_points = '1'; create publication everything for all tables");
is(sql("select attempt(date '2028-01-02' + ('$_' = 'sql')::int, '$_')"), 'published', "where all tables are published, $_") foreach 'native', 'sql';
sql('drop publication everything');
cmp_ok(scalar(keys %seen_reasons), '>=', 5, 'refusals of several kinds: ' . join('; ', sort keys %seen_reasons));

done_testing();
