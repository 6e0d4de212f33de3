-- Periods of reporting: which there are between two days. What is expected for each of them, and what came, needs
-- the tree of organisations and stands behind the snapshots, in part 94.

create function karmayogi.report_periods(
    frequency text, since date, until date, out period text, out period_start date, out period_end date)
returns setof record
language plpgsql immutable strict parallel safe rows 12
set search_path = pg_catalog, pg_temp
as $$
declare
    -- months counted from April: a period begins at each multiple of its length
    months constant int := karmayogi.frequency_months(frequency);
    last_one constant int := floor(((extract(year from until)::int - 2000) * 12
        + extract(month from until)::int - 4) / months::numeric);
    n int := floor(((extract(year from since)::int - 2000) * 12 + extract(month from since)::int - 4)
        / months::numeric);
begin
    while n <= last_one loop
        period_start := date '2000-04-01' + make_interval(months => n * months);
        period_end := period_start + make_interval(months => months) - interval '1 day';
        period := karmayogi.period_name(period_start, months);
        return next;
        n := n + 1;
    end loop;
end
$$;
comment on function karmayogi.report_periods(text, date, date) is
    'The periods of a frequency from the one that the first day lies in to the one that the second lies in, in '
    'order; financial years run from April to March. None for a text that is no frequency (SPEC 7).';
