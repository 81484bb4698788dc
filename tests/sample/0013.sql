-- Something of each that the new indexes hold: what did not run, what was asked for by hand, a runner that ended.
insert into cron_task_executions (id, task_id, task_name, scheduled_for, status, started_at, completed_at, config, skipped_reason, is_manual)
select
  '0b4d3a1e-0000-4000-8000-000000000011', id, name, '2027-03-27 05:00:00+00', 'SKIPPED', '2027-03-27 05:00:00+00',
  '2027-03-27 05:00:00+00', '{}', 'previous_instance_running', true
from cron_tasks
where name = 'prune-history';

update task_runners set ended_at = heartbeat_at, end_reason = 'lost' where ended_at is null;
