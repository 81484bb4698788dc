-- What a worker has to know before it takes side tasks or lets go of them: whether they are paused, and which of those it
-- runs should not run here any more. An instance that holds a place of the wrong kind is left from before its definition
-- said otherwise. A place that it holds without knowing is left by an answer that was lost.
-- $1 now  $2 runner  $3 names of those it runs
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
pause as materialized (
  select h.side_tasks_paused_until as until
  from pulse_health h
  cross join clock
  where h.side_tasks_paused
    and coalesce(h.side_tasks_paused_until > clock.now, true)
)
select
  clock.now,
  exists (select from pause) as is_paused,
  (select until from pause) as paused_until,
  array(
    select mine.name
    from unnest($3) as mine (name)
    left join side_tasks t on t.name = mine.name
    left join task_runner_state r on r.task_type = 'side' and r.task_name = mine.name and r.runner_instance_id = $2
    where exists (select from pause)
      or t.id is null
      or not t.enabled
      or t.retired_at is not null
      or t.status = 'CANCELLED'
      or r.id is null
      or r.started_at < t.restart_requested_at
      or not t.per_worker and r.holder <> ''
  ) as unwanted,
  array(
    select r.task_name
    from task_runner_state r
    where r.task_type = 'side'
      and r.runner_instance_id = $2
      and r.task_name <> all ($3)
  ) as forgotten
from clock
