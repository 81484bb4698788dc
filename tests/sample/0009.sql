-- An event of its own accord, beside those the other rows will leave; a request that came with a key.
insert into task_events (at, kind, task_name, details)
values ('2027-03-27 02:00:00+00', 'execution.started', 'prune-history', '{"attempt": 1, "status": "RUNNING"}');

update cron_task_executions
set status = 'COMPLETED', completed_at = '2027-03-27 02:00:01+00', duration_ms = 1000
where status = 'RUNNING';

insert into idempotency_keys (key, fingerprint, execution_id, created_at)
select 'order-4711', 'of-the-request', id, '2027-03-27 02:00:00+00'
from cron_task_executions
limit 1;
