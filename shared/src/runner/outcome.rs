//! What an attempt came to: status, error, and whether another follows. Pure.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::locale::{Message, format, msg};
use crate::model::{ErrorKind, ExecutionId, Rollback, Status};
use crate::repository::{Claimed, Ending, NextAttempt, Undo};
use crate::task::{Retry, RetryPolicy, TaskError, TaskResult, backoff};

/// A report larger than this is not stored, in bytes of JSON.
const LARGEST_REPORT: usize = 1024 * 1024;

/// From this attempt on, an interruption costs one: a task that is longer than its host's time must not begin anew for ever.
const MOST_GIVEN_BACK: i32 = 10;

/// How an attempt came to its end.
#[derive(Debug)]
pub(super) enum Ran {
    /// The schedule function said no.
    NotDue,
    /// Its schedule function failed, so it did not even begin.
    NotBegun(TaskError),
    /// It was stopped before it began, and others may begin it.
    HandedBack,
    /// It returned, or failed by itself.
    Returned(TaskResult<Value>),
    /// It was stopped from outside.
    Stopped(Stop),
}

/// Why an attempt was stopped from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It took longer than its timeout.
    Timeout,
    /// Somebody asked for its end.
    Cancelled,
    /// A later slot takes its place.
    Superseded,
    /// Its host shuts down, or the pulse's budget is spent.
    Interrupted,
    /// Its runner lost its lease, or was found dead.
    Lost,
}

impl Stop {
    /// The stop that somebody ordered with this code.
    pub(super) fn ordered(code: &str) -> Self {
        if code == "superseded" { Self::Superseded } else { Self::Cancelled }
    }

    /// The error an attempt that was stopped so ends with.
    pub(super) fn error(self, timeout: Duration) -> TaskError {
        match self {
            Self::Timeout => TaskError::timeout(msg::error_timeout(format::duration(timeout))),
            Self::Cancelled => TaskError::execution("cancelled", msg::error_cancelled()).never_retried(),
            Self::Superseded => TaskError::execution("superseded", msg::error_superseded()).never_retried(),
            Self::Interrupted => TaskError::system("interrupted", msg::error_interrupted()),
            Self::Lost => TaskError::system("lease_lost", msg::error_lease_lost()),
        }
    }
}

/// What is recorded of an attempt. `next_id` is taken if another attempt follows; `moved_on` says that it kept a checkpoint.
pub(super) fn outcome(
    claimed: &Claimed,
    ran: Ran,
    duration: Duration,
    policy: &RetryPolicy,
    next_id: ExecutionId,
    moved_on: bool,
) -> Ending {
    let ending = Ending {
        id: claimed.id,
        fencing_token: claimed.fencing_token,
        status: Status::Completed,
        duration,
        result: None,
        error: None,
        next_attempt: None,
        not_due: false,
        wakes: false,
        rollback: None,
        progress: None,
        log: None,
    };
    let failed = |status, error: &TaskError, next_attempt| Ending {
        status,
        error: Some(error.record()),
        next_attempt,
        ..ending.clone()
    };
    match ran {
        Ran::NotDue => Ending { not_due: true, ..ending },
        Ran::HandedBack => Ending { status: Status::Pending, ..ending },
        Ran::Returned(Ok(report)) => Ending { result: storable(report), ..ending },
        Ran::Returned(Err(error)) | Ran::NotBegun(error) => {
            let next = follows(claimed, error.retry(), policy, next_id);
            failed(Status::Failed, &error, next)
        }
        Ran::Stopped(stop @ Stop::Timeout) => {
            let next = follows(claimed, Retry::Backoff, policy, next_id);
            failed(Status::Timeout, &stop.error(claimed.timeout), next)
        }
        Ran::Stopped(stop @ (Stop::Cancelled | Stop::Superseded)) => {
            failed(Status::Cancelled, &stop.error(claimed.timeout), None)
        }
        // Not the task's fault, so the attempt is given back, and the next need not wait.
        Ran::Stopped(stop @ (Stop::Interrupted | Stop::Lost)) => {
            let next = if claimed.is_dry_run {
                // Nothing was begun, and nothing is to be.
                None
            } else if moved_on || claimed.attempt < MOST_GIVEN_BACK {
                Some(NextAttempt { id: next_id, delay: Duration::ZERO, gives_back: true })
            } else {
                follows(claimed, Retry::Backoff, policy, next_id)
            };
            failed(Status::Cancelled, &stop.error(claimed.timeout), next)
        }
    }
}

impl Ran {
    /// The error after which what was done is to be undone, if no attempt follows. Settings that were refused did nothing.
    pub(super) fn failure(&self, timeout: Duration) -> Option<TaskError> {
        match self {
            Self::Returned(Err(error)) if error.kind() == ErrorKind::Configuration => None,
            Self::Returned(Err(error)) => Some(error.clone()),
            Self::Stopped(stop) => Some(stop.error(timeout)),
            Self::NotDue | Self::NotBegun(_) | Self::HandedBack | Self::Returned(Ok(_)) => None,
        }
    }
}

fn follows(claimed: &Claimed, retry: Retry, policy: &RetryPolicy, id: ExecutionId) -> Option<NextAttempt> {
    if claimed.attempt >= claimed.max_attempts {
        return None;
    }
    let attempt = u32::try_from(claimed.attempt).unwrap_or(1);
    let delay = match retry {
        Retry::Never => return None,
        Retry::After(wait) => wait,
        Retry::Backoff => backoff(attempt, claimed.retry_delay, policy.max_delay, claimed.id.0),
    };
    Some(NextAttempt { id, delay, gives_back: false })
}

/// What is recorded of an execution that was only to be undone.
pub(super) fn undone(claimed: &Claimed, undo: &Undo, rollback: Rollback) -> Ending {
    let ending = Ending {
        id: claimed.id,
        fencing_token: claimed.fencing_token,
        status: undo.status,
        duration: Duration::ZERO,
        result: None,
        error: Some(undo.error.clone()),
        next_attempt: None,
        not_due: false,
        wakes: false,
        rollback: None,
        progress: None,
        log: None,
    };
    with_rollback(ending, rollback)
}

/// The same with how undoing it ended. What was interrupted goes back to the queue, only to be undone by somebody.
pub(super) fn with_rollback(ending: Ending, rollback: Rollback) -> Ending {
    match rollback.status {
        Status::Cancelled => {
            let rollback = Rollback { status: Status::Pending, duration_ms: 0, error: None };
            Ending { status: Status::Pending, rollback: Some(rollback), ..ending }
        }
        Status::Pending
        | Status::Running
        | Status::Completed
        | Status::Failed
        | Status::Timeout
        | Status::Skipped
        | Status::Blocked => Ending { rollback: Some(rollback), ..ending },
    }
}

/// What is recorded of an attempt in which the runner itself panicked.
pub(super) fn defect(claimed: &Claimed) -> Ending {
    let error = TaskError::system("defect", msg::error_defect());
    let next_id = ExecutionId(Uuid::now_v7());
    outcome(claimed, Ran::Returned(Err(error)), Duration::ZERO, &RetryPolicy::NEVER, next_id, false)
}

/// A report as `jsonb` can hold it: no NUL in texts, and not without bound.
fn storable(mut report: Value) -> Option<Value> {
    if report.is_null() {
        return None;
    }
    without_nul(&mut report);
    let bytes = report.to_string().len();
    if bytes > LARGEST_REPORT { Some(json!({ "truncated": true, "bytes": bytes })) } else { Some(report) }
}

fn without_nul(value: &mut Value) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::String(text) => {
            if text.contains('\0') {
                *text = text.replace('\0', "\u{fffd}");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(without_nul),
        Value::Object(fields) => {
            if fields.keys().any(|name| name.contains('\0')) {
                *fields = std::mem::take(fields)
                    .into_iter()
                    .map(|(name, value)| (name.replace('\0', "\u{fffd}"), value))
                    .collect();
            }
            fields.values_mut().for_each(without_nul);
        }
    }
}

/// What is recorded where the database refuses to store an ending.
pub(super) fn not_stored(ending: &Ending, why: Message) -> Ending {
    let error = TaskError::system("result_not_stored", why).record();
    Ending { status: Status::Failed, result: None, error: Some(error), next_attempt: None, ..ending.clone() }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn claimed(attempt: i32) -> Claimed {
        Claimed {
            id: ExecutionId(Uuid::now_v7()),
            task_name: "task".to_owned(),
            scheduled_for: DateTime::UNIX_EPOCH,
            started_at: DateTime::UNIX_EPOCH,
            attempt,
            max_attempts: 3,
            config: json!({}),
            missed_slots: 0,
            is_asked_for: true,
            is_dry_run: false,
            fencing_token: 1,
            timeout: Duration::from_secs(1),
            retry_delay: Duration::from_secs(5),
            checkpoint: None,
            undo: None,
        }
    }

    fn ends(attempt: i32, ran: Ran) -> Ending {
        let next = ExecutionId(Uuid::now_v7());
        outcome(&claimed(attempt), ran, Duration::from_millis(7), &RetryPolicy::DEFAULT, next, false)
    }

    fn error() -> TaskError {
        TaskError::execution("no", "no")
    }

    #[test]
    fn a_report_completes() {
        let ending = ends(1, Ran::Returned(Ok(json!({ "deleted": 3 }))));
        assert_eq!((ending.status, ending.result), (Status::Completed, Some(json!({ "deleted": 3 }))));
        assert_eq!(ending.next_attempt, None);
    }

    #[test]
    fn a_failure_is_tried_again_until_its_attempts_are_used_up() {
        let ending = ends(1, Ran::Returned(Err(error())));
        assert_eq!(ending.status, Status::Failed);
        assert!(ending.next_attempt.is_some_and(|next| next.delay <= Duration::from_secs(5) && !next.gives_back));
        assert_eq!(ends(3, Ran::Returned(Err(error()))).next_attempt, None);
        assert_eq!(ends(1, Ran::Returned(Err(error().never_retried()))).next_attempt, None);
    }

    #[test]
    fn a_task_can_ask_for_a_later_retry_itself() {
        let hour = Duration::from_secs(3600);
        let ending = ends(1, Ran::Returned(Err(error().retry_after(hour))));
        assert_eq!(ending.next_attempt.map(|next| next.delay), Some(hour));
    }

    #[test]
    fn a_timeout_has_its_own_status_and_kind() {
        let ending = ends(1, Ran::Stopped(Stop::Timeout));
        assert_eq!(ending.status, Status::Timeout);
        assert_eq!(ending.error.map(|error| error.kind), Some(ErrorKind::Timeout));
        assert!(ending.next_attempt.is_some());
    }

    #[test]
    fn an_interruption_gives_its_attempt_back_even_after_the_last() {
        for stop in [Stop::Interrupted, Stop::Lost] {
            let ending = ends(3, Ran::Stopped(stop));
            assert_eq!(ending.status, Status::Cancelled);
            assert!(ending.next_attempt.is_some_and(|next| next.gives_back && next.delay.is_zero()));
        }
    }

    #[test]
    fn what_is_interrupted_again_and_again_uses_up_its_attempts_in_the_end() {
        let often = Claimed { attempt: 12, max_attempts: 13, ..claimed(1) };
        let ending = |claimed: &Claimed| {
            let next = ExecutionId(Uuid::now_v7());
            outcome(claimed, Ran::Stopped(Stop::Interrupted), Duration::ZERO, &RetryPolicy::DEFAULT, next, false)
                .next_attempt
        };
        assert!(ending(&often).is_some_and(|next| !next.gives_back));
        assert_eq!(ending(&Claimed { attempt: 13, ..often }), None);
    }

    #[test]
    fn what_moves_on_from_one_interruption_to_the_next_never_uses_up_its_attempts() {
        let often = Claimed { attempt: 1_000, max_attempts: 1_000, ..claimed(1) };
        let next = ExecutionId(Uuid::now_v7());
        let stopped = Ran::Stopped(Stop::Interrupted);
        let ending = outcome(&often, stopped, Duration::ZERO, &RetryPolicy::DEFAULT, next, true);
        assert!(ending.next_attempt.is_some_and(|next| next.gives_back));
    }

    #[test]
    fn what_somebody_ended_is_cancelled_undone_and_not_tried_again() {
        for (stop, code) in [(Stop::Cancelled, "cancelled"), (Stop::Superseded, "superseded")] {
            let ending = ends(1, Ran::Stopped(stop));
            assert_eq!((ending.status, ending.next_attempt), (Status::Cancelled, None));
            assert_eq!(ending.error.map(|error| error.code), Some(code.to_owned()));
            let why = Ran::Stopped(stop).failure(Duration::ZERO);
            assert!(why.is_some_and(|why| why.code() == code), "it is undone");
        }
    }

    #[test]
    fn what_did_nothing_or_ended_well_is_not_undone() {
        let refused = TaskError::configuration("refused", "refused");
        for ran in [
            Ran::Returned(Ok(Value::Null)),
            Ran::Returned(Err(refused.clone())),
            Ran::NotBegun(refused),
            Ran::NotDue,
            Ran::HandedBack,
        ] {
            assert!(ran.failure(Duration::ZERO).is_none(), "{ran:?}");
        }
        assert!(Ran::Returned(Err(error())).failure(Duration::ZERO).is_some());
        for stop in [Stop::Timeout, Stop::Interrupted, Stop::Lost] {
            assert!(Ran::Stopped(stop).failure(Duration::ZERO).is_some(), "where no attempt follows");
        }
    }

    #[test]
    fn an_interrupted_dry_run_is_not_run_for_real() {
        let dry = Claimed { is_dry_run: true, ..claimed(1) };
        let next = ExecutionId(Uuid::now_v7());
        let stopped = Ran::Stopped(Stop::Interrupted);
        let ending = outcome(&dry, stopped, Duration::ZERO, &RetryPolicy::DEFAULT, next, false);
        assert_eq!((ending.status, ending.next_attempt), (Status::Cancelled, None));
    }

    #[test]
    fn what_was_interrupted_while_it_was_undone_waits_to_be_undone() {
        let interrupted = Rollback { status: Status::Cancelled, duration_ms: 7, error: None };
        let ending = with_rollback(ends(3, Ran::Returned(Err(error()))), interrupted);
        assert_eq!(ending.status, Status::Pending);
        assert_eq!(ending.rollback.map(|rollback| rollback.status), Some(Status::Pending));
        assert_eq!(ending.error.map(|error| error.code), Some("no".to_owned()), "it keeps why");
    }

    #[test]
    fn a_report_that_jsonb_cannot_hold_is_made_to_fit() {
        let ending = ends(1, Ran::Returned(Ok(json!({ "a\0": ["x\0y"] }))));
        assert_eq!(ending.result, Some(json!({ "a\u{fffd}": ["x\u{fffd}y"] })));
        let ending = ends(1, Ran::Returned(Ok(json!("x".repeat(2 * LARGEST_REPORT)))));
        assert_eq!(ending.result, Some(json!({ "truncated": true, "bytes": 2 * LARGEST_REPORT + 2 })));
    }
}
