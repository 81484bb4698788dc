-- What an operator does at run time: settings by task, pauses, cancellation, maintenance, draining a runner; and who did it.

alter table cron_task_executions
  add column cancel_requested_at timestamptz,
  add column cancel_requested_by text,
  add column cancel_code text;

comment on column cron_task_executions.cancel_requested_at is 'When somebody asked for its end; its runner sees it with its next heartbeat';
comment on column cron_task_executions.cancel_requested_by is 'Who asked: the name of the credential, or schedule where the next slot replaces it';
comment on column cron_task_executions.cancel_code is 'The code its error will have: cancelled, superseded';

alter table pulse_health
  add column maintenance_since timestamptz,
  add column maintenance_until timestamptz,
  add column side_tasks_paused boolean not null default false,
  add column side_tasks_paused_until timestamptz;

comment on column pulse_health.is_maintenance_mode is 'No cron task starts on any runner; slots are skipped with the reason maintenance';
comment on column pulse_health.maintenance_until is 'When maintenance ends by itself; null if it does not';
comment on column pulse_health.side_tasks_paused is 'No side task runs on any worker';
comment on column pulse_health.side_tasks_paused_until is 'When that ends by itself; null if it does not';

alter table task_runners
  add column drain_requested_at timestamptz,
  add column drain_action text check (drain_action in ('stop', 'restart'));

comment on column task_runners.drain_requested_at is 'When somebody asked it to finish what it runs and claim no more';
comment on column task_runners.drain_action is 'What it does then: stop for good, or restart as a new instance';

create table task_changes (
  id bigint generated always as identity primary key,
  changed_at timestamptz not null,
  changed_by text not null,
  task_type text check (task_type in ('cron', 'side')),
  task_name text,
  action text not null check (action in ('set', 'reset', 'pause', 'resume', 'start', 'stop', 'restart')),
  before jsonb not null default '{}',
  after jsonb not null default '{}'
);

create index task_changes_history on task_changes (task_type, task_name, changed_at desc);

comment on table task_changes is 'What operators changed at run time, and who';
comment on column task_changes.changed_by is 'The name of the credential';
comment on column task_changes.task_name is 'The task; null for the whole system';
comment on column task_changes.before is 'What was in force before, of what was changed, by column name';
comment on column task_changes.after is 'What is in force since';
