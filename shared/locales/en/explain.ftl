# Why a task ran, or did not.

## What became of it, in one word

tasks-verdict-ran = Ran
tasks-verdict-ran-late = Ran late
tasks-verdict-running = Running
tasks-verdict-waiting = Waiting
tasks-verdict-skipped = Skipped
tasks-verdict-blocked = Blocked
tasks-verdict-failed = Failed
tasks-verdict-cancelled = Cancelled
tasks-verdict-not-due = Not due
tasks-verdict-nobody-decided = Nobody decided it
tasks-verdict-not-recorded = Not recorded
tasks-verdict-disabled = Turned off
tasks-verdict-paused = Paused
tasks-verdict-maintenance = Maintenance
tasks-verdict-retired = Retired

explain-headline-slot = { $verdict }: { $task }, slot of { $slot }
explain-headline-moment = { $verdict }: { $task }, at { $at }

# Stand after “by” and “on”.
explain-somebody = somebody
explain-some-runner = a runner no longer known

## What happened

explain-by-hand = It was asked for by hand at { $at }.
explain-completed =
    { $attempt ->
        [1] It started at { $started } on { $runner } and completed after { $took }.
       *[other] Attempt { $attempt } started at { $started } on { $runner } and completed after { $took }.
    }
explain-runs =
    { $attempt ->
        [1] It has been running since { $since } on { $runner }.
       *[other] Attempt { $attempt } has been running since { $since } on { $runner }.
    }
explain-attempt-failed = Attempt { $attempt } of { $of } failed at { $at } on { $runner }: { $error } ({ $code })
explain-runner-lost = Attempt { $attempt } on { $runner } was lost with its runner, which was found dead at { $at }.
explain-interrupted = Attempt { $attempt } on { $runner } was interrupted at { $at }: its host stopped, or its pulse had no time left.
explain-cancelled-by = It was cancelled by { $by } at { $at }.
explain-superseded = A later slot took its place at { $at }.
explain-last-attempt =
    { $attempts ->
        [one] It had only this attempt.
       *[other] That was the last of { $attempts } attempts.
    }
explain-not-retried = Such an error is not tried again.
explain-not-undone = What it had done was to be undone, and was not: { $status }.
explain-skipped-at = It was decided at { $at } on { $runner } not to run it.
explain-blocked-at = It was decided at { $at } on { $runner } that it cannot run.
explain-waits = It has been queued since { $since }.
explain-undecided = It has been due since { $due }, and nobody has decided it.
explain-never-decided = It was due at { $due }, and nobody decided it then.
explain-yet-to-come = It is due only at { $due }.
explain-no-row = No row is left of this slot.

## Why

explain-late = It started { $late } after it was due at { $due }.
explain-starts-spread = The starts of tasks are spread; those of this one come { $offset } after their slot.
explain-no-runner = No runner lived from { $from } to { $until }.
explain-no-runner-until = No runner lived until { $until }.
explain-no-runner-since = No runner has lived since { $from }.
explain-no-runner-ever = No runner has been there.
explain-no-pulse = After the pulse of { $from }, the next came only at { $until }.
explain-no-pulse-since = The last pulse came at { $from }, and none since.
explain-not-taken = It was not taken by what lived: { $runners }. All places there were taken, or the task is not known there.
explain-bound-to =
    { $hosts ->
        [function] It runs only in serverless functions.
       *[worker] It runs only on machines that stay.
    }
explain-not-taken-unknown = What kept it is not recorded.
explain-previous-instance = The previous instance, of { $slot }, ran on { $runner } from { $since } to { $until }.
explain-previous-instance-runs = The previous instance, of { $slot }, has been running on { $runner } since { $since }.
explain-previous-waiting = The slot of { $slot } waited before it.
explain-queue-full =
    { $limit ->
        [one] { $limit } slot waited already, and no more may.
       *[other] { $limit } slots waited already, and no more may.
    }
explain-missed = It had passed when somebody looked, and lies outside what is caught up: { $policy }, at most { $window } old.
explain-stood-for = The slot of { $slot } ran in its place.
explain-stood-for-later = A later slot ran in its place.
explain-together = It was recorded together with others, in one row with the slot of { $slot }.
explain-stands-for =
    { $missed ->
        [one] It caught up { $missed } slot that passed while nothing ran.
       *[other] It caught up { $missed } slots that passed while nothing ran.
    }
explain-paused = The task was paused by { $by } from { $since } to { $until }.
explain-paused-open = The task was paused by { $by } at { $since }, with no end set.
explain-paused-unknown = The task was paused.
explain-maintenance = The whole system was put into maintenance by { $by } from { $since } to { $until }.
explain-maintenance-open = The whole system was put into maintenance by { $by } at { $since }, with no end set.
explain-maintenance-unknown = The whole system was in maintenance.
explain-parent-failed = It depends on “{ $parent }”, whose slot of { $slot } came to: { $status }.
explain-parent-failed-error = It depends on “{ $parent }”, whose slot of { $slot } came to: { $status } ({ $error }).
explain-parent-never-ran = It depends on “{ $parent }”, of which no slot had been decided.
explain-parent-awaited = It waits for “{ $parent }”, whose own slot is not decided yet.
explain-parent-awaited-slot = It waits for “{ $parent }”, whose slot of { $slot } is queued.
explain-parent-awaited-running = It waits for “{ $parent }”, whose slot of { $slot } is running on { $runner }.
explain-parent-ended = It waited for “{ $parent }”, which ended at { $at } on { $runner }.
explain-limit-full =
    { $most ->
        [one] At most { $most } task tagged “{ $limit }” may run at once; the place was taken by { $holders }.
       *[other] At most { $most } tasks tagged “{ $limit }” may run at once; the places were taken by { $holders }.
    }
explain-budget-spent = The pulse that looked at it at { $at } had too little time left and queued it.
explain-cancel-asked = Its end was asked for by { $by } at { $at }.
explain-stuck = It was told to end and has blocked its thread since { $since }.
explain-runner-silent = There has been no heartbeat on { $runner } since { $since }.
explain-other-reason = The recorded reason: { $reason }.
explain-function-said-no = The function { $function } said no, or was not asked.
explain-disabled = The task was turned off by { $by } at { $since }.
explain-disabled-unknown = The task was turned off by an operator.
explain-disabled-in-code = The task is turned off in the code.
explain-retired = The task vanished from the code at { $since }.
explain-history-begins = The history of the task begins at { $at }.
explain-thinned = Of this task, completed runs are kept only every { $interval }.
explain-definition-changed = What is in force for the task was changed after it, last at { $at }.
explain-by-hand-only = The task has no schedule; it runs only by hand.
explain-no-slot-yet = No slot has come since the task is known here.
explain-not-before = The task has no slots before { $at }.
explain-not-after = The task has no slots after { $at }.

## What follows

explain-schedule-changed = The schedule was changed by { $by } at { $at }, from { $before } to { $after }.
explain-no-schedule = none
explain-run-by-hand-since = It was asked for by hand at { $at }; that run came to: { $status }.
explain-next-attempt = Attempt { $attempt } of { $of } may start at { $at }.
explain-decided-next = Whoever looks next decides it. Slots that passed: { $policy }, at most { $window } old.
explain-next-slot = The next slot is { $slot }.
explain-no-next-slot = There is no next slot.
