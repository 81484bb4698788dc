-- Pulses, newest first.
-- $1 not before  $2 cursor: began at  $3 cursor: id  $4 how many
select to_json(p)
from (
  select
    id, status, environment, triggered_by, is_dry_run, started_at, duration_ms, total_tasks_discovered, tasks_due,
    tasks_executed, tasks_succeeded, tasks_failed, tasks_skipped
  from pulse_executions
  where ($1::timestamptz is null or started_at >= $1)
    and ($2::timestamptz is null or (started_at, id) < ($2, $3))
  order by started_at desc, id desc
  limit $4
) as p
