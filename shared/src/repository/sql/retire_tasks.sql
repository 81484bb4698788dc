-- Tasks that the code no longer has are never run again, and never deleted: their history refers to them.
-- $1 now  $2 cron tasks in the code  $3 side tasks in the code
with cron as (
  update cron_tasks
  set retired_at = coalesce($1, clock_timestamp()), next_execution_at = null, due_at = null
  where retired_at is null and name <> all ($2)
  returning name
),
side as (
  update side_tasks
  set retired_at = coalesce($1, clock_timestamp())
  where retired_at is null and name <> all ($3)
  returning name
)
select name from cron
union all
select name from side
