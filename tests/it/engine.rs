//! Dead runners, lost locks, fences: what a process did not finish, somebody else does, and never both.

use std::sync::Arc;
use std::time::Duration;

use downbeat::config::Config;
use downbeat::model::{ErrorKind, RunnerState, Status, Trigger};
use downbeat::repository::LockMode;
use downbeat::task::prelude::*;
use downbeat::task::{Overlap, Registry};
use futures_util::FutureExt;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::sleep;

use crate::support::{Gate, Pulsing, Worker, World, at, history, pulse, quick, script, task, until};

task!(Hourly = "hourly" { schedule: Schedule::Cron("0 * * * *") });

task!(Fourfold = "fourfold" { schedule: Schedule::Cron("*/10 * * * * *"), overlap: Overlap::Allow(4) });

/// A configuration in which hearts beat so rarely that a test alone decides when the last beat was.
fn rare_heartbeats(world: &World) -> Config {
    Config { heartbeat_interval: Duration::from_secs(3600), lease: Duration::from_secs(60), ..world.config.clone() }
}

#[tokio::test]
async fn what_a_dead_runner_did_is_recorded_as_lost_and_retried_by_somebody_else() {
    a_runner_dies(LockMode::Session).await;
}

#[tokio::test]
async fn so_it_is_where_the_lock_is_held_by_a_transaction() {
    a_runner_dies(LockMode::Transaction).await;
}

async fn a_runner_dies(lock_mode: LockMode) {
    let world = World::new().await;
    let gate = Gate::closed();
    let tasks = || Registry::builder().cron(Hourly(gate.script()));
    let config = Config { lock_mode: Some(lock_mode), ..world.config.clone() };
    let (one, other) = (world.app_with(config.clone(), tasks()).await, world.app_with(config, tasks()).await);
    world.set("13:00:00");
    let dying = Pulsing::begin(&one);
    gate.somebody().await;
    dying.die().await;
    one.repository().close();
    wait_until_no_lock_is_held(&world).await;

    gate.open(1);
    world.set("13:00:01.9");
    assert!(pulse(&other).await.results.is_empty(), "its heartbeat is not yet two intervals old");
    world.set("13:00:02.1");
    pulse(&other).await;
    let executions = history(&other, "hourly").await;
    let told: Vec<_> = executions.iter().map(|e| (e.attempt, e.status, e.triggered_by)).collect();
    assert_eq!(told, [(1, Status::Failed, Trigger::Schedule), (2, Status::Completed, Trigger::Retry)]);
    let error = executions[0].error.as_ref().unwrap();
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::System, "runner_lost"));
    assert!(other.runner().running_tasks().await.unwrap().is_empty());
    let runners = other.repository().runners(Duration::from_secs(3600)).await.unwrap();
    assert!(runners.iter().any(|runner| runner.state == RunnerState::Lost));
}

/// The lock goes with its connection, which the server notices a moment after the process is gone.
async fn wait_until_no_lock_is_held(world: &World) {
    let client = world.client().await;
    let held = "select count(*) from pg_locks where locktype = 'advisory' and database = (
        select oid from pg_database where datname = current_database()
    )";
    until(async || client.query_one(held, &[]).await.unwrap().get::<_, i64>(0) == 0).await;
}

#[tokio::test]
async fn a_runner_that_still_holds_its_lock_is_left_alone_until_its_lease_is_over() {
    let world = World::new().await;
    let gate = Gate::closed();
    let frozen = world.app_with(rare_heartbeats(&world), Registry::builder().cron(Hourly(gate.script()))).await;
    let other = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:00:00");
    let running = Pulsing::begin(&frozen);
    gate.somebody().await;
    let client = world.client().await;
    // As if it had promised to beat each second, and stopped right then.
    client.execute("update task_runners set heartbeat_interval = 1000", &[]).await.unwrap();

    world.set("13:00:59");
    pulse(&other).await;
    assert_eq!(history(&other, "hourly").await[0].status, Status::Running);
    world.set("13:01:01");
    pulse(&other).await;
    let executions = history(&other, "hourly").await;
    assert_eq!(executions[0].status, Status::Failed, "its lease is over, whatever the lock says");
    running.die().await;
}

#[tokio::test]
async fn of_several_that_are_lost_at_once_each_counts_once_and_what_only_checked_settings_never() {
    let world = World::new().await;
    let gate = Gate::closed();
    let tasks = || Registry::builder().cron(Fourfold(gate.script()));
    for time in ["12:00:10", "12:00:20", "12:00:30", "12:00:40"] {
        let app = world.app_with(rare_heartbeats(&world), tasks()).await;
        world.set(time);
        let dying = Pulsing::begin(&app);
        gate.somebody().await;
        dying.die().await;
    }
    let app = world.app(tasks()).await;
    let facts = "update cron_tasks set enabled = false;
        update cron_task_executions set is_dry_run = true where scheduled_for = '2026-03-02T12:00:20Z'";
    world.client().await.batch_execute(facts).await.unwrap();
    world.set("12:02:00");
    pulse(&app).await;
    let executions = history(&app, "fourfold").await;
    let with = |status| executions.iter().filter(|e| e.status == status).count();
    assert_eq!((with(Status::Failed), with(Status::Pending)), (4, 4), "each is tried again");
    let task = app.repository().cron_task("fourfold").await.unwrap().unwrap();
    assert_eq!((task.execution_count, task.error_count, task.consecutive_failures), (3, 3, 3));
    assert_eq!((task.success_count, task.last_execution_status), (0, Some(Status::Failed)));
    // Of 110, 90 and 80 seconds, and the newest of them last.
    assert_eq!(task.average_execution_time.map(f64::round), Some(93_333.0));
    assert_eq!((task.last_execution_duration, task.last_executed_at), (Some(80_000), Some(at("12:00:40"))));
}

#[tokio::test]
async fn a_result_is_never_written_by_a_runner_that_no_longer_owns_the_execution() {
    let world = World::new().await;
    let (slow, fast) = (Gate::closed(), Gate::closed());
    let frozen = world.app_with(rare_heartbeats(&world), Registry::builder().cron(Hourly(slow.script()))).await;
    let other = world.app(Registry::builder().cron(Hourly(fast.script()))).await;
    world.set("13:00:00");
    let running = Pulsing::begin(&frozen);
    slow.somebody().await;
    fast.open(1);
    world.set("13:01:01");
    pulse(&other).await;
    slow.open(1);
    let report = running.end().await;
    assert!(report.results.is_empty(), "what it did was handed on: {report:?}");
    let statuses: Vec<_> = history(&other, "hourly").await.iter().map(|e| e.status).collect();
    assert_eq!(statuses, [Status::Failed, Status::Completed]);
    let task = other.repository().cron_task("hourly").await.unwrap().unwrap();
    assert_eq!((task.execution_count, task.success_count), (2, 1), "each ending is counted once");
}

#[tokio::test]
async fn a_fenced_transaction_commits_only_while_its_execution_is_owned() {
    let world = World::new().await;
    world.client().await.batch_execute("create table effects (token bigint)").await.unwrap();
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let write = |begun: Arc<Notify>, go_on: Option<Arc<Notify>>| {
        script(move |cx| {
            let (begun, go_on) = (begun.clone(), go_on.clone());
            async move {
                begun.notify_one();
                if let Some(go_on) = go_on {
                    go_on.notified().await;
                }
                let transaction = cx.transaction().await?;
                transaction.execute("insert into effects values ($1)", &[&cx.fencing_token()]).await?;
                transaction.commit().await?;
                Ok(Value::Null)
            }
        })
    };
    let frozen = world
        .app_with(rare_heartbeats(&world), Registry::builder().cron(Hourly(write(begun.clone(), Some(go_on.clone())))))
        .await;
    let other = world.app(Registry::builder().cron(Hourly(write(Arc::new(Notify::new()), None)))).await;
    world.set("13:00:00");
    let running = Pulsing::begin(&frozen);
    begun.notified().await;
    world.set("13:01:01");
    pulse(&other).await;
    go_on.notify_one();
    running.end().await;
    let executions = history(&other, "hourly").await;
    let effects = world.client().await.query("select token from effects", &[]).await.unwrap();
    let tokens: Vec<i64> = effects.iter().map(|row| row.get(0)).collect();
    assert_eq!(tokens, [executions[1].fencing_token.unwrap()], "only the later one took effect");
    assert!(executions[0].fencing_token < executions[1].fencing_token);
}

#[tokio::test]
async fn a_transaction_that_nobody_waits_for_while_it_begins_stays_open_nowhere() {
    let world = World::new().await;
    let client = Arc::new(world.client().await);
    let looks = client.clone();
    let work = script(move |cx| {
        let client = looks.clone();
        async move {
            // Now there is a connection to be had at once.
            cx.transaction().await?.commit().await?;
            assert!(cx.transaction().now_or_never().is_none(), "it waits for the server");
            // What was sent has arrived by then.
            sleep(Duration::from_millis(100)).await;
            let open = "select count(*) from pg_stat_activity
                where datname = current_database() and state = 'idle in transaction'";
            let mut left = 1;
            for _ in 0..200 {
                left = client.query_one(open, &[]).await.unwrap().get::<_, i64>(0);
                if left == 0 {
                    break;
                }
                sleep(Duration::from_millis(20)).await;
            }
            Ok(json!(left))
        }
    });
    let app = world.app(Registry::builder().cron(Hourly(work))).await;
    world.set("13:00:00");
    pulse(&app).await;
    assert_eq!(history(&app, "hourly").await[0].result, Some(json!(0)));
}

#[tokio::test]
async fn a_burial_waits_for_a_fenced_transaction_to_end() {
    let world = World::new().await;
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (in_task, release) = (begun.clone(), go_on.clone());
    let work = script(move |cx| {
        let (begun, go_on) = (in_task.clone(), release.clone());
        async move {
            let transaction = cx.transaction().await?;
            begun.notify_one();
            go_on.notified().await;
            transaction.commit().await?;
            Ok(Value::Null)
        }
    });
    let frozen = world.app_with(rare_heartbeats(&world), Registry::builder().cron(Hourly(work))).await;
    let other = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:00:00");
    let running = Pulsing::begin(&frozen);
    begun.notified().await;
    world.set("13:01:01");
    pulse(&other).await;
    assert_eq!(history(&other, "hourly").await[0].status, Status::Running, "it may still commit");
    go_on.notify_one();
    running.end().await;
    assert_eq!(history(&other, "hourly").await[0].status, Status::Completed);
}

#[tokio::test]
async fn a_worker_wakes_at_the_due_instant_and_when_a_run_is_asked_for() {
    let world = World::new().await;
    let gate = Gate::closed();
    gate.open(10);
    let app = world.app(Registry::builder().cron(Hourly(gate.script()))).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    gate.somebody().await;
    let request = downbeat::repository::RunRequest { task: "hourly".to_owned(), ..Default::default() };
    while app.runner().enqueue(&request).await.unwrap().unwrap().status != Status::Pending {
        // The first run has only just ended.
        world.clock.advance(Duration::from_millis(1));
    }
    gate.somebody().await;
    worker.stop().await;
    assert!(history(&app, "hourly").await.iter().all(|e| matches!(e.status, Status::Completed | Status::Skipped)));
    let runners = app.repository().runners(Duration::from_secs(3600)).await.unwrap();
    assert_eq!(runners[0].state, RunnerState::Stopped);
}

#[tokio::test]
async fn a_stopped_worker_lets_what_runs_finish_and_claims_no_more() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Hourly(gate.script()))).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    gate.somebody().await;
    worker.stop.cancel();
    world.set("14:00:00");
    // Long enough for whoever would interrupt it at once.
    tokio::time::sleep(Duration::from_millis(100)).await;
    gate.open(10);
    worker.handle.await.unwrap();
    let executions = history(&app, "hourly").await;
    assert_eq!(executions.len(), 1);
    assert_eq!(executions[0].status, Status::Completed);
}

#[tokio::test]
async fn what_does_not_finish_within_the_grace_is_handed_on_without_costing_an_attempt() {
    let world = World::new().await;
    let gate = Gate::closed();
    let config = Config { shutdown_grace: Duration::from_millis(50), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Hourly(gate.script()))).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    gate.somebody().await;
    worker.stop().await;
    let executions = history(&app, "hourly").await;
    let told: Vec<_> = executions.iter().map(|e| (e.status, e.max_attempts)).collect();
    assert_eq!(told, [(Status::Cancelled, 4), (Status::Pending, 5)]);
    assert!(app.runner().running_tasks().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_lost_lock_connection_is_repaired_and_the_task_goes_on() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Hourly(gate.script()))).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    gate.somebody().await;
    let client = world.client().await;
    let terminate = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (
        select oid from pg_database where datname = current_database()
    )";
    assert_eq!(client.query(terminate, &[]).await.unwrap().len(), 1);
    let held = "select 1 from pg_locks l join task_runners r
        on l.classid = ((r.lock_key >> 32) & 4294967295)::oid and l.objid = (r.lock_key & 4294967295)::oid
        where l.locktype = 'advisory' and l.granted";
    until(async || !client.query(held, &[]).await.unwrap().is_empty()).await;
    gate.open(1);
    worker.stop().await;
    assert_eq!(history(&app, "hourly").await[0].status, Status::Completed);
}

#[tokio::test]
async fn all_connections_may_break_and_the_result_is_still_recorded() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Hourly(gate.script()))).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    gate.somebody().await;
    let client = world.client().await;
    let terminate = "select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()";
    client.query(terminate, &[]).await.unwrap();
    gate.open(1);
    worker.stop().await;
    assert_eq!(history(&app, "hourly").await[0].status, Status::Completed);
}

#[tokio::test]
async fn a_worker_that_has_nothing_more_to_do_is_idle_and_not_silent() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    until(async || history(&app, "hourly").await.first().is_some_and(|e| e.status == Status::Completed)).await;
    let runner = async || app.repository().runners(Duration::ZERO).await.unwrap().remove(0);
    // Long before the beat that would have been the next one.
    tokio::time::timeout(Duration::from_secs(5), until(async || runner().await.heartbeat_interval == 15_000))
        .await
        .expect("it takes its promise of fast beats back");
    world.set("13:00:14");
    assert_eq!(runner().await.state, RunnerState::Alive);
    assert_eq!(app.runner().pulse_status().await.unwrap().live_workers, 1);
    worker.stop().await;
}

#[tokio::test]
async fn so_is_one_whose_heart_has_beaten_while_it_had() {
    let world = World::new().await;
    let gate = Gate::closed();
    let config = Config { heartbeat_interval: Duration::from_millis(100), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Hourly(gate.script()))).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    gate.somebody().await;
    let (sent, client) = (app.repository().statements_sent(), world.client().await);
    // Nothing else is asked while it runs.
    until(async || app.repository().statements_sent() > sent + 2).await;
    let promises = async |milliseconds: i32| {
        let sql = "select count(*) from task_runners where heartbeat_interval = $1";
        client.query_one(sql, &[&milliseconds]).await.unwrap().get::<_, i64>(0) == 1
    };
    assert!(promises(100).await, "it beats fast");
    gate.open(1);
    // Long before the beat that would have been the next one.
    let idle = until(async || promises(15_000).await);
    tokio::time::timeout(Duration::from_secs(5), idle).await.expect("it takes its promise of fast beats back");
    worker.stop().await;
}

#[tokio::test]
async fn a_task_whose_schedule_cannot_be_read_is_looked_at_again() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let client = world.client().await;
    client.execute("update cron_tasks set schedule = 'each full moon'", &[]).await.unwrap();
    let worker = Worker::start(&app).await;
    let sent = app.repository().statements_sent();
    world.set("13:00:00");
    // It finds the task, and looks once more without it.
    until(async || app.repository().statements_sent() >= sent + 2).await;
    assert!(history(&app, "hourly").await.is_empty());
    client.batch_execute("update cron_tasks set schedule = '0 * * * *'; notify downbeat, 'queue'").await.unwrap();
    until(async || history(&app, "hourly").await.first().is_some_and(|e| e.status == Status::Completed)).await;
    worker.stop().await;
}
