-- One that failed, among others of its task.
insert into cron_task_executions (id, task_id, task_name, scheduled_for, status, started_at, completed_at, config, error)
select
  '0b4d3a1e-0000-4000-8000-000000000013', id, name, '2027-03-27 07:00:00+00', 'FAILED', '2027-03-27 07:00:00+00',
  '2027-03-27 07:00:00+00', '{}', '{"kind": "EXECUTION", "code": "no", "message": "no", "chain": []}'
from cron_tasks
where name = 'prune-history';
