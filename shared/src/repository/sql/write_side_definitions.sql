-- Writes definitions that are new or changed, with what an operator set laid over them.
-- $1 now  $2 [{"id","definition"}]
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
wanted as (
  select d.id, d.definition, coalesce(t.overrides, '{}') as overrides
  from jsonb_to_recordset($2) as d (id uuid, definition jsonb)
  left join side_tasks t on t.name = d.definition ->> 'name'
)
insert into side_tasks as t (
  id, name, description, version, category, tags, enabled, priority, per_worker, auto_restart, restart_delay,
  max_restarts, health_check_interval, config, definition, created_at, updated_at
)
select
  w.id, e.name, e.description, e.version, e.category, e.tags, e.enabled, e.priority, e.per_worker, e.auto_restart,
  e.restart_delay, e.max_restarts, e.health_check_interval,
  (w.definition -> 'config') || coalesce(w.overrides -> 'config', '{}'), w.definition, clock.now, clock.now
from wanted w
cross join clock
cross join lateral jsonb_to_record(w.definition || w.overrides) as e (
  name text, description text, version text, category text, tags text[], enabled boolean, priority task_priority,
  per_worker boolean, auto_restart boolean, restart_delay integer, max_restarts integer, health_check_interval integer
)
order by e.name
on conflict (name) do update set
  description = excluded.description,
  version = excluded.version,
  category = excluded.category,
  tags = excluded.tags,
  enabled = excluded.enabled,
  priority = excluded.priority,
  per_worker = excluded.per_worker,
  auto_restart = excluded.auto_restart,
  restart_delay = excluded.restart_delay,
  max_restarts = excluded.max_restarts,
  health_check_interval = excluded.health_check_interval,
  config = excluded.config,
  definition = excluded.definition,
  retired_at = null,
  updated_at = excluded.updated_at
where t.definition is distinct from excluded.definition
  or t.retired_at is not null
