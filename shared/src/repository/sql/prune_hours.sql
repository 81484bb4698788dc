-- Deletes what was counted of old hours.
-- $1 now  $2 how long they are kept, in ms  $3 how many at most
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
old as materialized (
  select h.hour, h.task_id
  from cron_task_hours h
  where h.hour < (select now from clock) - $2 * interval '1 millisecond'
  order by h.hour
  limit $3
  for update of h skip locked
)
delete from cron_task_hours h
using old
where h.hour = old.hour
  and h.task_id = old.task_id
returning 1
