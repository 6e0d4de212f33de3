-- Second half of the floor: rows that stand ready are written into a table of official_progress's size, logged as
-- that one is, and its key and its index are built afterwards.
create table karmayogi_bench.written as select k.* from karmayogi_bench.kept k;
alter table karmayogi_bench.written add primary key (user_id);
create index on karmayogi_bench.written (mdo_id);
