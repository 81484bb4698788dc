-- What there is to find: executions that wait until after the run, executions that failed, and runner instances that live.
-- Their ids are told apart by their fourth group; hooks.py counts them up.
insert into cron_task_executions (
  id, task_id, task_name, scheduled_for, attempt, max_attempts, status, priority, available_at, config, triggered_by,
  is_manual, created_at, started_at, completed_at, error
)
select
  format('00000000-0000-7000-%s-%s', kind.code, lpad(n::text, 12, '0'))::uuid, t.id, t.name,
  date_trunc('minute', now()) - n * interval '1 minute' - kind.code::int * interval '1 day', 1, 4, kind.status, t.priority,
  now() + interval '1 day', '{}', 'manual', true, now(), kind.ended, kind.ended,
  case when kind.ended is not null then '{"kind":"EXECUTION","code":"seeded","message":"It failed.","chain":[]}'::jsonb end
from cron_tasks t
cross join generate_series(1, 500) n
cross join (values ('8001', 'PENDING'::task_status, null::timestamptz), ('8002', 'FAILED', now())) as kind (code, status, ended)
where t.name = 'http-check';

insert into task_runners (
  instance_id, name, kind, environment, version, lock_key, lock_mode, heartbeat_interval, lease, started_at, heartbeat_at
)
select
  format('00000000-0000-7000-8003-%s', lpad(n::text, 12, '0'))::uuid, 'seeded/' || n, 'worker', 'production', '0', n, 'session',
  3600000, 3600000, now(), now()
from generate_series(1, 500) n;
