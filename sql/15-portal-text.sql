--
-- The portal's raw values: time stamps, durations, lists, missing markers and allotments of plans, all kept as text.
-- None of these looks at DateStyle, TimeZone or a locale. The try_ variants give NULL where the others raise an error: the
-- refresh uses them and counts what is present but unreadable.
--

create function karmayogi.portal_is_missing(text) returns boolean
    as 'MODULE_PATHNAME', 'portal_is_missing'
    language c immutable called on null input parallel safe;
comment on function karmayogi.portal_is_missing(text) is
'Whether a text of the portal stands for "not known": NULL, empty, Not Available, Null, not published; trimmed, whatever the case. Never NULL.';

create function karmayogi.portal_fold(text) returns text
    as 'MODULE_PATHNAME', 'portal_fold'
    language c immutable strict parallel safe;
comment on function karmayogi.portal_fold(text) is
'The form in which texts of the portal are compared: without ASCII white space around it, ASCII letters in lower case, nothing else. Its bytes depend on no locale or collation.';

create function karmayogi.portal_timestamp(text) returns timestamp
    as 'MODULE_PATHNAME', 'portal_timestamp'
    language c immutable strict parallel safe;
comment on function karmayogi.portal_timestamp(text) is
'A time stamp of the portal as Indian wall clock (UTC+05:30). Reads yyyy-MM-dd, yyyy-MM-dd HH:mm:ss with or without AM/PM, and ISO 8601 with fraction and offset, also yyyy-MM-dd HH:mm:ss:SSS+0530; an offset is converted, digits beyond microseconds are cut off. NULL on a missing marker; error 22007 on anything else (SPEC 3).';

create function karmayogi.try_portal_timestamp(text) returns timestamp
    as 'MODULE_PATHNAME', 'try_portal_timestamp'
    language c immutable strict parallel safe;
comment on function karmayogi.try_portal_timestamp(text) is
'portal_timestamp, but NULL where that raises an error.';

create function karmayogi.portal_duration(text) returns interval
    as 'MODULE_PATHNAME', 'portal_duration'
    language c immutable strict parallel safe;
comment on function karmayogi.portal_duration(text) is
'A duration of the portal, HH:mm:ss; hours have up to 7 digits and may exceed 24. NULL on a missing marker; error 22007 on anything else (SPEC 3).';

create function karmayogi.try_portal_duration(text) returns interval
    as 'MODULE_PATHNAME', 'try_portal_duration'
    language c immutable strict parallel safe;
comment on function karmayogi.try_portal_duration(text) is
'portal_duration, but NULL where that raises an error.';

create function karmayogi.portal_seconds(text) returns bigint
    as 'MODULE_PATHNAME', 'portal_seconds'
    language c immutable strict parallel safe;
comment on function karmayogi.portal_seconds(text) is
'A duration of the portal, HH:mm:ss, in seconds; NULL on a missing marker and on anything that is not a duration.';

create function karmayogi.portal_list(text) returns text[]
    as 'MODULE_PATHNAME', 'portal_list'
    language c immutable strict parallel safe;
comment on function karmayogi.portal_list(text) is
'A comma list of the portal: blanks around items and empty items are dropped; an item may stand in double quotes, in which commas do not split and a doubled quote is one. NULL on a missing marker; error 22P02 on quotes that do not pair up (SPEC 3).';

create function karmayogi.try_portal_list(text) returns text[]
    as 'MODULE_PATHNAME', 'try_portal_list'
    language c immutable strict parallel safe;
comment on function karmayogi.try_portal_list(text) is
'portal_list, but NULL where that raises an error.';

create function karmayogi.portal_has_item(list text, item text) returns boolean
    as 'MODULE_PATHNAME', 'portal_has_item'
    language c immutable called on null input parallel safe;
comment on function karmayogi.portal_has_item(text, text) is
'Whether portal_list(list) has the item, compared by portal_fold. False when either is NULL or missing, and when the list cannot be read. Never NULL, no errors.';

create function karmayogi.government_email(text) returns boolean
    as 'MODULE_PATHNAME', 'government_email'
    language c immutable strict parallel safe;
comment on function karmayogi.government_email(text) is
'Whether an e-mail address is of nic.in, gov.in or a subdomain of them, whatever the case. NULL on a missing marker, false on what is no address (SPEC 3).';

create function karmayogi.financial_year(date) returns text
    as 'MODULE_PATHNAME', 'financial_year'
    language c immutable strict parallel safe;
comment on function karmayogi.financial_year(date) is
'The financial year of a date, April to March, as 2025-26. Error 22008 on infinity and on dates BC (SPEC 3).';

create function karmayogi.allotment_matches(allotment_type text, allotment_to text, org_id text, user_id text, mdo_id text,
    designation text, cadre text, groups text, cadre_batch text, civil_services text, is_verified_karmayogi text,
    is_on_central_deputation text) returns boolean
    as 'MODULE_PATHNAME', 'allotment_matches'
    language c immutable called on null input parallel safe cost 10;
comment on function karmayogi.allotment_matches(text, text, text, text, text, text, text, text, text, text, text, text) is
'Whether one row of cb_plan (its first three arguments) allots to one official (the other nine, as in user_detail); both plan models. NULL when the row is unintelligible: an unknown criterion, unequal numbers of criteria and of values, an empty or malformed list, nothing where something is required. A missing attribute matches no value (SPEC 6).';

create function karmayogi.allotment_audience(allotment_type text, allotment_to text, out intelligible boolean,
    out everybody boolean, out user_ids text[], out mdo_ids text[], out designations text[], out other_criteria boolean)
    as 'MODULE_PATHNAME', 'allotment_audience'
    language c immutable called on null input parallel safe cost 20;
comment on function karmayogi.allotment_audience(text, text) is
'Whom one row of cb_plan allots to within its organisation, in a form to join with: an official meets it if each array that is not NULL has portal_fold of his or her attribute (an empty array: nobody) and, with other_criteria, if allotment_matches says so too. The values are folded, distinct and in order of bytes. everybody: the row is for all officials; other_criteria: there are criteria besides the three arrays. Not intelligible: matches nobody (SPEC 6).';
