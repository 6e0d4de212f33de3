# Access, where it takes databases of its own:
#   - CREATE EXTENSION, and a restore, in a database in which others have planted
#     functions, operators, types, casts and default privileges: nothing of it is called,
#     and what is created is what an unspoilt database gets;
#   - what was granted comes back with a dump, and what was not granted does not;
#   - a reader of the sample portal who adds and subtracts whatever the views show
#     finds no small count of women, men or persons with disabilities.
#
# Uses the running server of PGHOST, PGPORT and PGUSER, on which karmayogi is
# installed, and makes databases and roles of its own there.
#
#   prove test/t/030_access.pl
#
# KARMAYOGI_SCALE (0.001) is that of the sample portal.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use File::Temp qw(tempdir);
use Test::More;

my $top = File::Spec->rel2abs(dirname(__FILE__) . '/../..');
my $dir = tempdir(CLEANUP => 1);
my %database = map { $_ => "karmayogi_access_${_}_$$" } qw(clean planted old new trapped again published sample);
my %role = map { $_ => "karmayogi_${_}_$$" } qw(reader keeper operator attacker gone);

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

sub psql
{
	my ($name, $sql) = @_;
	open my $handle, '>', "$dir/in.sql" or die "$dir/in.sql: $!";
	print $handle "set client_min_messages = warning;\n$sql";
	close $handle;
	return run("psql -X -q -A -t -v ON_ERROR_STOP=1 -d '" . ($database{$name} // $name) . "' -f '$dir/in.sql'");
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

sub make_database
{
	my ($name) = @_;
	my ($status, undef, $err) = run("createdb -T template0 '$database{$name}'");
	die("createdb: $err") if $status != 0;
}

END
{
	my $status = $?;
	run("dropdb --if-exists --force '$_'") foreach values %database;
	run("psql -X -q -d postgres -c 'drop role if exists \"$_\"'") foreach values %role;
	$? = $status;
}

# What others may have made in public before, and what it tells when it is called.
my $planted = <<"SQL";
grant create on schema public to public;
create schema trap;
grant usage on schema trap to public;
create table trap.log (what text);
grant insert, select on trap.log to public;
set role $role{attacker};
create function public.spring(what text) returns boolean language plpgsql as
	'begin insert into trap.log values (what); return true; end';
set search_path = pg_catalog;  -- or this would be caught in its own trap
do \$do\$
declare
	made record;
begin
	for made in
		select f.name, t.arg, t.res from unnest('{lower,upper,btrim,length,setting,tally,numerator,denominator,pct,today,portal_fold,unnest,
				string_to_array,split_part,substr,strpos,rtrim,nullif_,format,jsonb_array_elements,checked,regclass,array_position,
				generate_series,row_number,max,pg_extension_config_dump}'::text[]) f (name),
			(values ('text', 'text'), ('name', 'text'), ('unknown_', 'text'), ('text, text', 'text'), ('text, text, int', 'text'),
					('regclass, text', 'void'), ('bigint, bigint', 'text'), ('', 'date')) t (arg, res)
		where t.arg <> 'unknown_'
	loop
		execute format('create function public.%I(%s) returns %s language plpgsql as %L', made.name, made.arg, made.res,
			format('begin perform public.spring(%L); return %s; end', made.name, case made.res when 'void' then '' else 'null' end));
	end loop;
	for made in
		select o.name, t.arg, n from unnest('{=,<>,<,>,||,+,-,*,->,->>,~~,\@>}'::text[]) with ordinality o (name, n),
			unnest('{text,bigint,int,name,boolean,oid,jsonb,"text[]"}'::text[]) t (arg)
	loop
		execute format('create function public.%I(%2\$s, %2\$s) returns boolean language plpgsql as %3\$L', format('op%s', made.n), made.arg,
			format('begin perform public.spring(%L); return true; end', made.name));
		execute format('create operator public.%s (leftarg = %s, rightarg = %2\$s, function = public.%I)', made.name, made.arg, format('op%s', made.n));
	end loop;
	for made in select unnest('{text,date,int,bigint,tally,jsonb,boolean,name}'::text[]) as name loop
		execute format('create domain public.%I as pg_catalog.text check (public.spring(%L))', made.name, format('type %s', made.name));
	end loop;
	-- casts belong to no schema: of a type of one's own, to and from any, called wherever they fit
	create type public.odd as (what pg_catalog.text);
	create function public.takes_odd(public.odd) returns boolean language plpgsql as 'begin return true; end';
	create function public.lower(public.odd) returns text language plpgsql as 'begin perform public.spring(''odd''); return null; end';
	create function public.op_odd(public.odd, public.odd) returns boolean language plpgsql as 'begin perform public.spring(''odd''); return true; end';
	create operator public.= (leftarg = public.odd, rightarg = public.odd, function = public.op_odd);
	for made in select unnest('{text,bigint,int,date,name,boolean,jsonb,oid,numeric,"text[]",regclass}'::text[]) as name, generate_series(1, 11) as n loop
		execute format('create function public.to_odd_%s(%s) returns public.odd language plpgsql as %L', made.n, made.name,
			format('begin perform public.spring(%L); return null; end', format('cast from %s', made.name)));
		execute format('create cast (%s as public.odd) with function public.to_odd_%s(%1\$s) as implicit', made.name, made.n);
		execute format('create function public.of_odd_%s(public.odd) returns %s language plpgsql as %L', made.n, made.name,
			format('begin perform public.spring(%L); return null; end', format('cast to %s', made.name)));
		execute format('create cast (public.odd as %s) with function public.of_odd_%s(public.odd) as implicit', made.name, made.n);
	end loop;
	for made in select unnest('{setting,snapshot,indicator,pg_class,pg_proc,pg_namespace,pg_attribute,pg_depend,portal_table}'::text[]) as name loop
		execute format('create view public.%I as select public.spring(%L) as oid', made.name, format('relation %s', made.name));
	end loop;
end
\$do\$;
reset search_path;
reset role;
SQL

# The extension as the catalogue has it, names resolved
my $image = <<'SQL';
set search_path = '';
select p.oid::pg_catalog.regprocedure || ' ' || case when p.prokind = 'a' then '' else pg_catalog.pg_get_functiondef(p.oid) end || ' ' || coalesce(p.proacl::text, '')
	from pg_catalog.pg_proc p where p.pronamespace = 'karmayogi'::pg_catalog.regnamespace order by 1;
select c.relname || ' ' || c.relkind::text || ' ' || coalesce(pg_catalog.pg_get_viewdef(c.oid), '') || ' ' || coalesce(c.reloptions::text, '') || ' ' || coalesce(c.relacl::text, '')
	from pg_catalog.pg_class c where c.relnamespace = 'karmayogi'::pg_catalog.regnamespace order by 1;
select a.attrelid::pg_catalog.regclass || '.' || a.attname || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) || ' ' || coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '')
	from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
	left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
	where c.relnamespace = 'karmayogi'::pg_catalog.regnamespace and a.attnum > 0 order by 1;
select conrelid::pg_catalog.regclass || ' ' || conname || ' ' || pg_catalog.pg_get_constraintdef(oid)
	from pg_catalog.pg_constraint where connamespace = 'karmayogi'::pg_catalog.regnamespace order by 1;
select pg_catalog.pg_get_triggerdef(t.oid) from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid
	where c.relnamespace = 'karmayogi'::pg_catalog.regnamespace and not t.tgisinternal order by 1;
select coalesce(n.nspacl::text, '') from pg_catalog.pg_namespace n where n.nspname in ('karmayogi', 'karmayogi_stage');
select (select pg_catalog.string_agg(t::text, E'\n' order by t::text) from karmayogi.indicator t),
	(select pg_catalog.string_agg(row(r.rule, r.expression, r.shipped)::text, E'\n' order by r.rule) from karmayogi.indicator_rule r),
	(select pg_catalog.string_agg(t::text, E'\n' order by t::text) from karmayogi.setting t),
	(select pg_catalog.string_agg(t::text, E'\n' order by t::text) from karmayogi.portal_need t);
SQL

sql('postgres', join '', map { "create role $_;\n" } sort values %role);

# CREATE EXTENSION

make_database('clean');
sql('clean', 'create extension karmayogi');
make_database('planted');
sql('planted', $planted);
cmp_ok(sql('planted', "select count(*) from pg_proc where pronamespace = 'public'::regnamespace"), '>', 250, 'others have planted things in public');
# the trap works: an unqualified name is the planted one
sql('planted', "set search_path = public, pg_catalog; select lower('A'::pg_catalog.text) \\g $dir/null");
is(sql('planted', 'select distinct l.what from trap.log l'), 'lower', 'which are called where they come first');
sql('planted', 'truncate trap.log');
sql('planted', "set search_path = pg_catalog; select public.takes_odd('a'::text), public.takes_odd(1::bigint), upper(row('a')::public.odd), abs(row('a')::public.odd::bigint) \\g $dir/null");
is(sql('planted', "select string_agg(l.what, ', ' order by l.what) from trap.log l"), 'cast from bigint, cast from text, cast to bigint, cast to text',
	'casts are called wherever their type is met, whatever the search_path');
sql('planted', 'truncate trap.log');
# a session that finds all of it first, has things of its own in pg_temp, and would give everything to everybody
sql('planted', <<'SQL');
alter default privileges grant all on tables to public;
alter default privileges grant all on sequences to public;
alter default privileges grant all on functions to public;
alter default privileges grant all on schemas to public;
create temp table indicator (code pg_catalog.text);
create temp table setting (name pg_catalog.text);
create temp table pg_class (oid pg_catalog.oid);
create domain pg_temp.numeric as pg_catalog.text check (public.spring('temp type'));
create function pg_temp.lower(pg_catalog.text) returns pg_catalog.text language sql as 'select public.spring(''temp'')::pg_catalog.text';
set search_path = public, pg_temp, pg_catalog;
create extension karmayogi;
SQL
is(sql('planted', "select coalesce(string_agg(distinct l.what, ' '), 'nothing') from trap.log l"), 'nothing', 'CREATE EXTENSION calls nothing of it');
is(sql('planted', $image), sql('clean', $image), 'and makes what it makes elsewhere: objects, definitions, privileges, rows');
is(sql('planted', "select count(*) from pg_class c, aclexplode(c.relacl) a where c.relnamespace in ('karmayogi'::regnamespace, 'karmayogi_stage'::regnamespace) and a.grantee = 0"),
	'0', 'default privileges open no relation to PUBLIC');

# somebody was there before with the name of the schema, or of an object in it
make_database('trapped');
sql('trapped', "grant create on database $database{trapped} to $role{attacker}; set role $role{attacker}; create schema karmayogi");
my ($status, $out, $err) = psql('trapped', 'create extension karmayogi');
like($err, qr/schema "karmayogi" already exists/, 'a schema of somebody else is not moved into');
is(sql('trapped', "select count(*) from pg_extension where extname = 'karmayogi'"), '0', 'and nothing is created');
sql('trapped', "drop schema karmayogi; set role $role{attacker}; create schema karmayogi_stage");
($status, $out, $err) = psql('trapped', 'create extension karmayogi');
like($err, qr/schema "karmayogi_stage" already exists/, 'nor is that of the stages');
run("dropdb --force '$database{trapped}'");

# A dump carries what was granted

make_database('old');
sql('old', <<"SQL");
create extension karmayogi;
begin;
\\i '$top/test/fixture/portal.sql'
commit;
call karmayogi.refresh('2026-10-01');
select karmayogi.grant_reader('$role{reader}'), karmayogi.grant_mdo('$role{keeper}', 'd1'), karmayogi.grant_mdo('$role{gone}', 'd2'),
	karmayogi.grant_operator('$role{operator}') \\g $dir/null
select karmayogi.set_setting('small_count_floor', '3') \\g $dir/null
grant usage on schema night to $role{operator};
grant select on all tables in schema night to $role{operator};
SQL
my $privileges = <<"SQL";
select x.what || ' ' || coalesce(nullif(a.grantee::regrole::text, '-'), 'PUBLIC') || ' ' || a.privilege_type
from (select p.oid::regprocedure::text, p.proacl from pg_proc p where p.pronamespace = 'karmayogi'::regnamespace
	union all select c.relname, c.relacl from pg_class c where c.relnamespace = 'karmayogi'::regnamespace
	union all select c.relname || '.' || t.attname, t.attacl from pg_class c join pg_attribute t on t.attrelid = c.oid where c.relnamespace = 'karmayogi'::regnamespace
	union all select n.nspname, n.nspacl from pg_namespace n where n.nspname like 'karmayogi%') x (what, acl), aclexplode(x.acl) a
where a.grantee not in (select r.oid from pg_roles r where r.rolname = current_user)
order by 1
SQL
my $old = sql('old', $privileges);
cmp_ok(scalar(() = $old =~ /$role{operator}/g), '>', 200, 'an operator has many privileges');
($status, $out, $err) = run("pg_dump -Fc -f '$dir/dump' '$database{old}'");
is("$status$err", '0', 'pg_dump says nothing');
make_database('new');
($status, $out, $err) = run("pg_restore --exit-on-error -d '$database{new}' '$dir/dump'");
is("$status$err", '0', 'pg_restore says nothing');
is(sql('new', $privileges), $old, 'every privilege is back, and no other');
is(sql('new', 'select g.role_name, g.mdo_id, r.oid = g.role_oid from karmayogi.mdo_grant g join pg_roles r on r.rolname = g.role_name order by 1'),
	sql('old', 'select g.role_name, g.mdo_id, true from karmayogi.mdo_grant g order by 1'), 'with who looks after what');
sub seen_by
{
	my ($name, $who) = @_;
	return sql($name, "set role $who; select count(*), string_agg(distinct indicator || coalesce(numerator, -1), ' ' order by indicator || coalesce(numerator, -1))
		from karmayogi.kpi_annexure where level <> 'government' and indicator in ('2.3', '2.4', '8.2', '8.3', '8.4')");
}
is(seen_by('new', $role{reader}), seen_by('old', $role{reader}), 'a reader is shown the same before any refresh, and the same is hidden');
isnt(seen_by('new', $role{reader}), seen_by('new', $role{operator}), 'an operator is shown more');
sql('new', "set role $role{operator}; call karmayogi.refresh('2026-10-02')");
is(sql('new', "set role $role{keeper}; select count(*), count(distinct mdo_id) from karmayogi.my_officials"),
	sql('old', "set role $role{keeper}; select count(*), count(distinct mdo_id) from karmayogi.my_officials"), 'and who looks after d1 sees its officials after one');
is(sql('new', "set role $role{keeper}; select count(*) > 0 from karmayogi.my_allotments"), 't', 'with what is allotted to them');
is(sql('new', 'select karmayogi.apply_floor(karmayogi.newest_snapshot()) = karmayogi.apply_floor(karmayogi.newest_snapshot())'), 't', 'the floor goes on');

# the dump in a database where others have planted things, and without one of the roles
sql($_, "drop owned by $role{gone}") foreach 'old', 'new';
sql('postgres', "drop role $role{gone}");
make_database('trapped');
sql('trapped', $planted);
sql('trapped', 'truncate trap.log');
($status, $out, $err) = run("pg_restore -d '$database{trapped}' '$dir/dump'");
my @other = grep { /ERROR/ && !/role "$role{gone}" does not exist/ } split /\n/, $err;
is("@other", '', 'a restore complains of nothing but of the role that is gone');
is(sql('trapped', "select coalesce(string_agg(distinct l.what, ' '), 'nothing') from trap.log l"), 'nothing', 'and calls nothing that was planted');
is(sql('trapped', "select role_oid is null from karmayogi.mdo_grant where role_name = '$role{gone}'"), 't', 'what the role looked after waits for nobody');
sql('postgres', "create role $role{gone}");
sql('trapped', "select karmayogi.grant_reader('$role{gone}'), karmayogi.grant_views('$role{gone}', '{my_officials}') \\g $dir/null");
sql('trapped', "call karmayogi.refresh('2026-10-02')");
is(sql('trapped', "set role $role{gone}; select count(*) from karmayogi.my_officials"), '0', 'nor for another role that takes the name');
is(sql('trapped', "select coalesce(string_agg(distinct l.what, ' '), 'nothing') from trap.log l"), 'nothing', 'nor does a refresh there');
my $seal = 'select seal from karmayogi.snapshot order by snapshot_id desc limit 1';
is(sql('trapped', $seal), sql('new', $seal), 'which publishes the same');

# what nobody looks after any more is not given by a dump to who bears the name since
($status, $out, $err) = run("pg_dump -Fc -f '$dir/dump' '$database{old}'");
is("$status$err", '0', 'pg_dump after a role has gone and another has its name');
make_database('again');
($status, $out, $err) = run("pg_restore --exit-on-error -d '$database{again}' '$dir/dump'");
is("$status$err", '0', 'and pg_restore');
is(sql('again', 'select string_agg(role_name, \' \') from karmayogi.mdo_grant'), $role{keeper}, 'who looks after what, and not who did');
run("dropdb --force '$database{again}'");

# An operator's nights where all tables are published: official_progress has no key at first, and then only an index

make_database('published');
sql('published', <<"SQL");
create extension karmayogi;
begin;
\\i '$top/test/fixture/portal.sql'
commit;
select karmayogi.grant_operator('$role{operator}') \\g $dir/null
grant usage on schema night to $role{operator};
grant select on all tables in schema night to $role{operator};
alter table night.user_detail replica identity full;
create publication everything for all tables;
SQL
foreach my $night (1 .. 5)
{
	sql('published', 'select karmayogi.index_progress() \\g ' . "$dir/null") if $night == 4;
	($status, $out, $err) = psql('published', "update night.user_detail set no_of_karma_points = $night where user_id = 'u1'; set role $role{operator};
		set karmayogi.engine = '" . ($night % 2 == 0 ? 'sql' : 'native') . "'; set client_min_messages = warning; call karmayogi.refresh('2026-10-0$night')");
	is("$status$err", '0', "night $night is published");
}
is(sql('published', "select relreplident, exists (select from pg_constraint where conrelid = c.oid and contype = 'p') from pg_class c where oid = 'karmayogi.official_progress'::regclass"),
	'd|t', 'the owner, who makes its index, makes its key');
run("dropdb --force '$database{published}'");

# A reader who adds and subtracts

my $scale = $ENV{KARMAYOGI_SCALE} || '0.001';
make_database('sample');
sql('sample', "create extension karmayogi; select karmayogi.create_portal('portal') \\g $dir/null");
($status, $out, $err) = run("psql -X -q -v ON_ERROR_STOP=1 -d '$database{sample}' -v scale=$scale -v schema=portal -v generated_on='2026-10-01 02:10:00' -f '$top/demo/portal.sql'");
is($status, 0, 'a sample portal');
sql('sample', "select karmayogi.bind_portal('portal') \\g $dir/null\n\\i '$top/demo/register.sql'");
# some organisations whose own row names another ministry than their department's, one of them a State
sql('sample', <<"SQL");
update portal.org_hierarchy o set ministry_id = m.mdo_id, ministry = m.mdo_name
from (select x.mdo_id, row_number() over (order by x.mdo_id) as n from portal.org_hierarchy x where x.department_id is not null) p
join (select x.mdo_id, x.mdo_name, row_number() over (order by x.mdo_name <> 'Kerala', x.mdo_id) as n from portal.org_hierarchy x
	where x.department_id is null and x.ministry_id is null) m on m.n = p.n
where o.mdo_id = p.mdo_id and p.n <= 6;
SQL
# strength of most organisations, so that there is something to subtract at every level; officials of no organisation
sql('sample', <<"SQL");
alter table karmayogi.strength disable trigger user;
insert into karmayogi.strength (mdo_id, effective_on, officials, women, pwd)
select o.mdo_id, '2026-01-01', 20 + s.n, s.n / 3, s.n / 20
from (select distinct mdo_id from portal.org_hierarchy) o, lateral (select abs(hashtext(o.mdo_id)) % 400 as n) s
where not exists (select from karmayogi.strength x where x.mdo_id = o.mdo_id);
alter table karmayogi.strength enable trigger user;
update portal.user_detail set mdo_id = null where user_id in (select user_id from portal.user_detail order by user_id limit 7);
call karmayogi.refresh('2026-10-01');
-- and of some M/Ds one of everything attached, a few posts more than those entered
insert into karmayogi.strength (mdo_id, effective_on, officials, women, pwd, covers)
select o.md_id, '2026-01-01', sum(s.officials) + 9, sum(s.women) + abs(hashtext(o.md_id)) % 7, sum(s.pwd) + abs(hashtext(o.md_id)) % 5, 'attached'
from karmayogi.snapshot_org o
join karmayogi.strength_on('2026-10-01') s on s.mdo_id = o.mdo_id and s.covers = 'own'
where o.snapshot_id = karmayogi.newest_snapshot() and abs(hashtext(o.md_id)) % 4 = 0
group by o.md_id having count(*) > 1 and bool_and(s.women is not null and s.pwd is not null);
call karmayogi.refresh('2026-10-01');
select karmayogi.grant_reader('$role{reader}') \\g $dir/null
SQL

my $floor = 5;
my @levels = qw(mdo md ministry state government);
# all that a reader asks for: the tree, and what the annexure shows
my (%parents, %value);
foreach my $line (split /\n/, sql('sample', "set role $role{reader}; select o.mdo_id, o.md_id, u.ministry_id, coalesce(u.state_code, '')
	from karmayogi.snapshot_org o join karmayogi.snapshot_unit u on u.snapshot_id = o.snapshot_id and u.level = 'md' and u.entity_id = o.md_id"))
{
	my ($mdo, $md, $ministry, $state) = split /\|/, $line, -1;
	$parents{$mdo} = { mdo => $mdo, md => $md, ministry => $ministry, state => $state, government => 'government' };
}
my $ask = 'select level, entity_id, indicator, category, numerator, denominator from karmayogi.kpi_annexure where indicator in (%s) and numerator is not null';
my $codes = q('2.2', '2.3', '2.4', '8.2', '8.3', '8.4', '8.6');
sub ask
{
	my ($who) = @_;
	my %found;
	foreach my $line (split /\n/, sql('sample', "set role $who; " . sprintf($ask, $codes)))
	{
		my ($level, $id, $code, $category, $numerator, $denominator) = split /\|/, $line;
		$found{"$level $id"}{ $category eq 'all' ? $code : "$code $category" } = [ $numerator, $denominator ];
	}
	return %found;
}
%value = ask($role{reader});
sql('sample', "select karmayogi.grant_operator('$role{operator}') \\g $dir/null");
my %truth = ask($role{operator});
my ($shown, $hidden, $wrong) = (0, 0, 0);
foreach my $node (keys %truth)
{
	foreach my $code (grep { /^(2\.[34]|8\.[234])/ } keys %{ $truth{$node} })
	{
		my $mine = $value{$node}{$code};
		$mine ? $shown++ : $hidden++;
		$wrong++ if $mine && "@$mine" ne "@{ $truth{$node}{$code} }";
	}
}
is($wrong, 0, 'what a reader is shown is true');
cmp_ok($shown, '>', 700, "$shown values are shown");
cmp_ok($hidden, '>', 700, "$hidden are hidden");
# posts by gender are known of the government where they are of all below
ok($value{'government government'}{'8.3'} && (!$truth{'government government'}{'2.3 female'} || $value{'government government'}{'2.3 female'}),
	'the government\'s are shown');

# the counts that can be read off of what is shown, at each node
sub counts
{
	my ($told) = @_;
	my %count;
	foreach my $node (keys %$told)
	{
		my $v = $told->{$node};
		my %c;
		foreach my $read (['R', '8.6', 1], ['R', '8.3', 1], ['R', '8.2', 1], ['R', '2.2', 0], ['S', '2.2', 1], ['W', '8.3', 0], ['W', '2.3 female', 0],
			['W', '8.4', 1], ['M', '2.3 male', 0], ['P', '2.4', 0], ['SP', '2.4', 1], ['SW', '2.3 female', 1], ['SM', '2.3 male', 1], ['G', '8.2', 0],
			['GW', '8.4', 0])
		{
			my ($what, $code, $part) = @$read;
			$c{$what} //= $v->{$code}[$part] if $v->{$code};
		}
		# complements, as often as they follow from each other
		foreach my $round (1 .. 3)
		{
			foreach my $sum (['R', 'W', 'N'], ['N', 'M', 'O'], ['G', 'GW', 'GN'], ['W', 'GW', 'WX'], ['N', 'GN', 'NX'], ['R', 'G', 'RX'])
			{
				my ($all, $one, $other) = @$sum;
				$c{$other} //= $c{$all} - $c{$one} if defined $c{$all} && defined $c{$one};
				$c{$one} //= $c{$all} - $c{$other} if defined $c{$all} && defined $c{$other};
				$c{$all} //= $c{$one} + $c{$other} if defined $c{$one} && defined $c{$other};
			}
		}
		$count{$node} = \%c;
	}
	return %count;
}
my %count = counts(\%value);
# organisations with officials; whoever the government has besides is of no organisation
my @places = grep { ($count{"mdo $_"}{R} // 0) > 0 } keys %parents;
my %inside;    # node => organisations that it is the sum of
foreach my $mdo (@places)
{
	$inside{"$_ $parents{$mdo}{$_}"}{$mdo} = 1 foreach grep { $parents{$mdo}{$_} ne '' } @levels;
}
my $registered = 0;
$registered += $count{"mdo $_"}{R} foreach @places;
my $astray = $count{'government government'}{R} - $registered;
is($astray > 0, 1, "$astray officials are of no organisation");
$inside{'government government'}{'none'} = 1;
# For each count: the sum over what is left of a node whose count is known when every part of it whose count is known, the
# largest first, is taken away. Whatever adding and subtracting can give is made of these, for the nodes are a tree.
# Returns how many remainders there are, and those below the floor.
sub remainders
{
	my ($count) = @_;
	my ($looked, @found) = (0);
	foreach my $what (qw(W N M O G GW GN WX NX RX P))
	{
		# from the leaves up: what a node is covered by
		foreach my $i (0 .. $#levels)
		{
			foreach my $node (grep { /^$levels[$i] / && defined $count->{$_}{$what} && $inside{$_} } keys %$count)
			{
				my ($sum, %left) = ($count->{$node}{$what}, %{ $inside{$node} });
				foreach my $j (reverse 0 .. $i - 1)
				{
					my %part;
					$part{"$levels[$j] $parents{$_}{$levels[$j]}"} = 1 foreach grep { $_ ne 'none' && $parents{$_}{ $levels[$j] } ne '' } keys %left;
					foreach my $part (grep { defined $count->{$_} && defined $count->{$_}{$what} } keys %part)
					{
						my @mine = keys %{ $inside{$part} };
						next if grep { !$left{$_} } @mine;
						delete @left{@mine};
						$sum -= $count->{$part}{$what};
					}
				}
				next if !%left;
				$looked++;
				push @found, "$what of $node less its parts: $sum of " . keys(%left) . " organisations"
				  if $sum < $floor && !($what eq 'O' && $sum == 0);
			}
		}
	}
	return ($looked, sort @found);
}
my ($looked, @found) = remainders(\%count);
cmp_ok($looked, '>', 500, "$looked remainders looked at");
is(join("\n", @found), '', 'no count of less than five is found by adding and subtracting');
# it can find: the same arithmetic on what an operator is shown
my %known = counts(\%truth);
my ($looked_at_all, @known) = remainders(\%known);
cmp_ok(scalar @known, '>', 100, @known . " of the $looked_at_all remainders of what an operator is shown are less than five");
# one value more and the remainder is found: where of an M/D two organisations are hidden, the one that is for the other's sake
my %more = %value;
my @told;
foreach my $node (grep { /^md / && $count{$_}{W} } keys %count)
{
	my @unknown = grep { !defined $count{"mdo $_"}{W} } keys %{ $inside{$node} };
	next if @unknown != 2;
	my ($small, $large) = sort { $truth{"mdo $a"}{'8.3'}[0] <=> $truth{"mdo $b"}{'8.3'}[0] } @unknown;
	next if $truth{"mdo $small"}{'8.3'}[0] >= $floor || $truth{"mdo $large"}{'8.3'}[0] < $floor;
	push @told, $node;
	$more{"mdo $large"} = { %{ $value{"mdo $large"} // {} }, '8.3' => $truth{"mdo $large"}{'8.3'} };
}
my %told = counts(\%more);
my (undef, @given_away) = remainders(\%told);
cmp_ok(scalar @told, '>', 0, 'of ' . @told . ' M/Ds two organisations are hidden, one of them only for the other\'s sake');
is(scalar(grep { my $node = $_; grep { /^W of \Q$node\E less/ } @given_away } @told), scalar @told, 'which would be found were it shown');

# posts by gender and with disabilities: of an M/D those of its organisations, and what a strength of everything attached
# has beyond them; where that has less, they are no part of it
my %code = (SW => '2.3 female', SM => '2.3 male', SP => '2.4');
my (@posts, $beyond);
foreach my $what (qw(SW SM SP))
{
	foreach my $node (grep { /^md / && defined $count{$_}{$what} } keys %count)
	{
		my ($id) = $node =~ /^md (.*)/;
		my @parts = grep { $parents{$_}{md} eq $id } keys %parents;
		my $code = $code{$what};
		my %all;
		foreach my $with ($what eq 'SP' ? 'SP' : ('SW', 'SM'))
		{
			$all{$with} += $truth{"mdo $_"}{ $code{$with} }[1] // 0 foreach @parts;
		}
		next if grep { $all{$_} > ($truth{$node}{ $code{$_} }[1] // 0) } keys %all;
		my $rest = $all{$what} < $count{$node}{$what};
		$beyond++ if $rest && $all{$what} > 0;
		my @left = grep {
			my $t = $truth{"mdo $_"};
			!defined $count{"mdo $_"}{$what} && $t->{$code}
			  && ($what eq 'SP' ? ($t->{'2.2'}[1] // 1) > 0 : ($t->{'2.3 female'}[1] // 0) + ($t->{'2.3 male'}[1] // 0) > 0)
		} @parts;
		my $sum = $count{$node}{$what};
		$sum -= $count{"mdo $_"}{$what} // 0 foreach @parts;
		push @posts, "$what of $node: $sum" if (@left || $rest) && $sum < $floor;
	}
	push @posts, map { "$what of $_" } grep { defined $count{$_}{$what} && $count{$_}{$what} < $floor && ($count{$_}{S} // 1) > 0 } keys %count;
}
is(join("\n", @posts), '', 'nor a strength of less than five');
cmp_ok($beyond // 0, '>', 0, 'also where everything attached is more than what is entered of each');

done_testing();
