//! What people held back: turned off, paused, in maintenance, given another schedule, taken out of the code.

use axum::http::Method;
use downbeat::model::SlotVerdict;
use downbeat::task::Registry;
use serde_json::{Value, json};

use super::{
    ByHand, Fragile, Hourly, Off, Slow, codes, explain, explain_at, fails, operate, pause, run_by_hand, said, set,
    write,
};
use crate::support::{World, at, pulse, quick};

#[tokio::test]
async fn what_was_turned_off_says_by_whom_and_when() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;
    world.set("13:30:00");
    set(&app, "hourly", json!({ "enabled": false })).await;
    let before = explain(&app, "hourly").await;
    assert_eq!((before.verdict, before.slot), (SlotVerdict::Ran, Some(at("13:00:00"))));
    assert_eq!(codes(&before), ["completed", "disabled", "no_next_slot"]);
    world.set("14:10:00");
    pulse(&app).await;
    let answer = explain(&app, "hourly").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::Disabled, Some(at("14:00:00"))));
    assert_eq!(codes(&answer), ["disabled", "no_next_slot"]);
    assert_eq!(said(&answer, "disabled"), "The task was turned off by anna at 2026-03-02 13:30:00 UTC.");

    // Turned on again: it still was off then.
    world.set("14:30:00");
    operate(&app, Method::DELETE, "/api/tasks/cron/hourly/overrides", Value::Null).await;
    let answer = explain_at(&app, "hourly", "14:10:00").await;
    assert_eq!(answer.verdict, SlotVerdict::Disabled);
    assert_eq!(codes(&answer), ["disabled", "next_slot"]);
}

#[tokio::test]
async fn what_was_turned_off_before_anybody_decided_its_slot_says_both() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;
    world.set("14:05:00");
    set(&app, "hourly", json!({ "enabled": false })).await;
    world.set("14:30:00");
    let answer = explain_at(&app, "hourly", "14:02:00").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::NobodyDecided, Some(at("14:00:00"))));
    assert_eq!(codes(&answer), ["never_decided", "disabled", "no_next_slot"]);
}

#[tokio::test]
async fn what_is_turned_off_in_the_code_says_so() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Off(quick()))).await;
    world.set("12:10:00");
    assert_eq!(explain(&app, "off").await.verdict, SlotVerdict::Disabled, "before its first slot, too");
    world.set("13:10:00");
    let answer = explain(&app, "off").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::Disabled, Some(at("13:00:00"))));
    assert_eq!(codes(&answer), ["disabled_in_code", "no_next_slot"]);
    write(&world, r#"update cron_tasks set overrides = '{"enabled":false}'"#).await;
    let by_hand = explain(&app, "off").await;
    assert_eq!(said(&by_hand, "disabled"), "The task was turned off by an operator.");
}

#[tokio::test]
async fn a_slot_that_came_in_a_pause_says_whose_and_how_long() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("12:10:00");
    pause(&app, "hourly", Some("13:30:00")).await;
    world.set("13:00:00");
    pulse(&app).await;
    let answer = explain(&app, "hourly").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::Paused, Some(at("13:00:00"))));
    assert_eq!(codes(&answer), ["skipped_at", "paused", "next_slot"]);
    let why = "The task was paused by anna from 2026-03-02 12:10:00 UTC to 2026-03-02 13:30:00 UTC.";
    assert_eq!(said(&answer, "paused"), why);

    // Somebody ended it early.
    world.set("13:05:00");
    operate(&app, Method::POST, "/api/tasks/cron/hourly/resume", json!({})).await;
    let answer = explain(&app, "hourly").await;
    assert!(said(&answer, "paused").ends_with("to 2026-03-02 13:05:00 UTC."), "{}", said(&answer, "paused"));
}

#[tokio::test]
async fn a_pause_that_nobody_recorded_is_known_from_the_task() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    write(&world, "update cron_tasks set paused_at = '2026-03-02T12:10:00Z'").await;
    world.set("13:00:00");
    pulse(&app).await;
    let why = "The task was paused by somebody at 2026-03-02 12:10:00 UTC, with no end set.";
    assert_eq!(said(&explain(&app, "hourly").await, "paused"), why);
    write(&world, "update cron_tasks set paused_at = null").await;
    assert_eq!(said(&explain(&app, "hourly").await, "paused"), "The task was paused.");
}

#[tokio::test]
async fn a_slot_that_came_in_maintenance_says_whose_and_since_when() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("12:40:00");
    operate(&app, Method::POST, "/api/runner/pause", json!({})).await;
    world.set("13:00:00");
    pulse(&app).await;
    let answer = explain(&app, "hourly").await;
    assert_eq!(answer.verdict, SlotVerdict::Maintenance);
    assert_eq!(codes(&answer), ["skipped_at", "maintenance", "next_slot"]);
    let why = "The whole system was put into maintenance by anna at 2026-03-02 12:40:00 UTC, with no end set.";
    assert_eq!(said(&answer, "maintenance"), why);
}

#[tokio::test]
async fn a_queued_attempt_that_a_pause_holds_back_says_so() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Fragile(fails("once")))).await;
    world.set("13:00:00");
    pulse(&app).await;
    world.set("13:00:01");
    pause(&app, "fragile", Some("13:20:00")).await;
    world.set("13:10:00");
    let held = explain(&app, "fragile").await;
    assert_eq!((held.verdict, codes(&held)[1]), (SlotVerdict::Waiting, "paused"));
}

#[tokio::test]
async fn what_was_asked_for_in_maintenance_says_what_it_waited_for() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(ByHand(quick()))).await;
    world.set("12:40:00");
    let until = json!({ "only": "cron", "until": at("13:30:00") });
    operate(&app, Method::POST, "/api/runner/pause", until).await;
    world.set("13:00:00");
    run_by_hand(&app, "by-hand").await;
    pulse(&app).await;
    let held = explain(&app, "by-hand").await;
    assert_eq!(codes(&held), ["by_hand", "waits", "maintenance", "by_hand_only"]);
    world.set("13:30:00");
    pulse(&app).await;
    let ran = explain(&app, "by-hand").await;
    assert_eq!(ran.verdict, SlotVerdict::RanLate);
    assert_eq!(codes(&ran), ["by_hand", "completed", "late", "maintenance", "by_hand_only"]);
}

#[tokio::test]
async fn a_changed_schedule_leaves_the_slots_before_it_as_they_were() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;
    world.set("13:30:00");
    set(&app, "hourly", json!({ "schedule": "30 5 * * *" })).await;
    world.set("14:10:00");
    let answer = explain(&app, "hourly").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::Ran, Some(at("13:00:00"))), "14:00 is no slot any more");
    assert_eq!(codes(&answer), ["completed", "schedule_changed", "next_slot"]);
    let why = "The schedule was changed by anna at 2026-03-02 13:30:00 UTC, from 0 * * * * to 30 5 * * *.";
    assert_eq!(said(&answer, "schedule_changed"), why);
    assert_eq!(said(&answer, "next_slot"), "The next slot is 2026-03-03 05:30:00 UTC.");
}

#[tokio::test]
async fn a_retired_task_says_since_when() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;
    world.set("13:30:00");
    world.app(Registry::builder().cron(Slow(quick()))).await;
    world.set("14:10:00");
    let answer = explain(&app, "hourly").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::Retired, Some(at("14:00:00"))));
    assert_eq!(codes(&answer), ["retired", "no_next_slot"]);
    assert_eq!(said(&answer, "retired"), "The task vanished from the code at 2026-03-02 13:30:00 UTC.");
    let before = explain_at(&app, "hourly", "13:10:00").await;
    assert_eq!((before.verdict, codes(&before)), (SlotVerdict::Ran, vec!["completed", "retired", "no_next_slot"]));
}
