-- $executions executions of $tasks tasks, evenly over the last thirty days; one in a hundred failed, one in fifty was skipped,
-- one in a hundred thousand timed out. One in ten is of the task that runs most.
alter table cron_task_executions disable trigger user;
insert into cron_task_executions (
  id, task_id, task_name, scheduled_for, max_attempts, status, available_at, started_at, completed_at, duration_ms, config,
  result, error, skipped_reason, execution_environment, triggered_by, runner_instance_id, executed_by_instance, fencing_token,
  created_at
)
select
  gen_random_uuid(), ('20000000-0000-0000-0000-' || lpad(one.task::text, 12, '0'))::uuid, 'grown-' || one.task, one.at, 4,
  one.status::task_status, one.at, one.at, one.at + interval '100 ms', case when one.status <> 'SKIPPED' then n % 900 end, '{}',
  case when one.status = 'COMPLETED' then '{"deleted": 12}'::jsonb end,
  case when one.status in ('FAILED', 'TIMEOUT') then '{"kind": "EXECUTION", "code": "no", "message": "no", "chain": []}'::jsonb end,
  case when one.status = 'SKIPPED' then 'previous_instance_running' end, 'production', 'schedule', gen_random_uuid(), 'host', n,
  one.at
from generate_series(1, $executions) n
cross join lateral (
  select
    now() - ($executions - n) * (interval '30 days' / $executions) as at,
    case when n % 10 = 0 then 1 else 1 + n % $tasks end as task,
    case
      when n % 100000 = 0 then 'TIMEOUT'
      when n % 100 = 7 then 'FAILED'
      when n % 50 = 3 then 'SKIPPED'
      else 'COMPLETED'
    end as status
) as one
on conflict do nothing;
alter table cron_task_executions enable trigger user;

insert into pulse_executions (
  id, status, environment, triggered_by, started_at, completed_at, duration_ms, total_tasks_discovered, tasks_due
)
select gen_random_uuid(), 'SUCCESS', 'production', 'cron', now() - n * interval '1 minute', now() - n * interval '1 minute', 9, 1, '{grown-1}'
from generate_series(1, 43200) n;
insert into task_runners (
  instance_id, name, kind, environment, version, lock_key, lock_mode, heartbeat_interval, lease, started_at, heartbeat_at, ended_at,
  end_reason
)
select
  gen_random_uuid(), 'host', 'pulse', 'production', '0.1.0', -n, 'session', 1000, 60000, now() - n * interval '1 minute',
  now() - n * interval '1 minute', now() - n * interval '1 minute', 'stopped'
from generate_series(1, 43200) n;
insert into cron_task_execution_logs (execution_id, lines)
select id, '[]' from cron_task_executions where fencing_token % 10 = 0;
