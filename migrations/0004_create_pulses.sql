-- The pulse: its health in one row, and one row a pulse that decided something.

create table pulse_health (
  id boolean primary key default true check (id),
  last_pulse_at timestamptz,
  total_executions bigint not null default 0,
  total_successes bigint not null default 0,
  total_failures bigint not null default 0,
  consecutive_failures integer not null default 0,
  avg_execution_time_ms double precision,
  is_maintenance_mode boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
) with (fillfactor = 50);

insert into pulse_health default values;

comment on table pulse_health is 'Health of the pulse system, one row; its status is judged from these facts when it is read';
comment on column pulse_health.total_executions is 'Pulses so far';
comment on column pulse_health.total_failures is 'Pulses in which a task failed';
comment on column pulse_health.consecutive_failures is 'Pulses with a failed task since the last one without';

create table pulse_executions (
  id uuid primary key,
  runner_instance_id uuid,
  status text not null check (status in ('SUCCESS', 'FAILURE')),
  environment text not null,
  triggered_by text not null,
  is_dry_run boolean not null default false,
  started_at timestamptz not null,
  completed_at timestamptz not null,
  duration_ms integer not null,
  total_tasks_discovered integer not null,
  tasks_due text[] not null default '{}',
  tasks_executed text[] not null default '{}',
  tasks_succeeded text[] not null default '{}',
  tasks_failed text[] not null default '{}',
  tasks_skipped text[] not null default '{}',
  errors jsonb
);

comment on table pulse_executions is 'Pulses: one row a call of the pulse route or command';
comment on column pulse_executions.tasks_due is 'Names of the tasks that had something to decide';

create index pulse_executions_history on pulse_executions (started_at desc, id desc);
