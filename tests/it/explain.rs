//! Why a task ran, or did not: each answer from recorded facts, as the API tells it.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use downbeat::app::App;
use downbeat::http::{ExplainAnswer, Trusted, router};
use downbeat::model::{CatchUp, SlotVerdict, Status};
use downbeat::repository::RunRequest;
use downbeat::runner::PulseRequest;
use downbeat::task::prelude::*;
use downbeat::task::{Overlap, Registry, TaskError};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{Gate, Worker, World, asked, at, history, pulse, pulse_with, quick, script, task, until};

const HOURLY: Schedule = Schedule::Cron("0 * * * *");
const MINUTELY: Schedule = Schedule::Cron("* * * * *");

task!(Hourly = "hourly" { schedule: HOURLY });
task!(Fragile = "fragile" { schedule: HOURLY, retry: RetryPolicy { retries: Some(1), ..RetryPolicy::DEFAULT } });
task!(Child = "child" { schedule: HOURLY, dependencies: &["hourly"] });
task!(Local = "local" { schedule: HOURLY, timezone: "Europe/Berlin" });
task!(EveryFive = "every-five" { schedule: Schedule::Cron("*/5 * * * *") });
task!(Slow = "slow" { schedule: MINUTELY });
task!(SlowAll = "slow-all" { schedule: MINUTELY, catch_up: CatchUp::All });
task!(Queueing = "queueing" { schedule: MINUTELY, overlap: Overlap::QueueOne });
task!(QueueingAll = "queueing-all" { schedule: MINUTELY, overlap: Overlap::QueueAll { cap: 1 } });
task!(Newest = "newest" { schedule: MINUTELY, overlap: Overlap::CancelRunning });
task!(ByHand = "by-hand" { schedule: Schedule::Manual });
task!(Off = "off" { schedule: HOURLY, enabled: false });
task!(Heavy = "heavy" { schedule: HOURLY, tags: &["reports"] });
task!(Heavier = "heavier" { schedule: Schedule::Cron("1 * * * *"), tags: &["reports"] });
task!(Spread = "spread" { schedule: HOURLY, start_jitter: Duration::from_secs(1800) });
task!(Over = "over" { schedule: HOURLY, not_after: Some("2026-03-02T13:30:00Z") });
task!(Later = "later" { schedule: HOURLY, not_before: Some("2026-03-02T15:00:00Z") });
task!(Asked = "asked" { schedule: downbeat::when!(never) });
task!(Thin = "thin" { schedule: MINUTELY, history_interval: Duration::from_secs(600) });

async fn never(_: WhenContext) -> TaskResult<bool> {
    Ok(false)
}

/// What the API answers about a task, now.
async fn explain(app: &App, task: &str) -> ExplainAnswer {
    told(app, &format!("/api/tasks/cron/{task}/explain"), "en").await
}

/// What it answers about a time of the same day.
async fn explain_at(app: &App, task: &str, time: &str) -> ExplainAnswer {
    told(app, &format!("/api/tasks/cron/{task}/explain?at=2026-03-02T{time}Z"), "en").await
}

async fn told(app: &App, path: &str, language: &str) -> ExplainAnswer {
    let (status, answer) = answered(app, path, language).await;
    assert_eq!(status, 200, "{answer}");
    serde_json::from_value(answer["data"].clone()).expect("an explanation")
}

async fn answered(app: &App, path: &str, language: &str) -> (u16, Value) {
    let request = Request::get(path)
        .header("accept-language", language)
        .extension(Trusted { actor: "test".to_owned() })
        .body(Body::empty())
        .expect("a request");
    let response = router(app.clone()).oneshot(request).await.expect("an answer");
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, serde_json::from_slice(&body).expect("JSON"))
}

/// The codes of what was found, in order.
fn codes(answer: &ExplainAnswer) -> Vec<&str> {
    answer.findings.iter().map(|finding| finding.code.as_str()).collect()
}

/// The sentence of a finding.
fn said<'a>(answer: &'a ExplainAnswer, code: &str) -> &'a str {
    let finding = answer.findings.iter().find(|finding| finding.code == code);
    &finding.unwrap_or_else(|| panic!("{code} is not among {:?}", codes(answer))).message
}

/// The name every runner of this process goes by.
fn runner(app: &App) -> &str {
    &app.runner().settings().name
}

async fn write(world: &World, sql: &str) {
    world.client().await.batch_execute(sql).await.expect("the statement is carried out");
}

/// What an operator by the name of anna does.
async fn operate(app: &App, method: Method, path: &str, body: Value) {
    let (status, answer) = asked(app, "anna", method, path, &body).await;
    assert!(status.is_success(), "{answer}");
}

async fn set(app: &App, task: &str, settings: Value) {
    operate(app, Method::PATCH, &format!("/api/tasks/cron/{task}"), settings).await;
}

async fn pause(app: &App, task: &str, until: Option<&str>) {
    let body = json!({ "until": until.map(at) });
    operate(app, Method::POST, &format!("/api/tasks/cron/{task}/pause"), body).await;
}

/// One pulse that is under way until its handle is awaited.
fn begin_pulse(app: &App) -> tokio::task::JoinHandle<()> {
    let app = app.clone();
    tokio::spawn(async move {
        pulse(&app).await;
    })
}

async fn run_by_hand(app: &App, task: &str) {
    let request = RunRequest { task: task.to_owned(), ..RunRequest::default() };
    app.runner().enqueue(&request).await.expect("queued").expect("a task");
}

fn fails(message: &'static str) -> crate::support::Script {
    script(move |_| async move { Err(TaskError::execution("broken", message)) })
}

#[tokio::test]
async fn what_ran_in_time_says_when_and_where_and_what_comes_next() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:00:01");
    pulse(&app).await;
    world.set("13:10:00");
    let answer = explain(&app, "hourly").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::Ran, Some(at("13:00:00"))));
    assert_eq!(codes(&answer), ["completed", "next_slot"]);
    let completed = format!("It started at 2026-03-02 13:00:01 UTC on {} and completed after 0 ms.", runner(&app));
    assert_eq!(said(&answer, "completed"), completed);
    assert_eq!(said(&answer, "next_slot"), "The next slot is 2026-03-02 14:00:00 UTC.");
    assert_eq!(answer.next_slot, Some(at("14:00:00")));
    assert_eq!(answer.findings[0].facts["attempt"], 1);
}

#[tokio::test]
async fn what_ran_late_says_that_no_runner_lived_meanwhile() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let early = Worker::start(&app).await;
    world.set("12:30:00");
    early.stop().await;
    world.set("13:20:00");
    let late = Worker::start(&app).await;
    until(async || history(&app, "hourly").await.first().is_some_and(|e| e.status == Status::Completed)).await;
    late.stop().await;
    let answer = explain(&app, "hourly").await;
    assert_eq!(answer.verdict, SlotVerdict::RanLate);
    assert_eq!(codes(&answer), ["completed", "late", "no_runner", "next_slot"]);
    assert_eq!(said(&answer, "late"), "It started 20 min after it was due at 2026-03-02 13:00:00 UTC.");
    let gap = "No runner lived from 2026-03-02 12:30:00 UTC to 2026-03-02 13:20:00 UTC.";
    assert_eq!(said(&answer, "no_runner"), gap);
}

#[tokio::test]
async fn what_ran_late_says_that_the_pulse_came_only_then() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("12:59:00");
    pulse(&app).await;
    world.set("13:02:00");
    pulse(&app).await;
    let answer = explain(&app, "hourly").await;
    assert_eq!(answer.verdict, SlotVerdict::RanLate);
    assert_eq!(codes(&answer), ["completed", "late", "no_pulse", "next_slot"]);
    let gap = "After the pulse of 2026-03-02 12:59:00 UTC, the next came only at 2026-03-02 13:02:00 UTC.";
    assert_eq!(said(&answer, "no_pulse"), gap);
}

#[tokio::test]
async fn what_caught_up_says_how_many_slots_and_they_say_which_one_ran_instead() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(EveryFive(quick()))).await;
    world.set("12:31:00");
    pulse(&app).await;
    let answer = explain(&app, "every-five").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::RanLate, Some(at("12:30:00"))));
    assert_eq!(said(&answer, "stands_for"), "It caught up 5 slots that passed while nothing ran.");
    let passed = explain_at(&app, "every-five", "12:12:00").await;
    assert_eq!((passed.verdict, passed.slot), (SlotVerdict::Skipped, Some(at("12:10:00"))));
    assert_eq!(codes(&passed), ["skipped_at", "no_runner", "stood_for", "next_slot"]);
    assert_eq!(said(&passed, "stood_for"), "The slot of 2026-03-02 12:30:00 UTC ran in its place.");
    assert_eq!(said(&passed, "no_runner"), "No runner lived until 2026-03-02 12:31:00 UTC.");
}

#[tokio::test]
async fn a_slot_that_shares_a_row_with_others_is_explained_by_it() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Slow(quick()))).await;
    world.set("12:01:00");
    pulse(&app).await;
    world.clock.set("2026-03-03T14:30:00Z".parse().unwrap());
    pulse(&app).await;
    let rows = "select count(*)::integer, sum(1 + case when status = 'SKIPPED' then missed_slots else 0 end)::integer
                from cron_task_executions";
    let row = world.client().await.query_one(rows, &[]).await.unwrap();
    let slots = 24 * 60 + 2 * 60 + 30;
    assert_eq!((row.get::<_, i32>(0), row.get::<_, i32>(1)), (2 + 1440 + 1, slots), "each slot is in some row, once");

    let answer = explain_at(&app, "slow", "12:05:00").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::Skipped, Some(at("12:05:00"))));
    assert_eq!(codes(&answer)[..3], ["together", "no_pulse", "stood_for"]);
    assert_eq!(
        said(&answer, "together"),
        "It was recorded together with others, in one row with the slot of 2026-03-02 14:29:00 UTC."
    );
    // The row's own slot is explained by it as any other.
    assert_eq!(codes(&explain_at(&app, "slow", "14:29:00").await)[..3], ["skipped_at", "no_pulse", "stood_for"]);
}

#[tokio::test]
async fn a_missed_slot_says_what_is_caught_up() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    write(&world, "update cron_tasks set catch_up_window = 60000").await;
    world.set("13:20:00");
    pulse(&app).await;
    let answer = explain(&app, "hourly").await;
    assert_eq!(answer.verdict, SlotVerdict::Skipped);
    assert_eq!(codes(&answer), ["skipped_at", "no_runner", "missed", "next_slot"]);
    assert!(
        said(&answer, "missed").ends_with("The newest one runs, at most 1 min old."),
        "{}",
        said(&answer, "missed")
    );
}

#[tokio::test]
async fn a_skipped_slot_says_where_and_since_when_the_previous_instance_ran() {
    let world = World::new().await;
    let gate = Gate::closed();
    let tasks = || Registry::builder().cron(Slow(gate.script()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    world.set("12:01:00");
    let running = begin_pulse(&one);
    gate.somebody().await;
    world.set("12:02:00");
    pulse(&other).await;

    let answer = explain(&one, "slow").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::Skipped, Some(at("12:02:00"))));
    assert_eq!(codes(&answer), ["skipped_at", "previous_instance", "next_slot"]);
    let on = runner(&one);
    let runs = format!(
        "The previous instance, of 2026-03-02 12:01:00 UTC, has been running on {on} since 2026-03-02 12:01:00 UTC."
    );
    assert_eq!(said(&answer, "previous_instance"), runs);
    let first = explain_at(&one, "slow", "12:01:30").await;
    assert_eq!(first.verdict, SlotVerdict::Running);
    assert_eq!(said(&first, "runs"), format!("It has been running since 2026-03-02 12:01:00 UTC on {on}."));

    world.set("12:02:30");
    gate.open(1);
    running.await.unwrap();
    let answer = explain(&one, "slow").await;
    assert!(said(&answer, "previous_instance").ends_with("to 2026-03-02 12:02:30 UTC."));
}

#[tokio::test]
async fn a_queued_slot_waits_for_the_previous_instance_and_then_says_that_it_did() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Queueing(gate.script()))).await;
    world.set("12:01:00");
    let running = begin_pulse(&app);
    gate.somebody().await;
    for time in ["12:02:00", "12:03:00"] {
        let slots = history(&app, "queueing").await.len();
        world.set(time);
        until(async || history(&app, "queueing").await.len() > slots).await;
    }
    let waiting = explain_at(&app, "queueing", "12:02:30").await;
    assert_eq!(waiting.verdict, SlotVerdict::Waiting);
    assert_eq!(codes(&waiting), ["waits", "previous_instance", "next_slot"]);
    let skipped = explain(&app, "queueing").await;
    assert_eq!(codes(&skipped), ["skipped_at", "previous_waiting", "next_slot"]);
    assert_eq!(said(&skipped, "previous_waiting"), "The slot of 2026-03-02 12:02:00 UTC waited before it.");

    world.set("12:03:20");
    gate.open(2);
    running.await.unwrap();
    let ran = explain_at(&app, "queueing", "12:02:30").await;
    assert_eq!(ran.verdict, SlotVerdict::RanLate);
    assert_eq!(codes(&ran), ["completed", "late", "previous_instance", "next_slot"]);
}

#[tokio::test]
async fn a_slot_that_found_the_queue_full_says_how_many_may_wait() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(QueueingAll(gate.script()))).await;
    world.set("12:01:00");
    let running = begin_pulse(&app);
    gate.somebody().await;
    for time in ["12:02:00", "12:03:00"] {
        let slots = history(&app, "queueing-all").await.len();
        world.set(time);
        until(async || history(&app, "queueing-all").await.len() > slots).await;
    }
    let answer = explain(&app, "queueing-all").await;
    assert_eq!(said(&answer, "queue_full"), "1 slot waited already, and no more may.");
    gate.open(2);
    running.await.unwrap();
}

#[tokio::test]
async fn with_catch_up_all_an_undecided_slot_waits_for_the_one_before_it() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(SlowAll(gate.script()))).await;
    world.set("12:01:00");
    let running = begin_pulse(&app);
    gate.somebody().await;
    world.set("12:02:00");
    let answer = explain(&app, "slow-all").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::Waiting, Some(at("12:02:00"))));
    assert_eq!(codes(&answer), ["undecided", "previous_instance"]);
    gate.open(2);
    running.await.unwrap();
}

#[tokio::test]
async fn a_blocked_slot_names_the_task_to_blame_and_its_error() {
    let world = World::new().await;
    let broken = script(async |_| Err(TaskError::execution("broken", "the disk is full").never_retried()));
    let app = world.app(Registry::builder().cron(Hourly(broken)).cron(Child(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;
    let answer = explain(&app, "child").await;
    assert_eq!(answer.verdict, SlotVerdict::Blocked);
    assert_eq!(codes(&answer), ["blocked_at", "parent_failed", "next_slot"]);
    let why = "It depends on “hourly”, whose slot of 2026-03-02 13:00:00 UTC came to: Failed (the disk is full).";
    assert_eq!(said(&answer, "parent_failed"), why);
}

#[tokio::test]
async fn a_slot_whose_parent_was_never_decided_says_so() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick())).cron(Child(quick()))).await;
    write(&world, "update cron_tasks set enabled = false where name = 'hourly'").await;
    world.set("13:00:00");
    pulse(&app).await;
    let answer = explain(&app, "child").await;
    assert_eq!(answer.verdict, SlotVerdict::Blocked);
    let why = "It depends on “hourly”, of which no slot had been decided.";
    assert_eq!(said(&answer, "parent_never_ran"), why);
}

#[tokio::test]
async fn a_slot_waits_for_its_parent_and_then_says_that_it_did() {
    let world = World::new().await;
    let gate = Gate::closed();
    let tasks = || Registry::builder().cron(Hourly(gate.script())).cron(Child(quick()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    world.set("13:00:00");
    let running = begin_pulse(&one);
    gate.somebody().await;
    pulse(&other).await;
    let waiting = explain(&one, "child").await;
    assert_eq!(waiting.verdict, SlotVerdict::Waiting);
    assert_eq!(codes(&waiting), ["waits", "parent_awaited", "next_slot"]);
    let on = runner(&one);
    let why = format!("It waits for “hourly”, whose slot of 2026-03-02 13:00:00 UTC is running on {on}.");
    assert_eq!(said(&waiting, "parent_awaited"), why);

    world.set("13:04:00");
    gate.open(1);
    running.await.unwrap();
    let ran = explain(&one, "child").await;
    assert_eq!(ran.verdict, SlotVerdict::RanLate);
    assert_eq!(codes(&ran)[..3], ["completed", "late", "parent_ended"]);
    let why = format!("It waited for “hourly”, which ended at 2026-03-02 13:04:00 UTC on {on}.");
    assert_eq!(said(&ran, "parent_ended"), why);
}

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
async fn what_nobody_decided_says_since_when_nobody_is_there() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:20:00");
    let never = explain(&app, "hourly").await;
    assert_eq!((never.verdict, never.slot), (SlotVerdict::NobodyDecided, Some(at("13:00:00"))));
    assert_eq!(codes(&never), ["undecided", "no_runner", "decided_next"]);
    assert_eq!(said(&never, "no_runner"), "No runner has been there.");
    let due = "It has been due since 2026-03-02 13:00:00 UTC, and nobody has decided it.";
    assert_eq!(said(&never, "undecided"), due);

    pulse(&app).await;
    world.set("14:20:00");
    let pulses = explain(&app, "hourly").await;
    assert_eq!(said(&pulses, "no_pulse"), "The last pulse came at 2026-03-02 13:20:00 UTC, and none since.");

    let worker = Worker::start(&app).await;
    until(async || history(&app, "hourly").await.len() > 1).await;
    worker.stop().await;
    world.set("15:20:00");
    let workers = explain(&app, "hourly").await;
    assert_eq!(said(&workers, "no_runner"), "No runner has lived since 2026-03-02 14:20:00 UTC.");
}

#[tokio::test]
async fn what_no_living_runner_takes_names_them() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("12:30:00");
    let worker = Worker::start(&app).await;
    // As if the worker that lives knew nothing of it.
    write(&world, "update cron_tasks set next_execution_at = '2026-03-02T12:15:00Z', schedule = '15 * * * *'").await;
    world.set("12:30:01");
    let answer = explain(&app, "hourly").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::NobodyDecided, Some(at("12:15:00"))));
    assert!(said(&answer, "not_taken").contains(runner(&app)));
    worker.stop().await;
}

#[tokio::test]
async fn a_task_without_a_schedule_is_never_due_and_says_what_it_did_by_hand() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(ByHand(quick()))).await;
    world.set("12:30:00");
    let answer = explain(&app, "by-hand").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::NotDue, None));
    assert_eq!(codes(&answer), ["by_hand_only"]);
    assert_eq!(said(&answer, "by_hand_only"), "The task has no schedule; it runs only by hand.");

    run_by_hand(&app, "by-hand").await;
    let waiting = explain(&app, "by-hand").await;
    assert_eq!(waiting.verdict, SlotVerdict::Waiting);
    assert_eq!(codes(&waiting), ["by_hand", "waits", "no_runner", "by_hand_only"]);
    world.set("12:32:00");
    pulse(&app).await;
    let ran = explain(&app, "by-hand").await;
    assert_eq!((ran.verdict, ran.slot), (SlotVerdict::RanLate, Some(at("12:30:00"))));
    assert_eq!(codes(&ran), ["by_hand", "completed", "late", "no_runner", "by_hand_only"]);
}

#[tokio::test]
async fn a_run_by_hand_is_told_beside_the_slot() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;
    world.set("13:15:00");
    run_by_hand(&app, "hourly").await;
    pulse(&app).await;
    let answer = explain(&app, "hourly").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::Ran, Some(at("13:00:00"))));
    let told = "It was asked for by hand at 2026-03-02 13:15:00 UTC; that run came to: Completed.";
    assert_eq!(said(&answer, "run_by_hand_since"), told);
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

#[tokio::test]
async fn what_a_pulse_had_no_time_for_says_so_while_it_waits_and_afterwards() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:00:00");
    pulse_with(&app, PulseRequest { budget: Some(Duration::ZERO), ..PulseRequest::default() }).await;
    let waiting = explain(&app, "hourly").await;
    assert_eq!(waiting.verdict, SlotVerdict::Waiting);
    assert_eq!(codes(&waiting), ["waits", "budget_spent", "next_slot"]);
    let why = "The pulse that looked at it at 2026-03-02 13:00:00 UTC had too little time left and queued it.";
    assert_eq!(said(&waiting, "budget_spent"), why);
    world.set("13:01:00");
    pulse(&app).await;
    let ran = explain(&app, "hourly").await;
    assert_eq!(ran.verdict, SlotVerdict::RanLate);
    assert_eq!(codes(&ran), ["completed", "late", "budget_spent", "next_slot"]);
}

#[tokio::test]
async fn what_waits_for_a_place_under_a_limit_says_who_has_it() {
    let world = World::new().await;
    let gate = Gate::closed();
    let tasks = Registry::builder().cron(Heavy(gate.script())).cron(Heavier(quick())).limit("reports", 1);
    let app = world.app(tasks).await;
    world.set("13:00:00");
    let running = begin_pulse(&app);
    gate.somebody().await;
    world.set("13:01:00");
    until(async || history(&app, "heavier").await.iter().any(|e| e.scheduled_for == at("13:01:00"))).await;
    let waiting = explain(&app, "heavier").await;
    assert_eq!(waiting.verdict, SlotVerdict::Waiting);
    assert_eq!(codes(&waiting), ["waits", "limit_full", "next_slot"]);
    let why = "At most 1 task tagged “reports” may run at once; the place was taken by heavy.";
    assert_eq!(said(&waiting, "limit_full"), why);

    world.set("13:03:00");
    gate.open(1);
    running.await.unwrap();
    let ran = explain(&app, "heavier").await;
    assert_eq!(ran.verdict, SlotVerdict::RanLate);
    assert_eq!(codes(&ran), ["completed", "late", "limit_full", "next_slot"]);
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
async fn what_a_later_slot_replaced_says_so() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Newest(gate.script()))).await;
    let worker = Worker::start(&app).await;
    world.set("12:01:00");
    gate.somebody().await;
    world.set("12:02:00");
    gate.somebody().await;
    let answer = explain_at(&app, "newest", "12:01:30").await;
    assert_eq!(answer.verdict, SlotVerdict::Cancelled);
    assert_eq!(said(&answer, "superseded"), "A later slot took its place at 2026-03-02 12:02:00 UTC.");
    gate.open(1);
    worker.stop().await;
}

#[tokio::test]
async fn what_was_lost_with_its_runner_says_on_which_and_when_it_goes_on() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Hourly(gate.script()))).await;
    world.set("13:00:00");
    let running = begin_pulse(&app);
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
    running.await.unwrap();
}

#[tokio::test]
async fn what_runs_says_when_its_end_is_asked_for_and_its_runner_is_silent() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Hourly(gate.script()))).await;
    world.set("13:00:00");
    let running = begin_pulse(&app);
    gate.somebody().await;
    let facts = "update task_runner_state set stuck_since = '2026-03-02T13:00:02Z';
        update task_runners set heartbeat_at = '2026-03-02T12:50:00Z';
        update cron_task_executions set cancel_requested_at = '2026-03-02T13:00:01Z', cancel_requested_by = 'anna'";
    write(&world, facts).await;
    let answer = explain(&app, "hourly").await;
    assert_eq!(answer.verdict, SlotVerdict::Running);
    assert_eq!(codes(&answer), ["runs", "cancel_asked", "stuck", "runner_silent", "next_slot"]);
    gate.open(1);
    running.await.unwrap();
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

#[tokio::test]
async fn a_spread_start_says_by_how_much_before_and_after_it_is_due() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Spread(quick()))).await;
    let due = app.repository().cron_task("spread").await.unwrap().unwrap().due_at.unwrap();
    assert!(due > at("13:00:10"), "else this says nothing");
    world.set("13:00:01");
    let early = explain(&app, "spread").await;
    assert_eq!((early.verdict, early.slot), (SlotVerdict::NotDue, Some(at("13:00:00"))));
    assert_eq!(codes(&early)[..2], ["yet_to_come", "starts_spread"]);
    world.clock.set(due);
    pulse(&app).await;
    let ran = explain(&app, "spread").await;
    assert_eq!((ran.verdict, codes(&ran)), (SlotVerdict::Ran, vec!["completed", "starts_spread", "next_slot"]));
}

#[tokio::test]
async fn outside_its_time_a_task_has_no_slots_and_says_so() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Over(quick())).cron(Later(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;
    world.set("14:10:00");
    let over = explain(&app, "over").await;
    assert_eq!((over.verdict, over.slot), (SlotVerdict::Ran, Some(at("13:00:00"))));
    assert_eq!(codes(&over), ["completed", "not_after", "no_next_slot"]);
    let later = explain(&app, "later").await;
    assert_eq!((later.verdict, later.slot), (SlotVerdict::NotDue, None));
    assert_eq!(codes(&later), ["no_slot_yet", "not_before", "next_slot"]);
    let ahead = explain_at(&app, "later", "15:10:00").await;
    assert_eq!((ahead.verdict, ahead.slot), (SlotVerdict::NotDue, Some(at("15:00:00"))));
    assert_eq!(said(&ahead, "yet_to_come"), "It is due only at 2026-03-02 15:00:00 UTC.");
}

#[tokio::test]
async fn before_its_first_slot_a_task_says_that_none_has_come() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("12:30:00");
    let answer = explain(&app, "hourly").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::NotDue, None), "12:00 came before it was known");
    assert_eq!(codes(&answer), ["no_slot_yet", "next_slot"]);
}

#[tokio::test]
async fn a_schedule_function_that_said_no_is_named() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Asked(quick()))).await;
    write(
        &world,
        "insert into cron_task_executions (id, task_id, task_name, scheduled_for, status, started_at, completed_at, config)
        select gen_random_uuid(), id, name, '2026-03-02T12:00:00Z', 'COMPLETED', now(), now(), '{}' from cron_tasks",
    )
    .await;
    world.set("12:01:00");
    pulse(&app).await;
    let answer = explain(&app, "asked").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::NotDue, Some(at("12:01:00"))));
    assert_eq!(said(&answer, "function_said_no"), "The function never said no, or was not asked.");
}

#[tokio::test]
async fn what_no_row_is_left_of_says_why() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Thin(quick())).cron(Hourly(quick()))).await;
    for minute in 1..=4 {
        world.set(&format!("12:0{minute}:00"));
        pulse(&app).await;
    }
    let thinned = explain_at(&app, "thin", "12:02:30").await;
    assert_eq!((thinned.verdict, thinned.slot), (SlotVerdict::NotRecorded, Some(at("12:02:00"))));
    assert_eq!(codes(&thinned)[..2], ["no_row", "thinned"]);
    for hour in [13, 14] {
        world.set(&format!("{hour}:00:00"));
        pulse(&app).await;
    }
    write(&world, "delete from cron_task_executions where scheduled_for = '2026-03-02T13:00:00Z'").await;
    let pruned = explain_at(&app, "hourly", "13:30:00").await;
    assert_eq!((pruned.verdict, pruned.slot), (SlotVerdict::NotRecorded, Some(at("13:00:00"))));
    assert_eq!(codes(&pruned), ["no_row", "history_begins", "next_slot"]);
}

#[tokio::test]
async fn instants_are_told_in_the_zone_of_the_task_and_sentences_in_the_language_of_the_caller() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Local(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;
    let path = "/api/tasks/cron/local/explain";
    let next = async |language| said(&told(&app, path, language).await, "next_slot").to_owned();
    assert_eq!(next("en").await, "The next slot is 2026-03-02 15:00:00 CET.");
    assert_eq!(next("de").await, "Der nächste Termin ist 2026-03-02 15:00:00 CET.");
    assert_eq!(next("pl").await, "Następny termin to 2026-03-02 15:00:00 CET.");
    let answer = told(&app, path, "de").await;
    assert_eq!((answer.timezone.as_str(), answer.at), ("Europe/Berlin", at("13:00:00")));
}

#[tokio::test]
async fn an_unknown_task_and_a_moment_that_is_none_are_refused() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let (status, answer) = answered(&app, "/api/tasks/cron/hourli/explain", "en").await;
    assert_eq!((status, &answer["error"]["code"]), (404, &Value::from("task_not_found")));
    let (status, _) = answered(&app, "/api/tasks/cron/hourly/explain?at=yesterday", "en").await;
    assert_eq!(status, 400);
}
