//! What is told of executions, and when they are forgotten.

use serde_json::json;

use super::*;

fn execution(id: u128, status: &str, minute: u32) -> Execution {
    let at = format!("2026-03-02T12:{minute:02}:00Z");
    serde_json::from_value(json!({
        "id": uuid(id), "task_id": uuid(0), "task_name": "keep-tidy", "status": status, "priority": "LOW",
        "scheduled_for": at, "attempt": 1, "max_attempts": 1, "available_at": at, "config": {}, "missed_slots": 0,
        "triggered_by": "schedule", "is_manual": false, "is_dry_run": false, "created_at": at,
    }))
    .expect("an execution")
}

fn uuid(id: u128) -> String {
    format!("01980000-0000-7000-8000-{id:012}")
}

#[test]
fn an_execution_is_news_once_in_each_state() {
    let mut known = Known::default();
    for (status, is_news) in [("RUNNING", true), ("RUNNING", false), ("PENDING", true), ("COMPLETED", true)] {
        assert_eq!(known.note(&execution(1, status, 0)), is_news, "{status}");
        known.tidy();
    }
    assert!(!known.note(&execution(1, "COMPLETED", 0)));
}

#[test]
fn what_goes_on_for_long_is_asked_for_by_its_id_until_it_ends() {
    let mut known = Known::default();
    let long = execution(1, "RUNNING", 0);
    known.note(&long);
    assert_eq!(known.in_turn(), [], "it is read with what was decided lately");

    known.note(&execution(2, "COMPLETED", 10));
    known.tidy();
    assert_eq!(known.in_turn(), [long.id]);
    assert!(!known.note(&long), "it is no news that it still runs");
    assert!(known.note(&execution(1, "FAILED", 0)));
    known.tidy();
    assert_eq!(known.in_turn(), []);
    assert_eq!(known.statuses.len(), 1, "what has ended long ago is forgotten");
}

#[test]
fn of_many_that_wait_each_has_its_turn() {
    let mut known = Known::default();
    for id in 0..50 {
        known.expect(execution(id, "PENDING", 0).id, Status::Pending);
    }
    known.note(&execution(99, "COMPLETED", 10));
    let mut asked: Vec<_> = (0..3).flat_map(|_| known.in_turn()).collect();
    assert_eq!(asked.len(), 50);
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), 50);
}
