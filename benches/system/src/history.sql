-- So many executions of what the tasks did, one each minute before those that wait: $rows
alter table cron_task_executions disable trigger user;
insert into cron_task_executions (
  id, task_id, task_name, scheduled_for, max_attempts, status, available_at, started_at, completed_at, duration_ms, config,
  result, execution_environment, executed_by_instance, fencing_token, created_at
)
select
  gen_random_uuid(), t.id, t.name, at.at, 4, 'COMPLETED', at.at, at.at, at.at + interval '3 ms', 3, '{}', '{"ok": true}',
  'production', 'host', n, at.at
from generate_series(1, $rows) as n
cross join lateral (
  select date_trunc('minute', now()) - interval '1 day' - n / 1000 * interval '1 minute' as at, n % 1000 as task
) as at
join cron_tasks t on t.name = 'task-' || at.task;
alter table cron_task_executions enable trigger user;
