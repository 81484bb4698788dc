//! A database that is a standby takes no changes: nothing begins there, whoever asks hears why, and all goes on by itself
//! once it is promoted, as after a failover.

use std::fs;

use axum::http::{Method, StatusCode};
use downbeat::app::App;
use downbeat::clock::{Clock, ManualClock};
use downbeat::config::Config;
use downbeat::model::Status;
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use serde_json::Value;

use crate::server::Server;
use crate::support::{Gate, Worker, asked, at, history, quick, registry, task, until};

task!(Hourly = "hourly" { schedule: Schedule::Cron("0 * * * *") });

#[tokio::test]
async fn on_a_standby_nothing_begins_and_all_goes_on_once_it_is_promoted() {
    let mut server = Server::start(&[], |_| {}).await;
    let clock = ManualClock::at(at("12:00:00"));
    let config = Config { database_url: Some(server.url().into()), ..Config::default() };
    let gate = Gate::closed();
    let app = App::with_clock(
        config.clone(),
        registry(Registry::builder().cron(Hourly(gate.script()))),
        Clock::Manual(clock.clone()),
    );
    let app = app.unwrap();
    app.migrate().await.unwrap();
    app.prepare().await.unwrap();
    let worker = Worker::start(&app).await;
    clock.set(at("13:00:00"));
    gate.somebody().await;

    server.again(|data| fs::write(data.join("standby.signal"), "").unwrap()).await;
    // What ran is done; that cannot be recorded here.
    gate.open(10);
    clock.set(at("14:00:00"));
    let tasks = Registry::builder().cron(Hourly(quick()));
    let late = App::with_clock(config, registry(tasks), Clock::Manual(clock.clone())).unwrap();
    let told =
        "the database takes no changes: it is a standby, or set to be read-only. Use the address of the primary server";
    let (status, answer) = asked(&late, "anna", Method::POST, "/api/pulse", &Value::Null).await;
    assert_eq!(
        (status, &answer["error"]["code"], &answer["error"]["message"]),
        (StatusCode::SERVICE_UNAVAILABLE, &"database_read_only".into(), &told.into())
    );
    let (status, answer) = asked(&late, "anna", Method::GET, "/health/ready", &Value::Null).await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::SERVICE_UNAVAILABLE, &"database_read_only".into()));
    let (status, answer) = asked(&late, "anna", Method::GET, "/api/tasks/cron/hourly", &Value::Null).await;
    assert_eq!(status, StatusCode::OK, "what it knows it tells: {answer}");
    let client = server.client().await;
    let decided: i64 = client.query_one("select count(*) from cron_task_executions", &[]).await.unwrap().get(0);
    assert_eq!(decided, 1, "the slot of 14:00 is nobody's yet");

    client.execute("select pg_promote()", &[]).await.unwrap();
    // The worker finds it by itself.
    let completed = "select count(*) from cron_task_executions where status = 'COMPLETED'";
    until(async || client.query_one(completed, &[]).await.unwrap().get::<_, i64>(0) == 2).await;
    let (status, answer) = asked(&late, "anna", Method::GET, "/health/ready", &Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    worker.stop().await;
    let runs = history(&app, "hourly").await;
    assert_eq!(runs.len(), 2, "{runs:?}");
    assert!(runs.iter().all(|run| run.status == Status::Completed), "{runs:?}");
}
