-- The plans and the enrolments of a generated portal, in both plan models and
-- with every contradiction of the real ones. Part of generate.sql, which
-- includes it.

-- ---------------------------------------------------------------------------
-- Plans
-- ---------------------------------------------------------------------------
create function generate.quoted(seed int, key text, value text, others text[]) returns text
    language plpgsql immutable
as $$
declare
    items text[] := array[generate.disguise(seed, key || 'v', value)];
begin
    for i in 1 .. generate.below(seed, key || 'more', 3) loop
        if generate.chance(seed, key || 'front' || i, 0.5) then
            items := generate.pick(seed, key || i, others) || items;
        else
            items := items || generate.pick(seed, key || i, others);
        end if;
    end loop;
    return '"' || array_to_string(items, generate.pick(seed, key || 'comma', array['","', '","', '", "']))
        || '"';
end $$;

create function generate.plans(seed int, generated text) returns void
    language plpgsql
as $$
declare
    shape record := generate.shape(seed);
    contents text[] := (select array_agg(distinct s.j ->> 'content_id')
            filter (where s.j ->> 'content_id' ~ '_|-') from generate.stage s where s.table_name = 'content')
        || array['absent-1', 'absent-2', 'absent-3', 'absent-4'];
    hot text[] := (select array_agg(c order by md5(seed || c))
        from (select c from unnest(contents) c order by md5(seed || c) limit 9) h);
    absent text[] := (select array_agg(o.id order by o.id collate "C") from generate.org o
        where o.kind = 'absent');
    criteria text[] := array['mdo_id', 'user', 'designation', 'cadre', 'groups', 'cadre_batch',
        'civil_services', 'is_verified_karmayogi', 'is_on_central_deputation'];
    plan text;
    key text;
    model text;
    person generate.person_row;
    org text;
    kind text;
    target text;
    type_items text[];
    to_items text[];
    names text[];
    value text;
    status text;
    due timestamp;
    apar boolean;
begin
    for p in 1 .. 20 + generate.below(seed, 'plans', 21) loop
        plan := 'plan-' || p;
        for g in 1 .. 1 + generate.below(seed, 'groups' || p, 3) loop
            key := plan || '/' || g || '/';
            select r.* into person from generate.person_row r order by md5(seed || key || r::text) limit 1;
            org := case when generate.chance(seed, key || 'everywhere', 0.08)
                then generate.missing(seed, key || 'org')
                when generate.chance(seed, key || 'elsewhere', 0.1)
                    then generate.pick(seed, key || 'org', array['ghost-1', 'ghost-9', 'pmo'] || absent)
                else person.mdo_id end;
            model := case when shape.generation <> '2026' and generate.chance(seed, key || 'model', 0.6)
                then 'old'
                when generate.chance(seed, key || 'model', 0.3) then 'old' else 'new' end;
            if model = 'old' then
                kind := generate.pick(seed, key || 'kind',
                    array['CustomUser', 'Designation', 'AllUser', 'AllUser']);
                target := case kind when 'CustomUser' then generate.disguise(seed, key || 'to', person.user_id)
                    when 'Designation' then generate.disguise(seed, key || 'to',
                        coalesce(person.designation, 'Director'))
                    else generate.pick(seed, key || 'to', array['All Users', null, '', 'whatever']) end;
                kind := generate.disguise(seed, key || 'kindd', kind);
            else
                select array_agg(c order by md5(seed || key || c)) into names
                from (select c from unnest(criteria) c
                    order by md5(seed || key || c) limit 1 + generate.below(seed, key || 'n', 3)) n;
                type_items := '{}';
                to_items := '{}';
                for i in 1 .. cardinality(names) loop
                    value := case names[i]
                        when 'mdo_id' then person.mdo_id when 'user' then person.user_id when 'designation'
                            then person.designation
                        when 'cadre' then person.cadre when 'groups' then person.groups when 'cadre_batch'
                            then person.cadre_batch
                        when 'civil_services' then person.civil_services
                        when 'is_verified_karmayogi' then generate.truth(seed, key || i, person.verified)
                        else generate.truth(seed, key || i, person.deputation) end;
                    if value is null or value ~ '^\s*$'
                        or lower(btrim(value, E' \t\n')) in ('not available', 'null', 'not published') then
                        value := 'Director';
                    end if;
                    type_items := type_items || generate.disguise(seed, key || 'type' || i, names[i]);
                    to_items := to_items || case
                        -- one value without quotes: a comma in it does not divide it, a bar would
                        when value !~ '[|]' and generate.chance(seed, key || 'bare' || i, 0.15)
                            then generate.disguise(seed, key || 'bare' || i, value)
                        else generate.quoted(seed, key || 'list' || i, value, case names[i]
                            when 'mdo_id' then array['pmo', 'st-1', 'ghost-1'] when 'user'
                                then array['u-1', 'u-2', 'u-3', 'nobody']
                            when 'designation' then array['Director', 'Under Secretary', 'Agent, B | C',
                                'Nobody'] when 'cadre' then array['Kerala', 'Nowhere']
                            when 'groups' then array['Group A', 'Group D'] when 'cadre_batch'
                                then array['2010', '1999']
                            when 'civil_services' then array['IPS', 'Audit, Accounts | Finance', 'IFS']
                                else array['nonsense', 'perhaps'] end) end;
                end loop;
                kind := array_to_string(type_items, '|');
                target := array_to_string(to_items, generate.pick(seed, key || 'bar', array['|', '|', ' | ']));
                -- A single `designation` is the old model's word too; there a bar belongs to the value.
                -- rows that nobody can understand
                case generate.below(seed, key || 'broken', case when shape.clean then 200 else 25 end)
                    when 0 then kind := kind || '|shoe_size'; target := target || '|"42"';
                    when 1 then target := target || '|"one more"';
                    when 2 then kind := kind || '|groups'; target := target || '|';
                    when 3 then kind := generate.missing(seed, key || 'kind');
                    when 4 then target := generate.missing(seed, key || 'target');
                    when 5 then kind := 'everybody';
                    else null;
                end case;
            end if;
            for c in 1 .. 1 + generate.below(seed, key || 'contents', 4) loop
                status := generate.pick(seed, plan || 'status',
                    array['Live', 'LIVE', ' live', 'Live', 'Live', 'Live', 'DRAFT', 'draft', 'RETIRE',
                        case when shape.clean then 'Retired' end]);
                -- now and then a row of a plan says something else than the rest
                if generate.chance(seed, key || c || 'status?', 0.05) then
                    status := generate.pick(seed, key || c || 'status', array['Live', 'RETIRE']);
                end if;
                due := generate.near(seed, key || c || 'due', shape.as_of, 4);
                if generate.chance(seed, key || c || 'far', 0.2) then
                    due := due - interval '200 days';
                end if;
                apar := generate.chance(seed, plan || 'apar', 0.4);
                value := case when generate.chance(seed, key || c || 'none', 0.04)
                    then generate.missing(seed, key || c || 'none')
                    else generate.pick(seed, key || c || 'brackets',
                        array['%s', '%s', '%s', '%s', '[%s]', '["%s"]', ' %s', E'%s\t\n', '[ %s ]',
                        '"%s"']) end;
                value := replace(value, '%s', case when generate.chance(seed, key || c || 'hot', 0.8)
                    then generate.pick(seed, key || c, hot) else generate.pick(seed, key || c, contents) end);
                perform generate.put('cb_plan',
                    jsonb_build_object('cb_plan_id', plan, 'org_id', org, 'created_by', 'someone',
                    'plan_name', 'Plan ' || p,
                    'allotment_type', kind, 'allotment_to', target, 'content_id', value, 'allocated_on',
                        '2025-04-01 10:00:00',
                    'due_by', generate.moment(seed, key || c || 'dueform', due), 'status', status,
                    'isapar', case when shape.spark then apar::text
                        when generate.chance(seed, plan || 'apar-none', 0.1)
                        then generate.missing(seed, plan || 'aparm')
                        else generate.truth(seed, plan || 'apart', apar) end,
                    'plan_year', '2025-26', 'data_last_generated_on', generated));
            end loop;
        end loop;
    end loop;
end $$;

-- ---------------------------------------------------------------------------
-- Enrolments
-- ---------------------------------------------------------------------------
create function generate.enrolments(seed int, generated text) returns void
    language plpgsql
as $$
declare
    shape record := generate.shape(seed);
    persons text[] := (select array_agg(distinct r.user_id) from generate.person_row r);
    planned text[] := (select array_agg(distinct c)
        from (select btrim(s.j ->> 'content_id', E'[]" \t\n') c from generate.stage s
        where s.table_name = 'cb_plan') p
        where c <> '' and c ~ '_|-');
    contents text[] := (select array_agg(distinct s.j ->> 'content_id')
            filter (where s.j ->> 'content_id' ~ '_|-') from generate.stage s where s.table_name = 'content')
        || array['absent-1', 'absent-5'];
    stranger numeric := case when shape.clean then 0.002 else 0.05 end;
    pairs int := 700 + generate.below(seed, 'pairs', 1300);
    who text;
    what text;
    i bigint;
    zealous boolean;
    status text;
    finished timestamp;
    key text;
begin
    -- zealous persons complete everything that is planned; others what chance brings
    for i, who, what in
        select row_number() over (), p.id, c.id
        from (select r.id from unnest(persons) r (id)
            where generate.chance(seed, 'zealous' || r.id, 0.12)) p, unnest(planned) c (id)
        union all
        select -n, null, null from generate_series(1, pairs) n
    loop
        zealous := who is not null;
        if not zealous then
            who := case when generate.chance(seed, 'stranger' || i, stranger)
                then generate.pick(seed, 'who' || i,
                    array['stranger-1', 'stranger-2', ' u-1', case when shape.clean then 'stranger' end])
                else generate.pick(seed, 'who' || i, persons) end;
            what := case when generate.chance(seed, 'no content' || i, case when shape.clean then 0.001
                else 0.01 end) then generate.missing(seed, 'what' || i)
                when generate.chance(seed, 'padded' || i, 0.01) then ' '
                    || generate.pick(seed, 'what' || i, planned)
                when generate.chance(seed, 'planned' || i, 0.6) then generate.pick(seed, 'what' || i, planned)
                else generate.pick(seed, 'what' || i, contents) end;
        end if;
        for batch in 1 .. 1 + generate.below(seed, 'batches' || i, 6) / 4 loop
            key := i || '/' || batch || '/';
            status := case when generate.chance(seed, key || 'done', case when zealous then 0.995
                else 0.5 end) then 'completed'
                else generate.pick(seed, key || 'status', case when shape.clean
                    then array['in-progress', 'not-started', 'not-enrolled']
                    else array['in-progress', 'in-progress', 'not-started', 'not-enrolled', 'Completed',
                        ' completed', 'NOT-ENROLLED', null] end) end;
            finished := generate.near(seed, key || 'finished',
                shape.as_of - generate.below(seed, key || 'long ago', 3) * 100, 5);
            perform generate.put('user_enrolments', jsonb_build_object('user_id', who, 'content_id', what,
                'batch_id', case when generate.chance(seed, key || 'batch', 0.2) then 'Not Available'
                    else 'b-' || batch end,
                'enrolled_on', '2025-05-01 10:00:00', 'content_progress_percentage', '50',
                    'resource_count_consumed', '1',
                'user_consumption_status', status,
                'first_completed_on', case when generate.chance(seed, key || 'first', 0.7)
                    then generate.moment(seed, key || 'firstf', finished) end,
                'last_completed_on', case when generate.chance(seed, key || 'last', 0.7)
                    then generate.moment(seed, key || 'lastf',
                        finished + make_interval(days => generate.below(seed, key || 'later', 3) - 1)) end,
                'content_last_accessed_on', generate.moment(seed, key || 'access',
                    generate.near(seed, key || 'accesst', shape.as_of - 50, 30)),
                'last_accessed_on', generate.moment(seed, key || 'access',
                    generate.near(seed, key || 'accesst', shape.as_of - 50, 30)),
                'certificate_generated', 'Yes', 'number_of_certificate', '1', 'user_rating', '4',
                'certificate_id', generate.pick(seed, key || 'cert',
                    array['cert-' || i, 'cert-' || i, 'abcdef', 'abcde', '', null, 'प्रमाणपत्र', 'अआइई']),
                'live_cbp_plan_mandate', 'true', 'data_last_generated_on', generated, 'karma_points', '5'));
        end loop;
    end loop;
    -- rows that repeat another to the letter
    insert into generate.stage (table_name, j)
    select 'user_enrolments', s.j from generate.stage s where s.table_name = 'user_enrolments'
        and generate.chance(seed, 'again' || s.n, 0.03);

    -- Events. A second row of a pair never makes complete what the first lacked; its duration is the same.
    for i in 1 .. 200 loop
        key := 'event' || i;
        who := case when generate.chance(seed, key || 'stranger', stranger) then 'stranger-3'
            else generate.pick(seed, key || 'who', persons) end;
        what := generate.pick(seed, key || 'what',
            array['ev-1', 'ev-2', 'ev-3', 'ev-4', 'ev-5', 'ev-6', 'ev-7', 'ev-8', 'ev-unknown', null, '']);
        key := 'event' || who || coalesce(what, '');
        perform generate.put('events_enrolment', jsonb_build_object('user_id', who, 'event_id', what,
            'status', generate.pick(seed, key || 'status', case when shape.clean
                then array['completed', 'completed', 'in-progress', 'not-started', 'not-enrolled']
                else array['completed', 'completed', 'in-progress', 'not-enrolled', 'Completed', null] end),
            'certificate_id', generate.pick(seed, key || 'cert',
                array['certificate', 'certificate', '12345', '', null]),
            'duration', generate.pick(seed, key || 'dur', array['00:20:00', 'Not Available', null, '02:00:01']),
            'event_duration', '09:00:00', 'progress_duration', '08:00:00', 'enrolled_on_datetime',
                '2025-05-01 10:00:' || lpad((i % 60)::text, 2, '0'),
            'completed_on_datetime', '2025-05-02 10:00:00', 'completion_percentage', '100',
                'data_last_generated_on', generated));
    end loop;
end $$;
