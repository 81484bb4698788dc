//! What waited: for its previous instance, for its parents, for a place.

use std::time::Duration;

use downbeat::model::SlotVerdict;
use downbeat::task::{Registry, TaskContext, TaskError};
use serde_json::Value;

use super::{
    Child, Heavier, Heavy, Hourly, Newest, Queueing, QueueingAll, Slow, SlowAll, codes, explain, explain_at, runner,
    said, write,
};
use crate::support::{Gate, Pulsing, Worker, World, at, history, pulse, quick, script, until};

#[tokio::test]
async fn a_skipped_slot_says_where_and_since_when_the_previous_instance_ran() {
    let world = World::new().await;
    let gate = Gate::closed();
    let tasks = || Registry::builder().cron(Slow(gate.script()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    world.set("12:01:00");
    let running = Pulsing::begin(&one);
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
    running.end().await;
    let answer = explain(&one, "slow").await;
    assert!(said(&answer, "previous_instance").ends_with("to 2026-03-02 12:02:30 UTC."));
}

#[tokio::test]
async fn a_slot_that_was_skipped_in_a_run_of_days_names_that_run_when_it_is_long_over() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Slow(quick()))).await;
    // It ran from Friday until half an hour ago, and each slot meanwhile was skipped.
    let rows = "insert into cron_task_executions
          (id, task_id, task_name, scheduled_for, status, started_at, completed_at, config, skipped_reason, fencing_token,
           executed_by_instance, created_at)
        select gen_random_uuid(), id, name, timestamptz '2026-02-27 12:00Z', 'COMPLETED'::task_status,
          timestamptz '2026-02-27 12:00Z', timestamptz '2026-03-02 11:30Z', '{}'::jsonb, null, 7, 'host', timestamptz '2026-02-27 12:00Z'
        from cron_tasks where name = 'slow'
        union all
        select gen_random_uuid(), id, name, at, 'SKIPPED', at, at, '{}', 'previous_instance_running', null, 'host', at
        from cron_tasks, generate_series(timestamptz '2026-02-27 12:01Z', '2026-03-02 11:29Z', '1 minute') as at
        where name = 'slow'";
    world.client().await.execute(rows, &[]).await.unwrap();

    let answer = explain_at(&app, "slow", "11:00:00").await;
    assert_eq!(answer.verdict, SlotVerdict::Skipped);
    let told = said(&answer, "previous_instance");
    assert!(told.contains("2026-02-27 12:00:00 UTC") && told.ends_with("to 2026-03-02 11:30:00 UTC."), "{told}");
}

#[tokio::test]
async fn a_queued_slot_waits_for_the_previous_instance_and_then_says_that_it_did() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Queueing(gate.script()))).await;
    world.set("12:01:00");
    let running = Pulsing::begin(&app);
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
    running.end().await;
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
    let running = Pulsing::begin(&app);
    gate.somebody().await;
    for time in ["12:02:00", "12:03:00"] {
        let slots = history(&app, "queueing-all").await.len();
        world.set(time);
        until(async || history(&app, "queueing-all").await.len() > slots).await;
    }
    let answer = explain(&app, "queueing-all").await;
    assert_eq!(said(&answer, "queue_full"), "1 slot waited already, and no more may.");
    gate.open(2);
    running.end().await;
}

#[tokio::test]
async fn with_catch_up_all_an_undecided_slot_waits_for_the_one_before_it() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(SlowAll(gate.script()))).await;
    world.set("12:01:00");
    let running = Pulsing::begin(&app);
    gate.somebody().await;
    world.set("12:02:00");
    let answer = explain(&app, "slow-all").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::Waiting, Some(at("12:02:00"))));
    assert_eq!(codes(&answer), ["undecided", "previous_instance"]);
    gate.open(2);
    running.end().await;
}

#[tokio::test]
async fn with_catch_up_all_an_undecided_slot_waits_for_the_retry_of_the_one_before_it_and_then_says_that_it_did() {
    let world = World::new().await;
    let busy = script(async |cx: TaskContext<Value>| match cx.attempt() {
        1 if cx.scheduled_for() == at("12:01:00") => {
            Err(TaskError::execution("busy", "busy").retry_after(Duration::from_secs(600)))
        }
        _ => Ok(Value::Null),
    });
    let app = world.app(Registry::builder().cron(SlowAll(busy))).await;
    for time in ["12:01:00", "12:02:00"] {
        world.set(time);
        pulse(&app).await;
    }
    let answer = explain(&app, "slow-all").await;
    assert_eq!((answer.verdict, answer.slot), (SlotVerdict::Waiting, Some(at("12:02:00"))));
    assert_eq!(codes(&answer), ["undecided", "previous_waiting"]);
    world.set("12:11:30");
    pulse(&app).await;
    let answer = explain_at(&app, "slow-all", "12:02:30").await;
    assert_eq!(answer.verdict, SlotVerdict::RanLate);
    assert_eq!(said(&answer, "previous_waiting"), "The slot of 2026-03-02 12:01:00 UTC waited before it.");
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
    let running = Pulsing::begin(&one);
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
    running.end().await;
    let ran = explain(&one, "child").await;
    assert_eq!(ran.verdict, SlotVerdict::RanLate);
    assert_eq!(codes(&ran)[..3], ["completed", "late", "parent_ended"]);
    let why = format!("It waited for “hourly”, which ended at 2026-03-02 13:04:00 UTC on {on}.");
    assert_eq!(said(&ran, "parent_ended"), why);
}

#[tokio::test]
async fn what_waits_for_a_place_under_a_limit_says_who_has_it() {
    let world = World::new().await;
    let gate = Gate::closed();
    let tasks = Registry::builder().cron(Heavy(gate.script())).cron(Heavier(quick())).limit("reports", 1);
    let app = world.app(tasks).await;
    world.set("13:00:00");
    let running = Pulsing::begin(&app);
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
    running.end().await;
    let ran = explain(&app, "heavier").await;
    assert_eq!(ran.verdict, SlotVerdict::RanLate);
    assert_eq!(codes(&ran), ["completed", "late", "limit_full", "next_slot"]);
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
