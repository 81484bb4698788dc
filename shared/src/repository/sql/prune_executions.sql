-- Deletes finished executions, oldest first, and never those that decide what happens next: of each task the newest one,
-- which its dependants look at, and the newest one that ran, which its schedule function is shown.
-- $1 now  $2 how long they are kept, in ms  $3 how many at most
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
old as materialized (
  select e.id
  from cron_task_executions e
  -- Known before the first row is read, so that the index ends the search where nothing more is old.
  where e.created_at < (select now from clock) - $2 * interval '1 millisecond'
    and e.status not in ('PENDING', 'RUNNING')
    and exists (
      select from cron_task_executions n
      where n.task_id = e.task_id
        and (n.scheduled_for, n.attempt) > (e.scheduled_for, e.attempt)
    )
    and (
      e.status in ('SKIPPED', 'BLOCKED')
      or exists (
        select from cron_task_executions n
        where n.task_id = e.task_id
          and (n.created_at, n.id) > (e.created_at, e.id)
          and n.status in ('COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED')
      )
    )
  order by e.created_at, e.id
  limit $3
  for update of e skip locked
)
delete from cron_task_executions e
using old
where e.id = old.id
returning 1
