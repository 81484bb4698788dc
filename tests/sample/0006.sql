-- A change by an operator, a cancellation under way, maintenance with an end, a runner that drains.
update cron_task_executions
set cancel_requested_at = '2027-03-27 02:00:00+00', cancel_requested_by = 'TASK_API_TOKEN', cancel_code = 'cancelled'
where status = 'RUNNING';

update pulse_health
set is_maintenance_mode = true, maintenance_since = '2027-03-27 00:00:00+00', maintenance_until = '2027-03-27 06:00:00+00';

update task_runners
set drain_requested_at = '2027-03-27 02:00:00+00', drain_action = 'restart'
where ended_at is null;

insert into task_changes (changed_at, changed_by, task_type, task_name, action, before, after)
values (
  '2027-03-27 00:00:00+00', 'TASK_API_TOKEN', 'cron', 'prune-history', 'set', '{"priority": "MEDIUM"}', '{"priority": "LOW"}'
);
