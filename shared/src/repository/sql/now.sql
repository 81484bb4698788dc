select coalesce($1, clock_timestamp())
