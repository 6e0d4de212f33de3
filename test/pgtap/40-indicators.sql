-- The catalogue against the annexure of OM T-28/62/2024-iGOT of 8 August 2024: its tables, word for word.
begin;
select plan(19);

create temp table annexure (position int generated always as identity, title text, verification text, frequency text,
    responsibility text);
copy annexure (title, verification, frequency, responsibility) from stdin (delimiter '|');
Formation of CBUs in Ministries /Departments|Official order|Quarterly|MDO
Formation of CBUs in Organizations|Official order|Quarterly|MDO
M/Ds with assigned MDO Leader|iGOT|Real time|MDO
% official registered|iGOT|Real time|MDO
% officials registered (by gender)|iGOT|Real time|MDO
% PwD official registered|iGOT|Real time|MDO
Number of States onboarded|MoU signed|Quarterly|SPV
MDOs with approved CBPs|MDO/CBC|Quarterly|MDO
MDOs with CBPs embedded on iGOT|iGOT|Monthly|MDO
MDOs with Mapped behavioural and functional competencies|iGOT|Quarterly|MDO
MDOs with Mapped domain competencies|iGOT|Quarterly|MDO
%CBP suggested courses identified /published on iGOT(D)|iGOT/MDO|Quarterly|MDO
%CBP suggested courses identified/published on iGOT (B,F)|iGOT/MDO|Quarterly|MDO
% Official completed CBP mandated courses|iGOT|Real time/Monthly|MDO
% Competencies for which courses are available on iGOT (D)|iGOT/MDO|Quarterly|MDO
% Competencies for which courses are available on iGOT (F,B)|iGOT|Quarterly|SPV
Number of Mandatory immersion program available with MDO|iGOT|Quarterly|MDO
% existing courses digitized as per target (D)|iGOT|Quarterly|MDO
% existing courses digitized as per target (F,B)|iGOT|Quarterly|SPV
% High quality complaint courses on iGOT|iGOT|Quarterly|SPV
% courses with 4+ rating by users on the platform|iGOT|Quarterly|SPV
% of registered users on to the platform who participate in iGOT generated surveys on content impact|iGOT|Annual|SPV
Analytical Reports (other than csv) enabled|iGOT|Quarterly|SPV
Learn Hub enabled|iGOT|Quarterly|SPV
Discuss Hub enabled|iGOT|Quarterly|SPV
Network Hub enabled|iGOT|Quarterly|SPV
Career Hub as enabled|iGOT|Quarterly|SPV
Event Hub enabled|iGOT|Quarterly|SPV
Competency Hub enabled|iGOT|Quarterly|SPV
Competency passbook enabled|iGOT|Quarterly|SPV
e-HRMS integration completed|iGOT|Quarterly|SPV
No. of User manuals published|iGOT|Quarterly|SPV
State of Civil Services Report published /CBC's Annual Report|Report|Quarterly|CBC
Number of institutions registered on NSCSTI|NSCSTI portal|Quarterly|CBC
Number of institutions accredited|NSCSTI portal|Quarterly|CBC
Number of institutions completed QIP|NSCSTI portal|Quarterly|CBC
Global HR Summit conducted|Event Report|Quarterly|CBC
Number of gender related competencies onboarded on iGOT|iGOT|Annual|SPV
% officials closing gender related competency gaps through course consumption|iGOT|Annual|SPV
% women officials registered on iGOT|iGOT|Half yearly|SPV
% women officials closing gender related competency gaps|iGOT|Annual|SPV
% of environment /climate change related competencies onboarded on iGOT as per target|iGOT|Half yearly|SPV
% officials completing identified courses on climate change and E&S risk competencies|iGOT|Half Yearly|SPV
Number of Domain areas identified for developing CoEs|OM/Report|Annual|MDO/CBC
Number of CoE developed|OM/Report|Annual|MDO/CBC
Number of Languages in which content is available on iGOT|iGOT|Half Yearly|SPV
Number of CSTIs uploaded their training calendar on iGOT|iGOT|Quarterly|MDO/SPV
\.

-- the annexure writes both Half yearly and Half Yearly
select results_eq(
    'select position, title, verification, frequency, responsibility from karmayogi.indicator order by position',
    $$select position, title, verification, replace(frequency, 'Half Yearly', 'Half yearly'), responsibility
      from annexure order by position$$, 'the 47 indicators in the order and the words of the annexure');
select results_eq('select code from karmayogi.indicator order by position',
    $$select (k || '.' || n) collate "C"
      from unnest('{2,5,7,6,2,10,5,6,2,2}'::int[]) with ordinality t (many, k), generate_series(1, many) n
      order by k, n$$, 'numbered as the annexure''s tables, 1.1 to 10.2');
select is_empty('select code from karmayogi.indicator where kpi <> split_part(code, ''.'', 1)::int
    or memorandum not like ''OM T-28/62/2024-iGOT of 8 August 2024, KPI-'' || kpi', 'the KPI is that of the number');
select results_eq(
    $$select source, string_agg(code, ' ' order by position) collate "default" from karmayogi.indicator
      group by source order by source$$,
    $$values ('P', '2.1 2.2 2.3 2.4 3.7 4.1 4.2 5.1 8.1 8.2 8.3 8.4 8.5 8.6 10.1'), ('P*', '3.2 3.3 3.4 3.5 3.6 4.3'),
             ('R', '1.1 1.2 2.5 3.1 4.4 4.5 4.6 5.2 6.1 6.2 6.3 6.4 6.5 6.6 6.7 6.8 6.9 6.10 7.1 7.2 7.3 7.4 7.5 9.1 9.2 10.2')$$,
    'what is computed and what is reported');
select results_eq(
    $$select entity, string_agg(code, ' ' order by position) collate "default" from karmayogi.indicator
      group by entity order by entity$$,
    $$values ('csti', '7.2 7.3 7.4 9.2 10.2'), ('md', '1.1 2.1 3.1 3.2 3.3 3.4 3.5 3.6 4.3 4.4 9.1'),
             ('mdo', '1.2 2.2 2.3 2.4 3.7 8.2 8.3 8.4 8.6'),
             ('platform', '4.1 4.2 4.5 4.6 5.1 5.2 6.1 6.2 6.3 6.4 6.5 6.6 6.7 6.8 6.9 6.10 7.1 7.5 8.1 8.5 10.1'),
             ('state', '2.5')$$, 'whom one value speaks of');
select results_eq(
    $$select unit, string_agg(code, ' ' order by position) collate "default" from karmayogi.indicator
      where unit <> 'percent' group by unit order by unit$$,
    $$values ('count', '6.10 8.1 9.1 10.1'),
             ('yes/no', '1.1 1.2 2.1 2.5 3.1 3.2 3.3 3.4 4.3 6.1 6.2 6.3 6.4 6.5 6.6 6.7 6.8 6.9 7.1 7.5')$$,
    'counts and facts; the rest are percentages');
select is_empty($$select code from karmayogi.indicator
    where length(definition) < 25 or length(remedy) < 20 or definition !~ '^[A-Z]' or remedy !~ '^[A-Z]'
       or numerator ~ '\.$' or denominator ~ '\.$'
       or concat(definition, remedy, numerator, denominator, title) ~ '  |^ | $'$$,
    'each is defined in sentences, with what raises it');
select is_empty($$select title from karmayogi.indicator group by title having count(*) > 1$$, 'no title occurs twice');
select is_empty($$select a.attname from pg_attribute a where a.attrelid = 'karmayogi.indicator'::regclass and a.attnum > 0
    and col_description(a.attrelid, a.attnum) is null$$, 'every column is commented');
select isnt(obj_description('karmayogi.indicator'::regclass), null, 'and so is the table');
select is_empty($$select 1 from pg_extension where extname = 'karmayogi'
    and 'karmayogi.indicator'::regclass = any (extconfig)$$, 'the catalogue comes with the extension and not with a dump');

create function pg_temp.refused(changed text) returns text language plpgsql as $$
begin
    execute 'update karmayogi.indicator set ' || changed || ' where code = ''2.2''';
    return 'taken: ' || changed;
exception when others then
    return sqlstate;
end $$;
select is(pg_temp.refused(changed), '23514', 'the table refuses ' || changed)
from unnest(array['code = ''2.x''', 'kpi = 3', 'position = 48', 'unit = ''ratio''', 'source = ''Q''',
    'frequency = ''Weekly''', 'unit = ''count''', 'remedy = ''''']) changed;

select * from finish();
rollback;
