-- History, newest decision first.
-- $1 task  $2 statuses  $3 not before  $4 cursor: decided at  $5 cursor: id  $6 how many  $7 this execution
-- $8 before
select to_json(e)
from (
  select
    e.id, e.task_id, e.task_name, e.status, e.priority, e.scheduled_for, e.attempt, e.max_attempts, e.available_at,
    e.started_at, e.completed_at, e.duration_ms, e.config, e.result, e.error, e.skipped_reason, e.missed_slots,
    e.execution_environment, e.triggered_by, e.is_manual, e.is_dry_run, e.parent_execution_id, e.runner_instance_id,
    e.executed_by_instance, e.fencing_token, e.progress, e.checkpoint, e.rollback, e.cancel_requested_at,
    e.cancel_requested_by, e.created_at
  from cron_task_executions e
  where ($1::text is null or e.task_id = (select t.id from cron_tasks t where t.name = $1))
    and (
      $2::text[] is null or $2 <@ '{FAILED,TIMEOUT,CANCELLED,SKIPPED,BLOCKED}' or e.status::text = any ($2)
    )
    -- What is rare is asked for in words by which its index is found, and in no others: each would make it seem rarer yet.
    and (
      $2 is null or not $2 <@ '{FAILED,TIMEOUT,CANCELLED,SKIPPED,BLOCKED}' or cardinality($2) = 1
      or (e.not_completed is not null and e.not_completed::text = any ($2))
    )
    and ($2 is null or $2 <> '{FAILED}' or e.not_completed = 'FAILED')
    and ($2 is null or $2 <> '{TIMEOUT}' or e.not_completed = 'TIMEOUT')
    and ($2 is null or $2 <> '{CANCELLED}' or e.not_completed = 'CANCELLED')
    and ($2 is null or $2 <> '{SKIPPED}' or e.not_completed = 'SKIPPED')
    and ($2 is null or $2 <> '{BLOCKED}' or e.not_completed = 'BLOCKED')
    and (
      $2 is null or not $2 <@ '{PENDING,RUNNING}'
      or e.waits_at is not null
      -- What runs has a registry row.
      or e.id = any (array(select s.id from task_runner_state s where s.task_type = 'cron'))
    )
    and ($3::timestamptz is null or e.created_at >= $3)
    and ($8::timestamptz is null or e.created_at < $8)
    and ($4::timestamptz is null or (e.created_at, e.id) < ($4, $5))
    and ($7::uuid is null or e.id = $7)
  order by e.created_at desc, e.id desc
  limit $6
) as e
