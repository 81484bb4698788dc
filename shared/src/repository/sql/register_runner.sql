-- $1 now  $2 instance  $3 name  $4 kind  $5 environment  $6 version  $7 lock key  $8 lock mode
-- $9 heartbeat interval in ms  $10 lease in ms
insert into task_runners (
  instance_id, name, kind, environment, version, lock_key, lock_mode, heartbeat_interval, lease, started_at, heartbeat_at
)
select $2, $3, $4, $5, $6, $7, $8, $9, $10, clock.now, clock.now
from (select coalesce($1, clock_timestamp()) as now) as clock
returning 1
