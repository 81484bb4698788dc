create table tasks (id integer primary key, name text not null unique);
create table executions (
  id uuid primary key default gen_random_uuid(),
  task_id integer not null references tasks (id),
  slot timestamptz not null,
  status text not null,
  started_at timestamptz not null,
  completed_at timestamptz,
  duration_ms integer,
  config jsonb not null,
  result jsonb,
  unique (task_id, slot)
);
insert into tasks select n, 'task-' || n from generate_series(1, 1000) as n;
vacuum analyze tasks;
