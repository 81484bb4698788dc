-- One a worker, and not well.
update side_tasks
set per_worker = true, is_healthy = false, health_message = 'connection refused', restart_requested_at = '2027-03-27 02:00:00+00'
where name = 'http-check';
