-- Writes definitions that are new or changed, with what an operator set laid over them.
-- $1 now  $2 [{"id","definition","reschedule","next_execution_at"}]
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
wanted as (
  select d.id, d.definition, d.reschedule, d.next_execution_at, coalesce(t.overrides, '{}') as overrides
  from jsonb_to_recordset($2)
    as d (id uuid, definition jsonb, reschedule boolean, next_execution_at timestamptz)
  left join cron_tasks t on t.name = d.definition ->> 'name'
)
insert into cron_tasks as t (
  id, name, description, version, category, tags, dependencies, schedule, schedule_function, timezone, catch_up,
  catch_up_window, enabled, priority, timeout, retries, retry_delay, config, definition, next_execution_at, created_at,
  updated_at
)
select
  w.id, e.name, e.description, e.version, e.category, e.tags, e.dependencies, e.schedule, e.schedule_function, e.timezone,
  e.catch_up, e.catch_up_window, e.enabled, e.priority, e.timeout, e.retries, e.retry_delay,
  (w.definition -> 'config') || coalesce(w.overrides -> 'config', '{}'), w.definition, w.next_execution_at, clock.now,
  clock.now
from wanted w
cross join clock
cross join lateral jsonb_to_record(w.definition || w.overrides) as e (
  name text, description text, version text, category text, tags text[], dependencies text[], schedule text,
  schedule_function text, timezone text, catch_up text, catch_up_window integer, enabled boolean,
  priority task_priority, timeout integer, retries integer, retry_delay integer
)
order by e.name
on conflict (name) do update set
  description = excluded.description,
  version = excluded.version,
  category = excluded.category,
  tags = excluded.tags,
  dependencies = excluded.dependencies,
  schedule = excluded.schedule,
  schedule_function = excluded.schedule_function,
  timezone = excluded.timezone,
  catch_up = excluded.catch_up,
  catch_up_window = excluded.catch_up_window,
  enabled = excluded.enabled,
  priority = excluded.priority,
  timeout = excluded.timeout,
  retries = excluded.retries,
  retry_delay = excluded.retry_delay,
  config = excluded.config,
  definition = excluded.definition,
  retired_at = null,
  next_execution_at = case
    when (select w.reschedule from wanted w where w.definition ->> 'name' = t.name) then excluded.next_execution_at
    else t.next_execution_at
  end,
  updated_at = excluded.updated_at
where t.definition is distinct from excluded.definition
  or t.retired_at is not null
