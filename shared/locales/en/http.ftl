# What the HTTP API, and the command line with it, answers when something is wrong.
http-credential-not-configured = this route is closed until one of these is set: { $variables }
http-credential-missing = the credential is missing or wrong
http-no-such-route = there is no such route
http-wrong-method = this route does not answer to that method
http-configuration-wrong = this deployment is configured wrongly; its log says how
http-server-error = something went wrong on our side; the log says what
http-database-unreachable = the database cannot be reached at the moment
http-request-invalid = the request is wrong: { $reason }
http-at-path = { $path }: { $reason }
http-limit-out-of-range = { $name } must lie between 1 and { $most }
http-body-not-read = this route reads no body; leave it out
http-cursor-invalid = this list did not hand out this cursor
http-no-such-task = there is no task “{ $name }”
http-no-such-task-nearest = there is no task “{ $name }”; did you mean “{ $nearest }”?
http-is-side-task = “{ $name }” is a side task; this is for cron tasks
http-is-cron-task = “{ $name }” is a cron task; this is for side tasks
http-no-such-execution = there is no execution { $id }
http-no-such-zone = “{ $name }” is no IANA time zone
http-no-such-zone-nearest = “{ $name }” is no IANA time zone; did you mean “{ $nearest }”?
http-already-running = “{ $task }” is still running; this run was recorded as skipped
http-config-refused = the settings are refused:{ $mistakes }
http-config-not-an-object = the settings must be a JSON object

# Live events.
http-event-id-invalid = this event id was not handed out by this system

# Keys of requests that may be repeated.
http-idempotency-key-invalid = the Idempotency-Key must be 1 to { $most } visible ASCII characters without spaces, and there must be one only
http-idempotency-key-reused = this Idempotency-Key was used for another request

# Limits on what is sent.
http-body-too-large = the body is longer than { $most } bytes
http-body-too-slow = the body did not come to its end within { $span }
http-media-type-unsupported = the body is declared as “{ $written }”; only application/json is read
http-nul-character = the character U+0000 is not allowed
http-unknown-parameter = there is no parameter “{ $name }”
