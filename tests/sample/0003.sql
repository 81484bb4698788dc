-- A worker at work, a pulse that said goodbye and one that was lost; what the worker runs.
insert into task_runners (
  instance_id, name, kind, environment, version, lock_key, lock_mode, heartbeat_interval, lease, running, started_at,
  heartbeat_at, ended_at, end_reason
)
values
  (
    '01890000-0000-7000-8000-000000000021', 'host-1:4711', 'worker', 'production', '0.1.0', -9223372036854775807, 'session', 1000,
    60000, 2, '2027-03-27 00:00:00+00', '2027-03-27 02:00:00+00', null, null
  ),
  (
    '01890000-0000-7000-8000-000000000022', 'fra1:iad', 'pulse', 'serverless', '0.1.0', -9223372036854775806, 'transaction', 1000,
    60000, 0, '2027-03-27 01:00:00+00', '2027-03-27 01:00:10+00', '2027-03-27 01:00:10+00', 'stopped'
  ),
  (
    '01890000-0000-7000-8000-000000000023', 'host-2:99', 'command', 'development', '0.1.0', -9223372036854775805, 'session', 15000,
    60000, 0, '2027-03-26 00:00:00+00', '2027-03-26 00:10:00+00', '2027-03-26 00:11:00+00', 'lost'
  );

insert into task_runner_state (id, task_name, task_type, holder, started_at, environment, runner_instance_id)
values
  (
    '01890000-0000-7000-8000-000000000102', 'prune-history', 'cron', '', '2027-03-03 03:00:01+00', 'production',
    '01890000-0000-7000-8000-000000000021'
  ),
  (
    '01890000-0000-7000-8000-000000000031', 'http-check', 'side', '', '2027-03-27 00:00:00+00', 'production',
    '01890000-0000-7000-8000-000000000021'
  );
