# What can be wrong in the registry of tasks.
registry-invalid-name = task “{ $task }”: a name is 1 to 100 characters of a–z, 0–9 and “-”, beginning with a letter
registry-duplicate-name = task “{ $task }”: the name is taken twice
registry-schedule = task “{ $task }”: { $error }
registry-never-comes = task “{ $task }”: the schedule “{ $expression }” never comes
registry-unknown-zone = task “{ $task }”: “{ $zone }” is no IANA time zone
registry-unknown-zone-nearest = task “{ $task }”: “{ $zone }” is no IANA time zone; did you mean “{ $nearest }”?
registry-timeout = task “{ $task }”: the timeout must lie between 1 ms and 24 days
registry-too-long = task “{ $task }”: a duration is longer than 24 days
registry-unknown-dependency = task “{ $task }”: it depends on “{ $dependency }”, which is no cron task
registry-unknown-dependency-nearest = task “{ $task }”: it depends on “{ $dependency }”, which is no cron task; did you mean “{ $nearest }”?
registry-cycle = tasks wait for each other: { $path }
