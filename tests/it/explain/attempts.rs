//! How attempts ended, and whether another follows.

use std::time::Duration;

use axum::http::Method;
use downbeat::model::{SlotVerdict, Status};
use downbeat::task::{Registry, TaskError};
use serde_json::Value;

use super::{Fragile, Hourly, codes, explain, fails, operate, runner, said, write};
use crate::support::{Gate, Pulsing, Worker, World, history, pulse, quick, script, until};

#[tokio::test]
async fn what_waits_for_its_next_attempt_says_why_and_until_when() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Fragile(fails("not today")))).await;
    world.set("13:00:00");
    pulse(&app).await;
    let next = history(&app, "fragile").await[1].available_at;
    let answer = explain(&app, "fragile").await;
    assert_eq!((answer.verdict, answer.next_attempt_at), (SlotVerdict::Waiting, Some(next)));
    assert_eq!(codes(&answer), ["attempt_failed", "next_attempt", "next_slot"]);
    let why = format!("Attempt 1 of 2 failed at 2026-03-02 13:00:00 UTC on {}: not today (broken)", runner(&app));
    assert_eq!(said(&answer, "attempt_failed"), why);

    world.set("13:30:00");
    let overdue = explain(&app, "fragile").await;
    assert_eq!(codes(&overdue), ["attempt_failed", "no_pulse", "next_attempt", "next_slot"]);
    pulse(&app).await;
    let failed = explain(&app, "fragile").await;
    assert_eq!(failed.verdict, SlotVerdict::Failed);
    assert_eq!(codes(&failed), ["attempt_failed", "attempt_failed", "last_attempt", "late", "next_slot"]);
    assert_eq!(said(&failed, "last_attempt"), "That was the last of 2 attempts.");
}

#[tokio::test]
async fn what_failed_for_good_says_that_such_an_error_is_not_tried_again() {
    let world = World::new().await;
    let broken = script(async |_| Err(TaskError::execution("broken", "no such host").never_retried()));
    let app = world.app(Registry::builder().cron(Fragile(broken))).await;
    world.set("13:00:00");
    pulse(&app).await;
    let answer = explain(&app, "fragile").await;
    assert_eq!(answer.verdict, SlotVerdict::Failed);
    assert_eq!(codes(&answer)[..2], ["attempt_failed", "not_retried"]);
    assert!(said(&answer, "attempt_failed").ends_with(": no such host (broken)"));

    let rollback = r#"update cron_task_executions set rollback = '{"status":"FAILED","duration_ms":1,"error":null}'"#;
    write(&world, rollback).await;
    let answer = explain(&app, "fragile").await;
    assert_eq!(said(&answer, "not_undone"), "What it had done was to be undone, and was not: Failed.");
}

#[tokio::test]
async fn what_was_cancelled_says_by_whom() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Hourly(gate.script()))).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    gate.somebody().await;
    world.set("13:05:00");
    let path = format!("/api/executions/{}/cancel", history(&app, "hourly").await[0].id);
    operate(&app, Method::POST, &path, Value::Null).await;
    until(async || history(&app, "hourly").await[0].status == Status::Cancelled).await;
    worker.stop().await;
    let answer = explain(&app, "hourly").await;
    assert_eq!(answer.verdict, SlotVerdict::Cancelled);
    assert_eq!(codes(&answer)[0], "cancelled_by");
    assert_eq!(said(&answer, "cancelled_by"), "It was cancelled by anna at 2026-03-02 13:05:00 UTC.");
}

#[tokio::test]
async fn what_was_lost_with_its_runner_says_on_which_and_when_it_goes_on() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Hourly(gate.script()))).await;
    world.set("13:00:00");
    let running = Pulsing::begin(&app);
    gate.somebody().await;
    // As if it had been frozen longer than its lease.
    write(&world, "update task_runners set heartbeat_at = '2026-03-02T12:00:00Z', lease = 1").await;
    let other = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:05:00");
    pulse(&other).await;
    let answer = explain(&other, "hourly").await;
    assert_eq!(answer.verdict, SlotVerdict::RanLate);
    assert_eq!(codes(&answer), ["runner_lost", "completed", "late", "next_slot"]);
    let on = runner(&app);
    let lost = format!("Attempt 1 on {on} was lost with its runner, which was found dead at 2026-03-02 13:05:00 UTC.");
    assert_eq!(said(&answer, "runner_lost"), lost);
    assert!(said(&answer, "completed").starts_with("Attempt 2 started at 2026-03-02 13:05:00 UTC"));
    gate.open(1);
    running.end().await;
}

#[tokio::test]
async fn what_runs_says_when_its_end_is_asked_for_and_its_runner_is_silent() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Hourly(gate.script()))).await;
    world.set("13:00:00");
    let running = Pulsing::begin(&app);
    gate.somebody().await;
    let facts = "update task_runner_state set stuck_since = '2026-03-02T13:00:02Z';
        update task_runners set heartbeat_at = '2026-03-02T12:50:00Z';
        update cron_task_executions set cancel_requested_at = '2026-03-02T13:00:01Z', cancel_requested_by = 'anna'";
    write(&world, facts).await;
    let answer = explain(&app, "hourly").await;
    assert_eq!(answer.verdict, SlotVerdict::Running);
    assert_eq!(codes(&answer), ["runs", "cancel_asked", "stuck", "runner_silent", "next_slot"]);
    gate.open(1);
    running.end().await;
}

#[tokio::test]
async fn what_its_host_interrupted_says_so_and_waits_for_the_next_attempt() {
    let world = World::new().await;
    let gate = Gate::closed();
    let config = downbeat::config::Config { shutdown_grace: Duration::from_millis(10), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Hourly(gate.script()))).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    gate.somebody().await;
    worker.stop().await;
    world.set("13:00:10");
    let answer = explain(&app, "hourly").await;
    assert_eq!(answer.verdict, SlotVerdict::Waiting);
    assert_eq!(codes(&answer), ["interrupted", "no_runner", "next_attempt", "next_slot"]);
    assert_eq!(said(&answer, "no_runner"), "No runner has lived since 2026-03-02 13:00:00 UTC.");
}
