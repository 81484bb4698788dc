-- A task by cron expression with everything set, one by function, one retired; a side task that ran and one that never did.
insert into cron_tasks (
  id, name, description, version, category, tags, dependencies, schedule, timezone, catch_up, catch_up_window, enabled, priority,
  timeout, retries, retry_delay, config, definition, overrides, next_execution_at, last_executed_at, last_execution_status,
  last_execution_error, last_execution_duration, execution_count, success_count, error_count, consecutive_failures,
  average_execution_time
)
values (
  '01890000-0000-7000-8000-000000000001', 'prune-history', 'Deletes old executions', '1.2.0', 'MAINTENANCE', '{maintenance}',
  '{import-orders}', '0 3 * * *', 'Europe/Warsaw', 'all', 7200000, true, 'LOW', 60000, 2, 1000, '{"days": 30}',
  '{"schedule": "0 3 * * *"}', '{"priority": "LOW"}', '2027-03-28 01:00:00+00', '2027-03-27 02:00:00+00', 'FAILED',
  '{"kind": "EXECUTION", "code": "disk_full", "message": "no space left", "chain": []}', 1250, 10, 9, 1, 1, 830.5
);

insert into cron_tasks (id, name, schedule_function, catch_up, priority)
values ('01890000-0000-7000-8000-000000000002', 'import-orders', 'orders_are_waiting', 'latest', 'CRITICAL');

insert into cron_tasks (id, name, schedule, catch_up, priority, retired_at)
values ('01890000-0000-7000-8000-000000000003', 'send-digest', '@daily', 'skip', 'BACKGROUND', '2026-12-24 18:00:00+00');

insert into side_tasks (
  id, name, description, status, is_running, runner_instance_id, started_at, last_health_check, restart_count, last_error
)
values (
  '01890000-0000-7000-8000-000000000011', 'http-check', 'Asks whether the site is up', 'RUNNING', true,
  '01890000-0000-7000-8000-000000000021', '2027-03-27 00:00:00+00', '2027-03-27 02:00:00+00', 1,
  '{"kind": "EXECUTION", "code": "refused", "message": "connection refused", "chain": []}'
);

insert into side_tasks (id, name, enabled, auto_restart, priority)
values ('01890000-0000-7000-8000-000000000012', 'watch-uploads', false, false, 'HIGH');
