# What an operator may change at run time, and why it is refused.
change-nothing = nothing is asked for
change-no-object = it must be a JSON object
change-unknown-name = there is no such setting; there are { $allowed }
change-unknown-name-nearest = there is no such setting; did you mean “{ $nearest }”?
change-no-switch = it must be true or false
change-no-text = it must be a text
change-never-comes = no slot ever comes by this schedule
change-has-function = the code asks the function “{ $function }” instead; it cannot have a schedule besides
change-out-of-range = it must be a whole number between { $least } and { $most }
change-not-allowed = “{ $written }” is not allowed; allowed are { $allowed }
change-not-allowed-nearest = “{ $written }” is not allowed; did you mean “{ $nearest }”? Allowed are { $allowed }
change-no-instant = it must be an instant like 2027-03-28T00:00:00Z
change-backwards = it must not lie before not_before
change-refused-by-task = the task refuses it: { $reason }
change-refused-by-task-nearest = the task refuses it: { $reason }; did you mean “{ $nearest }”?
change-task-refused =
    { $count ->
        [one] This is wrong, and nothing was stored:{ $mistakes }
       *[other] These { $count } are wrong, and nothing was stored:{ $mistakes }
    }
change-task-retired = “{ $task }” is gone from the code; it does not run and cannot be changed
change-meanwhile = “{ $task }” was changed by others again and again; try it once more
change-until-passed = that instant has passed; the pause would be over before it began
change-retry-underway = the slot of this execution has an attempt that has not ended: { $id }
change-retry-not-final = this execution has not ended yet; only what has ended can be tried again
change-cancel-final = this execution has ended; there is nothing to cancel
change-no-such-runner = no runner instance is called “{ $written }”
change-runner-ambiguous = several runner instances are called “{ $written }”: { $instances }
change-runner-ended = the runner instance “{ $written }” has ended
