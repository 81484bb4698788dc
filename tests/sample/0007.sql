-- A failed attempt that came halfway, was undone, and said something.
update cron_task_executions
set
  progress = '{"done": 5, "total": 10, "message": "half", "at": "2027-03-27T02:00:00Z"}',
  checkpoint = '{"page": 5}',
  rollback = '{"status": "COMPLETED", "duration_ms": 12, "error": null}'
where status = 'FAILED';

insert into cron_task_execution_logs (execution_id, lines, dropped)
select id, '[{"at": "2027-03-27T02:00:00Z", "level": "INFO", "target": "tasks", "message": "halfway", "fields": {}}]', 3
from cron_task_executions
where status = 'FAILED';
