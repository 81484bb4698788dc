-- $1 how many
select to_json(p)
from (
  select
    id, status, environment, triggered_by, is_dry_run, started_at, duration_ms, total_tasks_discovered, tasks_due,
    tasks_executed, tasks_succeeded, tasks_failed, tasks_skipped
  from pulse_executions
  order by started_at desc, id desc
  limit $1
) as p
