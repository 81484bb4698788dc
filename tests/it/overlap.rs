//! A task never overlaps itself, whoever looks at it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use chrono::{DateTime, Utc};
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::model::{CatchUp, Status};
use downbeat::repository::RunRequest;
use downbeat::task::{Overlap, Registry, Schedule, TaskError};

use crate::support::{Gate, Pulsing, Script, World, asked, at, history, pulse, script, task, until};

const MINUTELY: Schedule = Schedule::Cron("* * * * *");

task!(Slow = "slow" { schedule: MINUTELY });
task!(SlowAll = "slow-all" { schedule: MINUTELY, catch_up: CatchUp::All });
task!(QueuesOne = "queues-one" { schedule: MINUTELY, overlap: Overlap::QueueOne });
task!(QueuesTwo = "queues-two" { schedule: MINUTELY, overlap: Overlap::QueueAll { cap: 2 } });
task!(Replaced = "replaced" { schedule: MINUTELY, overlap: Overlap::CancelRunning });
task!(Doubled = "doubled" { schedule: MINUTELY, overlap: Overlap::Allow(2) });

/// A world in which minutes may pass between two heartbeats.
async fn patient_world() -> World {
    let world = World::new().await;
    let config = Config { lease: Duration::from_secs(24 * 3600), ..world.config.clone() };
    World { config, ..world }
}

/// What the test and a reader want to know of each slot: its minute, its status, the reason.
async fn told(app: &App, task: &str) -> Vec<(u32, Status, Option<String>)> {
    use chrono::Timelike;
    let executions = history(app, task).await;
    let mut told: Vec<_> =
        executions.into_iter().map(|e| (e.scheduled_for.minute(), e.status, e.skipped_reason)).collect();
    told.sort_by_key(|(minute, ..)| *minute);
    told
}

fn reason(reason: &str) -> Option<String> {
    Some(reason.to_owned())
}

#[tokio::test]
async fn a_task_that_outlives_its_next_slot_has_it_skipped_with_the_reason() {
    let world = World::new().await;
    let gate = Gate::closed();
    let tasks = || Registry::builder().cron(Slow(gate.script()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    world.set("12:01:00");
    let running = Pulsing::begin(&one);
    gate.somebody().await;

    world.set("12:02:00");
    // Either of them decides the slot: the first one is awake too.
    pulse(&other).await;
    gate.open(1);
    running.end().await;

    let executions = history(&one, "slow").await;
    let told: Vec<_> = executions.iter().map(|e| (e.scheduled_for, e.status, e.skipped_reason.as_deref())).collect();
    assert_eq!(
        told,
        [
            (at("12:01:00"), Status::Completed, None),
            (at("12:02:00"), Status::Skipped, Some("previous_instance_running")),
        ]
    );
    world.set("12:03:00");
    gate.open(1);
    pulse(&one).await;
    assert_eq!(history(&one, "slow").await.len(), 3, "a skip moves on to the next slot");
    assert_eq!(gate.most_inside(), 1);
}

#[tokio::test]
async fn a_manual_run_of_a_running_task_is_skipped_too() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Slow(gate.script()))).await;
    world.set("12:01:00");
    let running = Pulsing::begin(&app);
    gate.somebody().await;
    let request = RunRequest { task: "slow".to_owned(), ..RunRequest::default() };
    let stop = tokio_util::sync::CancellationToken::new();
    let execution = app.runner().execute_cron_task(&request, &stop).await.unwrap().unwrap();
    assert_eq!(execution.status, Status::Skipped);
    assert_eq!(execution.skipped_reason.as_deref(), Some("previous_instance_running"));
    assert!(app.runner().is_task_running("slow").await.unwrap());
    assert_eq!(app.runner().task_status("slow").await.unwrap(), Some(Status::Running));
    gate.open(1);
    running.end().await;
    assert_eq!(app.runner().task_status("slow").await.unwrap(), Some(Status::Completed));
}

#[tokio::test]
async fn with_catch_up_all_each_slot_runs_in_order_and_never_two_at_once() {
    let world = World::new().await;
    let gate = Gate::closed();
    gate.open(100);
    let app = world.app(Registry::builder().cron(SlowAll(gate.script()))).await;
    world.set("12:05:00");
    pulse(&app).await;
    let slots: Vec<_> = history(&app, "slow-all").await.iter().map(|e| (e.scheduled_for, e.status)).collect();
    let expected: Vec<_> = (1..=5).map(|minute| (at(&format!("12:0{minute}:00")), Status::Completed)).collect();
    assert_eq!(slots, expected);
    assert_eq!(gate.most_inside(), 1);
}

#[tokio::test]
async fn without_overlap_prevention_instances_run_side_by_side_and_slots_are_still_decided_once() {
    let world = World::new().await;
    let gate = Gate::closed();
    let config = downbeat::config::Config { overlap_prevention: false, ..world.config.clone() };
    let tasks = || Registry::builder().cron(Slow(gate.script()));
    let (one, other) = (world.app_with(config.clone(), tasks()).await, world.app_with(config, tasks()).await);
    world.set("12:01:00");
    let first = Pulsing::begin(&one);
    gate.somebody().await;
    world.set("12:02:00");
    let second = Pulsing::begin(&other);
    gate.somebody().await;
    gate.open(2);
    first.end().await;
    second.end().await;
    assert_eq!(gate.most_inside(), 2);
    let executions = history(&one, "slow").await;
    assert!(executions.iter().all(|e| e.status == Status::Completed));
    assert_eq!(executions.len(), 2);
}

#[tokio::test]
async fn queue_one_runs_once_more_when_the_running_one_ends() {
    let world = patient_world().await;
    let gate = Gate::closed();
    let tasks = || Registry::builder().cron(QueuesOne(gate.script()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    world.set("12:01:00");
    let running = Pulsing::begin(&one);
    gate.somebody().await;
    for time in ["12:02:00", "12:03:00", "12:04:00"] {
        world.set(time);
        pulse(&other).await;
    }
    let waits = told(&one, "queues-one").await;
    assert_eq!(waits[1], (2, Status::Pending, reason("previous_instance_running")));
    assert_eq!(waits[2], (3, Status::Skipped, reason("previous_instance_waiting")));
    assert_eq!(waits[3], (4, Status::Skipped, reason("previous_instance_waiting")));
    gate.open(2);
    running.end().await;
    let ended: Vec<_> =
        told(&one, "queues-one").await.into_iter().map(|(minute, status, _)| (minute, status)).collect();
    assert_eq!(
        ended,
        [(1, Status::Completed), (2, Status::Completed), (3, Status::Skipped), (4, Status::Skipped)],
        "the pulse that ran the first runs what waited for it"
    );
    assert_eq!(gate.most_inside(), 1);
    assert_eq!(told(&one, "queues-one").await[1].2, None, "what ran has no reason for not running");
}

#[tokio::test]
async fn queue_all_runs_what_waits_in_order_up_to_its_cap() {
    let world = patient_world().await;
    let gate = Gate::closed();
    let order = Arc::new(Mutex::new(Vec::new()));
    let (inner, seen) = (gate.clone(), order.clone());
    let work = script(move |cx| {
        let (gate, seen) = (inner.clone(), seen.clone());
        async move {
            gate.pass().await;
            seen.lock().unwrap().push(cx.scheduled_for());
            Ok(serde_json::Value::Null)
        }
    });
    let tasks = || Registry::builder().cron(QueuesTwo(work.clone()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    world.set("12:01:00");
    let running = Pulsing::begin(&one);
    gate.somebody().await;
    for time in ["12:02:00", "12:03:00", "12:04:00"] {
        world.set(time);
        pulse(&other).await;
    }
    let waits = told(&one, "queues-two").await;
    assert_eq!(waits[1], (2, Status::Pending, reason("previous_instance_running")));
    assert_eq!(waits[2], (3, Status::Pending, reason("previous_instance_running")));
    assert_eq!(waits[3], (4, Status::Skipped, reason("queue_full")));
    gate.open(3);
    running.end().await;
    assert_eq!(*order.lock().unwrap(), [at("12:01:00"), at("12:02:00"), at("12:03:00")]);
    assert_eq!(gate.most_inside(), 1);
}

#[tokio::test]
async fn cancel_running_ends_what_runs_and_what_waits_and_runs_the_newest_slot() {
    let world = patient_world().await;
    let gate = Gate::closed();
    let tasks = || Registry::builder().cron(Replaced(gate.script()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    world.set("12:01:00");
    let running = Pulsing::begin(&one);
    gate.somebody().await;
    world.set("12:02:00");
    pulse(&other).await;
    // The first one is told, ends, and the second begins: in whichever of the two pulses.
    gate.somebody().await;
    gate.open(2);
    running.end().await;
    pulse(&other).await;
    let executions = history(&one, "replaced").await;
    assert_eq!(executions.len(), 2);
    assert_eq!(executions[0].status, Status::Cancelled);
    assert_eq!(executions[0].error.as_ref().unwrap().code, "superseded");
    assert_eq!(executions[0].cancel_requested_by.as_deref(), Some("schedule"));
    assert_eq!((executions[1].scheduled_for, executions[1].status), (at("12:02:00"), Status::Completed));
}

#[tokio::test]
async fn allow_runs_so_many_at_once_and_no_more() {
    let world = patient_world().await;
    let gate = Gate::closed();
    let tasks = || Registry::builder().cron(Doubled(gate.script()));
    let apps = [world.app(tasks()).await, world.app(tasks()).await, world.app(tasks()).await];
    let mut running = Vec::new();
    for (app, time) in apps.iter().zip(["12:01:00", "12:02:00"]) {
        world.set(time);
        running.push(Pulsing::begin(app));
        gate.somebody().await;
    }
    world.set("12:03:00");
    pulse(&apps[2]).await;
    assert_eq!(told(&apps[0], "doubled").await[2], (3, Status::Skipped, reason("previous_instance_running")));
    gate.open(1);
    until(async || {
        told(&apps[0], "doubled").await.iter().filter(|(_, status, _)| *status == Status::Completed).count() == 1
    })
    .await;
    world.set("12:04:00");
    running.push(Pulsing::begin(&apps[2]));
    gate.somebody().await;
    gate.open(3);
    for running in running {
        running.end().await;
    }
    assert_eq!(gate.most_inside(), 2);
}

/// Slot and attempt of each run, in order.
type Runs = Arc<Mutex<Vec<(DateTime<Utc>, i32)>>>;

/// Its first attempt fails and is tried again after ten minutes.
fn fails_once() -> (Script, Runs) {
    let runs = Runs::default();
    let seen = runs.clone();
    let work = script(move |cx| {
        let is_first = seen.lock().unwrap().is_empty();
        seen.lock().unwrap().push((cx.scheduled_for(), cx.attempt()));
        async move {
            if is_first {
                return Err(TaskError::execution("no", "no").retry_after(Duration::from_secs(600)));
            }
            Ok(serde_json::Value::Null)
        }
    });
    (work, runs)
}

/// Somebody asks for the first slot once more.
async fn ask_again(app: &App) {
    let ended = history(app, "slow-all").await[0].id;
    let path = format!("/api/executions/{ended}/retry");
    let (status, answer) = asked(app, "anna", Method::POST, &path, &serde_json::json!({})).await;
    assert!(status.is_success(), "{answer}");
}

#[tokio::test]
async fn with_catch_up_all_a_slot_waits_for_the_retries_of_the_one_before_it() {
    let world = World::new().await;
    let (work, runs) = fails_once();
    let app = world.app(Registry::builder().cron(SlowAll(work))).await;
    for time in ["12:01:00", "12:02:00", "12:03:00"] {
        world.set(time);
        pulse(&app).await;
    }
    assert_eq!(*runs.lock().unwrap(), [(at("12:01:00"), 1)], "the second attempt is to come");
    let (status, queue) = asked(&app, "anna", Method::GET, "/api/tasks/cron/queue", &serde_json::Value::Null).await;
    assert_eq!(status, StatusCode::OK);
    let due = &queue["data"]["waiting"][0];
    assert_eq!(
        (due["scheduled_for"].as_str(), due["reason"].as_str()),
        (Some("2026-03-02T12:02:00Z"), Some("previous_instance"))
    );
    world.set("12:11:30");
    pulse(&app).await;
    let first = [(at("12:01:00"), 1), (at("12:01:00"), 2)];
    let others = (2..=11).map(|minute| (at(&format!("12:{minute:02}:00")), 1));
    assert_eq!(*runs.lock().unwrap(), first.into_iter().chain(others).collect::<Vec<_>>());
}

#[tokio::test]
async fn with_catch_up_all_a_slot_waits_for_what_a_lost_runner_left_of_the_one_before_it() {
    let world = World::new().await;
    let gate = Gate::closed();
    let (work, runs) = fails_once();
    let one = world.app(Registry::builder().cron(SlowAll(gate.script()))).await;
    let other = world.app(Registry::builder().cron(SlowAll(work))).await;
    world.set("12:01:00");
    let running = Pulsing::begin(&one);
    gate.somebody().await;
    running.die().await;
    world.set("12:03:00");
    // It is found dead; the second attempt fails, and the third is to come.
    pulse(&other).await;
    assert_eq!(*runs.lock().unwrap(), [(at("12:01:00"), 2)]);
    world.set("12:13:00");
    pulse(&other).await;
    assert_eq!(runs.lock().unwrap()[1..3], [(at("12:01:00"), 3), (at("12:02:00"), 1)]);
}

#[tokio::test]
async fn with_catch_up_all_a_slot_does_not_wait_for_a_retry_that_somebody_asked_for() {
    let world = World::new().await;
    let gate = Gate::closed();
    gate.open(100);
    let app = world.app(Registry::builder().cron(SlowAll(gate.script()))).await;
    world.set("12:01:00");
    pulse(&app).await;
    ask_again(&app).await;
    // It waits for longer than the slot.
    let sql = "update cron_task_executions set available_at = $1 where status = 'PENDING'";
    world.client().await.execute(sql, &[&at("12:30:00")]).await.unwrap();
    world.set("12:02:00");
    pulse(&app).await;
    let told: Vec<_> = history(&app, "slow-all").await.iter().map(|e| (e.scheduled_for, e.attempt, e.status)).collect();
    assert!(told.contains(&(at("12:02:00"), 1, Status::Completed)), "{told:?}");
}

#[tokio::test]
async fn a_slot_of_catch_up_all_is_not_lost_to_a_retry_that_is_due_with_it() {
    let world = World::new().await;
    let gate = Gate::closed();
    gate.open(100);
    let app = world.app(Registry::builder().cron(SlowAll(gate.script()))).await;
    world.set("12:01:00");
    pulse(&app).await;
    ask_again(&app).await;
    world.set("12:02:00");
    pulse(&app).await;
    let told: Vec<_> = history(&app, "slow-all").await.iter().map(|e| (e.scheduled_for, e.attempt, e.status)).collect();
    assert_eq!(told.len(), 3);
    assert!(told.contains(&(at("12:01:00"), 2, Status::Completed)), "{told:?}");
    assert!(told.contains(&(at("12:02:00"), 1, Status::Completed)), "{told:?}");
}

#[tokio::test]
async fn with_catch_up_all_a_slot_in_a_pause_is_skipped_although_an_earlier_one_is_to_be_tried_again() {
    let world = World::new().await;
    let (work, runs) = fails_once();
    let app = world.app(Registry::builder().cron(SlowAll(work))).await;
    world.set("12:01:00");
    pulse(&app).await;
    world.set("12:01:30");
    asked(&app, "anna", Method::POST, "/api/tasks/cron/slow-all/pause", &serde_json::json!({})).await;
    world.set("12:03:00");
    pulse(&app).await;
    let paused = |minute| (minute, Status::Skipped, reason("paused"));
    assert_eq!(told(&app, "slow-all").await[2..], [paused(2), paused(3)]);
    assert_eq!(runs.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn cancel_running_replaces_a_slot_that_waits_even_where_both_are_due_at_once() {
    let world = patient_world().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Replaced(gate.script()))).await;
    let client = world.client().await;
    let waits = "insert into cron_task_executions
            (id, task_id, task_name, scheduled_for, status, available_at, config, max_attempts)
        select gen_random_uuid(), id, name, $1, 'PENDING', $1, '{}', 1 from cron_tasks";
    client.execute(waits, &[&at("12:00:30")]).await.unwrap();
    world.set("12:01:00");
    gate.open(2);
    pulse(&app).await;
    let executions = history(&app, "replaced").await;
    let told: Vec<_> = executions.iter().map(|e| (e.scheduled_for, e.status)).collect();
    assert!(told.contains(&(at("12:00:30"), Status::Cancelled)), "{told:?}");
    assert!(told.contains(&(at("12:01:00"), Status::Completed)), "{told:?}");
}
