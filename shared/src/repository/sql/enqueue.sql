-- Asks for a run, due or not. Where the task runs already and its policy is not to queue, that is recorded as skipped instead.
-- $1 now  $2 new execution  $3 task name  $4 settings laid over the task's  $5 only check the settings  $6 overlap prevention
-- $7 environment
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
asked as (
  insert into cron_task_executions (
    id, task_id, task_name, scheduled_for, max_attempts, status, priority, available_at, started_at, completed_at,
    config, skipped_reason, triggered_by, is_manual, is_dry_run, created_at
  )
  select
    $2, t.id, t.name, free.at, case
      when $5 then 1
      else least(coalesce((t.overrides #>> array['environments', $7, 'retries'])::integer, t.retries), 2147483646) + 1
    end,
    case when busy.yes then 'SKIPPED' else 'PENDING' end::task_status,
    t.priority, clock.now,
    case when busy.yes then clock.now end,
    case when busy.yes then clock.now end,
    t.config || coalesce(t.overrides #> array['environments', $7, 'config'], '{}') || coalesce($4, '{}'),
    case when busy.yes then 'previous_instance_running' end,
    'manual', true, $5, clock.now
  from cron_tasks t
  cross join clock
  cross join lateral (
    select
      $6
      and t.overlap in ('skip', 'allow')
      and (select count(*) from task_runner_state r where r.task_type = 'cron' and r.task_name = t.name)
        >= case when t.overlap = 'allow' then t.overlap_limit else 1 end as yes
  ) as busy
  -- Where a slot or another run stands at this very instant, the next free microsecond.
  cross join lateral (
    select coalesce(max(x.scheduled_for) + interval '1 microsecond', clock.now) as at
    from cron_task_executions x
    where x.task_id = t.id and x.scheduled_for between clock.now and clock.now + interval '1 millisecond'
  ) as free
  where t.name = $3
    and t.retired_at is null
  returning id, status
)
select id, status::text, pg_notify('downbeat', 'queue')::text
from asked
