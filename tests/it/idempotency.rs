//! A request that comes again with its key acts once.

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use downbeat::app::App;
use downbeat::http::{Trusted, router};
use downbeat::model::Status;
use downbeat::repository::IDEMPOTENCY_KEYS_KEPT;
use downbeat::task::{Registry, RegistryBuilder, Schedule};
use serde_json::{Value, json};
use tower::ServiceExt;
use worker::Exit;

use crate::cli::typed;
use crate::support::{Gate, World, history, pulse, quick, task};

task!(Bill = "bill" { schedule: Schedule::Cron("0 3 * * *") });

const RUN: &str = "/api/tasks/cron/bill/run";

fn tasks() -> RegistryBuilder {
    Registry::builder().cron(Bill(quick()))
}

/// Asks with these keys: the status, whether it was a repeat, and the answer.
async fn asked(app: &App, who: &str, path: &str, body: &Value, keys: &[&str]) -> (StatusCode, bool, Value) {
    let request = Request::post(path).extension(Trusted { actor: who.to_owned() });
    let request = keys.iter().fold(request, |request, key| request.header("idempotency-key", *key));
    let response = router(app.clone()).oneshot(request.body(Body::from(body.to_string())).unwrap()).await.unwrap();
    let (status, is_repeat) = (response.status(), is_repeat(response.headers()));
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, is_repeat, serde_json::from_slice(&bytes).unwrap())
}

fn is_repeat(headers: &HeaderMap) -> bool {
    headers.get("idempotency-replayed").is_some_and(|value| value == "true")
}

#[tokio::test]
async fn a_run_that_is_asked_for_again_with_its_key_is_queued_once() {
    let world = World::new().await;
    let app = world.app(tasks()).await;

    let first = asked(&app, "anna", RUN, &json!({ "wait": false }), &["order-1"]).await;
    let again = asked(&app, "anna", RUN, &json!({}), &["order-1"]).await;

    assert_eq!((first.0, first.1), (StatusCode::OK, false));
    assert_eq!((again.0, again.1, &again.2), (StatusCode::OK, true, &first.2), "the same, in other words");
    assert_eq!(history(&app, "bill").await.len(), 1);

    pulse(&app).await;
    let later = asked(&app, "anna", RUN, &json!({}), &["order-1"]).await;
    assert_eq!((later.1, &later.2["data"]["status"]), (true, &json!("COMPLETED")), "what has become of it");
    let other = asked(&app, "anna", RUN, &json!({}), &["order-2"]).await;
    assert_ne!(other.2["data"]["id"], first.2["data"]["id"]);
    asked(&app, "anna", RUN, &json!({}), &[]).await;
    assert_eq!(history(&app, "bill").await.len(), 3, "without a key, each asks for one");
}

#[tokio::test]
async fn of_many_that_come_at_once_one_acts() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let app = app.clone();
        requests.spawn(async move { asked(&app, "anna", RUN, &json!({}), &["order-1"]).await });
    }

    let answers = requests.join_all().await;

    assert!(answers.iter().all(|answer| answer.2["data"]["id"] == answers[0].2["data"]["id"]), "{answers:?}");
    assert_eq!(answers.iter().filter(|(_, is_repeat, _)| !is_repeat).count(), 1);
    assert_eq!(history(&app, "bill").await.len(), 1);
}

#[tokio::test]
async fn a_repeat_that_is_to_wait_waits_for_the_first() {
    let world = World::new().await;
    let gate = Gate::closed();
    let app = world.app(Registry::builder().cron(Bill(gate.script()))).await;
    let wait = async || asked(&app, "anna", RUN, &json!({ "wait": true }), &["order-1"]).await;
    let ended = async {
        gate.somebody().await;
        // One more would come here, if the repeat ran it, too.
        gate.open(2);
    };

    let (first, again, ()) = tokio::join!(wait(), wait(), ended);

    assert_eq!((&first.2, &first.2["data"]["status"]), (&again.2, &json!("COMPLETED")));
    assert_eq!([first.1, again.1].iter().filter(|is_repeat| **is_repeat).count(), 1);
    assert_eq!((history(&app, "bill").await.len(), gate.most_inside()), (1, 1));
}

#[tokio::test]
async fn the_key_of_another_request_is_refused() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let first = asked(&app, "anna", RUN, &json!({}), &["order-1"]).await;
    pulse(&app).await;
    let retry = format!("/api/executions/{}/retry", first.2["data"]["id"].as_str().unwrap());

    for (who, path, body) in
        [("bert", RUN, json!({})), ("anna", RUN, json!({ "dry_run": true })), ("anna", retry.as_str(), json!({}))]
    {
        let (status, is_repeat, answer) = asked(&app, who, path, &body, &["order-1"]).await;
        assert_eq!((status, is_repeat), (StatusCode::UNPROCESSABLE_ENTITY, false), "{who} {path}");
        assert_eq!(
            (&answer["error"]["code"], &answer["error"]["kind"]),
            (&json!("idempotency_key_reused"), &json!("unprocessable"))
        );
    }
    assert_eq!(history(&app, "bill").await.len(), 1);
}

#[tokio::test]
async fn a_retry_is_queued_once() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    asked(&app, "anna", RUN, &json!({}), &[]).await;
    let run = history(&app, "bill").await.remove(0);
    let retry = format!("/api/executions/{}/retry", run.id);

    let (status, ..) = asked(&app, "anna", &retry, &Value::Null, &["again-1"]).await;
    assert_eq!(status, StatusCode::CONFLICT, "it has not run yet");
    pulse(&app).await;
    let first = asked(&app, "anna", &retry, &Value::Null, &["again-1"]).await;
    let again = asked(&app, "anna", &retry, &Value::Null, &["again-1"]).await;

    assert_eq!((first.0, first.1), (StatusCode::OK, false), "what was refused has not used the key up");
    assert_eq!((again.0, again.1, &again.2), (StatusCode::OK, true, &first.2));
    assert_eq!(history(&app, "bill").await.len(), 2);
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let (long, longest) = ("x".repeat(256), "x".repeat(255));
    for keys in [&[""][..], &["two words"], &["\u{e4}"], &[&long], &["one", "two"]] {
        let (status, _, answer) = asked(&app, "anna", RUN, &json!({}), keys).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("idempotency_key_invalid")));
    }
    assert_eq!(asked(&app, "anna", RUN, &json!({}), &[&longest]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_crash_leaves_the_key_free() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    let mut client = world.client().await;
    let crashed = client.transaction().await.unwrap();
    let claim = "insert into idempotency_keys values ('order-1', 'of-the-request', gen_random_uuid(), now())";
    crashed.batch_execute(claim).await.unwrap();

    let request = tokio::spawn({
        let app = app.clone();
        async move { asked(&app, "anna", RUN, &json!({}), &["order-1"]).await }
    });
    crashed.rollback().await.unwrap();

    let (status, is_repeat, _) = request.await.unwrap();
    assert_eq!((status, is_repeat), (StatusCode::OK, false));
}

#[tokio::test]
async fn a_key_is_good_for_a_day() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    asked(&app, "anna", RUN, &json!({}), &["order-1"]).await;
    asked(&app, "anna", RUN, &json!({}), &["order-2"]).await;
    pulse(&app).await;

    world.clock.advance(IDEMPOTENCY_KEYS_KEPT);
    assert!(asked(&app, "anna", RUN, &json!({}), &["order-1"]).await.1);
    assert_eq!(app.repository().prune_idempotency_keys(IDEMPOTENCY_KEYS_KEPT, 10).await.unwrap(), 0);

    world.clock.advance(std::time::Duration::from_secs(1));
    let (_, is_repeat, anew) = asked(&app, "bert", RUN, &json!({}), &["order-1"]).await;
    assert_eq!((is_repeat, &anew["data"]["status"]), (false, &json!(Status::Pending)));
    assert_eq!(app.repository().prune_idempotency_keys(IDEMPOTENCY_KEYS_KEPT, 10).await.unwrap(), 1);
}

#[tokio::test]
async fn the_command_line_hands_the_key_on() {
    let world = World::new().await;
    let app = world.app(Registry::builder()).await;
    for _ in 0..2 {
        let (exit, _, err) = typed(&world.database, "cron run keep-tidy --idempotency-key order-1 --wait").await;
        assert_eq!(exit, Exit::Done, "{err}");
    }
    let run = history(&app, "keep-tidy").await;
    assert_eq!(run.len(), 1);
    for _ in 0..2 {
        let line = format!("cron retry {} --idempotency-key again-1", run[0].id);
        assert_eq!(typed(&world.database, &line).await.0, Exit::Done);
    }
    assert_eq!(history(&app, "keep-tidy").await.len(), 2);
    let (exit, _, err) = typed(&world.database, "cron run always-late --idempotency-key order-1").await;
    assert_eq!(exit, Exit::Input);
    assert!(err.contains("another request"), "{err}");
}
