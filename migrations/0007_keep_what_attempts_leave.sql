-- What an attempt leaves besides its report: how far it came, where the next one goes on, what it said, and how it was undone.

alter table cron_task_executions
  add column progress jsonb,
  add column checkpoint jsonb,
  add column rollback jsonb;

comment on column cron_task_executions.progress is 'How far it came: {"done","total","message","at"}';
comment on column cron_task_executions.checkpoint is 'Where it stands; the next attempt gets it';
comment on column cron_task_executions.rollback is 'How undoing it ended: {"status","duration_ms","error"}';

create table cron_task_execution_logs (
  execution_id uuid primary key references cron_task_executions (id) on delete cascade,
  lines jsonb not null,
  dropped integer not null default 0
);

comment on table cron_task_execution_logs is 'What executions logged, bounded: one row an execution that said something';
comment on column cron_task_execution_logs.lines is '[{"at","level","target","message","fields"}], oldest first';
comment on column cron_task_execution_logs.dropped is 'How many lines were left out between the first and the last ones';
