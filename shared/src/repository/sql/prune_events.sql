-- Deletes the oldest events. They stand in the order of their transactions, which is nearly that of their times.
-- $1 now  $2 how long they are kept, in ms  $3 how many at most
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
oldest as materialized (
  select e.xid, e.id, e.at
  from task_events e
  order by e.xid, e.id
  limit $3
)
delete from task_events e
using oldest o
cross join clock
where e.xid = o.xid
  and e.id = o.id
  and o.at < clock.now - $2 * interval '1 millisecond'
returning 1
