-- Pauses a cron task or ends its pause, and records it where that changes anything.
-- $1 now  $2 name  $3 whether it is to be paused  $4 until when  $5 who asks
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
-- A pause that has ended by itself is none.
task as materialized (
  select
    t.id, t.name, held.yes as is_paused, case when held.yes then t.paused_at end as paused_at,
    case when held.yes then t.paused_until end as paused_until
  from cron_tasks t
  cross join clock
  cross join lateral (
    select t.paused_at is not null and coalesce(t.paused_until > clock.now, true) as yes
  ) as held
  where t.name = $2
    and t.retired_at is null
  for no key update of t
),
wanted as (
  select
    task.*,
    case when $3 then coalesce(task.paused_at, clock.now) end as new_paused_at,
    case when $3 then $4::timestamptz end as new_paused_until
  from task
  cross join clock
),
changed as (
  update cron_tasks t
  set
    paused_at = w.new_paused_at,
    paused_until = w.new_paused_until,
    paused_by = case when $3 then $5 end,
    updated_at = clock.now
  from wanted w
  cross join clock
  where t.id = w.id
    and (w.paused_at, w.paused_until) is distinct from (w.new_paused_at, w.new_paused_until)
  returning
    t.name,
    jsonb_build_object('paused_at', w.paused_at, 'paused_until', w.paused_until) as before,
    jsonb_build_object('paused_at', w.new_paused_at, 'paused_until', w.new_paused_until) as after
),
recorded as (
  insert into task_changes (changed_at, changed_by, task_type, task_name, action, before, after)
  select clock.now, $5, 'cron', c.name, case when $3 then 'pause' else 'resume' end, c.before, c.after
  from changed c
  cross join clock
)
select
  coalesce(c.before, '{}') as before, coalesce(c.after, '{}') as after,
  case when c.name is not null then pg_notify('downbeat', 'queue') end::text as woken
from task
left join changed c on true
