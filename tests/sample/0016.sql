-- What a program of an earlier version leaves where the definition was.
update cron_tasks set definition = '{"name": "prune-history"}' where name = 'prune-history';
