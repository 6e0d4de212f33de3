-- Bulk entry: reports and strengths from a staging table that anything can fill (COPY, \copy, a spreadsheet's
-- export). The rows are checked by the code that checks single entries (report_fault, strength_fault), once each;
-- all are entered or none, and what is wrong is said row by row.
--
-- A staging table is somebody else's: only tables are read, and only columns of a few built-in types, so that
-- reading it runs nobody's code with the rights of who loads it; and what is put in its place between the look at it
-- and the reading runs none either.

create function karmayogi.create_report_staging(name text) returns regclass
language plpgsql volatile strict parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
    part constant text[] := parse_ident(name);
    schema constant text := case when cardinality(part) = 2 then part[1] end;
begin
    if cardinality(part) > 2 then
        raise exception '"%" names no table', name
            using errcode = 'invalid_name',
                  detail = 'A name is the table''s, or the schema''s and the table''s.',
                  hint = 'Write it like reports_of_q2, or work.reports_of_q2.';
    end if;
    execute format('create %s %s%I (kind text, entity text, indicator text, period text, numerator text, '
        'denominator text, evidence text, effective_on text, officials text, women text, pwd text, covers text)',
        case when schema is null then 'temporary table' else 'table' end,
        case when schema is null then '' else format('%I.', schema) end, part[cardinality(part)]);
    return to_regclass(format('%I.%I', coalesce(schema, 'pg_temp'), part[cardinality(part)]));
end
$$;
comment on function karmayogi.create_report_staging(text) is
    'Creates an empty staging table for load_reports, all columns text, in the order kind, entity, indicator, '
    'period, numerator, denominator, evidence, effective_on, officials, women, pwd, covers: a temporary table, or '
    'one of the schema that the name says. Fill it with COPY. Error: as CREATE TABLE.';

create function karmayogi.staging_layout() returns text[]
language sql immutable parallel safe
return '{kind,entity,indicator,period,numerator,denominator,evidence,effective_on,officials,women,pwd,covers}'::text[];
comment on function karmayogi.staging_layout() is 'Private: the columns of a staging table.';

create function karmayogi.check_staging(source regclass) returns void
language plpgsql stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
    wrong record;
begin
    select c.relkind into wrong from pg_class c where c.oid = source;
    if not found then
        raise exception 'there is no staging table'
            using errcode = 'undefined_table',
                  detail = case when source is null then 'The argument is NULL.'
                      else format('No relation has the OID %s.', source::oid) end,
                  hint = 'Make one with karmayogi.create_report_staging(name) and fill it with COPY.';
    elsif wrong.relkind not in ('r', 'p', 'f') then
        raise exception '% is not a table', source
            using errcode = 'wrong_object_type',
                  detail = 'A view would run its functions with the rights of who loads it.',
                  hint = 'Have its rows put into a table, like one of karmayogi.create_report_staging(name).';
    end if;
    select a.attname, format_type(a.atttypid, a.atttypmod) as type,
           a.attname <> all (karmayogi.staging_layout()) as stray into wrong
    from pg_attribute a
    where a.attrelid = source and a.attnum > 0 and not a.attisdropped
      and (a.attname <> all (karmayogi.staging_layout())
           or a.atttypid <> all ('{text,varchar,bpchar,name,int2,int4,int8,numeric,date}'::regtype[]))
    order by a.attnum limit 1;
    if found then
        raise exception 'column "%" of % is %', wrong.attname, source,
            case when wrong.stray then 'not part of a staging table' else format('of type %s', wrong.type) end
            using errcode = 'invalid_table_definition',
                  detail = case when wrong.stray then format('Its columns are %s; those that are not needed may be '
                      'left out.', array_to_string(karmayogi.staging_layout(), ', '))
                      else 'Columns of a staging table are texts, whole numbers or dates of built-in types.' end,
                  hint = 'Make one with karmayogi.create_report_staging(name) and fill it with COPY.';
    end if;
end
$$;
comment on function karmayogi.check_staging(regclass) is
    'Private: an error unless the relation is a table that has columns of the layout alone, of built-in types of '
    'texts, numbers or dates.';

create function karmayogi.staged_rows(source regclass)
returns table (line bigint, kind text, entity text, indicator text, period text, numerator text, denominator text,
    evidence text, effective_on text, officials text, women text, pwd text, covers text)
language plpgsql stable parallel unsafe
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO'
-- a table that is read from the middle has no row numbers, one whose rows are hidden is not whole
set synchronize_seqscans = off
set row_security = off
as $$
declare
    selection text;
    restricted constant text := current_setting('restrict_nonsystem_relation_kind', true);
begin
    -- Blanks around a value and empty values mean nothing, whatever wrote the file. concat calls the output function of
    -- a type, which is its maker's, and not a cast, which may be anybody's.
    select string_agg(format(case when a.attname is null then 'null::text'
                                  else 'nullif(btrim(concat(q.%I), e'' \t\r\n''), '''')' end, l.name),
                      ', ' order by l.position)
    into selection
    from unnest(karmayogi.staging_layout()) with ordinality l (name, position)
    left join pg_attribute a
        on a.attrelid = source and a.attname = l.name and a.attnum > 0 and not a.attisdropped;
    -- minor versions of PostgreSQL before 15.8 and 16.4 do not know it
    if restricted is not null then
        perform set_config('restrict_nonsystem_relation_kind', concat_ws(', ', nullif(restricted, ''), 'view'), true);
    end if;
    return query execute format('select row_number() over (), %s from %s q', selection, source);
    if restricted is not null then
        perform set_config('restrict_nonsystem_relation_kind', restricted, true);
    end if;
end
$$;
comment on function karmayogi.staged_rows(regclass) is
    'Private: the rows of a staging table as trimmed texts, numbered as they are read, by the rights of the caller.';

create function karmayogi.staged_number(value text) returns bigint
language sql immutable strict parallel safe
return case when value ~ '^[+-]?[0-9]{1,18}(\.0*)?$' then split_part(value, '.', 1)::bigint end;
comment on function karmayogi.staged_number(text) is
    'Private: a whole number as a staging table may hold it (12, +12, 12.00), NULL for any other text.';

create function karmayogi.staged_date(value text) returns date
language sql immutable strict parallel safe
return case when value ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' and left(value, 4) <> '0000' then
    case when to_char(make_date(left(value, 4)::int, substr(value, 6, 2)::int, 1) + (right(value, 2)::int - 1),
                      'YYYY-MM-DD') = value
         then make_date(left(value, 4)::int, substr(value, 6, 2)::int, 1) + (right(value, 2)::int - 1) end end;
comment on function karmayogi.staged_date(text) is
    'Private: a day as a staging table may hold it (2026-11-30), NULL for any other text.';

create function karmayogi.checked_rows(source regclass)
returns table (line bigint, kind text, entity text, indicator text, period text, numerator bigint,
    denominator bigint, evidence text, effective_on date, officials bigint, women bigint, pwd bigint, covers text,
    period_start date, period_end date, problem text, detail text, hint text)
language plpgsql stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    perform karmayogi.check_staging(source);
    return query
    with staged as materialized (
        select r.*, case r.what when 'report' then i.entity
                               when 'strength' then case r.covers when 'attached' then 'md' else 'mdo' end
                   end as speaks_of
        from (select s.*, coalesce(lower(s.kind), case when s.indicator is not null then 'report'
                                                       when s.officials is not null then 'strength' end) as what
              from karmayogi.staged_rows(source) s) r
        left join karmayogi.indicator i on i.code = r.indicator and i.source <> 'P' and i.entity <> 'csti'
    ), typed as materialized (
        select s.line, s.what, s.entity, s.indicator, s.period, s.evidence, s.speaks_of,
               case when s.what = 'strength' then coalesce(s.covers, 'own') else s.covers end as covers,
               karmayogi.staged_number(s.numerator) as numerator,
               karmayogi.staged_number(s.denominator) as denominator,
               karmayogi.staged_date(s.effective_on) as effective_on,
               karmayogi.staged_number(s.officials) as officials,
               karmayogi.staged_number(s.women) as women, karmayogi.staged_number(s.pwd) as pwd,
               (select format('%s "%s" is not a %s', v.name, v.value,
                              case v.name when 'effective_on' then 'day' else 'whole number' end)
                from (values ('numerator', s.numerator), ('denominator', s.denominator),
                             ('effective_on', s.effective_on), ('officials', s.officials), ('women', s.women),
                             ('pwd', s.pwd)) v (name, value)
                where case v.name when 'effective_on' then karmayogi.staged_date(v.value) is null
                          else karmayogi.staged_number(v.value) is null end
                  and v.value is not null
                limit 1) as unreadable,
               (select v.name
                from (values ('strength', 'indicator', s.indicator), ('strength', 'period', s.period),
                             ('strength', 'numerator', s.numerator), ('strength', 'denominator', s.denominator),
                             ('strength', 'evidence', s.evidence), ('report', 'effective_on', s.effective_on),
                             ('report', 'officials', s.officials), ('report', 'women', s.women),
                             ('report', 'pwd', s.pwd), ('report', 'covers', s.covers)) v (what, name, value)
                where v.what = s.what and v.value is not null
                limit 1) as stray
        from staged s
    ), standing as materialized (
        select k.speaks_of, e.entity, e.standing
        from (select t.speaks_of, array_agg(distinct t.entity) as entities
              from typed t
              where t.entity is not null and t.speaks_of is not null
              group by t.speaks_of) k
        cross join lateral karmayogi.entity_standing(k.speaks_of, k.entities) e
    ), again as (
        select t.line, min(t.line) over (partition by t.what, t.entity, t.indicator, t.period) as first_line
        from typed t
        where t.what = 'report'
        union all
        select t.line, min(t.line) over (partition by t.what, t.entity, t.effective_on, t.covers)
        from typed t
        where t.what = 'strength'
    )
    select t.line, t.what, t.entity, t.indicator, t.period, t.numerator, t.denominator, t.evidence, t.effective_on,
           t.officials, t.women, t.pwd, t.covers, f.period_start, f.period_end, p.problem, p.detail, p.hint
    from typed t
    left join standing s on s.entity = t.entity and s.speaks_of = t.speaks_of
    left join again a on a.line = t.line and a.first_line < t.line
    left join lateral karmayogi.report_fault(t.indicator, t.entity, t.period, t.numerator, t.denominator,
        s.standing) f on t.what = 'report'
    left join lateral karmayogi.strength_fault(t.entity, t.effective_on, t.officials, t.women, t.pwd, t.covers) g
        on t.what = 'strength'
    left join karmayogi.strength h
        on t.what = 'strength' and h.mdo_id = t.entity and h.covers = t.covers and h.effective_on = t.effective_on
    left join lateral (
        select v.problem, v.detail, v.hint
        from (values
            (1, case when t.what is null or t.what not in ('report', 'strength')
                  then coalesce('kind "' || t.what || '" does not exist', 'the row is neither report nor strength') end,
             'A row is a report (it names an indicator) or a strength (it gives officials).',
             'Write report or strength as its kind, or leave the kind empty.'),
            (2, t.unreadable, 'Numbers are digits alone, 18 at most; days are written YYYY-MM-DD.',
             'Correct the value; leave it empty where nothing is known.'),
            (3, t.stray || ' does not belong to a ' || t.what,
             'A report has entity, indicator, period, numerator, denominator and evidence; a strength has entity, '
             'effective_on, officials, women, pwd and covers.',
             'Leave it empty, or make two rows of it.'),
            (4, f.message, f.detail, f.hint),
            (5, g.message, g.detail, g.hint),
            (6, case when t.what = 'strength' and s.standing = 'unknown'
                  then format('organisation "%s" is not known', t.entity) end,
             'Neither the bound portal''s org_hierarchy nor the newest snapshot has it.',
             'Give the mdo_id of org_hierarchy.'),
            (6, case when t.what = 'strength' and s.standing like 'below %'
                  then format('organisation "%s" is no M/D', t.entity) end,
             format('It is part of the M/D "%s", and covers is attached.', substr(s.standing, 7)),
             'Give the strength of the M/D, or leave covers empty for that of this organisation alone.'),
            (7, case when h.mdo_id is not null
                  then format('strength of organisation "%s" on %s is already entered', t.entity,
                              to_char(t.effective_on, 'YYYY-MM-DD')) end,
             format('It says %s officials.', h.officials),
             'Give the day from which the new figures hold, or correct the row of karmayogi.strength.'),
            (8, 'the same ' || t.what || ' as in row ' || a.first_line,
             case t.what when 'report' then 'Of an indicator, entity and period there can be one report in a load.'
                 else 'Of an organisation, day and covers there can be one strength.' end,
             'Keep the one that is right.')
        ) v (place, problem, detail, hint)
        where v.problem is not null
        order by v.place
        limit 1
    ) p on true;
end
$$;
comment on function karmayogi.checked_rows(regclass) is
    'Private: the rows of a staging table, read, with the first thing that is wrong with each (problem NULL: '
    'nothing). Error: as staged_rows, and as reading the portal where the newest snapshot lacks an entity.';

create function karmayogi.check_reports(source regclass)
returns table (line bigint, entity text, indicator text, period text, problem text, detail text, hint text)
language sql stable parallel unsafe
begin atomic
    select c.line, c.entity, c.indicator, c.period, c.problem, c.detail, c.hint
    from karmayogi.checked_rows(source) c
    where c.problem is not null
    order by c.line;
end;
comment on function karmayogi.check_reports(regclass) is
    'What is wrong with the rows of a staging table, one row for each row of it that load_reports would refuse '
    '(the first thing wrong with it): line counts the rows in the order in which they are read, that of the COPY '
    'for a fresh table. No rows: it can be loaded. Changes nothing. Error: as load_reports says of tables.';

create function karmayogi.load_reports(source regclass) returns bigint
language plpgsql volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $$
declare
    item record;
    loaded bigint := 0;
    wrong bigint := 0;
    problems text[] := '{}';
    checked cursor for select c.* from karmayogi.checked_rows(source) c order by c.line;
begin
    -- with the first row all are read and checked: nobody waits while this waits for who holds the staging table
    open checked;
    fetch checked into item;
    -- alone among those who submit: a load would else hold up, one by one, whoever reports the same
    lock table karmayogi.report in share row exclusive mode;
    while found loop
        loaded := loaded + 1;
        if item.problem is not null then
            wrong := wrong + 1;
            if wrong <= 20 then
                problems := problems || format('row %s: %s', item.line, item.problem);
            end if;
        elsif wrong = 0 and item.kind = 'report' then
            perform karmayogi.file_report(item.indicator, item.entity, item.period, item.numerator,
                item.denominator, item.evidence, item.period_start, item.period_end);
        elsif wrong = 0 then
            insert into karmayogi.strength (mdo_id, effective_on, officials, women, pwd, covers)
            values (item.entity, item.effective_on, item.officials, item.women, item.pwd, item.covers)
            on conflict do nothing;
            if not found then
                wrong := wrong + 1;
                problems := problems || format('row %s: strength of organisation "%s" on %s has just been entered', item.line,
                                               item.entity, to_char(item.effective_on, 'YYYY-MM-DD'));
            end if;
        end if;
        fetch checked into item;
    end loop;
    close checked;
    if wrong > 0 then
        raise exception '% of % rows of % cannot be loaded', wrong, loaded, source
            using errcode = 'data_exception',
                  detail = array_to_string(problems, E'\n')
                      || case when wrong > 20 then format(E'\nand %s more', wrong - 20) else '' end,
                  hint = format('Nothing was loaded. See every row''s problem: select * from '
                      'karmayogi.check_reports(%L);', source);
    end if;
    return loaded;
end
$$;
comment on function karmayogi.load_reports(regclass) is
    'Enters reports and sanctioned strengths in bulk from a staging table, all or nothing, and returns how many '
    'rows. The table has columns of this layout, in any order, text or the natural type, those not needed left '
    'out: kind (report or strength; empty: a row with an indicator is a report, else one with officials a '
    'strength), entity, and of a report indicator, period, numerator, denominator, evidence as submit_report takes '
    'them, of a strength effective_on, officials, women, pwd, covers as karmayogi.strength has them. '
    'create_report_staging(name) makes one for COPY. It is read with the rights of the caller. Error, and nothing '
    'changed: not a table, other columns or types, or any row refused - then DETAIL lists the first 20 and '
    'check_reports(source) all (SPEC 7).';
