-- A hundred executions in two statements, and nothing else of what a scheduler does: what the server can bear.
\set slot random(1, 1000000000000)
with begun as (
  insert into executions (task_id, slot, status, started_at, config)
  select t.id, 'epoch'::timestamptz + :slot::float8 * interval '1 ms', 'RUNNING', now(), '{}'
  from tasks t
  where t.id % 10 = :client_id % 10
  limit 100
  on conflict do nothing
  returning id
)
select array_agg(id) as ids from begun \gset
update executions
set status = 'COMPLETED', completed_at = clock_timestamp(), duration_ms = 1, result = '{"ok": true}'
where id = any (:ids::uuid[]);
