//! What an execution logged is kept with it and answered with it.

use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use downbeat::app::App;
use downbeat::http::{ExecutionAnswer, Trusted, router};
use downbeat::logs::{attach, capture};
use downbeat::model::{ExecutionId, ExecutionLog};
use downbeat::task::prelude::*;
use downbeat::task::{Registry, TaskError};
use serde_json::{Value, json};
use tower::ServiceExt;
use tracing::Level;
use tracing_subscriber::layer::SubscriberExt;

use crate::support::{World, history, pulse, quick, script, task};

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

task!(Wavering = "wavering" {
    schedule: Schedule::Cron("0 * * * *"),
    retry: RetryPolicy { retries: Some(1), ..RetryPolicy::DEFAULT },
});
task!(Hopeless = "hopeless" {
    schedule: Schedule::Cron("0 * * * *"),
    retry: RetryPolicy { retries: Some(0), ..RetryPolicy::DEFAULT },
});

async fn never(_: WhenContext) -> TaskResult<bool> {
    Ok(false)
}

task!(Idle = "idle" { schedule: when!(never) });

/// Where a process logs.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panicked").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn what_came_of_an_execution_and_what_follows_is_logged() {
    let world = World::new().await;
    let fails = || script(async |_| Err(TaskError::execution("full", "the disk is full")));
    let tasks =
        Registry::builder().cron(Hourly(quick())).cron(Wavering(fails())).cron(Hopeless(fails())).cron(Idle(quick()));
    let app = world.app(tasks).await;
    let written = Written::default();
    let writer = written.clone();
    let _logging = tracing::subscriber::set_default(
        tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(Level::DEBUG)
            .with_writer(move || writer.clone())
            .finish(),
    );
    world.set("13:00:00");
    pulse(&app).await;

    let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    for (task, told) in [
        ("hourly", &["INFO", "completed", "status=\"COMPLETED\""][..]),
        (
            "wavering",
            &["WARN", "failed; another attempt follows", "retry_in_ms=", "of=2", "code=\"full\"", "the disk is full"],
        ),
        ("hopeless", &["ERROR", "failed for good", "of=1", "code=\"full\"", "the disk is full"]),
        ("idle", &["DEBUG", "not due, says its schedule function"]),
    ] {
        let of_task: Vec<_> = written
            .lines()
            .filter(|line| line.contains(&format!("task.name=\"{task}\"")) && line.contains("runner::execute"))
            // It has an end of its own.
            .filter(|line| !line.contains("rolled back"))
            .collect();
        assert_eq!(of_task.len(), 1, "{written}");
        for word in told {
            assert!(of_task[0].contains(word), "{word} of {}", of_task[0]);
        }
    }
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
