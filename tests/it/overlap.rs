//! A task never overlaps itself, whoever looks at it.

use downbeat::model::{CatchUp, Status};
use downbeat::repository::RunRequest;
use downbeat::task::{Registry, Schedule};

use crate::support::{Gate, World, at, history, pulse, task};

task!(Slow = "slow" { schedule: Schedule::Cron("* * * * *") });
task!(SlowAll = "slow-all" { schedule: Schedule::Cron("* * * * *"), catch_up: CatchUp::All });

#[tokio::test]
async fn a_task_that_outlives_its_next_slot_has_it_skipped_with_the_reason() {
    let world = World::new().await;
    let gate = Gate::closed();
    let tasks = || Registry::builder().cron(Slow(gate.script()));
    let (one, other) = (world.app(tasks()).await, world.app(tasks()).await);
    world.set("12:01:00");
    let running = tokio::spawn({
        let one = one.clone();
        async move { pulse(&one).await }
    });
    gate.somebody().await;

    world.set("12:02:00");
    // Either of them decides the slot: the first one is awake too.
    pulse(&other).await;
    gate.open(1);
    running.await.unwrap();

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
    let running = tokio::spawn({
        let app = app.clone();
        async move { pulse(&app).await }
    });
    gate.somebody().await;
    let request = RunRequest { task: "slow".to_owned(), ..RunRequest::default() };
    let stop = tokio_util::sync::CancellationToken::new();
    let execution = app.runner().execute_cron_task(&request, &stop).await.unwrap().unwrap();
    assert_eq!(execution.status, Status::Skipped);
    assert_eq!(execution.skipped_reason.as_deref(), Some("previous_instance_running"));
    assert!(app.runner().is_task_running("slow").await.unwrap());
    assert_eq!(app.runner().task_status("slow").await.unwrap(), Some(Status::Running));
    gate.open(1);
    running.await.unwrap();
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
    let first = tokio::spawn({
        let one = one.clone();
        async move { pulse(&one).await }
    });
    gate.somebody().await;
    world.set("12:02:00");
    let second = tokio::spawn({
        let other = other.clone();
        async move { pulse(&other).await }
    });
    gate.somebody().await;
    gate.open(2);
    first.await.unwrap();
    second.await.unwrap();
    assert_eq!(gate.most_inside(), 2);
    let executions = history(&one, "slow").await;
    assert!(executions.iter().all(|e| e.status == Status::Completed));
    assert_eq!(executions.len(), 2);
}
