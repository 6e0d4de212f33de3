-- The reporting calendar: what reports are expected, from whom, by when, and what came; and the reporting rates
-- that follow. One function tells it as it was known on a day, the views as it is known today.
--
-- Who is expected to report is taken from the newest snapshot: known M/Ds, known organisations that are not M/Ds,
-- and besides the 36 States and UTs and the platform. An entity that the oldest snapshot kept has as such is expected
-- since the setting reporting_since, one that came later, or was something else before, from the period in which a
-- snapshot first has it as what it is; one that is gone from the newest snapshot is expected no more, and its reports
-- stay in report_history.

----- history

create view karmayogi.report_history as
    select r.report_id, r.indicator, i.title, i.responsibility, i.entity as entity_kind, r.entity_id,
           r.period, r.period_start, r.period_end, r.numerator, r.denominator, r.evidence,
           r.submitted_by, r.submitted_at,
           case when r.accepted is false then 'rejected'
                when exists (select from karmayogi.report l
                             where l.indicator = r.indicator and l.entity_id = r.entity_id
                               and l.period = r.period and l.report_id > r.report_id
                               and l.accepted is distinct from false) then 'superseded'
                when r.accepted then 'verified'
                else 'submitted' end as state,
           r.superseded_by, n.submitted_at as superseded_at, r.verified_by, r.verified_at, r.accepted, r.remark
    from karmayogi.report r
    join karmayogi.indicator i on i.code = r.indicator
    left join karmayogi.report n on n.report_id = r.superseded_by;
comment on view karmayogi.report_history is
    'Every report that was ever submitted: who said what when, what became of it, who verified it (SPEC 7).';
comment on column karmayogi.report_history.report_id is 'Number of the report.';
comment on column karmayogi.report_history.indicator is 'Code of the indicator.';
comment on column karmayogi.report_history.title is 'Its title.';
comment on column karmayogi.report_history.responsibility is 'Who answers for it.';
comment on column karmayogi.report_history.entity_kind is 'Whom it speaks of: md, mdo, state or platform.';
comment on column karmayogi.report_history.entity_id is 'mdo_id, code of the State or UT, or platform.';
comment on column karmayogi.report_history.period is 'Period reported.';
comment on column karmayogi.report_history.period_start is 'Its first day.';
comment on column karmayogi.report_history.period_end is 'Its last day.';
comment on column karmayogi.report_history.numerator is 'Numerator reported.';
comment on column karmayogi.report_history.denominator is 'Denominator reported; of a count 0.';
comment on column karmayogi.report_history.evidence is 'Where the means of verification is found, as it was given.';
comment on column karmayogi.report_history.submitted_by is 'Who submitted it.';
comment on column karmayogi.report_history.submitted_at is 'When it was submitted.';
comment on column karmayogi.report_history.state is
    'submitted: holds for its period, not yet seen; verified: holds for its period, verified; rejected: counts '
    'nowhere; superseded: a later report of the same indicator, entity and period, not rejected, took its place.';
comment on column karmayogi.report_history.superseded_by is
    'The report of the same indicator, entity and period that came next, rejected or not.';
comment on column karmayogi.report_history.superseded_at is 'When that one was submitted.';
comment on column karmayogi.report_history.verified_by is 'Who verified or rejected it.';
comment on column karmayogi.report_history.verified_at is 'When it was verified or rejected.';
comment on column karmayogi.report_history.accepted is 'The verdict; NULL: none yet.';
comment on column karmayogi.report_history.remark is 'What the verifier remarked.';

----- calendar

create index snapshot_org_first on karmayogi.snapshot_org (mdo_id, snapshot_id) where known and mdo_id <> md_id;
create index snapshot_unit_first on karmayogi.snapshot_unit (level, entity_id, snapshot_id) where known;
comment on index karmayogi.snapshot_org_first is 'For the first snapshot that has an organisation below an M/D.';
comment on index karmayogi.snapshot_unit_first is 'For the first snapshot in which an M/D is known.';

create type karmayogi.expected_report as (
    indicator text collate "C",
    title text,
    responsibility text,
    entity_kind text,
    entity_id text collate "C",
    entity_name text,
    period text collate "C",
    period_start date,
    period_end date,
    due_on date,
    report_id bigint,
    submitted_at timestamptz,
    submitted_by name,
    verified_at timestamptz,
    verified_by name,
    first_submitted_at timestamptz,
    on_time boolean,
    state text
);
comment on type karmayogi.expected_report is 'A row of the reporting calendar; see the view reporting_calendar.';

create function karmayogi.reporting_calendar(as_of date) returns setof karmayogi.expected_report
language sql stable parallel safe
begin atomic
    -- Nothing here keeps a condition on indicator, entity_id or period from reaching the tables: the periods of the
    -- few indicators come first, then the entities, by index where one is named, then the reports of that key.
    select x.indicator, x.title, x.responsibility, x.entity_kind, x.entity_id, x.entity_name,
           x.period, x.period_start, x.period_end, d.due_on,
           r.report_id, r.submitted_at, r.submitted_by,
           case when v.verified then r.verified_at end, case when v.verified then r.verified_by end,
           k.first_submitted_at, d.on_time,
           case when v.verified then 'verified'
                when d.on_time then 'on time'
                when not d.on_time then 'late'
                when d.due_on < as_of then 'overdue'
                else 'due' end
    from (
        select i.code as indicator, i.title, i.responsibility, i.entity as entity_kind,
               o.mdo_id as entity_id, o.mdo_name as entity_name, p.period, p.period_start, p.period_end
        from karmayogi.indicator i
        cross join lateral karmayogi.report_periods(
            i.frequency, (select karmayogi.setting('reporting_since')::date), as_of) p
        cross join karmayogi.snapshot_org o
        left join karmayogi.snapshot_org b
            on b.snapshot_id = (select min(z.snapshot_id) from karmayogi.snapshot z) and b.mdo_id = o.mdo_id
            and b.known and b.mdo_id <> b.md_id
        cross join lateral (
            select min(f.snapshot_id) as snapshot_id from karmayogi.snapshot_org f
            where b.mdo_id is null and f.mdo_id = o.mdo_id and f.known and f.mdo_id <> f.md_id) f
        left join karmayogi.snapshot s on s.snapshot_id = f.snapshot_id
        where i.source = 'R' and i.entity = 'mdo'
          and o.snapshot_id = (select karmayogi.newest_snapshot()) and o.known and o.mdo_id <> o.md_id
          and (s.as_of is null or p.period_end >= s.as_of)
        union all
        select i.code, i.title, i.responsibility, i.entity,
               u.entity_id, u.entity_name, p.period, p.period_start, p.period_end
        from karmayogi.indicator i
        cross join lateral karmayogi.report_periods(
            i.frequency, (select karmayogi.setting('reporting_since')::date), as_of) p
        cross join karmayogi.snapshot_unit u
        left join karmayogi.snapshot_unit b
            on b.snapshot_id = (select min(z.snapshot_id) from karmayogi.snapshot z) and b.level = u.level
            and b.entity_id = u.entity_id and b.known
        cross join lateral (
            select min(f.snapshot_id) as snapshot_id from karmayogi.snapshot_unit f
            where b.entity_id is null and f.level = 'md' and f.entity_id = u.entity_id and f.known) f
        left join karmayogi.snapshot s on s.snapshot_id = f.snapshot_id
        where i.source = 'R' and i.entity = 'md'
          and u.snapshot_id = (select karmayogi.newest_snapshot()) and u.level = 'md' and u.known
          and (s.as_of is null or p.period_end >= s.as_of)
        union all
        select i.code, i.title, i.responsibility, i.entity,
               t.state_code, t.state_name, p.period, p.period_start, p.period_end
        from karmayogi.indicator i
        cross join lateral karmayogi.report_periods(
            i.frequency, (select karmayogi.setting('reporting_since')::date), as_of) p
        cross join karmayogi.state_ut t
        where i.source = 'R' and i.entity = 'state'
        union all
        select i.code, i.title, i.responsibility, i.entity,
               'platform'::text collate "C", 'iGOT Karmayogi'::text, p.period, p.period_start, p.period_end
        from karmayogi.indicator i
        cross join lateral karmayogi.report_periods(
            i.frequency, (select karmayogi.setting('reporting_since')::date), as_of) p
        where i.source = 'R' and i.entity = 'platform'
    ) x
    left join (
        -- as known on that day: what was rejected later was not rejected yet
        select q.indicator, q.entity_id, q.period,
               min(q.submitted_at) as first_submitted_at, max(q.report_id) as report_id
        from karmayogi.report q
        where q.submitted_at < (as_of + 1)::timestamp at time zone 'Asia/Kolkata'
          and (q.accepted is distinct from false
               or q.verified_at >= (as_of + 1)::timestamp at time zone 'Asia/Kolkata')
        group by q.indicator, q.entity_id, q.period
    ) k on k.indicator = x.indicator and k.entity_id = x.entity_id and k.period = x.period
    left join karmayogi.report r on r.report_id = k.report_id
    cross join lateral (
        select x.period_end + (select karmayogi.setting('report_due_days')::int) as due_on,
               (k.first_submitted_at at time zone 'Asia/Kolkata')::date
                   <= x.period_end + (select karmayogi.setting('report_due_days')::int) as on_time) d
    cross join lateral (
        select coalesce(r.accepted and r.verified_at < (as_of + 1)::timestamp at time zone 'Asia/Kolkata', false)
            as verified) v;
end;
comment on function karmayogi.reporting_calendar(date) is
    'The reporting calendar as it was known at the end of a day (Indian Standard Time): the periods that had begun, '
    'the reports and verdicts that had come. Columns as of the view reporting_calendar; who is expected to report '
    'is taken from the newest snapshot (SPEC 7).';

create view karmayogi.reporting_calendar as
    select c.indicator, c.title, c.responsibility, c.entity_kind, c.entity_id, c.entity_name,
           c.period, c.period_start, c.period_end, c.due_on,
           c.report_id, c.submitted_at, c.submitted_by, c.verified_at, c.verified_by,
           c.first_submitted_at, c.on_time, c.state
    from karmayogi.reporting_calendar(karmayogi.today()) c;
comment on view karmayogi.reporting_calendar is
    'Every report expected: each reported indicator (source R, but for those counted from karmayogi.csti) of each '
    'entity for each period since the setting reporting_since up to the running one. Entities are the known M/Ds '
    'and, of indicator 1.2, organisations of the newest snapshot, the 36 States and UTs, and the platform. An '
    'entity that the oldest snapshot has as such is expected from the first period on, one that came later, or was '
    'an M/D and is an office now, from the period in which a snapshot first has it as what it is. A rejected report '
    'counts as none (SPEC 7).';
comment on column karmayogi.reporting_calendar.indicator is 'Code of the indicator.';
comment on column karmayogi.reporting_calendar.title is 'Its title.';
comment on column karmayogi.reporting_calendar.responsibility is
    'Who answers for it: MDO, SPV, CBC, MDO/SPV or MDO/CBC.';
comment on column karmayogi.reporting_calendar.entity_kind is 'Whom it speaks of: md, mdo, state or platform.';
comment on column karmayogi.reporting_calendar.entity_id is 'mdo_id, code of the State or UT, or platform.';
comment on column karmayogi.reporting_calendar.entity_name is 'Its name.';
comment on column karmayogi.reporting_calendar.period is
    'Period as submit_report takes it: 2026-11, 2026-27 Q2, 2026-27 H1 or 2026-27.';
comment on column karmayogi.reporting_calendar.period_start is 'First day of the period.';
comment on column karmayogi.reporting_calendar.period_end is 'Last day of the period.';
comment on column karmayogi.reporting_calendar.due_on is
    'Last day on which the report is in time: the setting report_due_days (15) after the period ends.';
comment on column karmayogi.reporting_calendar.report_id is
    'The report that holds for the period: the last that is not rejected; NULL: none.';
comment on column karmayogi.reporting_calendar.submitted_at is 'When that one was submitted.';
comment on column karmayogi.reporting_calendar.submitted_by is 'Who submitted it.';
comment on column karmayogi.reporting_calendar.verified_at is 'When it was verified; NULL: it is not.';
comment on column karmayogi.reporting_calendar.verified_by is 'Who verified it.';
comment on column karmayogi.reporting_calendar.first_submitted_at is
    'When the first report of the period that is not rejected was submitted: this decides whether it came in time.';
comment on column karmayogi.reporting_calendar.on_time is
    'Whether that was on due_on or before, by the calendar day in India; NULL: there is none.';
comment on column karmayogi.reporting_calendar.state is
    'due: not submitted, due_on has not passed; overdue: not submitted, due_on has passed; on time or late: '
    'submitted, not verified; verified.';

----- rates

create type karmayogi.entity_rate as (
    responsibility text, entity_kind text, entity_id text collate "C", entity_name text,
    expected bigint, submitted bigint, on_time bigint, late bigint, verified bigint,
    completeness karmayogi.tally, completeness_pct numeric, timeliness karmayogi.tally, timeliness_pct numeric
);
comment on type karmayogi.entity_rate is 'Private: a row of the view reporting_rate.';

create function karmayogi.reporting_rate(as_of date) returns setof karmayogi.entity_rate
language sql stable parallel safe
begin atomic
    select r.responsibility, r.entity_kind, r.entity_id, r.entity_name,
           r.expected, r.submitted, r.on_time, r.late, r.verified,
           karmayogi.tally(r.submitted, r.expected), karmayogi.pct(karmayogi.tally(r.submitted, r.expected)),
           karmayogi.tally(r.on_time, r.expected), karmayogi.pct(karmayogi.tally(r.on_time, r.expected))
    from (select c.responsibility, c.entity_kind, c.entity_id, c.entity_name,
                 count(*) filter (where c.due_on < as_of) as expected,
                 count(c.report_id) filter (where c.due_on < as_of) as submitted,
                 count(*) filter (where c.on_time and c.due_on < as_of) as on_time,
                 count(*) filter (where not c.on_time and c.due_on < as_of) as late,
                 count(*) filter (where c.state = 'verified' and c.due_on < as_of) as verified
          from karmayogi.reporting_calendar(as_of) c
          group by c.responsibility, c.entity_kind, c.entity_id, c.entity_name) r;
end;
comment on function karmayogi.reporting_rate(date) is
    'Completeness and timeliness of reporting of each entity, per who answers for the indicators, as they were known '
    'at the end of a day. Columns as of the view reporting_rate (SPEC 7).';

create view karmayogi.reporting_rate as
    select * from karmayogi.reporting_rate(karmayogi.today());
comment on view karmayogi.reporting_rate is
    'Completeness and timeliness of reporting: of every entity and who answers for the indicators, the reports '
    'expected - those of reporting_calendar whose due_on has passed - and what came of them. Add up tallies, not '
    'percentages (SPEC 7).';
comment on column karmayogi.reporting_rate.responsibility is 'Who answers for the indicators.';
comment on column karmayogi.reporting_rate.entity_kind is 'md, mdo, state or platform.';
comment on column karmayogi.reporting_rate.entity_id is 'mdo_id, code of the State or UT, or platform.';
comment on column karmayogi.reporting_rate.entity_name is 'Its name.';
comment on column karmayogi.reporting_rate.expected is 'Reports expected whose due_on has passed.';
comment on column karmayogi.reporting_rate.submitted is 'Of them submitted and not rejected.';
comment on column karmayogi.reporting_rate.on_time is 'Of them submitted on due_on or before.';
comment on column karmayogi.reporting_rate.late is 'Of them submitted after due_on.';
comment on column karmayogi.reporting_rate.verified is 'Of them verified.';
comment on column karmayogi.reporting_rate.completeness is 'submitted / expected.';
comment on column karmayogi.reporting_rate.completeness_pct is
    'The same in percent, 2 decimals; NULL: nothing was expected.';
comment on column karmayogi.reporting_rate.timeliness is 'on_time / expected.';
comment on column karmayogi.reporting_rate.timeliness_pct is
    'The same in percent, 2 decimals; NULL: nothing was expected.';

create function karmayogi.reporting_rate_indicator(
    as_of date,
    out responsibility text, out indicator text, out title text, out entity_kind text,
    out expected bigint, out submitted bigint, out on_time bigint, out late bigint, out verified bigint,
    out completeness karmayogi.tally, out completeness_pct numeric,
    out timeliness karmayogi.tally, out timeliness_pct numeric)
returns setof record
language sql stable parallel safe
begin atomic
    select r.responsibility, r.indicator, r.title, r.entity_kind,
           r.expected, r.submitted, r.on_time, r.late, r.verified,
           karmayogi.tally(r.submitted, r.expected), karmayogi.pct(karmayogi.tally(r.submitted, r.expected)),
           karmayogi.tally(r.on_time, r.expected), karmayogi.pct(karmayogi.tally(r.on_time, r.expected))
    from (select i.responsibility, i.code as indicator, i.title, i.entity as entity_kind, i.position,
                 count(c.indicator) as expected, count(c.report_id) as submitted,
                 count(*) filter (where c.on_time) as on_time, count(*) filter (where not c.on_time) as late,
                 count(*) filter (where c.state = 'verified') as verified
          from karmayogi.indicator i
          left join karmayogi.reporting_calendar(as_of) c on c.indicator = i.code and c.due_on < as_of
          where i.source = 'R' and i.entity <> 'csti'
          group by i.code) r
    order by r.position;
end;
comment on function karmayogi.reporting_rate_indicator(date) is
    'Completeness and timeliness of the reports of each reported indicator as they were known at the end of a day. '
    'Columns as of the view reporting_rate_indicator (SPEC 7).';

create view karmayogi.reporting_rate_indicator as
    select * from karmayogi.reporting_rate_indicator(karmayogi.today());
comment on view karmayogi.reporting_rate_indicator is
    'Completeness and timeliness of the reports of each reported indicator: as reporting_rate, over all entities '
    '(SPEC 7).';
comment on column karmayogi.reporting_rate_indicator.responsibility is 'Who answers for the indicator.';
comment on column karmayogi.reporting_rate_indicator.indicator is 'Code of the indicator.';
comment on column karmayogi.reporting_rate_indicator.title is 'Its title.';
comment on column karmayogi.reporting_rate_indicator.entity_kind is 'Whom a report speaks of: md, mdo, state or platform.';
comment on column karmayogi.reporting_rate_indicator.expected is 'Reports expected whose due_on has passed.';
comment on column karmayogi.reporting_rate_indicator.submitted is 'Of them submitted and not rejected.';
comment on column karmayogi.reporting_rate_indicator.on_time is 'Of them submitted on due_on or before.';
comment on column karmayogi.reporting_rate_indicator.late is 'Of them submitted after due_on.';
comment on column karmayogi.reporting_rate_indicator.verified is 'Of them verified.';
comment on column karmayogi.reporting_rate_indicator.completeness is 'submitted / expected.';
comment on column karmayogi.reporting_rate_indicator.completeness_pct is
    'The same in percent, 2 decimals; NULL: nothing was expected.';
comment on column karmayogi.reporting_rate_indicator.timeliness is 'on_time / expected.';
comment on column karmayogi.reporting_rate_indicator.timeliness_pct is
    'The same in percent, 2 decimals; NULL: nothing was expected.';
