-- Tables as they are after three weeks: one execution every ten seconds, and what goes with them. It is 2 March 2026, noon.
insert into cron_tasks (id, name, schedule, next_execution_at, due_at, last_executed_at)
select
  ('20000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, case when n = 1 then 'busy' else 'task-' || n end, '* * * * *',
  case when n <= 20 then timestamptz '2026-03-02 11:59:00Z' else timestamptz '2026-03-02 12:01:00Z' + n * interval '1 second' end,
  case when n <= 20 then timestamptz '2026-03-02 11:59:00Z' else timestamptz '2026-03-02 12:01:00Z' + n * interval '1 second' end,
  '2026-03-02 11:00:00Z'
from generate_series(1, 10000) n;

-- Rows of history make no events of their own here: those follow below, in their number.
alter table cron_task_executions disable trigger user;

insert into cron_task_executions (
  id, task_id, task_name, scheduled_for, max_attempts, status, available_at, started_at, completed_at, duration_ms, config,
  result, error, skipped_reason, execution_environment, runner_instance_id, executed_by_instance, fencing_token, created_at
)
select
  gen_random_uuid(), t.id, t.name, at.at, 4, at.status::task_status, at.at, at.at, at.at + interval '100 ms',
  case when at.status <> 'SKIPPED' then 100 end, '{}', case when at.status = 'COMPLETED' then '{"deleted": 12}'::jsonb end,
  case when at.status in ('FAILED', 'TIMEOUT') then '{"kind": "EXECUTION", "code": "no", "message": "no", "chain": []}'::jsonb end,
  case when at.status = 'SKIPPED' then 'previous_instance_running' end, 'production',
  '00000000-0000-0000-0000-000000000002', 'host', n, at.at
from generate_series(1, 200000) n
cross join lateral (
  select
    timestamptz '2026-03-02 12:00:00Z' - n * interval '10 seconds' as at,
    case when n % 10 = 0 then 1 else 2 + n % 499 end as task,
    case
      when n > 199000 and n % 100 = 0 then 'TIMEOUT'
      when n % 100 = 7 then 'FAILED'
      when n % 50 = 3 then 'SKIPPED'
      else 'COMPLETED'
    end as status
) as at
join cron_tasks t on t.id = ('20000000-0000-0000-0000-' || lpad(at.task::text, 12, '0'))::uuid;

insert into task_runners (
  instance_id, name, kind, environment, version, lock_key, lock_mode, heartbeat_interval, lease, running, started_at,
  heartbeat_at, ended_at, end_reason
)
select
  ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 'host', 'pulse', 'production', '0.1.0', n, 'session', 1000, 60000, 0,
  timestamptz '2026-03-02 12:00:00Z' - n * interval '1 minute', timestamptz '2026-03-02 12:00:00Z' - n * interval '1 minute',
  case when n > 1 then timestamptz '2026-03-02 12:00:00Z' - n * interval '1 minute' end, case when n > 1 then 'stopped' end
from generate_series(1, 30000) n;
update task_runners set heartbeat_at = '2026-03-02 12:00:00Z' where ended_at is null;

insert into cron_task_executions (
  id, task_id, task_name, scheduled_for, max_attempts, status, available_at, started_at, completed_at, config, error,
  runner_instance_id, fencing_token, created_at
)
select
  ('10000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, t.id, t.name, timestamptz '2026-03-02 11:50:01Z', 4,
  (array['RUNNING', 'PENDING', 'FAILED'])[n]::task_status, '2026-03-02 11:50:01Z',
  case when n <> 2 then timestamptz '2026-03-02 11:50:01Z' end, case when n = 3 then timestamptz '2026-03-02 11:50:02Z' end,
  '{}', case when n = 3 then '{"kind": "EXECUTION", "code": "no", "message": "no", "chain": []}'::jsonb end,
  case when n = 1 then '00000000-0000-0000-0000-000000000001'::uuid end, case when n = 1 then 1 end, '2026-03-02 11:50:01Z'
from generate_series(1, 3) n
join cron_tasks t on t.id = ('20000000-0000-0000-0000-' || lpad((n + 100)::text, 12, '0'))::uuid;
insert into task_runner_state (id, task_name, task_type, started_at, environment, runner_instance_id)
select id, task_name, 'cron', started_at, 'production', runner_instance_id
from cron_task_executions
where status = 'RUNNING';

alter table cron_task_executions enable trigger user;

insert into cron_task_execution_logs (execution_id, lines)
select id, '[]' from cron_task_executions where status = 'FAILED' or fencing_token % 10 = 0;

insert into pulse_executions (
  id, runner_instance_id, status, environment, triggered_by, started_at, completed_at, duration_ms, total_tasks_discovered,
  tasks_due, tasks_executed
)
select
  ('40000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 'SUCCESS',
  'production', 'cron', timestamptz '2026-03-02 12:00:00Z' - n * interval '1 minute',
  timestamptz '2026-03-02 12:00:00Z' - n * interval '1 minute', 100, 500, '{task-2}', '{task-2}'
from generate_series(1, 30000) n;

insert into task_events (xid, at, kind, task_name)
select n::text::xid8, timestamptz '2026-03-02 12:00:00Z' - (100000 - n) * interval '20 seconds', 'execution.started', 'busy'
from generate_series(1, 100000) n;

insert into idempotency_keys (key, fingerprint, execution_id, created_at)
select n::text, 'x', gen_random_uuid(), timestamptz '2026-03-02 12:00:00Z' - n * interval '2 minutes'
from generate_series(1, 20000) n;

insert into task_changes (changed_at, changed_by, task_type, task_name, action)
select timestamptz '2026-03-02 12:00:00Z' - n * interval '1 hour', 'anna', 'cron', case when n % 50 = 0 then 'busy' else 'task-' || n % 500 end, 'set'
from generate_series(1, 1000) n;
