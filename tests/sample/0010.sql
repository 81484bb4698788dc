-- A task that only a machine that stays may run.
update cron_tasks set runs_on = 'worker' where name = 'prune-history';
