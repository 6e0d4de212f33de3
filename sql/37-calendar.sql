-- Periods of reporting: which there are between two days. What is expected for each of them, and what came, needs
-- the tree of organisations and stands behind the snapshots, in part 94.

create function karmayogi.report_periods(
    frequency text, since date, until date, out period text, out period_start date, out period_end date)
returns setof record
-- strict, and so a scan of its own with a small number of rows: periods are made once and then joined
language sql immutable strict parallel safe rows 12
begin atomic
    -- months counted from April: a period begins at each multiple of its length
    select karmayogi.period_name(d.first_day, d.months), d.first_day,
           (d.first_day + make_interval(months => d.months) - interval '1 day')::date
    from (select (date '2000-04-01' + make_interval(months => n * f.months))::date as first_day, f.months
          from (select karmayogi.frequency_months(frequency) as months) f
          cross join lateral generate_series(
              floor(((extract(year from since)::int - 2000) * 12 + extract(month from since)::int - 4)
                    / f.months::numeric)::int,
              floor(((extract(year from until)::int - 2000) * 12 + extract(month from until)::int - 4)
                    / f.months::numeric)::int) n) d
    order by d.first_day;
end;
comment on function karmayogi.report_periods(text, date, date) is
    'The periods of a frequency from the one that the first day lies in to the one that the second lies in, in '
    'order; financial years run from April to March. None for a text that is no frequency (SPEC 7).';
