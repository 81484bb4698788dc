-- Gives back to the queue, as they are, executions that a claim took which had no answer, or which a stop overtook: nobody has
-- begun them.
--
-- This statement may get no answer either and be carried out late, when the same runner has claimed one of them anew and runs
-- it. So it means only claims up to the newest fencing token there was before it was sent.
-- $1 now  $2 runner  $3 executions  $4 newest fencing token
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
locked as materialized (
  select t.id
  from cron_tasks t
  where t.id in (
    select e.task_id
    from cron_task_executions e
    where e.id = any ($3) and e.status = 'RUNNING' and e.runner_instance_id = $2 and e.fencing_token <= $4
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
    and e.fencing_token <= $4
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
