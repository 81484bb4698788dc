//! Two pure rules of a shift over examples of what the database tells: for `benches/micro`, and for nobody else.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::outcome::{Ran, Stop, outcome};
use super::plan::plan;
use crate::model::{CatchUp, ExecutionId, TaskId};
use crate::repository::{Claimed, SlotCandidate};
use crate::task::RetryPolicy;

/// A task whose next slot has come.
#[derive(Debug)]
pub struct Due(SlotCandidate);

impl Due {
    /// Whose schedule is `expression` in `timezone`, and whose slots from `first` on nobody has decided.
    #[must_use]
    pub fn since(first: DateTime<Utc>, expression: &str, timezone: &str, catch_up: CatchUp) -> Self {
        Self(SlotCandidate {
            task_id: TaskId(Uuid::nil()),
            name: "an-example".to_owned(),
            next_execution_at: first,
            schedule: Some(expression.to_owned()),
            timezone: timezone.to_owned(),
            catch_up,
            catch_up_window: Duration::from_secs(3_600),
            has_dependencies: false,
            start_jitter: Duration::ZERO,
            not_after: None,
            holds: Vec::new(),
            expected: None,
        })
    }

    /// Decides at `now`, and tells how many slots that is about. `None`: the schedule or the zone cannot be read.
    #[must_use]
    pub fn decide(&self, now: DateTime<Utc>) -> Option<usize> {
        plan(&self.0, now, Duration::from_secs(60)).map(|decision| 1 + decision.passed.len())
    }
}

/// The first of three attempts.
#[derive(Debug)]
pub struct Attempt(Claimed);

impl Attempt {
    /// It has the id that is given, and settings that say nothing.
    #[must_use]
    pub fn first(id: Uuid) -> Self {
        Self(Claimed {
            id: ExecutionId(id),
            task_name: "an-example".to_owned(),
            scheduled_for: DateTime::UNIX_EPOCH,
            started_at: DateTime::UNIX_EPOCH,
            attempt: 1,
            max_attempts: 3,
            config: json!({}),
            missed_slots: 0,
            is_asked_for: false,
            is_dry_run: false,
            fencing_token: 1,
            timeout: Duration::from_secs(60),
            retry_delay: Duration::from_secs(5),
            checkpoint: None,
            undo: None,
        })
    }

    /// What is recorded where it completed with a report, or took too long: whether another attempt follows.
    #[must_use]
    pub fn end(&self, completes: bool) -> bool {
        let ran = match completes {
            true => Ran::Returned(Ok(json!({ "deleted": 3 }))),
            false => Ran::Stopped(Stop::Timeout),
        };
        let (took, next) = (Duration::from_millis(7), ExecutionId(Uuid::nil()));
        outcome(&self.0, ran, took, &RetryPolicy::DEFAULT, next, false).next_attempt.is_some()
    }
}
