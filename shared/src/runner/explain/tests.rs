//! What no database is needed for: which slot a moment belongs to, and when slots were held back.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::hold::holds;
use super::moment::Moment;
use super::{Finding, judge};
use crate::model::SlotVerdict;
use crate::repository::{SlotFacts, TaskFacts};

const MINUTE: Duration = Duration::from_secs(60);

fn at(time: &str) -> DateTime<Utc> {
    format!("2026-03-02T{time}Z").parse().unwrap()
}

/// An hourly task that is known since noon, at 18:30.
fn task(more: Value) -> TaskFacts {
    let mut facts = json!({
        "now": at("18:30:00"), "at": at("18:30:00"), "id": uuid::Uuid::nil(), "name": "task", "schedule": "0 * * * *",
        "timezone": "UTC", "catch_up": "latest", "catch_up_window": 3_600_000, "overlap": "skip", "overlap_limit": 1,
        "runs_on": "any",
        "start_jitter": 0, "history_interval": 0, "enabled": true, "is_enabled_overridden": false,
        "next_execution_at": at("19:00:00"), "created_at": at("12:00:00"), "updated_at": at("12:00:00"), "changes": [],
    });
    if let (Some(facts), Value::Object(more)) = (facts.as_object_mut(), more) {
        facts.extend(more);
    }
    serde_json::from_value(facts).unwrap()
}

fn change(time: &str, action: &str, before: Value, after: Value) -> Value {
    json!({
        "changed_at": at(time), "changed_by": "anna", "action": action, "task_type": "cron", "task_name": "task", "before": before,
        "after": after,
    })
}

fn slot(more: Value) -> Option<DateTime<Utc>> {
    Moment::of(&task(more), MINUTE).slot
}

#[test]
fn a_moment_belongs_to_the_newest_slot_at_or_before_it() {
    assert_eq!(slot(json!({})), Some(at("18:00:00")));
    assert_eq!(slot(json!({ "at": at("18:00:00") })), Some(at("18:00:00")));
    assert_eq!(slot(json!({ "at": at("17:59:59") })), Some(at("17:00:00")));
    assert_eq!(slot(json!({ "at": at("12:59:59") })), None, "noon came before it was known");
    assert_eq!(slot(json!({ "newest_slot": at("18:10:00") })), Some(at("18:10:00")), "that one has a row");
    let by_function = json!({ "schedule": null, "schedule_function": "ask", "at": at("18:30:59") });
    assert_eq!(slot(by_function), Some(at("18:30:00")));
}

#[test]
fn a_moment_belongs_to_a_slot_of_the_schedule_that_was_in_force_then() {
    let changes = json!([
        change("14:20:00", "set", json!({ "schedule": "0 * * * *" }), json!({ "schedule": "15 * * * *" })),
        change("16:30:00", "set", json!({ "schedule": "15 * * * *" }), json!({ "schedule": "30 * * * *" })),
    ]);
    let at_time = |time| slot(json!({ "schedule": "30 * * * *", "changes": changes, "at": at(time) }));
    assert_eq!(at_time("14:10:00"), Some(at("14:00:00")));
    assert_eq!(at_time("14:50:00"), Some(at("14:00:00")), "14:15 was no slot when it passed");
    assert_eq!(at_time("15:20:00"), Some(at("15:15:00")));
    assert_eq!(at_time("17:10:00"), Some(at("16:15:00")), "nor was 16:30");
    assert_eq!(at_time("17:40:00"), Some(at("17:30:00")));
}

#[test]
fn whether_it_was_turned_on_is_told_by_what_was_changed_after() {
    let changes = json!([
        change("13:30:00", "set", json!({ "enabled": true }), json!({ "enabled": false })),
        change("15:30:00", "reset", json!({ "enabled": false }), json!({ "enabled": true })),
    ]);
    let enabled = |time| Moment::of(&task(json!({ "changes": changes, "at": at(time) })), MINUTE).terms.enabled;
    assert_eq!([enabled("13:10:00"), enabled("14:10:00"), enabled("16:10:00")], [true, false, true]);
}

#[test]
fn a_pause_lasts_until_it_ends_by_itself_or_somebody_ends_it() {
    let pause = |time, until: Option<&str>| {
        change(time, "pause", json!({}), json!({ "paused_at": at(time), "paused_until": until.map(at) }))
    };
    let changes = json!([
        pause("13:00:00", Some("13:30:00")),
        pause("14:00:00", None),
        // Still the same pause, which now ends by itself.
        change("14:10:00", "pause", json!({}), json!({ "paused_until": at("15:00:00") })),
        pause("16:00:00", None),
        change("16:05:00", "resume", json!({}), json!({ "paused_at": null })),
    ]);
    let told: Vec<_> = holds(&task(json!({ "changes": changes }))).iter().map(|hold| hold.finding()).collect();
    let paused =
        |since, until| Finding::Paused { since: Some(at(since)), until: Some(at(until)), by: Some("anna".to_owned()) };
    let expected = [paused("13:00:00", "13:30:00"), paused("14:00:00", "15:00:00"), paused("16:00:00", "16:05:00")];
    assert_eq!(told, expected);
}

#[test]
fn a_slot_without_a_row_whose_definition_has_changed_since_says_so() {
    let facts = task(json!({
        "at": at("17:10:00"), "oldest_slot": at("13:00:00"), "newest_slot": at("16:00:00"), "updated_at": at("17:30:00"),
    }));
    let told = judge(&facts, &Moment::of(&facts, MINUTE), &SlotFacts::default());
    assert_eq!((told.verdict, told.slot), (SlotVerdict::NotRecorded, Some(at("17:00:00"))));
    assert_eq!(told.findings[..2], [Finding::NoRow, Finding::DefinitionChanged { at: at("17:30:00") }]);
}

#[test]
fn every_moment_of_a_day_has_an_answer() {
    let changes = json!([
        change("14:20:00", "set", json!({ "schedule": "0 * * * *" }), json!({ "schedule": "nonsense" })),
        change("16:30:00", "set", json!({ "schedule": "nonsense" }), json!({ "schedule": "@hourly" })),
    ]);
    for minute in 0..24 * 60 {
        let asked = at("00:00:00") + chrono::TimeDelta::minutes(minute);
        let facts = task(json!({ "at": asked, "changes": changes }));
        let told = judge(&facts, &Moment::of(&facts, MINUTE), &SlotFacts::default());
        assert!(!told.findings.is_empty(), "{asked}");
        assert!(told.slot.is_none_or(|slot| slot <= asked), "{asked}");
    }
}
