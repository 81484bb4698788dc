delete from downbeat_migrations
where version = $1
  and started_at = $2
  and applied_at is null
