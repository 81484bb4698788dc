-- What is stored of every task's definition, or of that one cron task's, with the present instant and the named limits.
-- $1 now  $2 only this cron task
select
  coalesce($1, clock_timestamp()) as now,
  coalesce((select jsonb_object_agg(l.tag, l.at_most) from task_limits l), '{}') as limits,
  t.task_type, t.name, t.definition, t.overrides, t.schedule, t.timezone, t.not_before, t.not_after, t.enabled,
  t.retired_at is not null as retired, t.next_execution_at
from (select) as always
left join (
  select
    'cron' as task_type, name, definition, overrides, schedule, timezone, not_before, not_after, enabled, retired_at,
    next_execution_at
  from cron_tasks
  where $2::text is null or name = $2
  union all
  select 'side', name, definition, overrides, null, null, null, null, enabled, retired_at, null
  from side_tasks
  where $2::text is null
) as t on true
