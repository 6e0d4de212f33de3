// DuckDB beside PostgreSQL: loads what bench/export.sql wrote into a DuckDB database, and runs bench/duckdb.sql on it.
//
//   node bench/duckdb.mjs load DIRECTORY THREADS MEMORY             CSV files -> DIRECTORY/bench.duckdb
//   node bench/duckdb.mjs query DIRECTORY THREADS MEMORY SOURCE RUNS AS_OF
//
// Both print one line of JSON: milliseconds, the peak of this process's resident memory in kB, and, for a query, the
// sums over all officials and courses, for comparison. SOURCE is portal or typed, as in bench/duckdb.sql. Load and
// query are processes of their own, so that each has its own peak. A first run, which reads the database's file, is
// not timed.
//
// The package is looked for where NODE_PATH says, so that it need not be installed in the repository.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const { DuckDBInstance, version } = require('@duckdb/node-api')
const here = dirname(fileURLToPath(import.meta.url))
const [task, directory, threads, memory, source, runs, asOf] = process.argv.slice(2)

// Temporary, so that they belong to the connection and leave nothing in the database.
const macros = `
create temp macro fold(t) as lower(trim(t));
create temp macro known(t) as case when lower(t) not in ('', 'not available', 'null', 'not published') then t end;
create temp macro instant(t) as case when substr(t, 5, 1) <> '-' then null
    when t like '%Z' then try_cast(left(t, 19) as timestamp) + interval 330 minute else try_cast(left(t, 19) as timestamp) end;
create temp macro day(t) as case when substr(t, 5, 1) <> '-' then null
    when t like '%Z' then (try_cast(left(t, 19) as timestamp) + interval 330 minute)::date else try_cast(left(t, 10) as date) end;
create temp macro seconds(t) as case when regexp_full_match(t, '\\s*\\d{1,7}:[0-5]\\d:[0-5]\\d\\s*')
    then split_part(t, ':', 1)::bigint * 3600 + split_part(t, ':', 2)::bigint * 60 + split_part(trim(t), ':', 3)::bigint end;`

const csv = (table, types) => `read_csv('${join(directory, table)}.csv', header = true, nullstr = '\\N', quote = '"', escape = '"',
    delim = ',', columns = {${types.split(' ').map(c => { const [n, t] = c.split('='); return `'${n}': '${t ?? 'VARCHAR'}'` }).join(', ')}})`

const tables = {
	user_detail: 'user_id mdo_id status=INTEGER profile_status marked_as_not_my_user=BOOLEAN designation roles groups cadre cadre_batch ' +
		'civil_services is_verified_karmayogi=BOOLEAN is_on_central_deputation profile_last_updated_date',
	user_enrolments: 'user_id content_id user_consumption_status certificate_id first_completed_on last_completed_on content_last_accessed_on',
	content: 'content_id content_name content_status content_duration last_published_on',
	cb_plan: 'org_id allotment_type allotment_to content_id due_by status isapar=BOOLEAN',
	events: 'event_id duration',
	events_enrolment: 'user_id event_id status certificate_id duration',
}
const enrolment = (user, table) => `
select ${user} as user_id, content_id, user_consumption_status is distinct from 'not-enrolled' as enrolled,
       coalesce(user_consumption_status = 'completed', false) as completed, coalesce(length(certificate_id) > 5, false) as certificated,
       case when user_consumption_status = 'completed' then day(first_completed_on) end as first_on,
       case when user_consumption_status = 'completed' then day(last_completed_on) end as last_on, day(content_last_accessed_on) as active_on
  from ${table}`

const instance = await DuckDBInstance.create(join(directory, 'bench.duckdb'), { threads, memory_limit: memory })
const db = await instance.connect()
const result = { duckdb: version(), milliseconds: [] }
const timed = async work => {
	const began = process.hrtime.bigint()
	await work()
	return Number(process.hrtime.bigint() - began) / 1e6
}
await db.run(macros)

if (task === 'load') {
	result.portal = await timed(async () => {
		await db.run('create schema portal')
		for (const [table, types] of Object.entries(tables)) await db.run(`create table portal.${table} as select * from ${csv(table, types)}`)
		await db.run('checkpoint')
	})
	result.typed = await timed(async () => {
		await db.run('create schema typed')
		await db.run('create table typed.user_detail as select * replace (user_id::uuid as user_id), rowid as row_id from portal.user_detail')
		await db.run(`create table typed.enrolment as ${enrolment('user_id::uuid', 'portal.user_enrolments')}`)
		await db.run('checkpoint')
	})
	result.milliseconds = [result.portal + result.typed]
} else {
	// texts stay texts: the query reads them
	let script = readFileSync(join(here, 'duckdb.sql'), 'utf8').replaceAll('{as_of}', asOf)
	if (source === 'portal') {
		script = script.replaceAll('{source}.user_detail', '(select *, rowid as row_id from portal.user_detail)')
			.replaceAll('{source}.enrolment', `(${enrolment('user_id', 'portal.user_enrolments')})`)
	}
	script = script.replaceAll('{source}', source)
	const statements = script.replace(/^--.*$/gm, '').split(';').map(s => s.trim()).filter(s => s)
	for (let run = 0; run <= Number(runs); run++) {
		const took = await timed(async () => { for (const s of statements) await db.run(s) })
		if (run > 0) result.milliseconds.push(took)
	}
	const sums = await db.runAndReadAll(`
select (select count(*) from official) as officials, sum(enrolled), sum(completed), sum(certificates), sum(learning_seconds),
       sum(last_active_on - date '2000-01-01'), sum(cbp_allotted), sum(cbp_completed), sum(cbp_in_time), sum(cbp_overdue),
       sum(apar_allotted), sum(apar_completed),
       (select sum(enrolled) from course), (select sum(completed) from course), (select sum(certificates) from course)
  from official`)
	result.sums = sums.getRows()[0].map(String).join(' ')
}
result.peak = process.resourceUsage().maxRSS
console.log(JSON.stringify(result))
process.exit(0)
