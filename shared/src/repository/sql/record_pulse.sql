-- $1 now  $2 id  $3 runner  $4 environment  $5 who called  $6 only said what it would do  $7 when it began
-- $8 tasks known  $9 due  $10 executed  $11 succeeded  $12 failed  $13 skipped
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
recorded as (
  insert into pulse_executions (
    id, runner_instance_id, status, environment, triggered_by, is_dry_run, started_at, completed_at, duration_ms,
    total_tasks_discovered, tasks_due, tasks_executed, tasks_succeeded, tasks_failed, tasks_skipped
  )
  select
    $2, $3, case when cardinality($12::text[]) > 0 then 'FAILURE' else 'SUCCESS' end, $4, $5, $6, $7, clock.now,
    greatest(0, least(extract(epoch from clock.now - $7) * 1000, 2147483647))::integer, $8, $9, $10, $11, $12, $13
  from clock
  returning status, duration_ms, is_dry_run
)
update pulse_health h
set
  last_pulse_at = clock.now,
  total_executions = h.total_executions + 1,
  total_successes = h.total_successes + case when r.status = 'SUCCESS' then 1 else 0 end,
  total_failures = h.total_failures + case when r.status = 'FAILURE' then 1 else 0 end,
  consecutive_failures = case when r.status = 'SUCCESS' then 0 else h.consecutive_failures + 1 end,
  avg_execution_time_ms = coalesce(
    h.avg_execution_time_ms + (r.duration_ms - h.avg_execution_time_ms) / (h.total_executions + 1), r.duration_ms
  ),
  updated_at = clock.now
from recorded r
cross join clock
where not r.is_dry_run
