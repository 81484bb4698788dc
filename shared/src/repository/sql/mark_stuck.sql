-- What holds this registry row was told to end and dropped, and has not ended.
-- $1 now  $2 registry row: the execution, or the place of a side task
update task_runner_state
set stuck_since = coalesce($1, clock_timestamp())
where id = $2
