-- An execution that was told to end and dropped, and has not ended.
-- $1 now  $2 execution
update task_runner_state
set stuck_since = coalesce($1, clock_timestamp())
where id = $2
