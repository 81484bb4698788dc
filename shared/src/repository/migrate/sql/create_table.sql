create table if not exists downbeat_migrations (
  version integer primary key,
  name text not null,
  checksum text not null,
  started_at timestamptz not null,
  applied_at timestamptz,
  applied_by text not null,
  duration_ms integer
);

comment on table downbeat_migrations is 'Migrations: one row a file of migrations/ that was applied to these tables';
comment on column downbeat_migrations.version is 'The number in the file name';
comment on column downbeat_migrations.checksum is 'SHA-256 of the file with line feeds only; an applied file never changes';
comment on column downbeat_migrations.started_at is 'When it was begun; tells claims on one migration apart';
comment on column downbeat_migrations.applied_at is 'When it was done; null while one that cannot run in a transaction is under way';
comment on column downbeat_migrations.applied_by is 'Version of the program and database user';
comment on column downbeat_migrations.duration_ms is 'How long it took, in milliseconds';
