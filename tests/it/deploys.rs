//! A rolling deploy: new workers come up while old ones drain, and nothing is lost or done twice.

use std::time::Duration;

use downbeat::config::Config;
use downbeat::model::{RunnerState, Status};
use downbeat::task::Registry;
use downbeat::task::prelude::*;

use crate::support::{Gate, Worker, World, history, script, task, until};

const SECONDLY: Schedule = Schedule::Cron("* * * * * *");

task!(Steady = "steady" { schedule: SECONDLY, catch_up: CatchUp::All });
task!(Slow = "slow" { schedule: Schedule::Cron("* * * * *") });

#[tokio::test]
async fn a_rolling_deploy_loses_and_doubles_nothing() {
    let world = World::new().await;
    let runs = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = runs.clone();
    let work = script(move |cx| {
        seen.lock().unwrap().push(cx.scheduled_for());
        async { Ok(serde_json::Value::Null) }
    });
    let mut old = None;
    for deploy in 0..6 {
        let app = world.app(Registry::builder().cron(Steady(work.clone()))).await;
        let new = Worker::start(&app).await;
        world.clock.advance(Duration::from_secs(3));
        if let Some(old) = old.replace(new) {
            old.stop().await;
        }
        world.clock.advance(Duration::from_secs(2));
        let expected = 5 * (deploy + 1);
        until(async || runs.lock().unwrap().len() == expected).await;
    }
    let app = world.app(Registry::builder().cron(Steady(work))).await;
    until(async || history(&app, "steady").await.iter().all(|e| e.status == Status::Completed)).await;
    old.take().unwrap().stop().await;
    let mut slots = runs.lock().unwrap().clone();
    assert_eq!(history(&app, "steady").await.len(), 30);
    slots.sort_unstable();
    slots.dedup();
    assert_eq!(slots.len(), 30, "each slot ran, and none twice");
    let runners = app.repository().runners(Duration::from_secs(3600)).await.unwrap();
    assert!(runners.iter().all(|runner| runner.state == RunnerState::Stopped), "{runners:?}");
}

#[tokio::test]
async fn what_the_old_worker_still_runs_is_not_begun_by_the_new_one_and_what_it_gives_up_is() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Slow(gate.script()))).await;
    let config = Config { shutdown_grace: Duration::from_millis(300), ..world.config.clone() };
    let old_app = world.app_with(config, Registry::builder().cron(Slow(gate.script()))).await;
    let old = Worker::start(&old_app).await;
    world.set("12:01:00");
    gate.somebody().await;
    let new = Worker::start(&app).await;
    // Its grace is too short, so what it runs is given up, and begun anew by the new one without costing an attempt.
    old.stop().await;
    gate.somebody().await;
    gate.open(2);
    until(async || history(&app, "slow").await.last().is_some_and(|e| e.status == Status::Completed)).await;
    new.stop().await;
    let executions = history(&app, "slow").await;
    assert_eq!(
        executions.iter().map(|e| (e.attempt, e.status)).collect::<Vec<_>>(),
        [(1, Status::Cancelled), (2, Status::Completed)]
    );
    assert_eq!(executions[1].max_attempts, executions[0].max_attempts + 1);
}
