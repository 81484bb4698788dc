select version, name, checksum, applied_at, applied_by, duration_ms
from downbeat_migrations
order by version
