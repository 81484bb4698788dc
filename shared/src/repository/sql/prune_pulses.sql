-- $1 now  $2 how long they are kept, in ms  $3 how many at most
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
old as materialized (
  select p.id
  from pulse_executions p
  where p.started_at < (select now from clock) - $2 * interval '1 millisecond'
  order by p.started_at, p.id
  limit $3
  for update of p skip locked
)
delete from pulse_executions p
using old
where p.id = old.id
returning 1
