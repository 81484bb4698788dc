-- Holds back cron tasks, side tasks or both on all runners, or lets them go on; and records it where that changes anything.
-- $1 now  $2 whether cron tasks are meant  $3 whether side tasks are meant  $4 whether to hold back  $5 until when  $6 who asks
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
-- What has ended by itself is over.
read as materialized (
  select
    cron.held as is_maintenance_mode, case when cron.held then h.maintenance_since end as maintenance_since,
    case when cron.held then h.maintenance_until end as maintenance_until,
    side.held as side_tasks_paused, case when side.held then h.side_tasks_paused_until end as side_tasks_paused_until
  from pulse_health h
  cross join clock
  cross join lateral (
    select h.is_maintenance_mode and coalesce(h.maintenance_until > clock.now, true) as held
  ) as cron
  cross join lateral (
    select h.side_tasks_paused and coalesce(h.side_tasks_paused_until > clock.now, true) as held
  ) as side
  for no key update of h
),
wanted as (
  select
    case when $2 then $4 else r.is_maintenance_mode end as is_maintenance_mode,
    case when not $2 then r.maintenance_since when $4 then coalesce(r.maintenance_since, clock.now) end as maintenance_since,
    case when not $2 then r.maintenance_until when $4 then $5::timestamptz end as maintenance_until,
    case when $3 then $4 else r.side_tasks_paused end as side_tasks_paused,
    case when not $3 then r.side_tasks_paused_until when $4 then $5::timestamptz end as side_tasks_paused_until
  from read r
  cross join clock
),
changed as (
  update pulse_health h
  set
    is_maintenance_mode = w.is_maintenance_mode,
    maintenance_since = w.maintenance_since,
    maintenance_until = w.maintenance_until,
    side_tasks_paused = w.side_tasks_paused,
    side_tasks_paused_until = w.side_tasks_paused_until,
    updated_at = clock.now
  from wanted w
  cross join read r
  cross join clock
  where w is distinct from r
  returning to_jsonb(r) as before, to_jsonb(w) as after
),
recorded as (
  insert into task_changes (changed_at, changed_by, task_type, action, before, after)
  select
    clock.now, $6, case when not $3 then 'cron' when not $2 then 'side' end, case when $4 then 'pause' else 'resume' end,
    differing.before, differing.after
  from changed c
  cross join clock
  cross join lateral (
    select jsonb_object_agg(b.key, b.value) as before, jsonb_object_agg(b.key, c.after -> b.key) as after
    from jsonb_each(c.before) as b
    where b.value <> c.after -> b.key
  ) as differing
)
select
  to_json(w),
  case when c.after is not null then concat(pg_notify('downbeat', 'queue'), pg_notify('downbeat', 'side')) end as woken
from wanted w
left join changed c on true
