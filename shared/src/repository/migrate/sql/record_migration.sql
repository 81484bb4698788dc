-- No row: the claim was taken over, and whoever took it records it.
update downbeat_migrations
set
  applied_at = coalesce($3, clock_timestamp()),
  duration_ms = round(extract(epoch from clock_timestamp() - started_at) * 1000)
where version = $1
  and started_at = $2
  and applied_at is null
returning duration_ms
