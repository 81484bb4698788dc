//! A database that answers some questions and refuses others, and a worker or a pulse that has to live with it.

use std::time::Duration;

use downbeat::app::{App, AppError};
use downbeat::config::Config;
use downbeat::model::Status;
use downbeat::runner::PulseRequest;
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use futures_util::FutureExt;
use tokio::time::timeout;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::support::{
    Gate, Worker, World, ghost_takes_the_lock, history, pulse, quick, registry, task, until, until_waiting,
};

task!(Hourly = "hourly" { schedule: Schedule::Cron("0 * * * *") });
task!(Another = "another" { schedule: Schedule::Cron("0 * * * *") });

/// Long after anything that does not wait for the end of a budget.
const SOON: Duration = Duration::from_secs(20);
/// Every look at the queue asks for them.
const NO_LOOK_SUCCEEDS: &str = "alter table task_limits rename to away";
const LOOKS_SUCCEED: &str = "alter table away rename to task_limits";

async fn count(client: &Client, what: &str) -> i64 {
    client.query_one(&format!("select count(*) from {what}"), &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn a_pulse_whose_look_fails_says_so_at_once() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let client = world.client().await;
    // It sees that there is work before it joins, so it is held while it joins.
    let hold = "create function wait_for_us() returns trigger language plpgsql as
          $$ begin perform pg_advisory_xact_lock(7); return new; end $$;
        create trigger wait_for_us before insert on task_runners for each row execute function wait_for_us();
        select pg_advisory_lock(7)";
    client.batch_execute(hold).await.unwrap();
    world.set("13:00:00");
    let pulsing = tokio::spawn({
        let app = app.clone();
        async move { app.runner().pulse(&PulseRequest::default(), &CancellationToken::new()).await }
    });
    until_waiting(&client, 1).await;
    client.batch_execute(NO_LOOK_SUCCEEDS).await.unwrap();
    client.batch_execute("select pg_advisory_unlock(7)").await.unwrap();
    let pulsed = timeout(SOON, pulsing).await.expect("it does not try till its budget ends").unwrap();
    assert!(pulsed.is_err(), "{pulsed:?}");
    client.batch_execute(LOOKS_SUCCEED).await.unwrap();
    pulse(&app).await;
    assert_eq!(history(&app, "hourly").await[0].status, Status::Completed);
}

#[tokio::test]
async fn a_worker_whose_looks_fail_tries_again_as_the_same_instance() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let client = world.client().await;
    let worker = Worker::start(&app).await;
    client.batch_execute(NO_LOOK_SUCCEEDS).await.unwrap();
    let sent = app.repository().statements_sent();
    world.set("13:00:00");
    until(async || app.repository().statements_sent() >= sent + 4).await;
    client.batch_execute(LOOKS_SUCCEED).await.unwrap();
    until(async || count(&client, "cron_task_executions where status = 'COMPLETED'").await == 1).await;
    worker.stop().await;
    assert_eq!(count(&client, "task_runners").await, 1);
}

#[tokio::test]
async fn an_idle_worker_whose_lock_is_lost_takes_it_anew_and_stays_the_same_instance() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let client = world.client().await;
    let worker = Worker::start(&app).await;
    let ghost = ghost_takes_the_lock(&world).await;
    world.set("13:00:00");
    // Long enough for whoever would start over as another, and far from a lease.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(count(&client, "cron_task_executions").await, 0, "nobody claims without the lock");
    drop(ghost);
    until(async || count(&client, "cron_task_executions where status = 'COMPLETED'").await == 1).await;
    worker.stop().await;
    assert_eq!(count(&client, "task_runners").await, 1);
}

#[tokio::test]
async fn a_worker_with_nothing_to_do_asks_nothing() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    until(async || history(&app, "hourly").await.first().is_some_and(|last| last.status == Status::Completed)).await;
    // Its heart beats each quarter of a minute then.
    let is_silent = async || {
        let sent = app.repository().statements_sent();
        tokio::time::sleep(Duration::from_secs(3)).await;
        app.repository().statements_sent() == sent
    };
    let falls_silent = async { while !is_silent().await {} };
    timeout(Duration::from_secs(60), falls_silent).await.expect("it is silent for three seconds");
    worker.stop().await;
}

#[tokio::test]
async fn a_pulse_that_is_told_to_end_gives_what_runs_the_grace_and_not_its_budget() {
    let world = World::new().await;
    let gate = Gate::closed();
    let config = Config { shutdown_grace: Duration::from_millis(50), ..world.config.clone() };
    let app = world.app_with(config, Registry::builder().cron(Hourly(gate.script()))).await;
    world.set("13:00:00");
    let stop = CancellationToken::new();
    let pulsing = tokio::spawn({
        let (app, stop) = (app.clone(), stop.clone());
        async move { app.runner().pulse(&PulseRequest::default(), &stop).await }
    });
    gate.somebody().await;
    stop.cancel();
    timeout(SOON, pulsing).await.expect("it does not wait for the end of its budget").unwrap().unwrap();
    let statuses: Vec<_> = history(&app, "hourly").await.iter().map(|execution| execution.status).collect();
    assert_eq!(statuses, [Status::Cancelled, Status::Pending]);
}

#[tokio::test]
async fn results_that_nobody_takes_for_a_lease_are_given_up_and_their_runner_with_them() {
    let world = World::new().await;
    let gate = Gate::closed();
    let config = Config { lease: Duration::from_secs(6), ..world.config.clone() };
    let tasks = Registry::builder().cron(Hourly(gate.script())).cron(Another(gate.script()));
    let app = world.app_with(config, tasks).await;
    let client = world.client().await;
    let refuse = "create function refuse() returns trigger language plpgsql as
          $$ begin raise 'not now' using errcode = '55006'; end $$;
        create trigger refuse before update on cron_task_executions
          for each row when (new.status = 'COMPLETED') execute function refuse()";
    client.batch_execute(refuse).await.unwrap();
    let worker = Worker::start(&app).await;
    world.set("13:00:00");
    gate.somebody().await;
    gate.somebody().await;
    gate.open(100);
    until(async || count(&client, "task_runners").await > 1).await;
    client.batch_execute("drop trigger refuse on cron_task_executions").await.unwrap();
    let completed = "(select distinct task_name from cron_task_executions where status = 'COMPLETED') as done";
    until(async || {
        // What is left behind is found by the time that passes.
        world.clock.advance(Duration::from_secs(1));
        count(&client, completed).await == 2
    })
    .await;
    worker.stop().await;
    let codes = "select distinct error ->> 'code' from cron_task_executions where status = 'FAILED'";
    let codes: Vec<_> = client.query(codes, &[]).await.unwrap().iter().map(|row| row.get::<_, String>(0)).collect();
    assert_eq!(codes, ["runner_lost"], "it is not known how they ended");
}

#[tokio::test]
async fn who_gives_up_waiting_for_an_answer_leaves_nobody_else_waiting_for_it() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    // Now there is a connection to be had at once.
    app.repository().now().await.unwrap();
    let mut blocker = world.client().await;
    let blocks = blocker.transaction().await.unwrap();
    blocks.batch_execute("lock table cron_tasks").await.unwrap();

    assert!(app.repository().cron_task("hourly").now_or_never().is_none(), "it waits for the lock");

    timeout(SOON, app.repository().now()).await.expect("it has a connection of its own").unwrap();
}

#[tokio::test]
async fn a_connection_that_is_lost_while_migrations_are_looked_at_may_be_had_again() {
    let world = World::new().await;
    // One that has not looked yet.
    let app = App::new(world.config.clone(), registry(Registry::builder())).unwrap();
    let (client, holder) = (world.client().await, world.client().await);
    holder.batch_execute("begin; lock table downbeat_migrations in access exclusive mode").await.unwrap();
    let preparing = tokio::spawn(async move { app.prepare().await });
    until_waiting(&client, 1).await;
    let end = "select pg_terminate_backend(pid) from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database()";
    client.batch_execute(end).await.unwrap();
    let Err(AppError::Repository(error)) = preparing.await.unwrap() else { panic!("the answer never came") };
    // So a worker that starts waits for the database instead of ending.
    assert!(error.is_connection(), "{error:?}");
}
