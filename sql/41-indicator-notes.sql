-- Part 41: beside each indicator of the catalogue, what it reads and where its
-- edges are. docs/indicators.md is made from these rows and the catalogue's
-- (docs/indicators.sql), so that page and database say the same.

create table karmayogi.indicator_note (
    indicator text collate "C" primary key references karmayogi.indicator,
    source_columns text not null,
    edge_cases text[] not null,
    constraint indicator_note_told check (source_columns like '% (%)' and cardinality(edge_cases) > 0)
);
comment on table karmayogi.indicator_note is
    'What each of the 47 indicators reads, and its edge cases; docs/indicators.md is made from it and from '
    'karmayogi.indicator. SPEC 7.';
comment on column karmayogi.indicator_note.indicator is 'Code of the indicator.';
comment on column karmayogi.indicator_note.source_columns is
    'The columns that it reads, written table (column, column), ...: tables of the portal, and karmayogi''s registers '
    'with their schema. What was missing or unreadable in them is in snapshot_check.';
comment on column karmayogi.indicator_note.edge_cases is
    'Where two readings would be possible, which one holds: a sentence or two each.';

insert into karmayogi.indicator_note (indicator, source_columns, edge_cases)
select c.code, n.source_columns, n.edge_cases
from (values (
    -- Who is a registered official, and of which organisation; the tree; what is allotted, done, taught.
    'user_detail (user_id, mdo_id, status, profile_status, marked_as_not_my_user, designation, roles, '
    'profile_last_updated_date, user_registration_date',
    'org_hierarchy (mdo_id, mdo_name, department_id, department, ministry_id, ministry)',
    'karmayogi.strength (mdo_id, effective_on, covers, officials',
    'karmayogi.report (indicator, entity_id, period, period_start, numerator, denominator, accepted)',
    'content (content_id, content_status, content_type, last_published_on',
    'kcm_content_mapping (course_id, competency_area_id), kcm_dictionary (competency_area_id, '
    'competency_area)',
    'kcm_content_mapping (course_id, competency_theme_id)',
    'user_enrolments (user_id, content_id, user_consumption_status)',
    'karmayogi.competency_tag (competency_theme_id, tag)',
    'karmayogi.content_tag (content_id, tag)',
    -- What is so of every report, M/D or institution.
    'Of the reports that are not rejected the last one of the latest period that has begun holds, verified '
    'or not, until a later period is reported: a report does not expire.',
    'An M/D that org_hierarchy lacks (officials alone name it) has no value.',
    'A State''s M/D has its value and counts in its ministry and State, not in government.',
    'A verified report of the M/D takes the place of the computed value, and the sums follow, until a '
    'report of a later period or a later report of this one is verified; one that is not overrides nothing.',
    'A date after the as-of date does not count yet; no report is taken, what is entered of the '
    'institution is counted.'
)) part (official, tree, strength, report, content, area, theme, enrolment, theme_tag, content_tag,
         holds, known, central, overrides, institution)
cross join lateral (values

('1.1 3.1', report || ', ' || tree, array[
    holds, known, central,
    'A department and the ministry above it are two M/Ds. A report for an organisation that is no M/D is '
    'refused.']),
('1.2', report || ', ' || tree, array[
    holds,
    'An organisation that is an M/D has no value at level mdo, and a report for it is refused; '
    'organisations that org_hierarchy lacks do not count.',
    'It counts organisations and not M/Ds: in government''s figure those of the States are included.',
    'An organisation counts under the ministry of its M/D.',
    'Without any such organisation 0 of 0, not applicable; with some, none of them reported, not reported.']),

('2.1', official || '), ' || tree, array[
    'MDO_LEADER has to be an item of the list of roles; a longer word that contains it is another role.',
    'Who is not a registered official (inactive, not my user, volunteer) is no leader, and one without an '
    'organisation leads no M/D.',
    known, central]),
('2.2', official || '), ' || tree || ', ' || strength || ')', array[
    'Of an organisation and covers the row with the latest effective_on not after the as-of date holds.',
    'At level md a row that covers attached wins over the sum of the organisations'' own rows, whatever '
    'they add up to; at level mdo own rows alone count.',
    'An organisation without registered officials may lack a row; where every row is lacking there is no '
    'value.',
    'An organisation that officials name and org_hierarchy lacks is its own M/D: without a strength it '
    'leaves government without a value.',
    'Officials without an organisation count in government''s numerator alone.',
    'A strength of 0 is not applicable, however many are registered.']),
('2.3', official || ', gender), ' || tree || ', ' || strength || ', women)', array[
    'Female is female, f, woman or महिला, male is male, m, man or पुरुष, whatever the case; other words '
    'are other, a missing value is unknown.',
    'Where women are not entered, there is neither value, for men are officials less women.',
    'A row that covers attached and has no women leaves the M/D without a value, though its '
    'organisations'' own rows have them.']),
('2.4', official || '), ' || tree || ', ' || strength || ', pwd), karmayogi.pwd_official (user_id)', array[
    'Who is entered in pwd_official and is no registered official does not count.',
    'Where pwd of the strength is not entered, there is no value: strength not entered.',
    'While nobody in pwd_official is a registered official the indicator is not reported, for nobody having a disability is not what '
    'an empty register means.']),
('2.5', report || ', karmayogi.state_ut (state_code)', array[
    holds,
    'All 36 States and UTs have a row, on the portal or not; the other levels have none.']),

('3.2', 'cb_plan (org_id, status), ' || tree || ', ' || report, array[
    'The plan''s org_id says whose it is; a plan without one is nobody''s, though it reaches everybody.',
    'A live plan counts even if it allots nothing that is understood.',
    known, central, overrides]),
('3.3 3.4', 'cb_plan (org_id, content_id, status), ' || content || '), ' || area || ', ' || tree || ', '
    || report, array[
    'The area is told by how the dictionary names it (begins with behav, funct or domain), else by its id '
    'of versions 5 and 6 of the competency model; an area named otherwise is none of the three.',
    'A course may be mapped to several areas and counts in each. Drafts among the plans do not count.',
    known, central, overrides]),
('3.5 3.6', 'cb_plan (org_id, content_id, status), ' || content || '), ' || area || ', ' || tree || ', '
    || report, array[
    'A content of any type counts, standalone assessments included; one that content lacks is in the '
    'denominator and not live.',
    'A content mapped to domain and to another area counts in 3.5 and in 3.6; mapped to behavioural and to '
    'functional it counts once in 3.6.',
    'Two M/Ds that name the same content count it twice in their ministry, State and government; '
    'government counts the States'' M/Ds too.',
    'A plan without org_id belongs to no M/D.',
    overrides || ' Then both numbers are the report''s: so a number of courses suggested that are not in '
    'any plan can be given.']),
('3.7', official || ', cadre, groups, cadre_batch, civil_services, is_verified_karmayogi, '
    'is_on_central_deputation), cb_plan (org_id, allotment_type, allotment_to, content_id, status), '
    || enrolment || ', ' || tree, array[
    'Completed is what any batch says is completed, before the allotment or after it, in time or late.',
    'A content that content lacks is allotted all the same, and is completed once an enrolment says so.',
    'A row of a plan whose criteria are not understood reaches nobody, and is a finding.',
    'A row with org_id reaches the officials of that organisation alone, not those of what is attached to '
    'it.',
    'Officials without an organisation count in government alone.']),

('4.1 4.2', 'kcm_dictionary (competency_area_id, competency_area, competency_theme_id), ' || theme || ', '
    || content || ')', array[
    'Only themes of the dictionary count; what courses are mapped to besides does not.',
    'Areas are told as in 3.3; a theme of no known area counts nowhere.',
    'Without the column competency_theme_id (of either table) there is no value, and the reason names it.',
    'One value, the government''s.']),
('4.3', content || ', content_name, content_provider_id), karmayogi.kym_course (mdo_id, content_id), ' || tree
    || ', ' || report, array[
    'A content of any type counts as long as it is live; one that is retired counts no more, entered in '
    'kym_course or not.',
    'The name has to begin with Know Your Ministry, whatever its case; the provider is matched by '
    'content_provider_id, not by name.',
    'Without the column content.content_provider_id there is no value, and the reason names it.',
    known, central, overrides]),
('4.4', report || ', ' || tree, array[
    holds, known,
    'Sums are over the M/Ds that reported; those that did not are in neither number. Government adds up '
    'the States'' M/Ds too, for it counts courses.',
    'A target of 0 is not applicable.']),
('4.5', report, array[
    holds, 'The entity of the report is platform; the value is government''s.', 'A target of 0 is not '
    'applicable.']),
('4.6', report, array[
    holds, 'The entity of the report is platform; the value is government''s.',
    'More compliant courses than live ones are refused.']),

('5.1', content || ', content_rating)', array[
    'A rating of 0 is a rating; a text that is no number is none.',
    'Exactly 4 counts. The mean rating is taken as the portal has it.',
    'Without the column content.content_rating there is no value; without any rated course 0 of 0, not '
    'applicable.']),
('5.2', report, array[
    holds, 'The entity of the report is platform; the value is government''s.',
    'More participants than registered officials are refused. The denominator is the reported one, so that '
    'both numbers speak of one day.']),

('6.1 6.2 6.3 6.4 6.5 6.6 6.7 6.8 6.9', report, array[
    holds, 'The entity of the report is platform; the value is government''s, yes or no.',
    'A feature that is switched off is reported as 0 of 1 for its period.']),
('6.10', report, array[
    holds, 'The entity of the report is platform; the value is government''s.',
    'A count: its denominator is 0 and it has no percentage.']),

('7.1 7.5', report, array[
    holds, 'The entity of the report is platform; the value is government''s, yes or no.']),
('7.2', 'karmayogi.csti (institution_id, registered_on)', array[
    institution, 'The denominator is every institution entered, registered or not.',
    'The annexure says number: the numerator is that number, the percentage comes with it.']),
('7.3', 'karmayogi.csti (institution_id, accredited_on)', array[
    institution, 'The denominator is every institution entered. Level and stars do not matter, the day of '
    'accreditation does.']),
('7.4', 'karmayogi.csti (institution_id, qip_completed_on)', array[
    institution, 'The denominator is every institution entered, whether or not it had a plan to complete.']),

('8.1', theme_tag || ', ' || theme || ', ' || content || ')', array[
    'A tagged theme counts by what is mapped to it, whether the dictionary has it or not.',
    'Contents tagged by content_tag do not matter here: this counts themes.',
    'Without the column kcm_content_mapping.competency_theme_id there is no value, and the reason names it.',
    'A count: its denominator is 0 and it has no percentage.']),
('8.2', official || '), ' || enrolment || ', ' || content || '), ' || theme || ', ' || theme_tag || ', '
    || content_tag || ', ' || tree, array[
    'Completed at any time counts, not only in the financial year; the course has to be live now and no '
    'standalone assessment.',
    'Themes are tagged and the portal lacks kcm_content_mapping.competency_theme_id: no value, for who '
    'closed a gap cannot be told.',
    'Officials without an organisation count in government alone; of nobody registered it is 0 of 0, not '
    'applicable.']),
('8.3', official || ', gender), ' || tree, array[
    'Gender is folded as in 2.3. No strength is needed.',
    'Of nobody registered it is 0 of 0, not applicable.']),
('8.4', official || ', gender), ' || enrolment || ', ' || content || '), ' || theme || ', ' || theme_tag
    || ', '
    || content_tag || ', ' || tree, array[
    'Gender is folded as in 2.3, courses are those of 8.2.',
    'Of no woman registered it is 0 of 0, not applicable.']),
('8.5', theme_tag || ', ' || theme || ', ' || content || '), karmayogi.target (indicator, financial_year, '
    'target)',
 array[
    'More themes than the target asks for exceed 100 %.',
    'Without the column kcm_content_mapping.competency_theme_id there is no value, and the reason names it.',
    'Without a target: target not entered; without a tagged theme: nothing tagged. A target of a financial '
    'year after that of the as-of date does not hold yet.']),
('8.6', official || '), ' || enrolment || ', ' || content || '), ' || theme || ', ' || theme_tag || ', '
    || content_tag || ', ' || tree, array[
    'An identified course is usually entered in content_tag; a course of a theme tagged climate is one too.',
    'Completed at any time counts; the course has to be live now and no standalone assessment.',
    'Of nobody registered it is 0 of 0, not applicable.']),

('9.1', report || ', ' || tree, array[
    holds, known,
    'Sums are over the M/Ds that reported; government adds up the States'' M/Ds too, for it counts areas.',
    'A count: its denominator is 0 and it has no percentage.']),
('9.2', 'karmayogi.csti (institution_id, stars, centre_of_excellence_domain, centre_of_excellence_on), '
    || report, array[
    institution,
    'The denominator is government''s value of 9.1; where that is not reported, neither is this. With 0 '
    'areas identified it is not applicable.',
    'Centres are counted, not their domains: two of one domain are two, and they may exceed the areas.']),

('10.1', content || ', language)', array[
    'A list in the column is read as a list, each of its items one language; a missing value is none.',
    'Content that is not live does not count, standalone assessments do.',
    'Without the column content.language there is no value.',
    'A count: its denominator is 0 and it has no percentage.']),
('10.2', 'karmayogi.csti (institution_id, registered_on, calendar_published_on)', array[
    institution,
    'The denominator is the institutions registered on the NSCSTI portal; a calendar of one that is not '
    'registered does not count. With none registered it is not applicable.'])

) n (codes, source_columns, edge_cases)
cross join lateral string_to_table(n.codes, ' ') c (code);
