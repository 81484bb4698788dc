//! A rolling deploy: new workers come up while old ones drain, and nothing is lost or done twice.

use std::process::Stdio;
use std::time::Duration;

use chrono::{DateTime, Utc};
use downbeat::config::Config;
use downbeat::model::{RunnerState, Status};
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use rustix::process::Signal;
use tokio::process::Command;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::binary::binary;
use crate::service::{Manager, end_of, send};
use crate::support::{Gate, Worker, World, connect, database, history, script, task, until};

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

/// Which runner runs the side task.
async fn keeper(client: &Client) -> Option<Uuid> {
    let keeper = "select runner_instance_id from task_runner_state where task_name = 'heartbeat-monitor'";
    client.query_opt(keeper, &[]).await.unwrap().map(|row| row.get(0))
}

/// Waits until a runner has completed three slots of the task that comes due each second.
async fn until_it_works(client: &Client, runner: Uuid) {
    let completed = "select count(*) from cron_task_executions
        where task_name = 'database-health' and status = 'COMPLETED' and runner_instance_id = $1";
    until(async || client.query_one(completed, &[&runner]).await.unwrap().get::<_, i64>(0) >= 3).await;
}

#[tokio::test]
async fn one_process_takes_over_from_another_and_no_slot_is_lost_or_run_twice() {
    let (database, systemd, systemd_too) = (database().await, Manager::new(), Manager::new());
    let client = connect(database.config()).await;
    let mut old = systemd.worker(database.url()).arg("--no-http").spawn().unwrap();
    systemd.hears("READY=1").await;
    let mut asks = Command::new(binary("worker"));
    asks.env_clear().env("DATABASE_URL", database.url()).args(["cron", "set", "database-health"]);
    asks.args(["--schedule", "* * * * * *", "--catch-up", "all"]).stdout(Stdio::null());
    assert!(asks.status().await.unwrap().success());
    let since: DateTime<Utc> = client.query_one("select clock_timestamp()", &[]).await.unwrap().get(0);
    until(async || keeper(&client).await.is_some()).await;
    let first = keeper(&client).await.unwrap();
    until_it_works(&client, first).await;

    let mut new = systemd_too.worker(database.url()).arg("--no-http").spawn().unwrap();
    systemd_too.hears("READY=1").await;
    send(&old, Signal::TERM);
    assert_eq!(end_of(&mut old).await.code(), Some(0));
    until(async || keeper(&client).await.is_some_and(|runner| runner != first)).await;
    until_it_works(&client, keeper(&client).await.unwrap()).await;
    send(&new, Signal::TERM);
    assert_eq!(end_of(&mut new).await.code(), Some(0));

    // The last may be queued: nobody was left to run them.
    let slots = "select count(*), count(distinct scheduled_for),
            extract(epoch from max(scheduled_for) - min(scheduled_for))::bigint + 1,
            count(*) filter (where status <> 'COMPLETED')
        from cron_task_executions
        where task_name = 'database-health' and scheduled_for > $1 and status <> 'PENDING'";
    let row = client.query_one(slots, &[&since]).await.unwrap();
    let [rows, slots, seconds, failed]: [i64; 4] = std::array::from_fn(|column| row.get(column));
    assert_eq!((rows, slots, failed), (seconds, seconds, 0), "a row for each second, and each completed");
}
