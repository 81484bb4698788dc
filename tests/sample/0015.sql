-- A slot that stands for earlier ones.
insert into cron_task_executions (id, task_id, task_name, scheduled_for, status, started_at, completed_at, config, missed_slots)
select
  '0b4d3a1e-0000-4000-8000-000000000012', id, name, '2027-03-27 06:00:00+00', 'COMPLETED', '2027-03-27 06:00:00+00',
  '2027-03-27 06:00:00+00', '{}', 3
from cron_tasks
where name = 'prune-history';
