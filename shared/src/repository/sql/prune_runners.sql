-- Deletes runners that ended, unless one still has a registry row that is to be buried.
-- $1 now  $2 how long they are kept, in ms  $3 how many at most
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
old as materialized (
  select r.instance_id
  from task_runners r
  where r.ended_at < (select now from clock) - $2 * interval '1 millisecond'
    and not exists (select from task_runner_state s where s.runner_instance_id = r.instance_id)
  order by r.ended_at
  limit $3
  for update of r skip locked
)
delete from task_runners r
using old
where r.instance_id = old.instance_id
returning 1
