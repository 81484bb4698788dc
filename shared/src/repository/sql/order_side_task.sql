-- Tells all workers to run a side task, to stop it, or to end it and take it anew; records who did.
-- One that was off is on from here on, if it is to run.
-- $1 now  $2 name  $3 start, stop or restart  $4 who
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
task as materialized (
  select t.name, t.status, t.enabled, t.restart_requested_at
  from side_tasks t
  where t.name = $2
    and t.retired_at is null
  for no key update
),
ordered as (
  update side_tasks t
  set
    status = case
      when $3 = 'stop' then 'CANCELLED'
      when exists (select from task_runner_state r where r.task_type = 'side' and r.task_name = t.name) then 'RUNNING'
      else 'PENDING'
    end::task_status,
    enabled = t.enabled or $3 <> 'stop',
    overrides = case when t.enabled or $3 = 'stop' then t.overrides else t.overrides || '{"enabled": true}' end,
    restart_requested_at = case when $3 = 'restart' then clock.now else t.restart_requested_at end
  from task
  cross join clock
  where t.name = task.name
  returning t.name, t.status, t.enabled, t.restart_requested_at
),
recorded as (
  insert into task_changes (changed_at, changed_by, task_type, task_name, action, before, after)
  select clock.now, $4, 'side', o.name, $3, coalesce(changed.before, '{}'), coalesce(changed.after, '{}')
  from ordered o
  join task b on b.name = o.name
  cross join clock
  cross join lateral (
    select jsonb_object_agg(was.key, was.value) as before, jsonb_object_agg(was.key, became.value) as after
    from jsonb_each(to_jsonb(b)) as was
    join jsonb_each(to_jsonb(o)) as became on became.key = was.key
    where became.value is distinct from was.value
  ) as changed
)
select pg_notify('downbeat', 'side')::text
from ordered
