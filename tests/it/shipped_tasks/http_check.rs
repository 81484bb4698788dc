use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use downbeat::task::{Registry, Retry, TaskResult};
use downbeat::tasks::http_check::{HttpCheck, Report};
use downbeat::testing;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::World;

/// A server with one route for each way to answer; its address.
async fn server() -> String {
    let late = async || tokio::time::sleep(Duration::from_millis(20)).await;
    let never = async || std::future::pending::<()>().await;
    let router = Router::new()
        .route("/fine", get("fine"))
        .route("/moved", get(async || Redirect::temporary("/fine")))
        .route("/round", get(async || Redirect::temporary("/round")))
        .route("/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR))
        .route("/late", get(late))
        .route("/never", get(never));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn check(targets: Value) -> TaskResult<Report> {
    let world = World::new().await;
    let app = world.app(Registry::builder()).await;
    let config = serde_json::from_value(json!({ "targets": targets })).unwrap();
    testing::run(&HttpCheck, config, app.repository()).await
}

#[tokio::test]
async fn nothing_to_ask_is_nothing_to_do() {
    assert!(check(json!([])).await.unwrap().targets.is_empty());
}

#[tokio::test]
async fn targets_that_answer_as_expected_are_reported_in_order() {
    let server = server().await;
    let report = check(json!([
        { "url": format!("{server}/fine") },
        { "url": format!("{server}/fine"), "method": "HEAD" },
        { "url": format!("{server}/moved"), "max_latency_ms": 10_000 },
        { "url": format!("{server}/broken"), "expect_status": 500 },
    ]));
    let answers: Vec<_> =
        report.await.unwrap().targets.into_iter().map(|answer| (answer.url, answer.status, answer.error)).collect();
    let fine = |path, status| (format!("{server}{path}"), Some(status), None);
    assert_eq!(answers, [fine("/fine", 200), fine("/fine", 200), fine("/moved", 200), fine("/broken", 500)]);
}

#[tokio::test]
async fn every_target_that_does_not_is_named_with_what_is_wrong() {
    let server = server().await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let failed = check(json!([
        { "url": format!("{server}/fine") },
        { "url": format!("{server}/fine"), "expect_status": 404 },
        { "url": format!("{server}/broken") },
        { "url": format!("{server}/round") },
        { "url": format!("{server}/never"), "timeout_ms": 50 },
        { "url": format!("{server}/late"), "max_latency_ms": 10 },
        { "url": format!("http://{closed}/") },
    ]));

    let error = failed.await.unwrap_err();

    let message = error.to_string();
    for part in [
        "6 of 7 failed: ".to_owned(),
        format!("{server}/fine: answered 200 OK, expected 404"),
        format!("{server}/broken: answered 500 Internal Server Error, expected 200 to 299"),
        format!("{server}/round: too many redirects"),
        format!("{server}/never: there was no answer in time"),
        format!("{server}/late: took "),
        format!("http://{closed}/: the connection was refused"),
    ] {
        assert!(message.contains(&part), "{part:?} is missing in {message:?}");
    }
    assert_eq!((error.code(), error.retry()), ("http_check_failed", Retry::Backoff));
}

#[tokio::test]
async fn secrets_in_an_address_are_told_to_nobody() {
    let server = server().await;
    let [fine, broken, round] = ["fine", "broken", "round"]
        .map(|path| format!("{}/{path}?token=secret", server.replace("://", "://user:secret@")));

    let report = check(json!([{ "url": fine }])).await.unwrap();
    let failed = check(json!([{ "url": broken }, { "url": round }])).await.unwrap_err();

    let told = format!("{report:?} {:?}", failed.record());
    assert!(told.contains("/fine") && told.contains("/broken") && !told.contains("secret"), "{told}");
}
