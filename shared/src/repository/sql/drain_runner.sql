-- Asks a runner instance that lives to finish what it runs and claim no more.
-- $1 now  $2 instance  $3 what it does then: stop or restart  $4 who asks
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
asked as (
  update task_runners r
  set drain_requested_at = coalesce(r.drain_requested_at, clock.now), drain_action = $3
  from clock
  where r.instance_id = $2
    and r.ended_at is null
  returning r.instance_id, r.name
),
recorded as (
  insert into task_changes (changed_at, changed_by, action, after)
  select clock.now, $4, $3, jsonb_build_object('runner', a.name, 'instance_id', a.instance_id)
  from asked a
  cross join clock
)
select pg_notify('downbeat', 'orders')::text
from asked
