//! What programs need that ask again and again: entity tags, cursors, ids of requests, and leave for other origins' pages.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use downbeat::app::App;
use downbeat::config::Config;
use downbeat::http::{Trusted, router};
use downbeat::task::{Registry, RegistryBuilder, Schedule};
use serde_json::{Value, json};
use tower::ServiceExt;
use worker::Exit;

use crate::cli::typed;
use crate::support::{World, asked, pulse, quick, task};

task!(Water = "water" { schedule: Schedule::Cron("* * * * *") });

fn tasks() -> RegistryBuilder {
    Registry::builder().cron(Water(quick()))
}

async fn sent(app: &App, method: Method, path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, String) {
    let request = Request::builder().method(method).uri(path).extension(Trusted { actor: "a test".to_owned() });
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let response = router(app.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, headers, String::from_utf8(bytes.into()).unwrap())
}

async fn got(app: &App, path: &str) -> Value {
    asked(app, "a test", Method::GET, path, &Value::Null).await.1["data"].take()
}

#[tokio::test]
async fn who_has_a_list_already_is_told_so_until_it_changes() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    world.set("12:01:00");
    pulse(&app).await;
    for path in [
        "/api/tasks/cron",
        "/api/tasks/cron/history",
        "/api/tasks/cron/queue",
        "/api/tasks/side",
        "/api/runner",
        "/api/pulse/history",
    ] {
        let (status, headers, body) = sent(&app, Method::GET, path, &[]).await;
        assert_eq!(
            (status, headers["cache-control"].to_str().unwrap()),
            (StatusCode::OK, "private, no-cache"),
            "{path}"
        );
        let tag = headers["etag"].to_str().unwrap();

        let (status, again, nothing) = sent(&app, Method::GET, path, &[("if-none-match", tag)]).await;
        assert_eq!(
            (status, nothing.as_str(), &again["etag"]),
            (StatusCode::NOT_MODIFIED, "", &headers["etag"]),
            "{path}"
        );
        assert_eq!(again["cache-control"], headers["cache-control"]);
        let (status, _, same) = sent(&app, Method::GET, path, &[("if-none-match", "\"other\"")]).await;
        assert_eq!((status, same), (StatusCode::OK, body), "{path}");
        let (status, head, _) = sent(&app, Method::HEAD, path, &[]).await;
        assert_eq!((status, &head["etag"]), (StatusCode::OK, &headers["etag"]), "{path}");
        // That time passes is no change.
        world.clock.advance(Duration::from_secs(1));
        let (status, ..) = sent(&app, Method::GET, path, &[("if-none-match", tag)]).await;
        assert_eq!(status, StatusCode::NOT_MODIFIED, "{path}");
    }
    let (_, before, _) = sent(&app, Method::GET, "/api/tasks/cron", &[]).await;
    asked(&app, "anna", Method::POST, "/api/tasks/cron/water/pause", &Value::Null).await;
    let tag = before["etag"].to_str().unwrap();
    assert_eq!(sent(&app, Method::GET, "/api/tasks/cron", &[("if-none-match", tag)]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn what_is_not_polled_is_not_kept() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    for (method, path, status) in [
        (Method::GET, "/api/pulse/status", StatusCode::OK),
        (Method::POST, "/api/pulse", StatusCode::OK),
        (Method::GET, "/api/tasks/cron/history?limit=0", StatusCode::BAD_REQUEST),
        (Method::GET, "/nowhere", StatusCode::NOT_FOUND),
    ] {
        let (answered, headers, _) = sent(&app, method, path, &[("if-none-match", "*")]).await;
        assert_eq!((answered, headers["cache-control"].to_str().unwrap()), (status, "no-store"), "{path}");
        assert!(!headers.contains_key("etag"), "{path}");
    }
}

#[tokio::test]
async fn pulses_are_paged_through_whatever_happens_meanwhile() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    for minute in 1..=5 {
        world.set(&format!("12:0{minute}:00"));
        pulse(&app).await;
    }
    let began = |page: &Value| -> Vec<String> {
        let began = |pulse: &Value| pulse["started_at"].as_str().unwrap()[14..16].to_owned();
        page["pulses"].as_array().unwrap().iter().map(began).collect()
    };

    let first = got(&app, "/api/pulse/history?limit=2").await;
    world.set("12:06:00");
    pulse(&app).await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = got(&app, &format!("/api/pulse/history?limit=2&cursor={cursor}")).await;
    let cursor = second["next_cursor"].as_str().unwrap();
    let third = got(&app, &format!("/api/pulse/history?limit=2&cursor={cursor}")).await;

    assert_eq!([began(&first), began(&second), began(&third)].concat(), ["05", "04", "03", "02", "01"]);
    assert_eq!(third["next_cursor"], Value::Null);
    assert_eq!(began(&got(&app, "/api/pulse/history?since=2026-03-02T12:05:00Z").await), ["06", "05"]);
    for path in ["/api/pulse/history?cursor=x", "/api/pulse/history?cursor=1.x", "/api/tasks/cron/history?cursor=.1"] {
        let (status, answer) = asked(&app, "a test", Method::GET, path, &Value::Null).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("cursor_invalid")), "{path}");
    }

    let (exit, out, _) = typed(&world.database, "pulse history --limit 4").await;
    assert_eq!(exit, Exit::Done);
    let cursor = out.split("--cursor ").nth(1).expect("there is more").trim();
    let (_, out, _) = typed(&world.database, &format!("pulse history --cursor {cursor}")).await;
    assert!(out.contains("12:02:00") && out.contains("12:01:00") && !out.contains("12:03:00"), "{out}");
}

#[tokio::test]
async fn history_ends_where_it_is_asked_to() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    for minute in 1..=3 {
        world.set(&format!("12:0{minute}:00"));
        pulse(&app).await;
    }
    let page = got(&app, "/api/tasks/cron/history?since=2026-03-02T12:02:00Z&until=2026-03-02T12:03:00Z").await;
    let slots: Vec<_> = page["executions"].as_array().unwrap().iter().map(|one| &one["scheduled_for"]).collect();
    assert_eq!(slots, ["2026-03-02T12:02:00Z"]);

    let (exit, out, err) = typed(&world.database, "cron history --until 2026-03-02T12:02:00Z --json").await;
    assert_eq!(exit, Exit::Done, "{err}");
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["data"]["executions"].as_array().unwrap().len(), 1, "{out}");
}

#[tokio::test]
async fn every_answer_names_its_request() {
    let world = World::new().await;
    let app = world.app(tasks()).await;
    for (path, method) in [("/api/tasks/cron", Method::GET), ("/nowhere", Method::GET), ("/api/pulse", Method::PUT)] {
        let (_, headers, _) = sent(&app, method.clone(), path, &[("x-request-id", "order-4711")]).await;
        assert_eq!(headers["x-request-id"], "order-4711", "{path}");
        for odd in ["", "two words", "\u{e4}", &"x".repeat(129)] {
            let (_, headers, _) = sent(&app, method.clone(), path, &[("x-request-id", odd)]).await;
            let id = headers["x-request-id"].to_str().unwrap();
            assert_eq!(id.parse::<uuid::Uuid>().unwrap().get_version_num(), 7, "{path}");
        }
    }
    let refusing = downbeat::http::function(Config::from_pairs([("TASK_LEASE".into(), "x".into())]), tasks());
    let response = refusing.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
    assert!(response.headers().contains_key("x-request-id"));
}

#[tokio::test]
async fn pages_of_other_origins_may_ask_only_where_that_is_allowed() {
    let world = World::new().await;
    let closed = world.app(tasks()).await;
    let with = |origins: &[&str]| Config {
        cors_origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
        ..world.config.clone()
    };
    let listed = world.app_with(with(&["https://a.example"]), tasks()).await;
    let open = world.app_with(with(&["*"]), tasks()).await;
    let preflight = [
        ("origin", "https://a.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization,idempotency-key"),
    ];
    let run = "/api/tasks/cron/water/run";

    let (status, headers, _) = sent(&closed, Method::OPTIONS, run, &preflight).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(!headers.contains_key("access-control-allow-origin"));
    // Without any credential, as browsers ask.
    let request = preflight.iter().fold(Request::options(run), |request, (name, value)| request.header(*name, *value));
    let response = router(listed.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["access-control-allow-origin"], "https://a.example");
    assert!(response.headers()["access-control-allow-headers"].to_str().unwrap().contains("idempotency-key"));
    assert!(!response.headers().contains_key("access-control-allow-credentials"));

    for (app, origin, allowed) in [
        (&listed, "https://a.example", Some("https://a.example")),
        (&listed, "https://b.example", None),
        (&open, "https://b.example", Some("*")),
    ] {
        let (status, headers, _) = sent(app, Method::GET, "/api/tasks/cron", &[("origin", origin)]).await;
        assert_eq!(status, StatusCode::OK);
        let told = headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap());
        assert_eq!(told, allowed, "{origin}");
        assert!(headers["access-control-expose-headers"].to_str().unwrap().contains("etag"));
    }
}
