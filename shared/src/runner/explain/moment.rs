//! Which slot a moment belongs to. Pure.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::super::jitter::start_offset;
use super::super::plan::first_slot;
use crate::model::Change;
use crate::repository::TaskFacts;
use crate::task::{CronExpr, Zone};

/// What decides when slots come, by column name.
const TIMING: [&str; 5] = ["enabled", "schedule", "timezone", "not_before", "not_after"];

const INSTANT: TimeDelta = TimeDelta::microseconds(1);

/// The slot that is explained.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    /// The newest slot at or before the moment; where there never was one, the newest run by hand.
    pub(super) slot: Option<DateTime<Utc>>,
    /// Whether somebody asked for it.
    pub(super) is_by_hand: bool,
    /// What was in force at the slot; without one, at the moment.
    pub(super) terms: Terms,
    /// How much later than its slots the task is due.
    start_offset: TimeDelta,
}

impl Moment {
    pub(super) fn of(task: &TaskFacts, pulse_interval: Duration) -> Self {
        let expected = newest_slot(task, pulse_interval);
        let (slot, is_by_hand) = match (task.newest_slot, expected) {
            (recorded, None) => (recorded.or(task.newest_by_hand), recorded.is_none()),
            (recorded, expected) => (recorded.max(expected), false),
        };
        let jitter = start_offset(&task.name, Duration::from_millis(task.start_jitter));
        let start_offset = TimeDelta::from_std(jitter).unwrap_or_default();
        Self { slot, is_by_hand, terms: Terms::at(task, slot.unwrap_or(task.at)), start_offset }
    }

    /// When a slot is due: later by the task's share of its start jitter.
    pub(super) fn due(&self, slot: DateTime<Utc>) -> DateTime<Utc> {
        if self.is_by_hand { slot } else { slot + self.start_offset }
    }

    /// Whether the task's starts are spread.
    pub(super) fn is_spread(&self) -> bool {
        !self.is_by_hand && !self.start_offset.is_zero()
    }
}

/// What was in force at an instant.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub(super) enabled: bool,
    schedule: Option<String>,
    timezone: String,
    not_before: Option<DateTime<Utc>>,
    not_after: Option<DateTime<Utc>>,
    /// Since when: slots before this were others.
    since: DateTime<Utc>,
}

impl Terms {
    fn at(task: &TaskFacts, at: DateTime<Utc>) -> Self {
        let text = |value: Option<Value>, now: Option<&str>| match value {
            Some(then) => then.as_str().map(str::to_owned),
            None => now.map(str::to_owned),
        };
        let instant = |value: Option<Value>, now: Option<DateTime<Utc>>| match value {
            Some(then) => then.as_str().and_then(|text| text.parse().ok()),
            None => now,
        };
        let then = |column| before_later_change(&task.changes, column, at);
        let since = timing_changes(task).rev().map(|change| change.changed_at).find(|changed_at| *changed_at <= at);
        Self {
            enabled: then("enabled").map_or(task.enabled, |then| then == true),
            schedule: text(then("schedule"), task.schedule.as_deref()),
            timezone: text(then("timezone"), Some(&task.timezone)).unwrap_or_default(),
            not_before: instant(then("not_before"), task.not_before),
            not_after: instant(then("not_after"), task.not_after),
            since: since.map_or(task.created_at, |since| since.max(task.created_at)),
        }
    }

    /// The newest slot at or before `at` that came while this was in force.
    fn newest(&self, has_function: bool, at: DateTime<Utc>, pulse_interval: Duration) -> Option<DateTime<Utc>> {
        let at = self.not_after.map_or(at, |last| last.min(at));
        let after = self.not_before.map_or(self.since, |first| self.since.max(first - INSTANT));
        let newest = if has_function {
            let interval = TimeDelta::from_std(pulse_interval).ok()?;
            first_slot(None, "UTC", at, pulse_interval)? - interval
        } else {
            let zone: Zone = self.timezone.parse().ok()?;
            CronExpr::parse(self.schedule.as_deref()?).ok()?.newest_at_or_before(at, after, zone)?
        };
        (newest > after).then_some(newest)
    }

    /// Whether a decision about the slot `later`, which stands for so many earlier ones, stands for `slot`, too.
    pub(super) fn stands_for(&self, slot: DateTime<Utc>, later: DateTime<Utc>, missed: i32) -> bool {
        let expression = self.schedule.as_deref().and_then(|schedule| CronExpr::parse(schedule).ok());
        let (Some(expression), Ok(zone)) = (expression, self.timezone.parse::<Zone>()) else {
            return false;
        };
        let following = std::iter::successors(Some(slot), |slot| expression.next_after(*slot, zone));
        following.take(usize::try_from(missed).unwrap_or_default() + 1).any(|slot| slot == later)
    }
}

/// The newest slot at or before the moment by the schedule that was in force.
fn newest_slot(task: &TaskFacts, pulse_interval: Duration) -> Option<DateTime<Utc>> {
    let mut at = task.at;
    // Each round goes back beyond a recorded change, so this ends.
    while at > task.created_at {
        let terms = Terms::at(task, at);
        let slot = terms.newest(task.schedule_function.is_some(), at, pulse_interval);
        if slot.is_some() {
            return slot;
        }
        at = terms.since - INSTANT;
    }
    None
}

/// What a column held at an instant, where a later change says so; otherwise it is as it is now.
fn before_later_change(changes: &[Change], column: &str, at: DateTime<Utc>) -> Option<Value> {
    let of_task = changes.iter().filter(|change| change.task_name.is_some() && change.changed_at > at);
    of_task.filter_map(|change| change.before.get(column)).next().cloned()
}

/// What operators changed about when slots come, oldest first.
pub(super) fn timing_changes(task: &TaskFacts) -> impl DoubleEndedIterator<Item = &Change> {
    task.changes
        .iter()
        .filter(|change| change.task_name.is_some() && TIMING.iter().any(|column| change.after.get(column).is_some()))
}
