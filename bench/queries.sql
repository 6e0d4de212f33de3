-- What readers ask of the published snapshot: after each line "-- ask: NAME; AIM" one statement, on one line. md_id is
-- the first of the ranking.
-- ask: mdo_ranking, all of it; at most 1 ms
select * from karmayogi.mdo_ranking
-- ask: score_breakdown of one M/D; at most 5 ms
select * from karmayogi.score_breakdown where md_id = :'md_id'
-- ask: kpi_annexure of the government; at most 20 ms
select * from karmayogi.kpi_annexure where level = 'government'
-- ask: kpi_annexure of one M/D; at most 20 ms
select * from karmayogi.kpi_annexure where level = 'md' and entity_id = :'md_id'
-- ask: kpi_annexure, one indicator of every M/D; at most 20 ms
select * from karmayogi.kpi_annexure where level = 'md' and indicator = '3.7'
-- ask: kpi_annexure, every indicator of every M/D; at most 20 ms
select * from karmayogi.kpi_annexure where level = 'md'
-- ask: kpi_annexure, all of it
select * from karmayogi.kpi_annexure
