//! A pulse: what is due is run once, and everything is recorded.

use downbeat::model::{Status, Trigger};
use downbeat::runner::PulseRequest;
use downbeat::task::{Registry, Schedule};
use serde_json::json;

use crate::support::{Worker, World, at, history, pulse, pulse_with, pulses, quick, runs_of, script, task};

task!(EveryFive = "every-five" { schedule: Schedule::Cron("*/5 * * * *") });
task!(Hourly = "hourly" { schedule: Schedule::Cron("0 * * * *") });

#[tokio::test]
async fn a_due_task_runs_once_and_its_report_is_recorded() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(EveryFive(script(async |_| Ok(json!({ "done": 3 })))))).await;

    world.set("12:05:00.25");
    let report = pulse(&app).await;
    assert_eq!(report.tasks(|outcome| outcome.status == Status::Completed), ["every-five"]);

    let executions = history(&app, "every-five").await;
    assert_eq!(executions.len(), 1);
    let execution = &executions[0];
    assert_eq!(execution.scheduled_for, at("12:05:00"));
    assert_eq!(
        (execution.status, execution.attempt, execution.triggered_by),
        (Status::Completed, 1, Trigger::Schedule)
    );
    assert_eq!(execution.result, Some(json!({ "done": 3 })));
    assert!(execution.fencing_token.is_some() && execution.completed_at.is_some());

    assert!(pulse(&app).await.results.is_empty(), "the slot was decided, nothing is left to do");
    let task = app.repository().cron_task("every-five").await.unwrap().unwrap();
    assert_eq!(task.next_execution_at, Some(at("12:10:00")));
    assert_eq!((task.execution_count, task.success_count, task.error_count), (1, 1, 0));
    assert_eq!(task.last_execution_status, Some(Status::Completed));
    assert!(app.runner().running_tasks().await.unwrap().is_empty(), "the registry is empty again");
}

#[tokio::test]
async fn a_new_task_starts_from_now() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    assert!(pulse(&app).await.results.is_empty(), "noon itself has passed when the task is made known");
    let task = app.repository().cron_task("hourly").await.unwrap().unwrap();
    assert_eq!(task.next_execution_at, Some(at("13:00:00")));
}

#[tokio::test]
async fn a_pulse_that_comes_minutes_late_runs_the_newest_slot_and_tells_of_the_others() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(EveryFive(quick()))).await;
    world.set("12:23:11");
    pulse(&app).await;
    let executions = history(&app, "every-five").await;
    let told: Vec<_> = executions.iter().map(|e| (e.scheduled_for, e.status, e.skipped_reason.as_deref())).collect();
    assert_eq!(
        told,
        [
            (at("12:05:00"), Status::Skipped, Some("caught_up")),
            (at("12:10:00"), Status::Skipped, Some("caught_up")),
            (at("12:15:00"), Status::Skipped, Some("caught_up")),
            (at("12:20:00"), Status::Completed, None),
        ]
    );
    assert_eq!(executions[3].missed_slots, 3);
}

#[tokio::test]
async fn fifty_pulses_at_once_give_each_slot_exactly_one_decision() {
    let world = World::new().await;
    let tasks = || Registry::builder().cron(EveryFive(quick())).cron(Hourly(quick()));
    let first = world.app(tasks()).await;
    world.set("13:00:00");
    let mut pulses = tokio::task::JoinSet::new();
    for _ in 0..10 {
        // Ten processes, each with a pool of its own, each asked five times.
        let app = world.app(tasks()).await;
        for _ in 0..5 {
            let app = app.clone();
            pulses.spawn(async move { pulse(&app).await });
        }
    }
    let reports = pulses.join_all().await;
    let ran =
        reports.iter().flat_map(|report| &report.results).filter(|outcome| outcome.execution_id.is_some()).count();
    assert_eq!(ran, 2, "{reports:#?}");
    assert_eq!(runs_of(&first, "every-five").await.len(), 1);
    assert_eq!(history(&first, "every-five").await.len(), 12, "one row a slot");
    assert_eq!(history(&first, "hourly").await.len(), 1);
    assert!(first.runner().running_tasks().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_dry_run_says_what_would_run_and_runs_nothing() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(EveryFive(quick()))).await;
    world.set("12:05:00");
    let report = pulse_with(&app, PulseRequest { dry_run: true, ..PulseRequest::default() }).await;
    assert_eq!(report.tasks(|outcome| outcome.status == Status::Pending), ["every-five"]);
    assert!(history(&app, "every-five").await.is_empty());
    let pulses = pulses(&app).await;
    assert_eq!((pulses.len(), pulses[0].is_dry_run), (1, true));
}

#[tokio::test]
async fn only_the_tasks_that_are_asked_for_run_and_forced_ones_also_when_not_due() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(EveryFive(quick())).cron(Hourly(quick()))).await;
    world.set("13:00:00");
    let only = |force| PulseRequest { tasks: Some(vec!["hourly".to_owned()]), force, ..PulseRequest::default() };
    pulse_with(&app, only(false)).await;
    assert_eq!((history(&app, "hourly").await.len(), history(&app, "every-five").await.len()), (1, 0));
    pulse_with(&app, only(true)).await;
    let executions = history(&app, "hourly").await;
    assert_eq!(executions.len(), 2);
    assert_eq!((executions[1].triggered_by, executions[1].is_manual), (Trigger::Manual, true));
}

#[tokio::test]
async fn a_forced_run_that_a_worker_was_faster_with_is_reported_all_the_same() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let worker = Worker::start(&app).await;
    for second in 0..10 {
        world.set(&format!("12:00:0{second}"));
        let request = PulseRequest { tasks: Some(vec!["hourly".to_owned()]), force: true, ..PulseRequest::default() };
        let report = pulse_with(&app, request).await;
        assert_eq!(report.tasks(|outcome| outcome.status == Status::Completed), ["hourly"], "{report:?}");
    }
    worker.stop().await;
}

#[tokio::test]
async fn a_run_that_only_checks_the_settings_counts_nowhere() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let request = downbeat::repository::RunRequest { task: "hourly".to_owned(), dry_run: true, ..Default::default() };
    let stop = tokio_util::sync::CancellationToken::new();
    let execution = app.runner().execute_cron_task(&request, &stop).await.unwrap().unwrap();
    assert_eq!((execution.status, execution.is_dry_run, execution.result), (Status::Completed, true, None));
    let task = app.repository().cron_task("hourly").await.unwrap().unwrap();
    assert_eq!((task.execution_count, task.last_executed_at), (0, None));
    assert_eq!(app.runner().pulse_status().await.unwrap().total_executions, 0);
}

#[tokio::test]
async fn a_pulse_is_recorded_with_what_it_did() {
    let world = World::new().await;
    let fails = script(async |_| Err(downbeat::task::TaskError::execution("no", "no").never_retried()));
    let app = world.app(Registry::builder().cron(EveryFive(quick())).cron(Hourly(fails))).await;
    world.set("13:00:00");
    pulse(&app).await;
    let pulses = pulses(&app).await;
    assert_eq!(pulses.len(), 1);
    assert_eq!(pulses[0].status, "FAILURE");
    assert_eq!(pulses[0].tasks_executed, ["every-five", "hourly"]);
    assert_eq!(
        (&pulses[0].tasks_succeeded, &pulses[0].tasks_failed),
        (&vec!["every-five".to_owned()], &vec!["hourly".to_owned()])
    );
}

#[tokio::test]
async fn health_follows_the_facts_and_recovers() {
    use downbeat::model::PulseHealth;
    let world = World::new().await;
    let fail = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let scripted = {
        let fail = fail.clone();
        script(move |_| {
            let fails = fail.load(std::sync::atomic::Ordering::SeqCst);
            async move {
                if fails {
                    Err(downbeat::task::TaskError::execution("no", "no").never_retried())
                } else {
                    Ok(json!(null))
                }
            }
        })
    };
    let app = world.app(Registry::builder().cron(EveryFive(scripted))).await;
    let status = async || app.runner().pulse_status().await.unwrap().status;
    assert_eq!(status().await, PulseHealth::Unknown);
    world.set("12:05:00");
    pulse(&app).await;
    assert_eq!(status().await, PulseHealth::Critical, "all of it failed");
    fail.store(false, std::sync::atomic::Ordering::SeqCst);
    for minute in (10..60).step_by(5) {
        world.set(&format!("12:{minute}:00"));
        pulse(&app).await;
    }
    assert_eq!(status().await, PulseHealth::Healthy, "ten of eleven completed, the newest among them");
    world.set("14:00:00");
    assert_eq!(status().await, PulseHealth::Critical, "a slot is overdue and nobody decides");
    pulse(&app).await;
    assert_eq!(status().await, PulseHealth::Healthy);
}
