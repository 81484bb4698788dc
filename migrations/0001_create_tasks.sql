-- The tasks: what the code defines, what an operator set over it, and what has become of them.
-- One row a task, kept when the task vanishes from the code (retired_at), since its history refers to it.

create type task_priority as enum ('CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'BACKGROUND');
create type task_status as enum ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED', 'SKIPPED', 'BLOCKED');

comment on type task_priority is 'How urgent a task is, most urgent first';
comment on type task_status is 'What has become of an execution';

create table cron_tasks (
  id uuid primary key,
  name text not null unique,
  description text not null default '',
  version text not null default '1.0.0',
  category text not null default 'SYSTEM',
  tags text[] not null default '{}',
  dependencies text[] not null default '{}',
  schedule text,
  schedule_function text,
  timezone text not null default 'UTC',
  catch_up text not null default 'latest' check (catch_up in ('latest', 'all', 'skip')),
  catch_up_window integer not null default 3600000 check (catch_up_window >= 0),
  enabled boolean not null default true,
  priority task_priority not null default 'MEDIUM',
  timeout integer not null default 300000 check (timeout > 0),
  retries integer not null default 3 check (retries >= 0),
  retry_delay integer not null default 5000 check (retry_delay >= 0),
  config jsonb not null default '{}',
  definition jsonb not null default '{}',
  overrides jsonb not null default '{}',
  retired_at timestamptz,
  next_execution_at timestamptz,
  last_executed_at timestamptz,
  last_execution_status task_status,
  last_execution_error jsonb,
  last_execution_duration integer,
  execution_count bigint not null default 0,
  success_count bigint not null default 0,
  error_count bigint not null default 0,
  consecutive_failures integer not null default 0,
  average_execution_time double precision,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (schedule is null or schedule_function is null)
) with (fillfactor = 50);

-- Claiming asks for the due ones, and the worker sleeps until the first of the rest.
create index cron_tasks_due on cron_tasks (next_execution_at) where enabled and retired_at is null;

comment on table cron_tasks is 'Cron tasks: definition, overrides and statistics, one row a task';
comment on column cron_tasks.schedule is 'Cron expression in force; null for a schedule function and for a task that is only run by hand';
comment on column cron_tasks.schedule_function is 'Name of the function that is asked whether to run, instead of a cron expression';
comment on column cron_tasks.timezone is 'IANA zone the cron expression is meant in';
comment on column cron_tasks.catch_up is 'What happens to slots that passed while nothing ran: latest (the newest once), all (each in order), skip (none)';
comment on column cron_tasks.catch_up_window is 'How old a missed slot may be and still run, in milliseconds';
comment on column cron_tasks.timeout is 'How long one attempt may take, in milliseconds';
comment on column cron_tasks.retries is 'How many further attempts follow a failed first one';
comment on column cron_tasks.retry_delay is 'Longest wait before the second attempt, in milliseconds; doubles with each further one';
comment on column cron_tasks.config is 'Settings in force: the defaults of the code with the overrides laid over them';
comment on column cron_tasks.definition is 'What the code says, as last synchronised; reset returns to it';
comment on column cron_tasks.overrides is 'What an operator set over the definition, by column name';
comment on column cron_tasks.retired_at is 'When the definition vanished from the code; such a task is never run';
comment on column cron_tasks.next_execution_at is 'The next slot to decide; null if there is none';
comment on column cron_tasks.last_executed_at is 'When the newest attempt started';
comment on column cron_tasks.last_execution_duration is 'How long the newest attempt took, in milliseconds';
comment on column cron_tasks.average_execution_time is 'Mean duration of all finished attempts, in milliseconds';
comment on column cron_tasks.consecutive_failures is 'Failed attempts since the last completed one';

create table side_tasks (
  id uuid primary key,
  name text not null unique,
  description text,
  version text not null default '1.0.0',
  category text not null default 'SYSTEM',
  tags text[] not null default '{}',
  enabled boolean not null default true,
  priority task_priority not null default 'MEDIUM',
  auto_restart boolean not null default true,
  restart_delay integer not null default 5000 check (restart_delay >= 0),
  max_restarts integer not null default 5 check (max_restarts >= 0),
  health_check_interval integer not null default 30000 check (health_check_interval > 0),
  config jsonb not null default '{}',
  definition jsonb not null default '{}',
  overrides jsonb not null default '{}',
  retired_at timestamptz,
  status task_status,
  is_running boolean not null default false,
  runner_instance_id uuid,
  started_at timestamptz,
  stopped_at timestamptz,
  last_health_check timestamptz,
  restart_count integer not null default 0,
  last_error jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
) with (fillfactor = 50);

comment on table side_tasks is 'Side tasks: long-running loops that workers supervise, one row a task';
comment on column side_tasks.status is 'RUNNING while a worker runs it, FAILED when it gave up, CANCELLED when it was stopped; null if never started';
comment on column side_tasks.restart_delay is 'Wait before the first restart, in milliseconds; doubles with each further one';
comment on column side_tasks.max_restarts is 'Restarts in a row before it is given up as FAILED';
comment on column side_tasks.health_check_interval is 'How often its supervisor records that it is alive, in milliseconds';
comment on column side_tasks.restart_count is 'Restarts since it last ran well';
