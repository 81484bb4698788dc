-- Who is alive, and what runs now. task_runner_state is the mutex: one row a running task, owned by one runner.

create table task_runners (
  instance_id uuid primary key,
  name text not null,
  kind text not null check (kind in ('worker', 'pulse', 'command')),
  environment text not null,
  version text not null,
  lock_key bigint not null unique,
  lock_mode text not null check (lock_mode in ('session', 'transaction')),
  heartbeat_interval integer not null,
  lease integer not null,
  running integer not null default 0,
  started_at timestamptz not null,
  heartbeat_at timestamptz not null,
  ended_at timestamptz,
  end_reason text check (end_reason in ('stopped', 'lost'))
) with (fillfactor = 50);

create index task_runners_live on task_runners (heartbeat_at) where ended_at is null;

comment on table task_runners is 'Runner instances: every process that runs or ran tasks; ended ones are kept for a while';
comment on column task_runners.lock_key is 'The advisory lock this instance holds for as long as it lives';
comment on column task_runners.heartbeat_interval is 'How soon the next heartbeat may be expected, in milliseconds';
comment on column task_runners.lease is 'A heartbeat older than this means the runner lost everything it ran, in milliseconds';
comment on column task_runners.end_reason is 'stopped: it said goodbye; lost: it was found dead and its work handed on';

create table task_runner_state (
  id uuid primary key,
  task_name text not null,
  task_type text not null check (task_type in ('cron', 'side')),
  holder text not null default '',
  status task_status not null default 'RUNNING',
  started_at timestamptz not null,
  environment text not null,
  runner_instance_id uuid not null,
  created_at timestamptz not null default now(),
  unique (task_type, task_name, holder)
) with (fillfactor = 50);

create index task_runner_state_owner on task_runner_state (runner_instance_id);

comment on table task_runner_state is 'What runs now: one row a running task; it keeps the next instance from starting';
comment on column task_runner_state.id is 'For a cron task, the id of its execution';
comment on column task_runner_state.holder is 'Empty, so that a task is held once; the execution where overlap prevention is off';
comment on column task_runner_state.runner_instance_id is 'The owner, see task_runners';
