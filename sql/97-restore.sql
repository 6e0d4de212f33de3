-- Part 97: a dump is restored by several processes at once (pg_restore -j), each
-- of which brings one table, in no order: pg_restore knows of no order among the
-- tables of an extension. So no row that is dumped may have to wait for a row of
-- another dumped table. The foreign keys between such tables stay declared, and
-- what goes with a snapshot goes with it; but it is not asked at each inserted row
-- whether its snapshot, or its scheme, is there. refresh and use_scheme, which
-- write them, have just made or looked up that row themselves.
--
-- pg_upgrade makes the keys anew, and then they ask at each row: slower, not wrong.

create function karmayogi.leave_keys_unasked() returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp as
$$
declare
    asking record;
    changed bigint := 0;
begin
    for asking in
        select t.tgrelid::regclass as relation, t.tgname as name
          from pg_catalog.pg_extension e
          join pg_catalog.pg_constraint f on f.contype = 'f' and f.conrelid = any (e.extconfig) and f.confrelid = any (e.extconfig)
          join pg_catalog.pg_trigger t on t.tgconstraint = f.oid and t.tgrelid = f.conrelid
         where e.extname = 'karmayogi' and t.tgenabled <> 'D'
    loop
        execute format('alter table %s disable trigger %I', asking.relation, asking.name);
        changed := changed + 1;
    end loop;
    return changed;
end
$$;
comment on function karmayogi.leave_keys_unasked() is
    'Switches off what foreign keys between dumped tables ask at each inserted row, so that dumps come back in any order and refreshes do not ask; what goes with a snapshot still goes with it. CREATE EXTENSION has done it; call it after pg_upgrade, which makes the keys anew. Returns how many triggers it switched off. Needs a superuser.';
select karmayogi.leave_keys_unasked();
