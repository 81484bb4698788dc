-- What is stored of every task's definition, with the present instant.
-- $1 now
select
  coalesce($1, clock_timestamp()) as now, t.task_type, t.id, t.name, t.definition, t.overrides, t.schedule, t.timezone,
  t.enabled, t.retired_at is not null as retired, t.next_execution_at
from (select) as always
left join (
  select
    'cron' as task_type, id, name, definition, overrides, schedule, schedule_function, timezone, enabled, retired_at,
    next_execution_at
  from cron_tasks
  union all
  select 'side', id, name, definition, overrides, null, null, null, enabled, retired_at, null
  from side_tasks
) as t on true
