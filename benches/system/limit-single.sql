-- One execution in two statements, and nothing else of what a scheduler does: what the server can bear one at a time.
\set task random(1, 1000)
\set slot random(1, 1000000000000)
insert into executions (task_id, slot, status, started_at, config)
values (:task::int, 'epoch'::timestamptz + :slot::float8 * interval '1 ms', 'RUNNING', now(), '{}')
returning id \gset
update executions
set status = 'COMPLETED', completed_at = clock_timestamp(), duration_ms = 1, result = '{"ok": true}'
where id = :id::uuid;
