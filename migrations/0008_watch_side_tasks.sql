-- Side tasks of which each worker runs one, their health as they judge it themselves, and restarts that somebody asks for.

alter table side_tasks
  add column per_worker boolean not null default false,
  add column is_healthy boolean,
  add column health_message text,
  add column restart_requested_at timestamptz;

comment on column side_tasks.per_worker is 'Whether each worker runs one; otherwise one lives across all workers';
comment on column side_tasks.is_healthy is 'What its newest health check said; null before the first';
comment on column side_tasks.health_message is 'Why it is not healthy';
comment on column side_tasks.restart_requested_at is 'When somebody asked for a restart; instances started before it end and are taken anew';
