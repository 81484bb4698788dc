-- Workers look for what they may begin.
select pg_notify('downbeat', 'queue')::text
