# Why executions and side tasks ended as they did. Stored in English with what each was made of, and told in the reader's
# language.

error-timeout = took longer than { $limit }
error-cancelled = somebody asked for its end
error-cancelled-waiting = cancelled by { $actor } before it started
error-superseded = a later slot replaced it
error-interrupted = the runner stopped
error-lease-lost = the runner could not reach the database
error-runner-lost = runner { $runner } was lost while it ran this
error-worker-lost = the worker that ran this was lost
error-defect = the runner panicked; this is a defect of Downbeat
error-task-unknown = this program does not know the task
error-dependency-failed = { $task } did not complete
error-panicked = panicked: { $message }
error-panicked-silently = panicked without a message
error-schedule-function-failed = the schedule function { $function } failed: { $error }
error-schedule-function-slow = the schedule function { $function } took too long
error-ownership-lost = this execution was handed to another runner

# A setting and why it is refused.
error-setting = { $path }: { $reason }
error-report-not-json = what it reports cannot be written as JSON: { $reason }
error-checkpoint-not-json = what it keeps cannot be written as JSON: { $reason }
error-checkpoint-too-large = { $bytes ->
    [one] a checkpoint has at most { $most } bytes, and this one has { $bytes } byte
   *[other] a checkpoint has at most { $most } bytes, and this one has { $bytes } bytes
}
error-checkpoint-unreadable = the checkpoint cannot be read: { $reason }

# Side tasks.
error-ended-early = it ended although nobody had told it to
error-unhealthy = { $count ->
    [one] { $count } health check failed: { $error }
   *[other] { $count } health checks in a row failed: { $error }
}
error-no-health-answer = no answer within { $limit }
error-restart-storm = { $restarts ->
    [one] restarted { $restarts } time within { $span } and ended again: { $error }
   *[other] restarted { $restarts } times within { $span } and ended again: { $error }
}

# Of http-check.
error-targets-failed = { $failed } of { $all } failed: { $targets }
error-target = { $url }: { $error }
error-target-invalid = an invalid address
error-target-answered = answered { $status }, expected { $expected }
error-target-answered-no-success = answered { $status }, expected 200 to 299
error-target-slow = took { $latency } ms, allowed are { $most } ms
error-target-redirects = too many redirects
error-target-certificate-expired = its certificate has expired
error-target-certificate-not-yet-valid = its certificate is not valid yet
error-target-certificate-of-other-host = its certificate is for another host
error-target-certificate-unknown = nobody this program trusts has signed its certificate
error-target-certificate-refused = its certificate is refused: { $reason }
error-target-not-asked = could not be asked: { $reason }

# What systems, servers and libraries say most often, in words of ours. Used by locale/cause.rs.
error-refused = the connection was refused
error-broken-off = the connection was broken off
error-host-not-found = its host was not found
error-silent = there was no answer in time
error-none-free = no connection became free in time
error-address-in-use = the address is in use
error-address-elsewhere = this machine does not have that address
error-not-permitted = it is not permitted
error-not-there = there is no such file or folder
error-no-such-database = the server has no database of that name
error-login-refused = the server does not accept this user or this password
