-- Ends an execution: a queued one at once, a running one by telling its runner. What waits for another attempt was begun by
-- an earlier one, so it is undone first; what already waits to be undone is left to that.
-- $1 now  $2 execution  $3 who asks
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
asked as materialized (
  select
    e.id, e.status = 'PENDING' as waits,
    e.status = 'PENDING' and exists (
      select
      from cron_task_executions p
      where p.id = e.parent_execution_id
        and p.status in ('FAILED', 'TIMEOUT', 'CANCELLED')
        and p.error_kind <> 'CONFIGURATION'
        and p.rollback is null
    ) as undoes
  from cron_task_executions e
  where e.id = $2
    and (e.status = 'RUNNING' or (e.status = 'PENDING' and e.rollback is null))
  for no key update of e
),
cancelled as (
  update cron_task_executions e
  set
    status = case when a.waits and not a.undoes then 'CANCELLED' else e.status end,
    started_at = coalesce(e.started_at, clock.now),
    completed_at = case when a.waits and not a.undoes then clock.now end,
    available_at = case when a.waits then clock.now else e.available_at end,
    rollback = case
      when a.undoes then '{"status": "PENDING", "duration_ms": 0, "error": null}'::jsonb
      else e.rollback
    end,
    error = case
      when a.waits then jsonb_build_object(
        'kind', 'EXECUTION',
        'code', 'cancelled',
        'message', format('cancelled by %s before it started', $3::text),
        'chain', '[]'::jsonb,
        'sentence', jsonb_build_object(
          'id', 'error-cancelled-waiting', 'arguments', jsonb_build_object('actor', $3::text)
        )
      )
      else e.error
    end,
    cancel_requested_at = coalesce(e.cancel_requested_at, clock.now),
    cancel_requested_by = coalesce(e.cancel_requested_by, $3),
    cancel_code = coalesce(e.cancel_code, 'cancelled')
  from asked a
  cross join clock
  where e.id = a.id
  returning e.id, e.status
)
select
  c.status::text,
  case
    when c.status = 'RUNNING' then pg_notify('downbeat', 'orders')
    -- Others may wait for the end of one that was queued, and one that is to be undone wants somebody.
    when c.status in ('CANCELLED', 'PENDING') then pg_notify('downbeat', 'queue')
  end::text as woken
from cron_task_executions e
left join cancelled c on c.id = e.id
where e.id = $2
