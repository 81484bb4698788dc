# What can be wrong in the registry of tasks.
registry-invalid-name = task “{ $task }”: a name is 1 to 100 characters of a–z, 0–9 and “-”, beginning with a letter
registry-reserved-name = task “{ $task }”: { $reserved } stand for something else in the paths of the API; give it another name
registry-duplicate-name = task “{ $task }”: the name is taken twice
registry-schedule = task “{ $task }”: { $error }
registry-never-comes = task “{ $task }”: the schedule “{ $expression }” never comes
registry-unknown-zone = task “{ $task }”: “{ $zone }” is no IANA time zone
registry-unknown-zone-nearest = task “{ $task }”: “{ $zone }” is no IANA time zone; did you mean “{ $nearest }”?
registry-timeout = task “{ $task }”: the timeout must lie between 1 ms and 24 days
registry-too-long = task “{ $task }”: a duration is longer than 24 days
registry-jitter = task “{ $task }”: the start jitter must be shorter than a day
registry-overlap = task “{ $task }”: the number of its overlap policy must be at least 1
registry-instant = task “{ $task }”: “{ $written }” is no instant; write one like 2027-03-28T00:00:00Z
registry-backwards = task “{ $task }”: the last instant of its slots is before the first
registry-schema = task “{ $task }”: the JSON Schema of its settings cannot be checked: { $problem }
registry-default-config = task “{ $task }”: the settings it comes with are not what their JSON Schema says: { $path }: { $reason }
registry-limit = limit “{ $tag }”: at least 1 must be allowed
registry-two-limits = task “{ $task }”: it falls under more than one limit: { $tags }
registry-unknown-dependency = task “{ $task }”: it depends on “{ $dependency }”, which is no cron task
registry-unknown-dependency-nearest = task “{ $task }”: it depends on “{ $dependency }”, which is no cron task; did you mean “{ $nearest }”?
registry-cycle = tasks wait for each other: { $path }

# What a program says of its own tasks.
registry-unknown-language = messages: there is no language “{ $language }”; there are { $known }
registry-messages = messages: { $problem }
registry-unknown-message = messages, { $place }: “{ $id }” is neither the title nor the description of a task
registry-unknown-message-nearest = messages, { $place }: “{ $id }” is neither the title nor the description of a task; did you mean “{ $nearest }”?
