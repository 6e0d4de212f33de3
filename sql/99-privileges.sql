-- Part 99: nothing is open to PUBLIC, whatever default privileges this database
-- has, but functions that only turn values into values (immutable ones): who has
-- a tally has its percentage. The last part, so that it meets everything.

do $$
declare
    open record;
begin
    execute 'revoke all on schema karmayogi, karmayogi_stage from public';
    execute 'revoke all on all tables in schema karmayogi from public';
    execute 'revoke all on all sequences in schema karmayogi from public';
    for open in
        select p.oid::regprocedure as routine
          from pg_catalog.pg_proc p
         where p.pronamespace = 'karmayogi'::regnamespace and (p.provolatile <> 'i' or p.proname like 'engine\_%')
    loop
        execute format('revoke all on routine %s from public', open.routine);
    end loop;
end
$$;
