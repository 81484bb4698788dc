//! Why a task ran, or did not: each answer from recorded facts, as the API tells it.

mod attempts;
mod held_back;
mod ran;
mod slots;
mod waited;

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request};
use downbeat::app::App;
use downbeat::http::{ExplainAnswer, Trusted, router};
use downbeat::model::CatchUp;
use downbeat::repository::RunRequest;
use downbeat::task::prelude::*;
use downbeat::task::{Overlap, TaskError};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{World, asked, at, script, task};

const HOURLY: Schedule = Schedule::Cron("0 * * * *");
const MINUTELY: Schedule = Schedule::Cron("* * * * *");

task!(Hourly = "hourly" { schedule: HOURLY });
task!(Fragile = "fragile" { schedule: HOURLY, retry: RetryPolicy { retries: Some(1), ..RetryPolicy::DEFAULT } });
task!(Child = "child" { schedule: HOURLY, dependencies: &["hourly"] });
task!(Local = "local" { schedule: HOURLY, timezone: "Europe/Berlin" });
task!(EveryFive = "every-five" { schedule: Schedule::Cron("*/5 * * * *") });
task!(Slow = "slow" { schedule: MINUTELY });
task!(SlowAll = "slow-all" { schedule: MINUTELY, catch_up: CatchUp::All });
task!(Queueing = "queueing" { schedule: MINUTELY, overlap: Overlap::QueueOne });
task!(QueueingAll = "queueing-all" { schedule: MINUTELY, overlap: Overlap::QueueAll { cap: 1 } });
task!(Newest = "newest" { schedule: MINUTELY, overlap: Overlap::CancelRunning });
task!(ByHand = "by-hand" { schedule: Schedule::Manual });
task!(Off = "off" { schedule: HOURLY, enabled: false });
task!(Heavy = "heavy" { schedule: HOURLY, tags: &["reports"] });
task!(Heavier = "heavier" { schedule: Schedule::Cron("1 * * * *"), tags: &["reports"] });
task!(Spread = "spread" { schedule: HOURLY, start_jitter: Duration::from_secs(1800) });
task!(Over = "over" { schedule: HOURLY, not_after: Some("2026-03-02T13:30:00Z") });
task!(Later = "later" { schedule: HOURLY, not_before: Some("2026-03-02T15:00:00Z") });
task!(Asked = "asked" { schedule: downbeat::when!(never) });
task!(Thin = "thin" { schedule: MINUTELY, history_interval: Duration::from_secs(600) });

async fn never(_: WhenContext) -> TaskResult<bool> {
    Ok(false)
}

/// What the API answers about a task, now.
async fn explain(app: &App, task: &str) -> ExplainAnswer {
    told(app, &format!("/api/tasks/cron/{task}/explain"), "en").await
}

/// What it answers about a time of the same day.
async fn explain_at(app: &App, task: &str, time: &str) -> ExplainAnswer {
    told(app, &format!("/api/tasks/cron/{task}/explain?at=2026-03-02T{time}Z"), "en").await
}

async fn told(app: &App, path: &str, language: &str) -> ExplainAnswer {
    let (status, answer) = answered(app, path, language).await;
    assert_eq!(status, 200, "{answer}");
    serde_json::from_value(answer["data"].clone()).expect("an explanation")
}

async fn answered(app: &App, path: &str, language: &str) -> (u16, Value) {
    let request = Request::get(path)
        .header("accept-language", language)
        .extension(Trusted { actor: "test".to_owned() })
        .body(Body::empty())
        .expect("a request");
    let response = router(app.clone()).oneshot(request).await.expect("an answer");
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, serde_json::from_slice(&body).expect("JSON"))
}

/// The codes of what was found, in order.
fn codes(answer: &ExplainAnswer) -> Vec<&str> {
    answer.findings.iter().map(|finding| finding.code.as_str()).collect()
}

/// The sentence of a finding.
fn said<'a>(answer: &'a ExplainAnswer, code: &str) -> &'a str {
    let finding = answer.findings.iter().find(|finding| finding.code == code);
    &finding.unwrap_or_else(|| panic!("{code} is not among {:?}", codes(answer))).message
}

/// The name every runner of this process goes by.
fn runner(app: &App) -> &str {
    &app.runner().settings().name
}

async fn write(world: &World, sql: &str) {
    world.client().await.batch_execute(sql).await.expect("the statement is carried out");
}

/// What an operator by the name of anna does.
async fn operate(app: &App, method: Method, path: &str, body: Value) {
    let (status, answer) = asked(app, "anna", method, path, &body).await;
    assert!(status.is_success(), "{answer}");
}

async fn set(app: &App, task: &str, settings: Value) {
    operate(app, Method::PATCH, &format!("/api/tasks/cron/{task}"), settings).await;
}

async fn pause(app: &App, task: &str, until: Option<&str>) {
    let body = json!({ "until": until.map(at) });
    operate(app, Method::POST, &format!("/api/tasks/cron/{task}/pause"), body).await;
}

async fn run_by_hand(app: &App, task: &str) {
    let request = RunRequest { task: task.to_owned(), ..RunRequest::default() };
    app.runner().enqueue(&request).await.expect("queued").expect("a task");
}

fn fails(message: &'static str) -> crate::support::Script {
    script(move |_| async move { Err(TaskError::execution("broken", message)) })
}
