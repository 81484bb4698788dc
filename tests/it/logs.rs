//! What an execution logged is kept with it and answered with it.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use downbeat::app::App;
use downbeat::http::{ExecutionAnswer, Trusted, router};
use downbeat::logs::{attach, capture};
use downbeat::model::{ExecutionId, ExecutionLog};
use downbeat::task::{Registry, Schedule};
use serde_json::{Value, json};
use tower::ServiceExt;
use tracing_subscriber::layer::SubscriberExt;

use crate::support::{World, history, pulse, quick, task};

task!(Hourly = "hourly" { schedule: Schedule::Cron("0 * * * *") });

/// An execution that has ended.
async fn ended(world: &World) -> (App, ExecutionId) {
    let app = world.app(Registry::builder().cron(Hourly(quick()))).await;
    world.set("13:00:00");
    pulse(&app).await;
    let id = history(&app, "hourly").await[0].id;
    (app, id)
}

async fn answered(app: &App, id: ExecutionId) -> Value {
    let request = Request::get(format!("/api/executions/{id}"))
        .extension(Trusted { actor: "a test".to_owned() })
        .body(Body::empty());
    let answer = router(app.clone()).oneshot(request.expect("a request")).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    let mut body: Value = serde_json::from_slice(&body).expect("JSON");
    body["data"].take()
}

/// Three lines, among them what JSON or PostgreSQL have no word for.
fn taken_down() -> ExecutionLog {
    let _listening = tracing::subscriber::set_default(tracing_subscriber::registry().with(capture()));
    let span = tracing::info_span!("execution");
    let buffer = attach(&span).expect("the layer is there");
    span.in_scope(|| {
        tracing::info!("begun");
        tracing::warn!(large = u64::MAX, small = -0.5, nothing = f64::NAN, cut = "a\0b", "no\0w");
        tracing::error!(target: "elsewhere", who = ?["Ann", "Żaneta"], "“ended” \u{1b}\\u0000");
    });
    buffer.take()
}

#[tokio::test]
async fn an_execution_is_answered_with_what_it_logged() {
    let world = World::new().await;
    let (app, id) = ended(&world).await;
    let log = ExecutionLog { dropped: 3, ..taken_down() };
    assert_eq!(log.lines.len(), 3);
    let store = "insert into cron_task_execution_logs (execution_id, lines, dropped) values ($1, $2, $3)";
    let lines = serde_json::to_value(&log.lines).expect("JSON");
    world.client().await.execute(store, &[&id.0, &lines, &log.dropped]).await.expect("PostgreSQL takes it");

    assert_eq!(app.repository().execution_log(id).await.unwrap(), Some(log.clone()));
    let answer = answered(&app, id).await;
    assert_eq!(answer["log"]["dropped"], 3);
    assert_eq!(answer["log"]["lines"][1]["message"], "no\u{fffd}w");
    let answer: ExecutionAnswer = serde_json::from_value(answer).expect("an execution and its log");
    assert_eq!((answer.execution.id, answer.log), (id, log));
}

#[tokio::test]
async fn an_execution_that_said_nothing_has_an_empty_log() {
    let world = World::new().await;
    let (app, id) = ended(&world).await;
    assert_eq!(app.repository().execution_log(id).await.unwrap(), None);
    let answer = answered(&app, id).await;
    assert_eq!(answer["task_name"], "hourly");
    assert_eq!(answer["log"], json!({ "lines": [], "dropped": 0 }));
}

#[tokio::test]
async fn a_log_goes_with_its_execution() {
    let world = World::new().await;
    let (app, id) = ended(&world).await;
    let client = world.client().await;
    let store = "insert into cron_task_execution_logs (execution_id, lines) values ($1, '[]')";
    client.execute(store, &[&id.0]).await.expect("it is stored");
    client.execute("delete from cron_task_executions where id = $1", &[&id.0]).await.expect("it is deleted");
    assert_eq!(app.repository().execution_log(id).await.unwrap(), None);
}
