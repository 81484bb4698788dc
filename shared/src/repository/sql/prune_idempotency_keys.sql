-- $1 now  $2 how long they are kept, in ms  $3 how many at most
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
old as materialized (
  select k.key
  from idempotency_keys k
  cross join clock
  where k.created_at < clock.now - $2 * interval '1 millisecond'
  order by k.created_at
  limit $3
  for update of k skip locked
)
delete from idempotency_keys k
using old
where k.key = old.key
returning 1
