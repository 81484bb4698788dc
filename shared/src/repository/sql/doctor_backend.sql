-- Which backend answers, and which database it belongs to.
select pg_backend_pid(), format('%s of %s', d.oid, pg_postmaster_start_time())
from pg_database d
where d.datname = current_database()
