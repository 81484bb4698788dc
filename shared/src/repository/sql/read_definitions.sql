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
    'cron' as task_type, c.name, coalesce(nullif(c.definition, '{}'), d.definition, '{}') as definition, c.overrides,
    c.schedule, c.timezone, c.not_before, c.not_after, c.enabled, c.retired_at, c.next_execution_at
  from cron_tasks c
  left join cron_task_definitions d on d.task_id = c.id
  where $2::text is null or c.name = $2
  union all
  select 'side', name, definition, overrides, null, null, null, null, enabled, retired_at, null
  from side_tasks
  where $2::text is null
) as t on true
