-- Attempts that wait, begin and end: one statement each, one event each.
update cron_task_executions
set error = '{"kind": "EXECUTION", "code": "sample", "message": "a sample", "chain": []}'
where status = 'FAILED';
