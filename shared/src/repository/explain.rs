//! The recorded facts that explain what became of a task at a moment.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{Repository, RepositoryError, document, statement};
use crate::model::{
    CatchUp, Change, OverlapPolicy, RecordedError, Rollback, RunnerKind, RunsOn, Status, TaskId, Trigger,
};

/// A task as it is now, what operators changed about it, and which of its slots have rows.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct TaskFacts {
    pub(crate) now: DateTime<Utc>,
    /// The moment that is explained.
    pub(crate) at: DateTime<Utc>,
    pub(crate) id: TaskId,
    pub(crate) name: String,
    pub(crate) schedule: Option<String>,
    pub(crate) schedule_function: Option<String>,
    pub(crate) timezone: String,
    pub(crate) catch_up: CatchUp,
    /// In milliseconds.
    pub(crate) catch_up_window: i64,
    pub(crate) overlap: OverlapPolicy,
    pub(crate) overlap_limit: i32,
    pub(crate) runs_on: RunsOn,
    /// In milliseconds.
    pub(crate) start_jitter: u64,
    pub(crate) not_before: Option<DateTime<Utc>>,
    pub(crate) not_after: Option<DateTime<Utc>>,
    /// In milliseconds.
    pub(crate) history_interval: i64,
    pub(crate) enabled: bool,
    /// Whether an operator, and not the code, says whether it is enabled.
    pub(crate) is_enabled_overridden: bool,
    pub(crate) paused_at: Option<DateTime<Utc>>,
    pub(crate) paused_until: Option<DateTime<Utc>>,
    pub(crate) paused_by: Option<String>,
    pub(crate) retired_at: Option<DateTime<Utc>>,
    pub(crate) next_execution_at: Option<DateTime<Utc>>,
    pub(crate) created_at: DateTime<Utc>,
    /// When its definition or overrides last changed.
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) maintenance_since: Option<DateTime<Utc>>,
    pub(crate) maintenance_until: Option<DateTime<Utc>>,
    /// Where its history begins.
    pub(crate) oldest_slot: Option<DateTime<Utc>>,
    /// The newest slot with a row, at or before the moment.
    pub(crate) newest_slot: Option<DateTime<Utc>>,
    /// The newest run by hand, at or before the moment.
    pub(crate) newest_by_hand: Option<DateTime<Utc>>,
    /// Of the task and of the whole system, oldest first.
    pub(crate) changes: Vec<Change>,
}

/// One slot, and what happened around it from when it was due until it started, or until now.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct SlotFacts {
    /// In order; none where the slot has no row.
    pub(crate) attempts: Vec<AttemptFacts>,
    /// What the task did or had waiting meanwhile, oldest decision first.
    pub(crate) others: Vec<OtherFacts>,
    pub(crate) successor: Option<SuccessorFacts>,
    pub(crate) by_hand_since: Option<ByHandFacts>,
    pub(crate) parents: Vec<ParentFacts>,
    /// Those seen after the slot was due, by their start.
    pub(crate) runners: Vec<RunnerFacts>,
    /// The one last seen before it was due.
    pub(crate) runner_before: Option<RunnerFacts>,
    /// When the first pulse came after it was due.
    pub(crate) pulse: Option<DateTime<Utc>>,
    /// When the last one came before.
    pub(crate) pulse_before: Option<DateTime<Utc>>,
    /// When the newest one came.
    pub(crate) last_pulse: Option<DateTime<Utc>>,
    pub(crate) limit: Option<LimitFacts>,
}

/// One attempt at the slot.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct AttemptFacts {
    pub(crate) attempt: i32,
    pub(crate) max_attempts: i32,
    pub(crate) status: Status,
    pub(crate) triggered_by: Trigger,
    pub(crate) missed_slots: i32,
    /// When it was decided.
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) available_at: DateTime<Utc>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) completed_at: Option<DateTime<Utc>>,
    pub(crate) error: Option<RecordedError>,
    pub(crate) skipped_reason: Option<String>,
    pub(crate) rollback: Option<Rollback>,
    pub(crate) cancel_requested_at: Option<DateTime<Utc>>,
    pub(crate) cancel_requested_by: Option<String>,
    /// The name of the runner that decided or ran it.
    pub(crate) runner: Option<String>,
    /// Since when it blocks its thread although it was told to end.
    pub(crate) stuck_since: Option<DateTime<Utc>>,
    /// When the runner that runs it was last heard of, if it is overdue.
    pub(crate) silent_since: Option<DateTime<Utc>>,
}

/// Another execution of the task.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct OtherFacts {
    pub(crate) slot: DateTime<Utc>,
    pub(crate) is_manual: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) completed_at: Option<DateTime<Utc>>,
    pub(crate) runner: Option<String>,
    /// Whether it has begun at all.
    pub(crate) ran: bool,
}

/// A later slot that stands for earlier ones besides its own.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SuccessorFacts {
    pub(crate) slot: DateTime<Utc>,
    pub(crate) missed_slots: i32,
    pub(crate) decided_at: DateTime<Utc>,
    /// Why none of them ran, where that is so.
    pub(crate) skipped_reason: Option<String>,
}

/// A later run that somebody asked for.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct ByHandFacts {
    pub(crate) at: DateTime<Utc>,
    pub(crate) status: Status,
}

/// A task the slot depends on, with its newest decided slot at or before this one.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ParentFacts {
    pub(crate) name: String,
    /// Whether its own slot is due and not decided.
    pub(crate) is_undecided: bool,
    pub(crate) slot: Option<DateTime<Utc>>,
    pub(crate) status: Option<Status>,
    pub(crate) completed_at: Option<DateTime<Utc>>,
    pub(crate) error: Option<RecordedError>,
    pub(crate) runner: Option<String>,
}

/// When a runner lived.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct RunnerFacts {
    pub(crate) name: String,
    pub(crate) kind: RunnerKind,
    pub(crate) started_at: DateTime<Utc>,
    /// When it ended or was last heard of; now, if it lives.
    pub(crate) last_seen_at: DateTime<Utc>,
}

/// The named limit the task counts under.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct LimitFacts {
    pub(crate) name: String,
    pub(crate) at_most: i32,
    /// Names of the tasks that had its places.
    pub(crate) holders: Vec<String>,
}

impl Repository {
    /// What is known of a task for explaining a moment of it, now if none is named. `None`: there is no such task.
    pub(crate) async fn task_facts(
        &self,
        name: &str,
        at: Option<DateTime<Utc>>,
    ) -> Result<Option<TaskFacts>, RepositoryError> {
        statement!(TASK = "explain_task.sql", [TIMESTAMPTZ, TEXT, TIMESTAMPTZ]);
        let row = self.maybe(&TASK, &[&self.clock.now_for_sql(), &name, &at]).await?;
        row.as_ref().map(document).transpose()
    }

    /// What is known of one slot of a task, which was due at `due`, for explaining the moment `at`.
    pub(crate) async fn slot_facts(
        &self,
        task: TaskId,
        slot: DateTime<Utc>,
        due: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Result<SlotFacts, RepositoryError> {
        statement!(SLOT = "explain_slot.sql", [TIMESTAMPTZ, UUID, TIMESTAMPTZ, TIMESTAMPTZ, TIMESTAMPTZ]);
        document(&self.one(&SLOT, &[&self.clock.now_for_sql(), &task.0, &slot, &due, &at]).await?)
    }
}
