-- Ends an execution: a queued one at once, a running one by telling its runner. What waits for another attempt was begun by
-- an earlier one, so it is undone first; what already waits to be undone is left to that.
-- $1 now  $2 execution  $3 who asks
with clock as materialized (
  select coalesce($1, clock_timestamp()) as now
),
cancelled as (
  update cron_task_executions e
  set
    status = case when e.status = 'PENDING' and e.attempt = 1 then 'CANCELLED' else e.status end,
    started_at = coalesce(e.started_at, clock.now),
    completed_at = case when e.status = 'PENDING' and e.attempt = 1 then clock.now end,
    available_at = case when e.status = 'PENDING' then clock.now else e.available_at end,
    rollback = case
      when e.status = 'PENDING' and e.attempt > 1 then '{"status": "PENDING", "duration_ms": 0, "error": null}'::jsonb
      else e.rollback
    end,
    error = case
      when e.status = 'PENDING' then jsonb_build_object(
        'kind', 'EXECUTION',
        'code', 'cancelled',
        'message', format('cancelled by %s before it started', $3::text),
        'chain', '[]'::jsonb
      )
      else e.error
    end,
    cancel_requested_at = coalesce(e.cancel_requested_at, clock.now),
    cancel_requested_by = coalesce(e.cancel_requested_by, $3),
    cancel_code = coalesce(e.cancel_code, 'cancelled')
  from clock
  where e.id = $2
    and e.status in ('PENDING', 'RUNNING')
    and not (e.status = 'PENDING' and e.rollback is not null)
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
