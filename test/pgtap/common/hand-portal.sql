-- For tests on portals written by hand: an empty portal, rows put into it as
-- JSON, figures read back as lines of text. Included with \ir after begin.
set local client_min_messages = warning;
set local timezone = 'Asia/Kolkata';
select karmayogi.create_portal('hand') is not null as created, karmayogi.bind_portal('hand') is not null as bound \gset

-- rows of a portal table; all of one night
create function pg_temp.put(table_name text, items jsonb) returns void language plpgsql as $$
begin
    execute format('insert into hand.%1$I select * from jsonb_populate_recordset(null::hand.%1$I, $1)', table_name)
        using (select jsonb_agg(i || '{"data_last_generated_on": "2025-04-01 02:00:00 AM"}') from jsonb_array_elements(items) i);
end
$$;
-- a person, registered unless told otherwise: who, where, gender
create function pg_temp.official(who text, mdo text, gender text, more jsonb default '{}') returns void language sql as $$
    select pg_temp.put('user_detail', jsonb_build_array(
        jsonb_build_object('user_id', who, 'mdo_id', mdo, 'gender', gender, 'status', 1) || more))
$$;
create function pg_temp.content(content text, status text, kind text default 'Course', more jsonb default '{}') returns void language sql as $$
    select pg_temp.put('content', jsonb_build_array(
        jsonb_build_object('content_id', content, 'content_status', status, 'content_type', kind) || more))
$$;
-- a content teaches a theme of an area
create function pg_temp.teaches(content text, area text, theme text default null) returns void language sql as $$
    select pg_temp.put('kcm_content_mapping', jsonb_build_array(
        jsonb_build_object('course_id', content, 'competency_area_id', area, 'competency_theme_id', theme)))
$$;
create function pg_temp.took(who text, content text, status text default 'completed', batch text default '1') returns void language sql as $$
    select pg_temp.put('user_enrolments', jsonb_build_array(
        jsonb_build_object('user_id', who, 'content_id', content, 'batch_id', batch, 'user_consumption_status', status)))
$$;
-- a report of the last quarter, half year or year that the as-of date is in, without asking who may say so
create function pg_temp.reports(code text, entity text, n bigint, d bigint, accepted boolean default null, period_start date default '2025-01-01')
returns void language sql as $$
    insert into karmayogi.report (indicator, entity_id, period, period_start, period_end, numerator, denominator,
                                  verified_by, verified_at, accepted)
    values (code, entity, period_start::text, period_start, period_start + 80, n, d,
            case when accepted is not null then 'somebody else' end, case when accepted is not null then now() end, accepted)
$$;
create function pg_temp.publish(as_of date default '2025-03-31') returns void language plpgsql as $$
begin
    call karmayogi.refresh(as_of, true);
end
$$;
-- an indicator in the newest snapshot, a line for each entity: level, entity, (category,) tally or -, reason
create function pg_temp.figures(code text, levels text[] default array['mdo', 'md', 'ministry', 'state', 'government'])
returns text language sql as $$
    select string_agg(concat_ws(' ', k.level, nullif(k.entity_id, 'government'), nullif(k.category, 'all'),
                                coalesce(k.numerator || '/' || k.denominator, '-'), k.reason), E'\n'
                      order by array_position(levels, k.level::text), k.entity_id collate "C", k.category)
      from karmayogi.kpi_annexure k
     where k.indicator = code and k.level = any (levels)
$$;
-- the lines as one writes them in a test, indented
create function pg_temp.lines(expected text) returns text language sql as $$
    select string_agg(btrim(l), E'\n' order by n) from string_to_table(btrim(expected, E' \n'), E'\n') with ordinality t (l, n)
$$;
