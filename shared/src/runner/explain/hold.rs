//! When a task's slots were held back: by a pause of its own, or by maintenance of the whole system. Pure.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Finding;
use crate::model::{Change, ChangeAction};
use crate::repository::TaskFacts;

/// What holds slots back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// A pause of the task.
    Pause,
    /// Maintenance of the whole system.
    Maintenance,
}

/// A stretch of time in which slots were held back.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hold {
    pub(super) holder: Holder,
    since: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    by: Option<String>,
}

impl Hold {
    /// Whether it was in force at that instant.
    pub(super) fn covers(&self, at: DateTime<Utc>) -> bool {
        self.since <= at && self.until.is_none_or(|until| at < until)
    }

    /// Whether it ended between the two.
    pub(super) fn ended_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        self.until.is_some_and(|until| from < until && until <= to) && self.since < to
    }

    pub(super) fn finding(&self) -> Finding {
        let (since, until, by) = (Some(self.since), self.until, self.by.clone());
        match self.holder {
            Holder::Pause => Finding::Paused { since, until, by },
            Holder::Maintenance => Finding::Maintenance { since, until, by },
        }
    }
}

/// All that are known, oldest first of each kind.
pub(super) fn holds(task: &TaskFacts) -> Vec<Hold> {
    let mut pauses = recorded(task, Holder::Pause, "paused_at", "paused_until");
    let mut maintenance = recorded(task, Holder::Maintenance, "maintenance_since", "maintenance_until");
    add_current(&mut pauses, Holder::Pause, task.paused_at, task.paused_until, task.paused_by.as_deref());
    add_current(&mut maintenance, Holder::Maintenance, task.maintenance_since, task.maintenance_until, None);
    pauses.extend(maintenance);
    pauses
}

/// Those that operators' changes tell of.
fn recorded(task: &TaskFacts, holder: Holder, since: &str, until: &str) -> Vec<Hold> {
    let mut holds: Vec<Hold> = Vec::new();
    for change in task.changes.iter().filter(|change| change.task_name.is_none() == (holder == Holder::Maintenance)) {
        let at = change.changed_at;
        let open = holds.last_mut().filter(|hold| hold.covers(at));
        match (change.action, open) {
            // Still the same one, with another end.
            (ChangeAction::Pause, Some(hold)) => {
                if change.after.get(until).is_some() {
                    hold.until = instant(change, until);
                }
                hold.by = Some(change.changed_by.clone());
            }
            (ChangeAction::Pause, None) => holds.push(Hold {
                holder,
                since: instant(change, since).unwrap_or(at),
                until: instant(change, until),
                by: Some(change.changed_by.clone()),
            }),
            (ChangeAction::Resume, Some(hold)) => hold.until = Some(at),
            (ChangeAction::Resume, None)
            | (
                ChangeAction::Set
                | ChangeAction::Reset
                | ChangeAction::Start
                | ChangeAction::Stop
                | ChangeAction::Restart,
                _,
            ) => {}
        }
    }
    holds
}

/// One that holds now, where no change tells of it.
fn add_current(
    holds: &mut Vec<Hold>,
    holder: Holder,
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    by: Option<&str>,
) {
    if let Some(since) = since.filter(|since| !holds.iter().any(|hold| hold.covers(*since))) {
        holds.push(Hold { holder, since, until, by: by.map(str::to_owned) });
    }
}

fn instant(change: &Change, column: &str) -> Option<DateTime<Utc>> {
    change.after.get(column).and_then(Value::as_str).and_then(|text| text.parse().ok())
}
