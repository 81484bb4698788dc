//! Defects of the system this one is made after; the numbers are those of `shared/spec/origin.md`, 1.9.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use downbeat::config::Config;
use downbeat::model::{Priority, Status};
use downbeat::repository::RunRequest;
use downbeat::task::prelude::*;
use downbeat::task::{Registry, RegistryBuilder};
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::support::{Gate, Pulsing, Script, World, history, pulse, quick, script, task};

const MINUTELY: Schedule = Schedule::Cron("* * * * *");

task!(Breakfast = "breakfast" { schedule: Schedule::Cron("0 9 * * *"), timezone: "Europe/Berlin" });
task!(Stubborn = "stubborn" {
    schedule: MINUTELY,
    timeout: Some(Duration::from_millis(50)),
    retry: RetryPolicy { retries: Some(0), ..RetryPolicy::DEFAULT },
});
task!(Vanishing = "vanishing" {});
task!(One = "one" { schedule: MINUTELY });
task!(Other = "other" { schedule: MINUTELY });

fn instant(written: &str) -> DateTime<Utc> {
    written.parse().expect("an instant")
}

/// Defect 3: the zone of a task was shown and never gone by.
#[tokio::test]
async fn nine_in_berlin_is_nine_in_berlin_in_winter_and_in_summer() {
    for (start, due, next) in [
        ("2026-01-14T20:00:00Z", "2026-01-15T08:00:00Z", "2026-01-16T08:00:00Z"),
        ("2026-07-14T20:00:00Z", "2026-07-15T07:00:00Z", "2026-07-16T07:00:00Z"),
        // The clocks go forward in the night between these two.
        ("2026-03-27T20:00:00Z", "2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z"),
    ] {
        let (due, next) = (instant(due), instant(next));
        let world = World::new().await;
        world.clock.set(instant(start));
        let app = world.app(Registry::builder().cron(Breakfast(quick()))).await;
        let next_slot = async || app.repository().cron_task("breakfast").await.unwrap().unwrap().next_execution_at;
        assert_eq!(next_slot().await, Some(due));

        world.clock.set(due - chrono::TimeDelta::seconds(1));
        pulse(&app).await;
        assert!(history(&app, "breakfast").await.is_empty(), "a second too early");

        world.clock.set(due);
        pulse(&app).await;
        let slots: Vec<_> = history(&app, "breakfast").await.iter().map(|e| (e.scheduled_for, e.status)).collect();
        assert_eq!(slots, [(due, Status::Completed)]);
        assert_eq!(next_slot().await, Some(next));
    }
}

/// Raises its flag when it is dropped.
struct DropGuard(Arc<AtomicBool>);

impl Drop for DropGuard {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Defect 5: a task over its time was told of as timed out and ran on, beside its next slot.
#[tokio::test]
async fn a_task_over_its_time_is_gone_before_anybody_takes_it_for_ended() {
    let world = World::new().await;
    let dropped = Arc::new(AtomicBool::new(false));
    let gone_before = Arc::new(Mutex::new(Vec::new()));
    let arrived = Arc::new(tokio::sync::Semaphore::new(0));
    let work = script({
        let (dropped, gone_before, arrived) = (dropped.clone(), gone_before.clone(), arrived.clone());
        move |_| {
            let first = gone_before.lock().unwrap().is_empty();
            gone_before.lock().unwrap().push(dropped.load(Ordering::SeqCst));
            let (guard, arrived) = (first.then(|| DropGuard(dropped.clone())), arrived.clone());
            async move {
                arrived.add_permits(1);
                if guard.is_some() {
                    // Deaf to being told to stop.
                    std::future::pending::<()>().await;
                }
                Ok(Value::Null)
            }
        }
    });
    let app = world.app(Registry::builder().cron(Stubborn(work))).await;
    world.set("12:01:00");
    let running = Pulsing::begin(&app);
    arrived.acquire().await.unwrap().forget();
    loop {
        if !app.runner().is_task_running("stubborn").await.unwrap() {
            assert!(dropped.load(Ordering::SeqCst), "out of the registry, and still there");
            break;
        }
    }
    running.end().await;
    world.set("12:02:00");
    pulse(&app).await;
    assert_eq!(*gone_before.lock().unwrap(), [false, true], "the second slot meets nobody");
    let told: Vec<_> = history(&app, "stubborn").await.iter().map(|e| e.status).collect();
    assert_eq!(told, [Status::Timeout, Status::Completed]);
}

/// Defect 6: what was claimed for a task nobody knows stayed `RUNNING` for ever.
#[tokio::test]
async fn an_attempt_of_a_vanished_task_waits_without_hindering_anybody() {
    let world = World::new().await;
    let old = world.app(Registry::builder().cron(Vanishing(quick())).cron(One(quick()))).await;
    let request = RunRequest { task: "vanishing".to_owned(), ..RunRequest::default() };
    let queued = old.runner().enqueue(&request).await.unwrap().unwrap();
    assert_eq!(queued.status, Status::Pending);

    // Room for one, so that whatever is looked at in vain would be in the way.
    let narrow = Config { concurrency: 1, ..world.config.clone() };
    let new = world.app_with(narrow, Registry::builder().cron(One(quick()))).await;
    assert!(new.repository().cron_task("vanishing").await.unwrap().unwrap().retired_at.is_some());
    for minute in 1..=3 {
        world.set(&format!("12:0{minute}:00"));
        let report = pulse(&new).await;
        assert_eq!(report.tasks(|outcome| outcome.status == Status::Completed), ["one"]);
    }
    let told: Vec<_> = history(&new, "vanishing").await.iter().map(|e| (e.id, e.status)).collect();
    assert_eq!(told, [(queued.id, Status::Pending)]);
    assert!(!new.runner().is_task_running("vanishing").await.unwrap());
    assert!(new.runner().enqueue(&request).await.unwrap().is_none(), "nobody can ask for it any more");

    // The code has it again, and what waited is done.
    let back = world.app(Registry::builder().cron(Vanishing(quick())).cron(One(quick()))).await;
    pulse(&back).await;
    let told: Vec<_> = history(&back, "vanishing").await.iter().map(|e| (e.id, e.status)).collect();
    assert_eq!(told, [(queued.id, Status::Completed)]);
}

/// Defect 7: one slow task made all others of its pulse wait.
#[tokio::test]
async fn tasks_of_one_pulse_run_side_by_side() {
    let world = World::new().await;
    let barrier = Arc::new(Barrier::new(2));
    let meets = || {
        let barrier = barrier.clone();
        script(move |_| {
            let barrier = barrier.clone();
            async move {
                barrier.wait().await;
                Ok(json!("met"))
            }
        })
    };
    let app = world.app(Registry::builder().cron(One(meets())).cron(Other(meets()))).await;
    world.set("12:01:00");
    // One after the other would never end.
    let report = tokio::time::timeout(Duration::from_secs(60), pulse(&app)).await.expect("they meet");
    assert_eq!(report.tasks(|outcome| outcome.status == Status::Completed).len(), 2);
    for task in ["one", "other"] {
        assert_eq!(history(&app, task).await[0].result, Some(json!("met")));
    }
}

/// Takes so many milliseconds of real time.
fn takes(milliseconds: u64) -> Script {
    script(move |_| async move {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        Ok(Value::Null)
    })
}

/// Defect 13: every task of a pulse was told to have taken no time.
#[tokio::test]
async fn a_duration_is_the_time_that_was_taken() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(One(takes(20)))).await;
    world.set("12:01:00");
    let report = pulse(&app).await;
    let told = report.results[0].duration_ms;
    let recorded = history(&app, "one").await[0].duration_ms;
    assert!(recorded.is_some_and(|duration| duration >= 20), "{recorded:?}");
    assert_eq!(serde_json::to_value(told).unwrap(), json!(recorded), "the report and the history agree");
    assert_eq!(app.repository().cron_task("one").await.unwrap().unwrap().last_execution_duration, recorded);
}

/// Defect 14: a pulse left the mean duration as it was.
#[tokio::test]
async fn the_mean_duration_is_the_mean_of_all_runs() {
    let world = World::new().await;
    let work = script(|cx: TaskContext<Value>| async move {
        let wait = if cx.scheduled_for() == crate::support::at("12:01:00") { 5 } else { 45 };
        tokio::time::sleep(Duration::from_millis(wait)).await;
        Ok(Value::Null)
    });
    let app = world.app(Registry::builder().cron(One(work))).await;
    for (runs, time) in [(1, "12:01:00"), (2, "12:02:00")] {
        world.set(time);
        pulse(&app).await;
        let durations: Vec<f64> =
            history(&app, "one").await.iter().filter_map(|e| e.duration_ms).map(f64::from).collect();
        assert_eq!(durations.len(), runs);
        let mean = durations.iter().sum::<f64>() / f64::from(i32::try_from(runs).unwrap());
        let told = app.repository().cron_task("one").await.unwrap().unwrap().average_execution_time;
        assert!(told.is_some_and(|told| (told - mean).abs() < 0.001), "{told:?} of {durations:?}");
    }
}

/// Defect 17: what runs where was a constant.
#[tokio::test]
async fn a_running_task_is_listed_under_its_runner_while_it_runs() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(One(gate.script()))).await;
    let listed = async || -> Vec<(uuid::Uuid, String)> {
        let runners = app.repository().runners(Duration::from_secs(3600)).await.unwrap();
        let of = |runner: downbeat::model::Runner| {
            let id = runner.instance_id.0;
            runner.running.into_iter().map(move |task| (id, task.task_name))
        };
        runners.into_iter().flat_map(of).collect()
    };
    assert!(listed().await.is_empty());
    world.set("12:01:00");
    let running = Pulsing::begin(&app);
    gate.somebody().await;
    let owner = history(&app, "one").await[0].runner_instance_id.expect("somebody runs it");
    assert_eq!(listed().await, [(owner, "one".to_owned())]);
    gate.open(1);
    running.end().await;
    assert!(listed().await.is_empty());
}

task!(Critical1 = "critical-1" { schedule: MINUTELY, priority: Priority::Critical });
task!(Critical2 = "critical-2" { schedule: MINUTELY, priority: Priority::Critical });
task!(High1 = "high-1" { schedule: MINUTELY, priority: Priority::High });
task!(High2 = "high-2" { schedule: MINUTELY, priority: Priority::High });
task!(Medium1 = "medium-1" { schedule: MINUTELY, priority: Priority::Medium });
task!(Medium2 = "medium-2" { schedule: MINUTELY, priority: Priority::Medium });
task!(Low1 = "low-1" { schedule: MINUTELY, priority: Priority::Low });
task!(Low2 = "low-2" { schedule: MINUTELY, priority: Priority::Low });
task!(Background1 = "background-1" { schedule: MINUTELY, priority: Priority::Background });
task!(Background2 = "background-2" { schedule: MINUTELY, priority: Priority::Background });

#[tokio::test]
async fn more_work_than_room_is_done_most_urgent_first_and_never_more_at_once_than_fits() {
    let world = World::new().await;
    let (gate, started) = (Gate::closed(), Arc::new(Mutex::new(Vec::new())));
    let named = |rank: &'static str| {
        let (gate, started) = (gate.clone(), started.clone());
        script(move |_| {
            started.lock().unwrap().push(rank);
            let gate = gate.clone();
            async move {
                gate.pass().await;
                Ok(Value::Null)
            }
        })
    };
    // Their names are in another order than their ranks.
    let tasks: RegistryBuilder = Registry::builder()
        .cron(Low1(named("low")))
        .cron(Background1(named("background")))
        .cron(High1(named("high")))
        .cron(Critical1(named("critical")))
        .cron(Medium1(named("medium")))
        .cron(Background2(named("background")))
        .cron(Critical2(named("critical")))
        .cron(Low2(named("low")))
        .cron(Medium2(named("medium")))
        .cron(High2(named("high")));
    let app = world.app_with(Config { concurrency: 2, ..world.config.clone() }, tasks).await;
    world.set("12:01:00");
    let running = Pulsing::begin(&app);
    gate.somebody().await;
    gate.somebody().await;
    for _ in 2..10 {
        // One goes, and only then is there room for another.
        gate.open(1);
        gate.somebody().await;
    }
    gate.open(2);
    let report = running.end().await;
    assert_eq!(report.tasks(|outcome| outcome.status == Status::Completed).len(), 10);
    let ranks = ["critical", "high", "medium", "low", "background"];
    assert_eq!(*started.lock().unwrap(), ranks.iter().flat_map(|rank| [*rank; 2]).collect::<Vec<_>>());
    assert_eq!(gate.most_inside(), 2);
}
