-- 15: the portal's raw values, all kept as text: missing markers, time stamps, durations, lists, addresses
-- and the allotments of plans (docs/SPEC.md, sections 3 and 6). None of these functions looks at DateStyle,
-- TimeZone or a locale. The try_ variants give NULL where the others raise an error: the refresh uses them
-- and counts what is present but unreadable.

create function karmayogi.portal_is_missing(text) returns boolean
    language c immutable called on null input parallel safe as 'MODULE_PATHNAME', 'portal_is_missing';
comment on function karmayogi.portal_is_missing(text) is
    'Whether a text of the portal stands for what is not known: NULL, empty, Not Available, Null, not '
    'published; trimmed, whatever the case. Never NULL, no errors (SPEC 3)';

create function karmayogi.portal_fold(text) returns text
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'portal_fold';
comment on function karmayogi.portal_fold(text) is
    'The form in which texts of the portal are compared: without ASCII white space around it, ASCII letters '
    'in lower case, nothing else. Its bytes depend on no locale or collation. No errors (SPEC 5)';

create function karmayogi.portal_value(text) returns text
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'portal_value';
comment on function karmayogi.portal_value(text) is
    'A text of the portal without ASCII white space around it; NULL on a missing marker. No errors (SPEC 3)';

create function karmayogi.portal_gender(text) returns text
    language c immutable called on null input parallel safe as 'MODULE_PATHNAME', 'portal_gender';
comment on function karmayogi.portal_gender(text) is
    'female, male, other or unknown, folded from the portal''s free text (female, f, woman, महिला; male, m, man, '
    'पुरुष); unknown on a missing marker. Never NULL, no errors (SPEC 5)';

create function karmayogi.left_out(status text, marked_as_not_my_user text, profile_status text, designation text, roles text)
    returns text language c immutable called on null input parallel safe as 'MODULE_PATHNAME', 'left_out';
comment on function karmayogi.left_out(text, text, text, text, text) is
    'Private: why a person of user_detail is no registered official: not active (status other than 1), not my user, '
    'volunteer (in the designation or the roles); NULL: is one. SPEC 5';

create function karmayogi.portal_timestamp(text) returns timestamp
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'portal_timestamp';
comment on function karmayogi.portal_timestamp(text) is
    'A time stamp of the portal as Indian wall clock (UTC+05:30). Reads yyyy-MM-dd, yyyy-MM-dd HH:mm:ss '
    'with or without AM or PM, ISO 8601 with fraction and offset, and yyyy-MM-dd HH:mm:ss:SSS+0530; an '
    'offset is converted, digits beyond microseconds are cut off. NULL on a missing marker, error 22007 on '
    'anything else (SPEC 3)';

create function karmayogi.try_portal_timestamp(text) returns timestamp
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'try_portal_timestamp';
comment on function karmayogi.try_portal_timestamp(text) is
    'As portal_timestamp, but NULL where that raises an error (SPEC 3)';

create function karmayogi.portal_duration(text) returns interval
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'portal_duration';
comment on function karmayogi.portal_duration(text) is
    'A duration of the portal, HH:mm:ss; hours have up to 7 digits and may exceed 24. NULL on a missing '
    'marker, error 22007 on anything else (SPEC 3)';

create function karmayogi.try_portal_duration(text) returns interval
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'try_portal_duration';
comment on function karmayogi.try_portal_duration(text) is
    'As portal_duration, but NULL where that raises an error (SPEC 3)';

create function karmayogi.portal_seconds(text) returns bigint
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'portal_seconds';
comment on function karmayogi.portal_seconds(text) is
    'A duration of the portal, HH:mm:ss, in seconds; NULL on a missing marker and on anything that '
    'portal_duration does not read (SPEC 3)';

create function karmayogi.portal_list(text) returns text[]
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'portal_list';
comment on function karmayogi.portal_list(text) is
    'The items of a comma list of the portal, without blanks around them; empty items are dropped. An item '
    'may stand in double quotes, in which commas do not split and a doubled quote is one. NULL on a missing '
    'marker, error 22P02 where quotes do not pair up or enclose only a part of an item that begins with one '
    '(SPEC 3)';

create function karmayogi.try_portal_list(text) returns text[]
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'try_portal_list';
comment on function karmayogi.try_portal_list(text) is
    'As portal_list, but NULL where that raises an error (SPEC 3)';

create function karmayogi.portal_has_item(list text, item text) returns boolean
    language c immutable called on null input parallel safe as 'MODULE_PATHNAME', 'portal_has_item';
comment on function karmayogi.portal_has_item(text, text) is
    'Whether portal_list(list) has the item, compared by portal_fold. False when either is NULL or missing '
    'and when the list cannot be read. Never NULL, no errors (SPEC 5)';

create function karmayogi.government_email(text) returns boolean
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'government_email';
comment on function karmayogi.government_email(text) is
    'Whether an e-mail address is of nic.in, gov.in or a subdomain of them, whatever the case. NULL on a '
    'missing marker, false on what is no address, no errors (SPEC 3)';

create function karmayogi.financial_year(date) returns text
    language c immutable strict parallel safe as 'MODULE_PATHNAME', 'financial_year';
comment on function karmayogi.financial_year(date) is
    'The financial year of a date, April to March, as 2025-26. Error 22008 on infinity and on dates before '
    '0001-04-01 (SPEC 3)';

create function karmayogi.allotment_matches(allotment_type text, allotment_to text, org_id text,
    user_id text, mdo_id text, designation text, cadre text, groups text, cadre_batch text,
    civil_services text, is_verified_karmayogi text, is_on_central_deputation text) returns boolean
    language c immutable called on null input parallel safe cost 10
    as 'MODULE_PATHNAME', 'allotment_matches';
comment on function karmayogi.allotment_matches(text, text, text, text, text, text, text, text, text, text,
    text, text) is
    'Whether a row of cb_plan, its first three arguments, allots to an official, the other nine as in '
    'user_detail; both models of plans. NULL when the row is unintelligible: an unknown criterion, not as '
    'many values as criteria, an empty or malformed list, or nothing where something must be. A '
    'missing attribute of the official matches no value. No errors (SPEC 6)';

create function karmayogi.allotment_audience(allotment_type text, allotment_to text,
    out intelligible boolean, out everybody boolean, out user_ids text[], out mdo_ids text[],
    out designations text[], out other_criteria boolean)
    language c immutable called on null input parallel safe cost 20
    as 'MODULE_PATHNAME', 'allotment_audience';
comment on function karmayogi.allotment_audience(text, text) is
    'Whom a row of cb_plan allots to within its organisation, in a form to join with: the officials of whom '
    'each array that is not NULL has portal_fold of the attribute (an empty array: nobody) and, with '
    'other_criteria, allotment_matches is true as well. Values are folded, distinct and in order of bytes. '
    'everybody: the row is for all officials. other_criteria: there are criteria besides the three arrays. '
    'Not intelligible: matches nobody. No errors (SPEC 6)';

create function karmayogi.audience_number(org_id text, allotment_type text, allotment_to text, live boolean,
    out audience_no int, out first_of_audience boolean)
    language c volatile called on null input parallel restricted cost 2
    as 'MODULE_PATHNAME', 'audience_number';
comment on function karmayogi.audience_number(text, text, text, boolean) is
    'Private: numbers the different audiences of live plans, 1, 2, ... in the order in which a statement comes upon '
    'them; the same first three arguments have the same number within one statement. first_of_audience: this call made it.';
