-- Gives back to the queue, as they are, executions that a claim without an answer may have taken: nobody has begun them.
-- $1 now  $2 runner  $3 executions
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
locked as materialized (
  select t.id
  from cron_tasks t
  where t.id in (
    select e.task_id
    from cron_task_executions e
    where e.id = any ($3) and e.status = 'RUNNING' and e.runner_instance_id = $2
  )
  order by t.id
  for no key update
),
handed_back as (
  update cron_task_executions e
  set status = 'PENDING', available_at = clock.now, runner_instance_id = null
  from clock
  where e.id = any ($3)
    and e.status = 'RUNNING'
    and e.runner_instance_id = $2
    and (select count(*) from locked) >= 0
  returning e.id
),
released as (
  delete from task_runner_state r
  using handed_back h
  where r.id = h.id
)
select id, pg_notify('downbeat', 'queue')::text as woken
from handed_back
