-- Part 97: a dump is restored by several processes at once (pg_restore -j), each
-- of which brings one table, in no order: pg_restore knows of no order among the
-- tables of an extension. So no row that is dumped may have to wait for a row of
-- another dumped table. The foreign keys between such tables stay declared, and
-- what goes with a snapshot goes with it; but it is not asked at each inserted row
-- whether its snapshot, or its scheme, is there. refresh and use_scheme, which
-- write them, have just made or looked up that row themselves.

do $$
declare
    asking record;
begin
    for asking in
        select t.tgrelid::regclass as relation, t.tgname as name
          from pg_catalog.pg_extension e
          join pg_catalog.pg_constraint f on f.contype = 'f' and f.conrelid = any (e.extconfig) and f.confrelid = any (e.extconfig)
          join pg_catalog.pg_trigger t on t.tgconstraint = f.oid and t.tgrelid = f.conrelid
         where e.extname = 'karmayogi'
    loop
        execute format('alter table %s disable trigger %I', asking.relation, asking.name);
    end loop;
end
$$;
