-- One execution in every status; a failed one with its retry; one without a slot missed and one that stands for three.
insert into cron_task_executions (
  id, task_id, task_name, scheduled_for, attempt, max_attempts, status, priority, started_at, completed_at, duration_ms, config,
  result, error, skipped_reason, missed_slots, execution_environment, triggered_by, is_manual, parent_execution_id,
  runner_instance_id, executed_by_instance, fencing_token
)
select
  ('01890000-0000-7000-8000-0000000001' || lpad(slot::text, 2, '0'))::uuid,
  '01890000-0000-7000-8000-000000000001',
  'prune-history',
  timestamptz '2027-03-01 03:00:00+00' + slot * interval '1 day',
  1,
  3,
  status::task_status,
  'LOW',
  case when status <> 'PENDING' then timestamptz '2027-03-01 03:00:01+00' + slot * interval '1 day' end,
  case when status not in ('PENDING', 'RUNNING') then timestamptz '2027-03-01 03:00:02+00' + slot * interval '1 day' end,
  case when status in ('COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED') then 1000 end,
  '{"days": 30}',
  case when status = 'COMPLETED' then '{"deleted": 12}'::jsonb end,
  case when status = 'FAILED' then '{"kind": "EXECUTION", "code": "disk_full", "message": "no space left", "chain": []}'::jsonb end,
  case when status = 'SKIPPED' then 'previous_instance_running' end,
  case when status = 'COMPLETED' then 3 else 0 end,
  'production',
  'schedule',
  false,
  null,
  case when status <> 'PENDING' then uuid '01890000-0000-7000-8000-000000000021' end,
  case when status <> 'PENDING' then 'host-1:4711' end,
  case when status <> 'PENDING' then nextval('task_fencing_tokens') end
from unnest(array['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED', 'SKIPPED', 'BLOCKED'])
  with ordinality as statuses (status, slot);

insert into cron_task_executions (
  id, task_id, task_name, scheduled_for, attempt, max_attempts, status, available_at, config, triggered_by, parent_execution_id
)
select
  '01890000-0000-7000-8000-000000000201', task_id, task_name, scheduled_for, 2, max_attempts, 'PENDING',
  completed_at + interval '5 seconds', config, 'retry', id
from cron_task_executions
where status = 'FAILED';

insert into cron_task_executions (id, task_id, task_name, scheduled_for, status, config, triggered_by, is_manual, is_dry_run)
values (
  '01890000-0000-7000-8000-000000000202', '01890000-0000-7000-8000-000000000002', 'import-orders', '2027-03-27 12:34:56+00',
  'PENDING', '{}', 'manual', true, true
);
