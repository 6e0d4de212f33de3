-- Score and rank: performance of each indicator, weighted mean of a parameter's indicators, weighted mean of the
-- parameters, competition rank. The weights are data. Annexure-I of OM T-28/98/2024-iGOT-Part(2) of 18 December
-- 2024, which holds the official ones, is not public; the scheme that is shipped is illustrative and says so.
--
-- A scheme is one JSON document, checked once (check_scheme) and kept as it is. The rows of scoring_parameter and
-- scoring_weight are that document spelt out by a trigger, and their triggers accept nothing that it does not
-- say: so a published score can be worked out again for ever. A dump has the documents alone.

----- schemes

create table karmayogi.scoring_scheme (
    scheme text collate "C" primary key,
    title text not null,
    source text,
    official boolean not null default false,
    effective_from date,
    missing_policy text not null default 'unranked',
    verified_only boolean not null default false,
    shipped boolean not null default false,
    defined_by name not null default session_user,
    defined_at timestamptz not null default clock_timestamp(),
    document jsonb not null,
    constraint scoring_scheme_policy_known check (missing_policy in ('unranked', 'zero', 'reweight')),
    constraint scoring_scheme_official_has_source check (not official or source is not null),
    constraint scoring_scheme_is_its_document check (
        document ->> 'scheme' = scheme and document ->> 'title' = title
        and document ->> 'source' is not distinct from source
        and (document ->> 'official')::boolean = official
        and document ->> 'missing_policy' = missing_policy
        and coalesce((document ->> 'verified_only')::boolean, false) = verified_only)
);
comment on table karmayogi.scoring_scheme is
    'Scoring schemes: dated weights, written by define_scheme alone and never changed. Annexure-I of OM '
    'T-28/98/2024-iGOT-Part(2) of 18 December 2024, which holds the official weights, is not public: the '
    'shipped scheme illustrative-equal is not official (SPEC 8).';
comment on column karmayogi.scoring_scheme.scheme is 'Name of the scheme.';
comment on column karmayogi.scoring_scheme.title is 'What it is, in words.';
comment on column karmayogi.scoring_scheme.source is 'The order or paper that its weights come from.';
comment on column karmayogi.scoring_scheme.official is
    'Whether the weights are ordered by the nodal department; then source names the order.';
comment on column karmayogi.scoring_scheme.effective_from is
    'First day on which it may be put to use; NULL: any.';
comment on column karmayogi.scoring_scheme.missing_policy is
    'What a missing indicator does: unranked (no score), zero (performance 0), reweight (the mean of what '
    'there is).';
comment on column karmayogi.scoring_scheme.verified_only is
    'Whether a reported value (source R) that is not verified counts as missing.';
comment on column karmayogi.scoring_scheme.shipped is
    'Whether it came with the extension; such rows are not dumped.';
comment on column karmayogi.scoring_scheme.defined_by is 'Who defined it (session_user).';
comment on column karmayogi.scoring_scheme.defined_at is 'When it was defined.';
comment on column karmayogi.scoring_scheme.document is
    'The document as define_scheme took it, with every default spelt out.';

create table karmayogi.scoring_parameter (
    scheme text collate "C" not null references karmayogi.scoring_scheme,
    parameter text collate "C" not null,
    position int not null,
    weight numeric not null,
    primary key (scheme, parameter),
    constraint scoring_parameter_position unique (scheme, position),
    constraint scoring_parameter_weight_positive check (weight > 0 and weight < 'Infinity')
);
comment on table karmayogi.scoring_parameter is
    'The parameters of each scheme and their weights, as its document has them (SPEC 8).';
comment on column karmayogi.scoring_parameter.scheme is 'Name of the scheme.';
comment on column karmayogi.scoring_parameter.parameter is
'Name of the parameter; onboarding, kym, course_completion and acbp are those of the memorandum.';
comment on column karmayogi.scoring_parameter.position is 'Place in the document, from 1.';
comment on column karmayogi.scoring_parameter.weight is
    'Weight among the parameters of the scheme; any positive number.';

create table karmayogi.scoring_weight (
    scheme text collate "C" not null,
    parameter text collate "C" not null,
    indicator text collate "C" not null references karmayogi.indicator,
    weight numeric not null,
    target numeric not null default 100,
    transform text not null default 'linear',
    slabs jsonb,
    primary key (scheme, parameter, indicator),
    foreign key (scheme, parameter) references karmayogi.scoring_parameter,
    constraint scoring_weight_positive check (weight > 0 and weight < 'Infinity'),
    constraint scoring_weight_target_positive check (target > 0 and target < 'Infinity'),
    constraint scoring_weight_transform_known check (transform in ('linear', 'yes_no', 'slab')),
    constraint scoring_weight_slabs_of_slab check ((transform = 'slab') = (slabs is not null))
);
comment on table karmayogi.scoring_weight is
    'The indicators of each parameter, as the document of the scheme has them (SPEC 8).';
comment on column karmayogi.scoring_weight.scheme is 'Name of the scheme.';
comment on column karmayogi.scoring_weight.parameter is 'Name of the parameter.';
comment on column karmayogi.scoring_weight.indicator is 'Code of the indicator.';
comment on column karmayogi.scoring_weight.weight is
    'Weight among the indicators of the parameter; any positive number.';
comment on column karmayogi.scoring_weight.target is
    'linear: the percentage (of a count: the number) that earns everything.';
comment on column karmayogi.scoring_weight.transform is
'How a value becomes a performance of 0 to 100: linear, yes_no or slab; see karmayogi.performance.';
comment on column karmayogi.scoring_weight.slabs is
    'slab: array of [from value on, marks of 100], ascending.';

create table karmayogi.scheme_in_use (
    use_id bigint generated by default as identity primary key,
    scheme text collate "C" not null references karmayogi.scoring_scheme,
    used_from timestamptz not null default clock_timestamp(),
    used_by name not null default session_user
);
comment on table karmayogi.scheme_in_use is
    'Which scheme was put to use when and by whom (use_scheme); the last row is the active one, without '
    'any it is illustrative-equal, which is not official (SPEC 8).';
comment on column karmayogi.scheme_in_use.use_id is 'Order of the rows.';
comment on column karmayogi.scheme_in_use.scheme is 'Name of the scheme.';
comment on column karmayogi.scheme_in_use.used_from is 'From when on snapshots are scored by it.';
comment on column karmayogi.scheme_in_use.used_by is 'Who put it to use (session_user).';

-- What came with the extension comes with it again, and what is spelt out of a document is spelt out again.
select pg_catalog.pg_extension_config_dump('karmayogi.scoring_scheme', 'where not shipped');
select pg_catalog.pg_extension_config_dump('karmayogi.scheme_in_use', '');
select pg_catalog.pg_extension_config_dump('karmayogi.scheme_in_use_use_id_seq', '');

create function karmayogi.scheme_parameters(document jsonb,
    out parameter text, out "position" int, out weight numeric)
returns setof record
language sql immutable strict parallel safe
begin atomic
    select p.item ->> 'parameter', p.n::int, (p.item ->> 'weight')::numeric
    from jsonb_array_elements(document -> 'parameters') with ordinality as p (item, n);
end;
comment on function karmayogi.scheme_parameters(jsonb) is
'The parameters of a checked scheme document, as rows of scoring_parameter.';

create function karmayogi.scheme_weights(document jsonb,
    out parameter text, out indicator text, out weight numeric, out target numeric, out transform text,
    out slabs jsonb)
returns setof record
language sql immutable strict parallel safe
begin atomic
    select p.item ->> 'parameter', i.item ->> 'indicator', (i.item ->> 'weight')::numeric,
           coalesce((i.item ->> 'target')::numeric, 100), i.item ->> 'transform', i.item -> 'slabs'
    from jsonb_array_elements(document -> 'parameters') as p (item),
         jsonb_array_elements(p.item -> 'indicators') as i (item);
end;
comment on function karmayogi.scheme_weights(jsonb) is
'The indicators of a checked scheme document, as rows of scoring_weight.';

create function karmayogi.guard_scheme_row() returns trigger
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
    document jsonb := (select s.document from karmayogi.scoring_scheme s where s.scheme = new.scheme);
    said boolean;
begin
    -- the columns of NEW differ, so each table is asked in its own branch
    if tg_table_name = 'scoring_parameter' then
        said := exists (
            select from karmayogi.scheme_parameters(document) p
            where (p.parameter, p.position, p.weight) = (new.parameter, new.position, new.weight));
    else
        said := exists (
            select from karmayogi.scheme_weights(document) w
            where (w.parameter, w.indicator, w.weight, w.target, w.transform)
                  = (new.parameter, new.indicator, new.weight, new.target, new.transform)
              and w.slabs is not distinct from new.slabs);
    end if;
    if not said then
        raise exception 'the document of scheme "%" does not have this row of karmayogi.%', new.scheme, tg_table_name
            using errcode = 'object_not_in_prerequisite_state',
                  detail = 'A scheme never changes after it is defined.',
                  hint = 'Define another scheme with karmayogi.define_scheme and activate it with '
                      'karmayogi.use_scheme.';
    end if;
    return new;
end
$$;
comment on function karmayogi.guard_scheme_row() is
    'Trigger: refuses a row of scoring_parameter or scoring_weight that the document of its scheme does '
    'not have.';

create trigger scoring_parameter_as_documented before insert on karmayogi.scoring_parameter
    for each row execute function karmayogi.guard_scheme_row();
comment on trigger scoring_parameter_as_documented on karmayogi.scoring_parameter is
'A defined scheme takes no further parameter.';
create trigger scoring_weight_as_documented before insert on karmayogi.scoring_weight
    for each row execute function karmayogi.guard_scheme_row();
comment on trigger scoring_weight_as_documented on karmayogi.scoring_weight is
'A defined scheme takes no further indicator.';

create function karmayogi.spell_out_scheme() returns trigger
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into karmayogi.scoring_parameter (scheme, parameter, position, weight)
    select new.scheme, p.parameter, p.position, p.weight from karmayogi.scheme_parameters(new.document) p;
    insert into karmayogi.scoring_weight (scheme, parameter, indicator, weight, target, transform, slabs)
    select new.scheme, w.parameter, w.indicator, w.weight, w.target, w.transform, w.slabs
    from karmayogi.scheme_weights(new.document) w;
    return null;
end
$$;
comment on function karmayogi.spell_out_scheme() is
    'Trigger: writes the rows of scoring_parameter and scoring_weight that the document of a new scheme has.';
create trigger scoring_scheme_spelt_out after insert on karmayogi.scoring_scheme
    for each row execute function karmayogi.spell_out_scheme();
comment on trigger scoring_scheme_spelt_out on karmayogi.scoring_scheme is
    'Parameters and weights are what the document says, however it was brought here.';

create trigger scoring_scheme_kept before update or delete or truncate on karmayogi.scoring_scheme
    for each statement execute function karmayogi.refuse_change(
        'Define another scheme with karmayogi.define_scheme and activate it with karmayogi.use_scheme.');
comment on trigger scoring_scheme_kept on karmayogi.scoring_scheme is 'A defined scheme never changes.';
create trigger scoring_parameter_kept before update or delete or truncate on karmayogi.scoring_parameter
    for each statement execute function karmayogi.refuse_change(
        'Define another scheme with karmayogi.define_scheme and activate it with karmayogi.use_scheme.');
comment on trigger scoring_parameter_kept on karmayogi.scoring_parameter is 'A defined scheme never changes.';
create trigger scoring_weight_kept before update or delete or truncate on karmayogi.scoring_weight
    for each statement execute function karmayogi.refuse_change(
        'Define another scheme with karmayogi.define_scheme and activate it with karmayogi.use_scheme.');
comment on trigger scoring_weight_kept on karmayogi.scoring_weight is 'A defined scheme never changes.';
create trigger scheme_in_use_kept before update or delete or truncate on karmayogi.scheme_in_use
    for each statement execute function karmayogi.refuse_change(
        'Activate a scheme with karmayogi.use_scheme: it adds a row.');
comment on trigger scheme_in_use_kept on karmayogi.scheme_in_use is
    'Which scheme was in use when is never rewritten.';

----- checking a document

create function karmayogi.check_scheme_keys(item jsonb, place text, known text[]) returns void
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    stray text;
begin
    if jsonb_typeof(item) is distinct from 'object' then
        raise exception '% is not a JSON object', place
            using errcode = 'invalid_parameter_value',
                  detail = case when item is null then 'It is missing.'
                      else format('Its JSON type is %s.', jsonb_typeof(item)) end,
                  hint = format('Its keys are: %s.', array_to_string(known, ', '));
    end if;
    stray := (select min(k collate "C") from jsonb_object_keys(item) k where k <> all (known));
    if stray is not null then
        raise exception 'unknown key "%" of %', stray, place
            using errcode = 'invalid_parameter_value',
                  detail = 'Nothing in a scheme is passed over silently: what is not understood is refused.',
                  hint = format('The keys here are: %s.', array_to_string(known, ', '));
    end if;
end
$$;
comment on function karmayogi.check_scheme_keys(jsonb, text, text[]) is
'Part of check_scheme: an error unless the item is an object of known keys. The place names it in the error.';

create function karmayogi.check_scheme_text(item jsonb, key text, place text) returns text
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    found constant text := item ->> key;
begin
    if jsonb_typeof(item -> key) is distinct from 'string' or btrim(found, E' \t\n\r') in ('') then
        raise exception '% of % is %', key, place,
            case when jsonb_typeof(item -> key) is null then 'missing'
                 when jsonb_typeof(item -> key) = 'string' then 'empty' else 'not a text' end
            using errcode = 'invalid_parameter_value',
                  detail = format('%s must be a JSON string that is not empty.', key),
                  hint = case key
                      when 'indicator' then 'Write the code in quotes, like "2.2": as a number, 6.10 would be 6.1.'
                      else format('Write it in quotes, like "%s": "...".', key) end;
    elsif found <> btrim(found, E' \t\n\r') then
        raise exception '% of % begins or ends with a blank', key, place
            using errcode = 'invalid_parameter_value',
                  detail = format('It is written "%s".', found),
                  hint = 'Leave the blanks out: two names that look alike must be one name.';
    end if;
    return found;
end
$$;
comment on function karmayogi.check_scheme_text(jsonb, text, text) is
'Part of check_scheme: the text of a key of the item; an error unless it is there and not empty.';

create function karmayogi.check_scheme_number(item jsonb, key text, place text) returns numeric
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    found numeric;
begin
    if jsonb_typeof(item -> key) is distinct from 'number' then
        raise exception '% of % is %', key, place,
            case when jsonb_typeof(item -> key) is null then 'missing' else 'not a number' end
            using errcode = 'invalid_parameter_value',
                  detail = format('%s must be a JSON number above 0.', key),
                  hint = format('Write it without quotes, like "%s": 25.', key);
    end if;
    found := (item ->> key)::numeric;
    if found <= 0 then
        raise exception '% of % is not positive', key, place
            using errcode = 'numeric_value_out_of_range',
                  detail = format('It is %s.', found),
                  hint = case key when 'weight' then 'Leave out what is to weigh nothing.'
                      else 'Give the value that earns everything.' end;
    -- scores are worked out with 60 decimals: far enough from the ends that all of them are good
    elsif found < 1e-12 or found > 1e12 then
        raise exception '% of % is out of range', key, place
            using errcode = 'numeric_value_out_of_range',
                  detail = 'A weight or target lies between 1e-12 and 1e12.',
                  hint = 'Only the ratio of weights to each other matters: scale them together.';
    end if;
    return found;
end
$$;
comment on function karmayogi.check_scheme_number(jsonb, text, text) is
    'Part of check_scheme: the number of a key of the item; an error unless it is there, positive and of '
    'sensible size.';

create function karmayogi.check_scheme_slabs(slabs jsonb, place text) returns void
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    slab jsonb;
    start numeric;
    previous numeric;
    marks numeric;
begin
    if jsonb_typeof(slabs) is distinct from 'array' or slabs = '[]' then
        raise exception 'slabs of % are missing', place
            using errcode = 'invalid_parameter_value',
                  detail = 'The transform slab needs a JSON array of slabs that is not empty.',
                  hint = 'Write them like "slabs": [[25, 20], [50, 60], [80, 100]]: from value on, marks of 100.';
    end if;
    for slab in select s from jsonb_array_elements(slabs) s loop
        if jsonb_typeof(slab) <> 'array' or jsonb_array_length(slab) <> 2
           or jsonb_typeof(slab -> 0) <> 'number' or jsonb_typeof(slab -> 1) <> 'number' then
            raise exception 'a slab of % is not a pair of numbers', place
                using errcode = 'invalid_parameter_value',
                      detail = format('It is written %s.', slab),
                      hint = 'Write [from value on, marks of 100], like [50, 60].';
        end if;
        start := (slab ->> 0)::numeric;
        marks := (slab ->> 1)::numeric;
        if start < 0 or start <= previous then
            raise exception 'slabs of % do not ascend', place
                using errcode = 'invalid_parameter_value',
                      detail = case
                          when start < 0 then format('A slab begins at %s, and no value is below 0.', start)
                          else format('A slab from %s on follows one from %s on.', start, previous) end,
                      hint = 'List the slabs by the value from which on they hold, the least first, each once.';
        elsif start > 1e12 then
            raise exception 'a slab of % begins above 1000000000000', place
                using errcode = 'numeric_value_out_of_range',
                      detail = format('It is written %s.', left(slab::text, 64)),
                      hint = 'No value is as large: slabs begin at a percentage or a count.';
        elsif marks < 0 or marks > 100 then
            raise exception 'marks of a slab of % are not between 0 and 100', place
                using errcode = 'numeric_value_out_of_range',
                      detail = format('The slab from %s on gives %s.', start, marks),
                      hint = 'Marks are a performance of 0 to 100; the weight makes points of it.';
        end if;
        previous := start;
    end loop;
end
$$;
comment on function karmayogi.check_scheme_slabs(jsonb, text) is
'Part of check_scheme: an error unless the slabs are pairs of numbers that ascend, with marks of 0 to 100.';

create function karmayogi.check_scheme_indicator(item jsonb, place text) returns jsonb
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    named text;
    known record;
    way text := 'linear';
    target numeric := 100;
begin
    perform karmayogi.check_scheme_keys(item, place, '{indicator,weight,transform,target,slabs}');
    named := karmayogi.check_scheme_text(item, 'indicator', place);
    select i.* into known from karmayogi.indicator i where i.code = named;
    if not found then
        raise exception 'indicator "%" does not exist', named
            using errcode = 'undefined_object',
                  detail = format('It stands in %s.', place),
                  hint = 'See the codes in karmayogi.indicator.';
    elsif known.entity not in ('md', 'mdo') then
        raise exception 'indicator % has no value of a Ministry/Department', named
            using errcode = 'invalid_parameter_value',
                  detail = format('"%s" speaks of %s; it stands in %s.', known.title,
                      case known.entity when 'state' then 'States and UTs' when 'csti' then 'training institutions'
                          else 'the whole platform' end, place),
                  hint = 'Take indicators whose entity in karmayogi.indicator is md or mdo.';
    end if;
    if item ? 'transform' then
        way := karmayogi.check_scheme_text(item, 'transform', place);
        if way not in ('linear', 'yes_no', 'slab') then
            raise exception 'unknown transform "%" of %', way, place
                using errcode = 'invalid_parameter_value',
                      detail = 'linear: value over target; yes_no: all or nothing; slab: marks by threshold.',
                      hint = 'Give linear, yes_no or slab.';
        end if;
    end if;
    if way = 'slab' then
        perform karmayogi.check_scheme_slabs(item -> 'slabs', place);
    elsif item ? 'slabs' then
        raise exception 'slabs of % do not belong to the transform %', place, way
            using errcode = 'invalid_parameter_value',
                  detail = 'Only the transform slab has slabs.',
                  hint = 'Give the transform slab, or leave the slabs out.';
    end if;
    if item ? 'target' then
        target := karmayogi.check_scheme_number(item, 'target', place);
        if way <> 'linear' then
            raise exception 'target of % does not belong to the transform %', place, way
                using errcode = 'invalid_parameter_value',
                      detail = 'Only the transform linear has a target.',
                      hint = 'Give the transform linear, or leave the target out.';
        end if;
    elsif way = 'linear' and known.unit = 'count' then
        raise exception 'target of % is missing', place
            using errcode = 'invalid_parameter_value',
                  detail = format('"%s" is a number, of which no share is known without a target.', known.title),
                  hint = 'Give the number that earns everything, like "target": 5.';
    end if;
    return jsonb_build_object('indicator', named, 'weight', karmayogi.check_scheme_number(item, 'weight', place),
            'transform', way)
        || case way when 'slab' then jsonb_build_object('slabs', item -> 'slabs')
                    when 'linear' then jsonb_build_object('target', target) else '{}' end;
end
$$;
comment on function karmayogi.check_scheme_indicator(jsonb, text) is
'Part of check_scheme: an indicator of a parameter with its defaults spelt out, or an error.';

create function karmayogi.check_scheme(document jsonb) returns jsonb
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    checked jsonb;
    parameters jsonb := '[]';
    indicators jsonb;
    parameter jsonb;
    name text;
    place text;
    inner_place text;
    item jsonb;
    policy text := 'unranked';
begin
    perform karmayogi.check_scheme_keys(document, 'the document',
        '{scheme,title,source,official,effective_from,missing_policy,verified_only,parameters}');
    checked := jsonb_build_object('scheme', karmayogi.check_scheme_text(document, 'scheme', 'the document'));
    checked := checked || jsonb_build_object('title', case when document ? 'title'
        then karmayogi.check_scheme_text(document, 'title', 'the document') else checked ->> 'scheme' end);
    if document ? 'source' and document -> 'source' <> 'null' then
        checked := checked || jsonb_build_object('source',
            karmayogi.check_scheme_text(document, 'source', 'the document'));
    end if;
    if document ? 'official' and jsonb_typeof(document -> 'official') <> 'boolean' then
        raise exception 'official of the document is not true or false'
            using errcode = 'invalid_parameter_value',
                  detail = format('It is written %s.', document -> 'official'),
                  hint = 'Write "official": false, unless an order of the nodal department holds these weights.';
    elsif coalesce(document -> 'official', 'false') = 'true' and not checked ? 'source' then
        raise exception 'an official scheme needs a source'
            using errcode = 'invalid_parameter_value',
                  detail = 'No scheme passes for official without the order that holds its weights.',
                  hint = 'Name the order, like "source": "OM No. ... dated ...", or write "official": false.';
    end if;
    checked := checked || jsonb_build_object('official', coalesce(document -> 'official', 'false'));

    if document ? 'effective_from' and document -> 'effective_from' <> 'null' then
        begin
            if jsonb_typeof(document -> 'effective_from') <> 'string'
               or (document ->> 'effective_from') !~ '^[0-9]{4}-[0-9][0-9]-[0-9][0-9]$' then
                raise invalid_datetime_format;
            end if;
            checked := checked || jsonb_build_object('effective_from', (document ->> 'effective_from')::date);
        exception when invalid_datetime_format or datetime_field_overflow then
            raise exception 'effective_from of the document is not a date'
                using errcode = 'invalid_datetime_format',
                      detail = format('It is written %s.', document -> 'effective_from'),
                      hint = 'Write it like "effective_from": "2027-04-01", or leave it out.';
        end;
    end if;

    if document ? 'missing_policy' then
        policy := karmayogi.check_scheme_text(document, 'missing_policy', 'the document');
        if policy not in ('unranked', 'zero', 'reweight') then
            raise exception 'unknown missing_policy "%"', policy
                using errcode = 'invalid_parameter_value',
                      detail = 'unranked: no score; zero: performance 0; reweight: the mean of what there is.',
                      hint = 'Give unranked, zero or reweight.';
        end if;
    end if;
    checked := checked || jsonb_build_object('missing_policy', policy);

    if document ? 'verified_only' and jsonb_typeof(document -> 'verified_only') <> 'boolean' then
        raise exception 'verified_only of the document is not true or false'
            using errcode = 'invalid_parameter_value',
                  detail = format('It is written %s.', document -> 'verified_only'),
                  hint = 'Write "verified_only": true where reported values that nobody verified are to count as '
                      'missing.';
    end if;
    checked := checked || jsonb_build_object('verified_only', coalesce(document -> 'verified_only', 'false'));

    if jsonb_typeof(document -> 'parameters') is distinct from 'array' or document -> 'parameters' = '[]' then
        raise exception 'parameters of the document are missing'
            using errcode = 'invalid_parameter_value',
                  detail = 'A scheme has a JSON array of one parameter at least.',
                  hint = 'Write them like "parameters": [{"parameter": "onboarding", "weight": 1, "indicators": '
                      '[{"indicator": "2.2", "weight": 1}]}].';
    end if;
    for parameter, place in
        select p.item, format('parameters[%s]', p.n)
        from jsonb_array_elements(document -> 'parameters') with ordinality as p (item, n)
    loop
        perform karmayogi.check_scheme_keys(parameter, place, '{parameter,weight,indicators}');
        name := karmayogi.check_scheme_text(parameter, 'parameter', place);
        if exists (select from jsonb_array_elements(parameters) p where p ->> 'parameter' = name) then
            raise exception 'parameter "%" occurs twice', name
                using errcode = 'unique_violation',
                      detail = format('The second time in %s.', place),
                      hint = 'Put the indicators of a parameter into one list.';
        end if;
        if jsonb_typeof(parameter -> 'indicators') is distinct from 'array' or parameter -> 'indicators' = '[]' then
            raise exception 'indicators of % are missing', place
                using errcode = 'invalid_parameter_value',
                      detail = format('Parameter "%s" needs a JSON array of one indicator at least.', name),
                      hint = 'Write them like "indicators": [{"indicator": "2.2", "weight": 1}].';
        end if;
        indicators := '[]';
        for item, inner_place in
            select i.item, format('%s.indicators[%s]', place, i.n)
            from jsonb_array_elements(parameter -> 'indicators') with ordinality as i (item, n)
        loop
            item := karmayogi.check_scheme_indicator(item, inner_place);
            if exists (select from jsonb_array_elements(indicators) i
                       where i -> 'indicator' = item -> 'indicator') then
                raise exception 'indicator % occurs twice in parameter "%"', item ->> 'indicator', name
                    using errcode = 'unique_violation',
                          detail = format('The second time in %s.', inner_place),
                          hint = 'Give it once, with the whole weight.';
            end if;
            indicators := indicators || jsonb_build_array(item);
        end loop;
        parameters := parameters || jsonb_build_array(jsonb_build_object('parameter', name,
            'weight', karmayogi.check_scheme_number(parameter, 'weight', place), 'indicators', indicators));
    end loop;
    return checked || jsonb_build_object('parameters', parameters);
end
$$;
comment on function karmayogi.check_scheme(jsonb) is
    'A scheme document with every default spelt out; changes nothing. Error, naming the place: unknown '
    'keys, missing scheme or parameters, parameters or indicators twice, unknown or platform indicators, '
    'weights and targets that are not positive numbers, unknown transforms, slabs or targets that do not '
    'belong or do not ascend, unknown missing_policy, official without source (SPEC 8).';

----- defining and using

create function karmayogi.file_scheme(checked jsonb, shipped boolean) returns void
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    insert into karmayogi.scoring_scheme
        (scheme, title, source, official, effective_from, missing_policy, verified_only, shipped, document)
    values (checked ->> 'scheme', checked ->> 'title', checked ->> 'source', (checked ->> 'official')::boolean,
        (checked ->> 'effective_from')::date, checked ->> 'missing_policy', (checked ->> 'verified_only')::boolean,
        file_scheme.shipped, checked);
end
$$;
comment on function karmayogi.file_scheme(jsonb, boolean) is
    'Part of define_scheme: writes a checked document.';

create function karmayogi.define_scheme(document jsonb) returns text
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
    checked constant jsonb := karmayogi.check_scheme(document);
    name constant text := checked ->> 'scheme';
begin
    if exists (select from karmayogi.scoring_scheme s where s.scheme = name) then
        raise exception 'scheme "%" is already defined', name
            using errcode = 'unique_violation',
                  detail = 'A scheme never changes after it is defined.',
                  hint = 'Give the new weights a new name, like the year they are for.';
    end if;
    perform karmayogi.file_scheme(checked, false);
    return name;
end
$$;
comment on function karmayogi.define_scheme(jsonb) is
    'Adds a scoring scheme from its JSON document and returns its name; it never changes afterwards. '
    'use_scheme activates it. Error, and nothing changed: a name already defined, and everything that '
    'check_scheme refuses (SPEC 8).';

create function karmayogi.active_scheme() returns text
language sql stable parallel safe
begin atomic
    select coalesce((select u.scheme from karmayogi.scheme_in_use u order by u.use_id desc limit 1),
                    'illustrative-equal');
end;
comment on function karmayogi.active_scheme() is
    'Name of the scheme by which the next snapshot is scored: the one last put to use, else '
    'illustrative-equal, which is not official.';

create function karmayogi.use_scheme(name text) returns void
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
    known record;
    today constant date := karmayogi.today();
begin
    select s.* into known from karmayogi.scoring_scheme s where s.scheme = name;
    if not found then
        raise exception 'scheme "%" does not exist', coalesce(name, 'NULL')
            using errcode = 'undefined_object',
                  detail = 'Only a defined scheme can be put to use.',
                  hint = format('Defined are: %s.',
                      (select string_agg(s.scheme, ', ' order by s.scheme collate "C")
                       from karmayogi.scoring_scheme s));
    elsif known.effective_from > today then
        raise exception 'scheme "%" is not in effect yet', name
            using errcode = 'object_not_in_prerequisite_state',
                  detail = format('It is effective from %s, and today is %s (Indian Standard Time).',
                      to_char(known.effective_from, 'YYYY-MM-DD'), to_char(today, 'YYYY-MM-DD')),
                  hint = 'Put it to use on that day.';
    elsif name = karmayogi.active_scheme() then
        raise notice 'scheme "%" is already in use', name;
        return;
    end if;
    insert into karmayogi.scheme_in_use (scheme) values (name);
end
$$;
comment on function karmayogi.use_scheme(text) is
    'Puts a defined scheme to use: the next snapshot is scored by it, published ones stay as they are. A '
    'notice if it is in use already. Error, and nothing changed: unknown, or effective only from a later '
    'day (SPEC 8).';

-- The scheme that is shipped: the four areas of OM T-28/98/2024-iGOT-Part(2), para 5(ii), equal in weight, each
-- with the indicators of the M&E framework that speak of it, equal in weight. Nobody ordered these weights.
select karmayogi.file_scheme(karmayogi.check_scheme($${
    "scheme": "illustrative-equal",
    "title": "Illustrative, not official: the four parameters of the memorandum with equal weights",
    "source": "None: Annexure-I of OM T-28/98/2024-iGOT-Part(2), which holds the weights, is not public",
    "official": false,
    "missing_policy": "unranked",
    "parameters": [
        {"parameter": "onboarding", "weight": 25, "indicators": [
            {"indicator": "2.1", "weight": 1},
            {"indicator": "2.2", "weight": 1}]},
        {"parameter": "kym", "weight": 25, "indicators": [
            {"indicator": "4.3", "weight": 1}]},
        {"parameter": "course_completion", "weight": 25, "indicators": [
            {"indicator": "3.7", "weight": 1}]},
        {"parameter": "acbp", "weight": 25, "indicators": [
            {"indicator": "1.1", "weight": 1},
            {"indicator": "3.1", "weight": 1},
            {"indicator": "3.2", "weight": 1},
            {"indicator": "3.3", "weight": 1},
            {"indicator": "3.4", "weight": 1},
            {"indicator": "3.5", "weight": 1},
            {"indicator": "3.6", "weight": 1}]}]
}$$), true);

----- from values to scores

create function karmayogi.slab_marks(slabs jsonb, numerator numeric, denominator numeric) returns numeric
language sql immutable strict parallel safe
begin atomic
    select coalesce(
        (select (s ->> 1)::numeric from jsonb_array_elements(slabs) s
         where (s ->> 0)::numeric * denominator <= numerator
         order by (s ->> 0)::numeric desc limit 1), 0);
end;
comment on function karmayogi.slab_marks(jsonb, numeric, numeric) is
    'Part of performance: the marks of the last slab that begins at or below numerator/denominator, compared as '
    'a fraction without dividing; below the first slab 0.';

-- No FROM in it and its parts in other functions: so the planner writes it into the queries that call it.
create function karmayogi.performance(value karmayogi.tally, unit text, transform text, target numeric,
    slabs jsonb)
returns numeric
language sql immutable parallel safe
return case
    -- least() passes over NULL: what is missing must not reach it
    when value is null or (transform = 'linear' and target is null) then null
    when unit = 'count' then
        case transform
            when 'linear' then least(100, round(100 * karmayogi.numerator(value)::numeric, 60) / target)
            when 'yes_no' then case when karmayogi.numerator(value) >= 1 then 100.0 else 0.0 end
            when 'slab' then karmayogi.slab_marks(slabs, karmayogi.numerator(value), 1)
        end
    when karmayogi.denominator(value) > 0 then
        case transform
            when 'linear' then
                least(100, round(10000 * karmayogi.numerator(value)::numeric, 60)
                           / (karmayogi.denominator(value) * target))
            when 'yes_no' then
                case when karmayogi.numerator(value) >= karmayogi.denominator(value) then 100.0 else 0.0 end
            when 'slab' then
                karmayogi.slab_marks(slabs, 100 * karmayogi.numerator(value)::numeric,
                                     karmayogi.denominator(value))
        end
    end;
comment on function karmayogi.performance(karmayogi.tally, text, text, numeric, jsonb) is
    'Performance, 0 to 100, of a value of an indicator with that unit (karmayogi.indicator). linear: 100 * '
    'min(1, value/target), target in percent, of a count in pieces, with 60 decimals; yes_no: 100 from 100 % '
    '(of a count: from 1) on, else 0; slab: the marks of the last slab that begins at or below the value, else '
    '0. NULL: no value, a percentage of nothing, or an unknown transform (SPEC 8).';

create function karmayogi.size_class(registered bigint, classes text) returns text
language sql immutable strict parallel safe
begin atomic
    select split_part(c, ':', 1)
    from string_to_table(classes, ',') c
    where split_part(c, ':', 2)::bigint <= registered
    order by split_part(c, ':', 2)::bigint desc
    limit 1;
end;
comment on function karmayogi.size_class(bigint, text) is
    'Size class of a unit with so many registered officials; the classes are written as in the setting '
    'size_classes, name:from (SPEC 8).';

create view karmayogi.unit_performance as
    select u.snapshot_id, u.level, u.entity_id, u.entity_name, u.central, p.parameter,
           p.position as parameter_position, p.weight as parameter_weight, w.indicator,
           i.position as indicator_position, w.weight, w.transform, w.target, w.slabs, i.unit, f.value,
           r.performance,
           case when r.performance is null then
               coalesce(f.reason, case i.source when 'R' then 'not reported' else 'not computed' end) end as reason
    from karmayogi.snapshot s
    join karmayogi.scoring_scheme c on c.scheme = s.scheme
    join karmayogi.scoring_parameter p on p.scheme = c.scheme
    join karmayogi.scoring_weight w on w.scheme = p.scheme and w.parameter = p.parameter
    join karmayogi.indicator i on i.code = w.indicator
    join karmayogi.snapshot_unit u on u.snapshot_id = s.snapshot_id and u.level in ('md', 'ministry', 'state')
    -- Each value is looked up by its key: that costs the same a minute after a refresh, when the planner does not
    -- know the new snapshot yet. An indicator with several categories (2.3) is scored by their sum, which needs
    -- every one of them.
    cross join lateral (
        select case when count(*) > 0 and count(*) = count(k.value) then karmayogi.rollup(k.value) end as value,
               -- mostly there is one, which need not be sorted
               case when count(k.reason) < 2 then min(k.reason)
                    else (select string_agg(distinct r.reason, ', ' order by r.reason)
                          from unnest(array_agg(k.reason)) r (reason)) end as reason
        from karmayogi.indicator_value v
        -- a scheme of verified values takes no other word for what is reported
        cross join lateral (
            select c.verified_only and i.source = 'R' and v.value is not null and v.verified is not true) d (doubted)
        cross join lateral (
            select case when not d.doubted then v.value end,
                   case when d.doubted then 'not verified' else v.reason end) k (value, reason)
        where v.snapshot_id = u.snapshot_id and v.level = u.level and v.entity_id = u.entity_id
          and v.indicator = w.indicator) f
    cross join lateral (
        select karmayogi.performance(f.value, i.unit, w.transform, w.target, w.slabs)) r (performance);
comment on view karmayogi.unit_performance is
    'Every M/D, ministry and State/UT of each snapshot with every indicator of the snapshot''s scheme: what '
    'score_snapshot adds up and break_down explains. Ask for one snapshot_id (SPEC 8).';
comment on column karmayogi.unit_performance.snapshot_id is 'Number of the snapshot.';
comment on column karmayogi.unit_performance.level is 'md, ministry or state.';
comment on column karmayogi.unit_performance.entity_id is
    'mdo_id of the M/D or ministry, code of the State or UT.';
comment on column karmayogi.unit_performance.entity_name is 'Its name.';
comment on column karmayogi.unit_performance.central is 'Whether it is of the Union.';
comment on column karmayogi.unit_performance.parameter is 'Parameter of the scheme.';
comment on column karmayogi.unit_performance.parameter_position is 'Place of the parameter in the scheme.';
comment on column karmayogi.unit_performance.parameter_weight is
    'Weight of the parameter among the parameters.';
comment on column karmayogi.unit_performance.indicator is 'Code of the indicator.';
comment on column karmayogi.unit_performance.indicator_position is 'Place of the indicator in the annexure.';
comment on column karmayogi.unit_performance.weight is 'Weight of the indicator within the parameter.';
comment on column karmayogi.unit_performance.transform is 'linear, yes_no or slab.';
comment on column karmayogi.unit_performance.target is 'linear: what earns everything.';
comment on column karmayogi.unit_performance.slabs is 'slab: array of [from value on, marks of 100].';
comment on column karmayogi.unit_performance.unit is 'Unit of the indicator.';
comment on column karmayogi.unit_performance.value is 'The value, its categories added up; NULL: missing.';
comment on column karmayogi.unit_performance.performance is '0 to 100, with 60 decimals; NULL: missing.';
comment on column karmayogi.unit_performance.reason is 'Why the performance is missing; NULL: it is there.';

create function karmayogi.score_snapshot(snapshot_id bigint) returns void
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set enable_mergejoin = off  -- what it joins is small: hashes do it in one go
as $$
declare
    name text;
    policy text;
    classes constant text := karmayogi.setting('size_classes');
    performances karmayogi.unit_performance[];
begin
    select s.scheme, c.missing_policy into name, policy
    from karmayogi.snapshot s left join karmayogi.scoring_scheme c on c.scheme = s.scheme
    where s.snapshot_id = score_snapshot.snapshot_id;
    if not found then
        raise exception 'snapshot % does not exist', coalesce(score_snapshot.snapshot_id::text, 'NULL')
            using errcode = 'undefined_object',
                  detail = 'Only a snapshot can be scored.',
                  hint = 'See the snapshots in karmayogi.snapshot.';
    elsif policy is null then
        raise exception 'scheme "%" of snapshot % does not exist', name, score_snapshot.snapshot_id
            using errcode = 'undefined_object',
                  detail = 'A snapshot is scored by the scheme that it names.',
                  hint = 'Define the scheme with karmayogi.define_scheme.';
    elsif exists (select from karmayogi.score s where s.snapshot_id = score_snapshot.snapshot_id) then
        raise exception 'snapshot % is already scored', score_snapshot.snapshot_id
            using errcode = 'object_not_in_prerequisite_state',
                  detail = 'What is published does not change.',
                  hint = 'Publish another snapshot.';
    end if;

    -- looked up once, for the scores and for why they are what they are
    select coalesce(array_agg(p), '{}') into performances
    from karmayogi.unit_performance p where p.snapshot_id = score_snapshot.snapshot_id;
    -- Nothing is rounded before the last step; the last step rounds to 30 decimals first, so that a score that is
    -- exactly half way between two of 4 decimals goes up, whatever the 60th decimal of a quotient says.
    with performance as materialized (
        select p.* from unnest(performances) p
    ), parameter as materialized (
        select p.level, p.entity_id, p.parameter, p.parameter_weight,
               case policy
                   when 'unranked' then karmayogi.weighted_score(p.performance, p.weight)
                   when 'zero' then karmayogi.weighted_score(coalesce(p.performance, 0), p.weight)
                   else karmayogi.weighted_score(p.performance, p.weight) filter (where p.performance is not null)
               end as performance
        from performance p
        group by p.level, p.entity_id, p.parameter, p.parameter_weight
    ), lacking as materialized (
        select p.level, p.entity_id, p.parameter, p.indicator || ' ' || p.reason as what, p.indicator_position
        from performance p
        where p.performance is null
    ), filed as (
        insert into karmayogi.score_parameter (snapshot_id, level, entity_id, parameter, performance, reason)
        select score_snapshot.snapshot_id, p.level, p.entity_id, p.parameter,
               round(round(p.performance, 30), 4), case when p.performance is null then l.what end
        from parameter p
        left join (select l.level, l.entity_id, l.parameter, string_agg(l.what, '; ' order by l.indicator_position) as what
                   from lacking l
                   group by l.level, l.entity_id, l.parameter) l
            on l.level = p.level and l.entity_id = p.entity_id and l.parameter = p.parameter
        order by p.level, p.entity_id, p.parameter
    ), missing as (
        -- an indicator may weigh in several parameters, but is missing once
        select m.level, m.entity_id, string_agg(m.what, '; ' order by m.position) as what
        from (select distinct l.level, l.entity_id, l.what, l.indicator_position
              from lacking l) m (level, entity_id, what, position)
        group by m.level, m.entity_id
    ), total as (
        select p.level, p.entity_id,
               round(round(case policy
                   when 'reweight' then
                       karmayogi.weighted_score(p.performance, p.parameter_weight)
                           filter (where p.performance is not null)
                   else karmayogi.weighted_score(p.performance, p.parameter_weight)
               end, 30), 4) as score,
               round(round(max(p.performance) filter (where p.parameter = 'onboarding'), 30), 4) as onboarding,
               round(round(max(p.performance) filter (where p.parameter = 'kym'), 30), 4) as kym,
               round(round(max(p.performance) filter (where p.parameter = 'course_completion'), 30), 4)
                   as course_completion,
               round(round(max(p.performance) filter (where p.parameter = 'acbp'), 30), 4) as acbp
        from parameter p
        group by p.level, p.entity_id
    ), unit as (
        select t.*, u.entity_name, u.ministry_name, u.known, u.central, u.registered, u.strength,
               t.score is not null and u.known and (u.central or u.level = 'state') as ranked,
               karmayogi.size_class(u.registered, classes) as size_class,
               concat_ws('; ', case when not u.known then 'not in org_hierarchy' end,
                         case when t.score is null then m.what end) as reason
        from total t
        join karmayogi.snapshot_unit u on u.snapshot_id = score_snapshot.snapshot_id
            and u.level = t.level and u.entity_id = t.entity_id
        left join missing m on m.level = t.level and m.entity_id = t.entity_id
    )
    insert into karmayogi.score (snapshot_id, level, entity_id, score, rank, size_class, size_rank, reason,
                                 entity_name, ministry_name, known, central, registered, strength,
                                 onboarding, kym, course_completion, acbp)
    select score_snapshot.snapshot_id, u.level, u.entity_id, u.score,
           case when u.ranked then
               rank() over (partition by u.level, u.ranked order by u.score desc) end,
           u.size_class,
           case when u.ranked then
               rank() over (partition by u.level, u.ranked, u.size_class order by u.score desc) end,
           nullif(u.reason, ''), u.entity_name, u.ministry_name, u.known, u.central, u.registered, u.strength,
           u.onboarding, u.kym, u.course_completion, u.acbp
    from unit u;
    perform karmayogi.break_down(score_snapshot.snapshot_id, performances);
end
$$;
comment on function karmayogi.score_snapshot(bigint) is
    'Fills score, score_parameter and score_part of a snapshot from its indicator values, by the scheme that it names. '
    'Parameter: weighted mean of its indicators'' performance; score: weighted mean of the parameters, '
    'rounded to 4 places (half away from zero) after the last step. Ranked by competition (1 2 2 4) are '
    'central M/Ds and ministries of org_hierarchy, and the States and UTs. Error, and nothing changed: no '
    'such snapshot or scheme, already scored (SPEC 8).';
