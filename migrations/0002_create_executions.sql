-- One row an attempt: what was decided about a slot, who ran it and how it ended.
-- The unique key is the promise that a slot is decided once.

create sequence task_fencing_tokens;
comment on sequence task_fencing_tokens is 'Grows with every execution that starts, so that of two holders the later one is known';

create table cron_task_executions (
  id uuid primary key,
  task_id uuid not null references cron_tasks (id) on delete cascade,
  task_name text not null,
  scheduled_for timestamptz not null,
  attempt integer not null default 1 check (attempt >= 1),
  retry_attempt integer not null generated always as (attempt - 1) stored,
  max_attempts integer not null default 1,
  status task_status not null,
  priority task_priority not null default 'MEDIUM',
  available_at timestamptz not null default now(),
  started_at timestamptz,
  completed_at timestamptz,
  duration_ms integer,
  config jsonb not null,
  result jsonb,
  error jsonb,
  error_kind text generated always as (error ->> 'kind') stored,
  skipped_reason text,
  missed_slots integer not null default 0,
  execution_environment text,
  triggered_by text not null default 'schedule' check (triggered_by in ('schedule', 'manual', 'retry', 'dependency')),
  is_manual boolean not null default false,
  is_dry_run boolean not null default false,
  parent_execution_id uuid,
  runner_instance_id uuid,
  executed_by_instance text,
  fencing_token bigint,
  created_at timestamptz not null default now(),
  unique (task_id, scheduled_for, attempt),
  constraint started_unless_pending check (status = 'PENDING' or started_at is not null),
  constraint completed_when_final check ((status in ('PENDING', 'RUNNING')) = (completed_at is null))
) with (fillfactor = 70);

-- The queue: attempts whose time has come, most urgent first.
create index cron_task_executions_queue on cron_task_executions (available_at) where status = 'PENDING';
-- The history page and retention, for all tasks and for one. Ids are made by machines whose clocks may be wrong.
create index cron_task_executions_history on cron_task_executions (created_at desc, id desc);
create index cron_task_executions_task_history on cron_task_executions (task_id, created_at desc, id desc);

comment on table cron_task_executions is 'Executions: one row an attempt at a slot, also for slots that were not run';
comment on column cron_task_executions.scheduled_for is 'The slot; for a manual run, the moment it was asked for';
comment on column cron_task_executions.attempt is 'First attempt 1, first retry 2, …';
comment on column cron_task_executions.max_attempts is 'Attempts this slot may use; an interruption by the host does not use one up';
comment on column cron_task_executions.available_at is 'A pending attempt does not start before this';
comment on column cron_task_executions.started_at is 'When it started; for SKIPPED and BLOCKED, when that was decided';
comment on column cron_task_executions.error is '{"kind","code","message","chain"}';
comment on column cron_task_executions.skipped_reason is 'Why the slot was not run, for example previous_instance_running';
comment on column cron_task_executions.missed_slots is 'How many earlier slots this decision stands for besides its own';
comment on column cron_task_executions.parent_execution_id is 'The attempt this one retries';
comment on column cron_task_executions.executed_by_instance is 'Name of the runner, for people: host and process';
comment on column cron_task_executions.fencing_token is 'Grows with every execution of a task; for the other side of an effect to compare';
