-- A pulse that went well, one with a failed task, and the health they made.
update pulse_health
set
  last_pulse_at = '2027-03-27 02:00:00+00',
  total_executions = 2,
  total_successes = 1,
  total_failures = 1,
  consecutive_failures = 1,
  avg_execution_time_ms = 512.5;

insert into pulse_executions (
  id, runner_instance_id, status, environment, triggered_by, is_dry_run, started_at, completed_at, duration_ms,
  total_tasks_discovered, tasks_due, tasks_executed, tasks_succeeded, tasks_failed, tasks_skipped, errors
)
values
  (
    '01890000-0000-7000-8000-000000000301', '01890000-0000-7000-8000-000000000022', 'SUCCESS', 'serverless', 'schedule', false,
    '2027-03-27 01:00:00+00', '2027-03-27 01:00:01+00', 1000, 3, '{import-orders}', '{import-orders}', '{import-orders}', '{}',
    '{}', null
  ),
  (
    '01890000-0000-7000-8000-000000000302', null, 'FAILURE', 'production', 'manual', true, '2027-03-27 02:00:00+00',
    '2027-03-27 02:00:00.025+00', 25, 3, '{prune-history,import-orders}', '{prune-history}', '{}', '{prune-history}',
    '{import-orders}', '[{"task": "prune-history", "code": "disk_full"}]'
  );
