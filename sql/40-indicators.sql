-- The 47 indicators of the M&E framework: Office Memorandum T-28/62/2024-iGOT of 8 August 2024, annexure, in its
-- order and its words (of title, means of verification, frequency and responsibility). What each counts and where
-- its edges are is said beside it, so that a reader of any figure can look its meaning up in the database itself.

create table karmayogi.indicator (
    code text collate "C" primary key,
    kpi int not null,
    position int not null unique,
    title text not null,
    unit text not null,
    source text not null,
    entity text not null,
    verification text not null,
    frequency text not null,
    responsibility text not null,
    numerator text not null,
    denominator text not null,
    definition text not null,
    remedy text not null,
    memorandum text not null,
    constraint indicator_code_within_kpi check (code ~ '^[1-9][0-9]?\.[1-9][0-9]?$' and code like kpi || '.%'),
    constraint indicator_kpi_of_annexure check (kpi between 1 and 10),
    constraint indicator_position_of_annexure check (position between 1 and 47),
    constraint indicator_unit_known check (unit in ('percent', 'count', 'yes/no')),
    constraint indicator_source_known check (source in ('P', 'R', 'P*')),
    constraint indicator_entity_known check (entity in ('md', 'mdo', 'state', 'platform', 'csti')),
    constraint indicator_frequency_known check (frequency in
        ('Real time', 'Real time/Monthly', 'Monthly', 'Quarterly', 'Half yearly', 'Annual')),
    constraint indicator_responsibility_known check (responsibility in ('MDO', 'SPV', 'CBC', 'MDO/SPV', 'MDO/CBC')),
    constraint indicator_count_has_no_denominator check ((unit = 'count') = (denominator = '')),
    constraint indicator_told check (title <> '' and verification <> '' and numerator <> '' and definition like '%.'
        and remedy like '%.' and memorandum <> '')
);

comment on table karmayogi.indicator is
    'The 47 indicators of the M&E framework, in the words of the annexure of OM T-28/62/2024-iGOT of 8 '
    'August 2024.';
comment on column karmayogi.indicator.code is
    'Number of the indicator: number of its KPI and its place in that KPI''s table.';
comment on column karmayogi.indicator.kpi is 'Number of the KPI, 1 to 10.';
comment on column karmayogi.indicator.position is 'Place in the annexure, 1 to 47.';
comment on column karmayogi.indicator.title is 'Title, word for word as in the annexure.';
comment on column karmayogi.indicator.unit is
    'percent; count: a number, its tally has denominator 0; yes/no: a fact of one entity, 1 of 1 or 0 of '
    '1, whose sum over entities is shown as a percentage.';
comment on column karmayogi.indicator.source is
'P: computed from the portal''s tables. R: reported. P*: computed, a verified report overrides.';
comment on column karmayogi.indicator.entity is
    'Whom one value speaks of: md (Ministry/Department), mdo (organisation), state, platform, csti '
    '(training institution).';
comment on column karmayogi.indicator.verification is 'Means of verification/source, as in the annexure.';
comment on column karmayogi.indicator.frequency is
    'Frequency of reporting, as in the annexure: the length of a report''s period; real time is reported '
    'by the month.';
comment on column karmayogi.indicator.responsibility is 'Who answers for it, as in the annexure.';
comment on column karmayogi.indicator.numerator is 'What the numerator counts.';
comment on column karmayogi.indicator.denominator is 'What the denominator counts; empty for a count.';
comment on column karmayogi.indicator.definition is 'What exactly is counted, and what is not.';
comment on column karmayogi.indicator.remedy is 'What raises the indicator.';
comment on column karmayogi.indicator.memorandum is 'Where the indicator is ordered.';

insert into karmayogi.indicator
    (code, kpi, position, title, unit, source, entity, verification, frequency, responsibility,
     numerator, denominator, definition, remedy, memorandum)
select i.code,
       split_part(i.code, '.', 1)::int,
       row_number() over (order by string_to_array(i.code, '.')::int[]),
       i.title, i.unit, i.source, i.entity, i.verification, i.frequency, i.responsibility,
       i.numerator, i.denominator,
       i.definition || case
           when i.entity = 'md' and i.unit = 'yes/no'
           then ' Of one M/D it is 1 of 1 or 0 of 1; a ministry and a State add up their M/Ds, government the '
                'central M/Ds alone.'
           else '' end,
       i.remedy,
       'OM T-28/62/2024-iGOT of 8 August 2024, KPI-' || split_part(i.code, '.', 1)
from (values

-- KPI-1: Formation of Capacity Building Units in MDOs
('1.1', 'Formation of CBUs in Ministries /Departments', 'yes/no', 'R', 'md', 'Official order', 'Quarterly',
 'MDO',
 'M/Ds with an order that forms their Capacity Building Unit', 'M/Ds',
 'The report that holds says whether the official order forming the Capacity Building Unit is issued. An '
 'M/D without a report is not reported; in a sum over M/Ds it stays in the denominator. With no report at '
 'all there is no value.',
 'Issue the order that forms the Capacity Building Unit, and report it.'),
('1.2', 'Formation of CBUs in Organizations', 'yes/no', 'R', 'mdo', 'Official order', 'Quarterly', 'MDO',
 'organisations with an order that forms their Capacity Building Unit', 'organisations that are not M/Ds',
 'The report that holds says whether the official order forming the organisation''s Capacity Building Unit '
 'is issued. Organisations that are M/Ds themselves count in 1.1 and not here. Of one organisation it is 1 '
 'of 1 or 0 of 1; an M/D, a ministry, a State and government add up theirs, those without a report in the '
 'denominator. With no report at all there is no value; an M/D without such organisations has nothing to '
 'show.',
 'Have each attached and subordinate organisation issue the order that forms its Capacity Building Unit, '
 'and report it.'),

-- KPI-2: Onboarding on iGOT from MDOs and States
('2.1', 'M/Ds with assigned MDO Leader', 'yes/no', 'P', 'md', 'iGOT', 'Real time', 'MDO',
 'M/Ds with a registered official in the role MDO_LEADER', 'M/Ds',
 'An M/D counts when a registered official of one of its organisations has MDO_LEADER among the roles, '
 'whatever its case.',
 'Have the role MDO_LEADER assigned to a registered official of the M/D.'),
('2.2', '% official registered', 'percent', 'P', 'mdo', 'iGOT', 'Real time', 'MDO',
 'registered officials', 'sanctioned strength',
 'Registered officials as a share of the strength entered for them; it may exceed 100. Where an '
 'organisation with registered officials has no strength entered, neither it nor any sum it belongs to has '
 'a value.',
 'Register the officials who are not yet on iGOT.'),
('2.3', '% officials registered (by gender)', 'percent', 'P', 'mdo', 'iGOT', 'Real time', 'MDO',
 'registered officials of the gender', 'sanctioned strength of that gender',
 'One value for women (female) and one for men (male). The strength of men is that of officials less that '
 'of women. Officials whose gender is unknown or another are in neither value; a scheme takes both values '
 'added up.',
 'Register the women and men who are not yet on iGOT, and complete the gender in their profiles.'),
('2.4', '% PwD official registered', 'percent', 'P', 'mdo', 'iGOT', 'Real time', 'MDO',
 'registered officials who are persons with disabilities', 'sanctioned strength of persons with disabilities',
 'The portal does not know who is a person with disabilities: these officials are those entered in '
 'pwd_official. While none is entered at all, the indicator is not reported.',
 'Register the officials with disabilities who are not yet on iGOT, and enter them in pwd_official.'),
('2.5', 'Number of States onboarded', 'yes/no', 'R', 'state', 'MoU signed', 'Quarterly', 'SPV',
 'States and UTs with a signed MoU', 'States and UTs (36)',
 'The report that holds says of a State or UT whether its MoU is signed: 1 of 1 or 0 of 1. In government''s '
 'figure the 36 States and UTs are the denominator, reported or not; with no report at all there is none.',
 'Sign the MoU with the State or UT, and report it.'),

-- KPI-3: Implementation of Capacity Building Plan in MDOs
('3.1', 'MDOs with approved CBPs', 'yes/no', 'R', 'md', 'MDO/CBC', 'Quarterly', 'MDO',
 'M/Ds whose Capacity Building Plan is approved', 'M/Ds',
 'The report that holds says whether the Capacity Building Plan is approved. An M/D without a report is '
 'not reported; in a sum over M/Ds it stays in the denominator. With no report at all there is no value.',
 'Have the Capacity Building Plan approved, and report the approval.'),
('3.2', 'MDOs with CBPs embedded on iGOT', 'yes/no', 'P*', 'md', 'iGOT', 'Monthly', 'MDO',
 'M/Ds with a live plan', 'M/Ds',
 'An M/D counts when a plan of one of its organisations is live, whatever the case of its status.',
 'Publish a Capacity Building Plan of the M/D on iGOT, so that it is live.'),
('3.3', 'MDOs with Mapped behavioural and functional competencies', 'yes/no', 'P*', 'md', 'iGOT',
 'Quarterly', 'MDO',
 'M/Ds whose live plans hold courses of both areas', 'M/Ds',
 'An M/D counts when its live plans hold a course mapped to a behavioural competency and a course mapped '
 'to a functional one; one course may be both. A course is live and no standalone assessment.',
 'Put courses mapped to behavioural and to functional competencies into the M/D''s live plans.'),
('3.4', 'MDOs with Mapped domain competencies', 'yes/no', 'P*', 'md', 'iGOT', 'Quarterly', 'MDO',
 'M/Ds whose live plans hold a course of a domain competency', 'M/Ds',
 'An M/D counts when its live plans hold a course mapped to a domain competency. A course is live and no '
 'standalone assessment.',
 'Put courses mapped to domain competencies into the M/D''s live plans.'),
('3.5', '%CBP suggested courses identified /published on iGOT(D)', 'percent', 'P*', 'md', 'iGOT/MDO',
 'Quarterly', 'MDO',
 'contents of the M/D''s plans mapped to a domain competency that are live',
 'contents of the M/D''s plans mapped to a domain competency',
 'Plans that are live or drafts count, each content once in an M/D. Above the M/D the values add up. An '
 'M/D whose plans hold none has nothing allotted.',
 'Have the domain courses that the M/D''s plans name published on iGOT.'),
('3.6', '%CBP suggested courses identified/published on iGOT (B,F)', 'percent', 'P*', 'md', 'iGOT/MDO',
 'Quarterly', 'MDO',
 'contents of the M/D''s plans mapped to a behavioural or functional competency that are live',
 'contents of the M/D''s plans mapped to a behavioural or functional competency',
 'Plans that are live or drafts count, each content once in an M/D. Above the M/D the values add up. An '
 'M/D whose plans hold none has nothing allotted.',
 'Have the behavioural and functional courses that the M/D''s plans name published on iGOT.'),
('3.7', '% Official completed CBP mandated courses', 'percent', 'P', 'mdo', 'iGOT', 'Real time/Monthly',
 'MDO',
 'registered officials who completed every course allotted to them',
 'registered officials to whom a live plan allots a course',
 'A course that several plans allot to an official counts once. An official to whom nothing is allotted is '
 'in neither number; where nobody is allotted anything there is no percentage.',
 'Have the officials complete the courses that the live plans allot to them.'),

-- KPI-4: Availability of Content and competencies on iGOT
('4.1', '% Competencies for which courses are available on iGOT (D)', 'percent', 'P', 'platform',
 'iGOT/MDO', 'Quarterly', 'MDO',
 'domain themes with a live course', 'domain themes of the competency dictionary',
 'A theme counts once, whatever its sub-themes, and is taught when a live course that is no standalone '
 'assessment is mapped to it. A theme that the dictionary has under a domain and another area counts in '
 '4.1 and in 4.2.',
 'Publish courses for the domain themes that have none.'),
('4.2', '% Competencies for which courses are available on iGOT (F,B)', 'percent', 'P', 'platform', 'iGOT',
 'Quarterly', 'SPV',
 'functional and behavioural themes with a live course',
 'functional and behavioural themes of the competency dictionary',
 'A theme counts once, whatever its sub-themes, and is taught when a live course that is no standalone '
 'assessment is mapped to it.',
 'Publish courses for the functional and behavioural themes that have none.'),
('4.3', 'Number of Mandatory immersion program available with MDO', 'yes/no', 'P*', 'md', 'iGOT',
 'Quarterly', 'MDO',
 'M/Ds with a live Know Your Ministry (KYM) course', 'M/Ds',
 'The immersion programme is the Know Your Ministry course of the Karmayogi Guidelines. An M/D counts when '
 'a course entered in kym_course for one of its organisations is live, or a live content whose name begins '
 'with Know Your Ministry comes from one of them.',
 'Publish the Know Your Ministry course on iGOT, and enter it in kym_course if its name begins otherwise.'),
('4.4', '% existing courses digitized as per target (D)', 'percent', 'R', 'md', 'iGOT', 'Quarterly', 'MDO',
 'existing domain courses digitised', 'target of domain courses to digitise',
 'Both numbers are reported, each time in all and not since the last report. More may be digitised than '
 'the target asks for. Above the M/D the numbers of those that reported add up.',
 'Digitise the existing domain courses of the target, and report them.'),
('4.5', '% existing courses digitized as per target (F,B)', 'percent', 'R', 'platform', 'iGOT', 'Quarterly',
 'SPV',
 'existing functional and behavioural courses digitised',
 'target of functional and behavioural courses to digitise',
 'Both numbers are reported, each time in all and not since the last report. More may be digitised than '
 'the target asks for.',
 'Digitise the existing functional and behavioural courses of the target, and report them.'),
('4.6', '% High quality complaint courses on iGOT', 'percent', 'R', 'platform', 'iGOT', 'Quarterly', 'SPV',
 'live courses compliant with the quality standard', 'live courses',
 'Both numbers are reported. The annexure prints "complaint" where compliant is meant.',
 'Bring the live courses up to the quality standard, and report them.'),

-- KPI-5: User Engagement
('5.1', '% courses with 4+ rating by users on the platform', 'percent', 'P', 'platform', 'iGOT',
 'Quarterly', 'SPV',
 'live courses with a rating of 4 or more', 'live courses with a rating',
 'Live courses of any type but standalone assessment; one without a rating is in neither number.',
 'Improve or replace the live courses rated below 4.'),
('5.2',
 '% of registered users on to the platform who participate in iGOT generated surveys on content impact',
 'percent', 'R', 'platform', 'iGOT', 'Annual', 'SPV',
 'registered officials who took part in a survey on content impact', 'registered officials',
 'Both numbers are reported; an official counts once, however many surveys were answered.',
 'Ask the registered officials to take part in the surveys on content impact.'),

-- KPI-6: Monitoring of iGOT Platform and Features
('6.1', 'Analytical Reports (other than csv) enabled', 'yes/no', 'R', 'platform', 'iGOT', 'Quarterly', 'SPV',
 'analytical reports other than csv are enabled', 'the feature',
 'The report that holds says whether the feature is enabled.',
 'Enable analytical reports other than csv, and report it.'),
('6.2', 'Learn Hub enabled', 'yes/no', 'R', 'platform', 'iGOT', 'Quarterly', 'SPV',
 'the Learn Hub is enabled', 'the feature',
 'The report that holds says whether the feature is enabled.', 'Enable the Learn Hub, and report it.'),
('6.3', 'Discuss Hub enabled', 'yes/no', 'R', 'platform', 'iGOT', 'Quarterly', 'SPV',
 'the Discuss Hub is enabled', 'the feature',
 'The report that holds says whether the feature is enabled.', 'Enable the Discuss Hub, and report it.'),
('6.4', 'Network Hub enabled', 'yes/no', 'R', 'platform', 'iGOT', 'Quarterly', 'SPV',
 'the Network Hub is enabled', 'the feature',
 'The report that holds says whether the feature is enabled.', 'Enable the Network Hub, and report it.'),
('6.5', 'Career Hub as enabled', 'yes/no', 'R', 'platform', 'iGOT', 'Quarterly', 'SPV',
 'the Career Hub is enabled', 'the feature',
 'The report that holds says whether the feature is enabled.', 'Enable the Career Hub, and report it.'),
('6.6', 'Event Hub enabled', 'yes/no', 'R', 'platform', 'iGOT', 'Quarterly', 'SPV',
 'the Event Hub is enabled', 'the feature',
 'The report that holds says whether the feature is enabled.', 'Enable the Event Hub, and report it.'),
('6.7', 'Competency Hub enabled', 'yes/no', 'R', 'platform', 'iGOT', 'Quarterly', 'SPV',
 'the Competency Hub is enabled', 'the feature',
 'The report that holds says whether the feature is enabled.', 'Enable the Competency Hub, and report it.'),
('6.8', 'Competency passbook enabled', 'yes/no', 'R', 'platform', 'iGOT', 'Quarterly', 'SPV',
 'the competency passbook is enabled', 'the feature',
 'The report that holds says whether the feature is enabled.',
 'Enable the competency passbook, and report it.'),
('6.9', 'e-HRMS integration completed', 'yes/no', 'R', 'platform', 'iGOT', 'Quarterly', 'SPV',
 'the integration with e-HRMS is completed', 'the integration',
 'The report that holds says whether the integration is completed.',
 'Complete the integration with e-HRMS, and report it.'),
('6.10', 'No. of User manuals published', 'count', 'R', 'platform', 'iGOT', 'Quarterly', 'SPV',
 'user manuals published', '',
 'The number reported, each time in all and not since the last report.',
 'Publish user manuals, and report their number.'),

-- KPI-7: Monitoring performance of CBC
('7.1', 'State of Civil Services Report published /CBC''s Annual Report', 'yes/no', 'R', 'platform',
 'Report', 'Quarterly', 'CBC',
 'the State of Civil Services Report or the Annual Report of the CBC is published', 'the report',
 'The report that holds says whether it is published.',
 'Publish the State of Civil Services Report or the Annual Report, and report it.'),
('7.2', 'Number of institutions registered on NSCSTI', 'percent', 'R', 'csti', 'NSCSTI portal', 'Quarterly',
 'CBC',
 'institutions registered on the NSCSTI portal', 'institutions',
 'Counted from the register csti: institutions whose day of registration is not after the as-of date, '
 'of all that the register names. While it is empty there is no value.',
 'Have the institutions register on the NSCSTI portal.'),
('7.3', 'Number of institutions accredited', 'percent', 'R', 'csti', 'NSCSTI portal', 'Quarterly', 'CBC',
 'institutions accredited', 'institutions',
 'Counted from the register csti: institutions whose day of accreditation is not after the as-of date, of '
 'all that the register names. While it is empty there is no value.', 'Have the institutions accredited.'),
('7.4', 'Number of institutions completed QIP', 'percent', 'R', 'csti', 'NSCSTI portal', 'Quarterly', 'CBC',
 'institutions that completed their Quality Improvement Plan', 'institutions',
 'Counted from the register csti: institutions whose day of completion is not after the as-of date, of '
 'all that the register names. While it is empty there is no value.',
 'Have the institutions complete their Quality Improvement Plans.'),
('7.5', 'Global HR Summit conducted', 'yes/no', 'R', 'platform', 'Event Report', 'Quarterly', 'CBC',
 'the Global HR Summit is conducted', 'the summit',
 'The report that holds says whether the summit is conducted.',
 'Conduct the Global HR Summit, and report it.'),

-- KPI-8: World Bank loan agreement
('8.1', 'Number of gender related competencies onboarded on iGOT', 'count', 'P', 'platform', 'iGOT',
 'Annual', 'SPV',
 'themes tagged gender with a live course', '',
 'A theme counts when competency_tag tags it gender and a live course that is no standalone assessment is '
 'mapped to it. While no theme is tagged there is no value.',
 'Publish courses for the themes tagged gender that have none.'),
('8.2', '% officials closing gender related competency gaps through course consumption', 'percent', 'P',
 'mdo', 'iGOT', 'Annual', 'SPV',
 'registered officials who completed a course tagged gender', 'registered officials',
 'A live course is tagged by content_tag, or by a theme of competency_tag that it is mapped to. An '
 'official counts once, however many such courses were completed. While nothing is tagged there is no '
 'value.',
 'Have the officials complete a course tagged gender.'),
('8.3', '% women officials registered on iGOT', 'percent', 'P', 'mdo', 'iGOT', 'Half yearly', 'SPV',
 'registered women', 'registered officials',
 'The share of women among registered officials; those whose gender is unknown are in the denominator.',
 'Register the women who are not yet on iGOT, and complete the gender in the profiles.'),
('8.4', '% women officials closing gender related competency gaps', 'percent', 'P', 'mdo', 'iGOT', 'Annual',
 'SPV',
 'registered women who completed a course tagged gender', 'registered women',
 'Courses as in 8.2. A woman counts once, however many such courses were completed.',
 'Have the women complete a course tagged gender.'),
('8.5', '% of environment /climate change related competencies onboarded on iGOT as per target', 'percent',
 'P', 'platform', 'iGOT', 'Half yearly', 'SPV',
 'themes tagged climate with a live course', 'target of such themes',
 'A theme counts when competency_tag tags it climate and a live course that is no standalone assessment is '
 'mapped to it. The target is that of table target for the financial year, or for the latest one before '
 'it. Without a target, or while no theme is tagged, there is no value.',
 'Publish courses for the themes tagged climate that have none.'),
('8.6', '% officials completing identified courses on climate change and E&S risk competencies', 'percent',
 'P', 'mdo', 'iGOT', 'Half yearly', 'SPV',
 'registered officials who completed an identified course on climate change or environmental and social '
 'risk', 'registered officials',
 'An identified course is a live one tagged climate by content_tag, or by a theme of competency_tag that '
 'it is mapped to. An official counts once, however many such courses were completed. While nothing is '
 'tagged there is no value.',
 'Have the officials complete an identified course on climate change or environmental and social risk.'),

-- KPI-9: Formation of Centre of Excellence in MDO
('9.1', 'Number of Domain areas identified for developing CoEs', 'count', 'R', 'md', 'OM/Report', 'Annual',
 'MDO/CBC',
 'domain areas identified for Centres of Excellence', '',
 'The number reported, each time in all and not since the last report. Above the M/D the numbers of those '
 'that reported add up.',
 'Identify the domain areas for Centres of Excellence, and report their number.'),
('9.2', 'Number of CoE developed', 'percent', 'R', 'csti', 'OM/Report', 'Annual', 'MDO/CBC',
 'Centres of Excellence developed: institutions certified with four stars',
 'domain areas identified for Centres of Excellence',
 'Counted from the register csti: institutions certified as Centres of Excellence, with 4 stars or more, '
 'not after the as-of date, against government''s value of 9.1. Without either there is no value.',
 'Develop the Centres of Excellence for the areas identified.'),

-- KPI-10: Other indicators relevant to MKY
('10.1', 'Number of Languages in which content is available on iGOT', 'count', 'P', 'platform', 'iGOT',
 'Half yearly', 'SPV',
 'languages of live content', '',
 'Each language that a live content names counts once, whatever its case; a content may name several.', 'Publish content in further languages.'),
('10.2', 'Number of CSTIs uploaded their training calendar on iGOT', 'percent', 'R', 'csti', 'iGOT',
 'Quarterly', 'MDO/SPV',
 'registered institutions that uploaded their training calendar', 'institutions registered',
 'Counted from the register csti: of the institutions registered by the as-of date those that uploaded '
 'their calendar by then. While the register is empty there is no value.',
 'Have the institutions upload their training calendars to iGOT.')

) as i (code, title, unit, source, entity, verification, frequency, responsibility,
        numerator, denominator, definition, remedy);

-- Reports speak of indicators of this catalogue; their table stands before it.
alter table karmayogi.report
    add constraint report_of_indicator foreign key (indicator) references karmayogi.indicator;

-- Targets are of indicators of this catalogue as well.
alter table karmayogi.target
    add constraint target_of_indicator foreign key (indicator) references karmayogi.indicator;
