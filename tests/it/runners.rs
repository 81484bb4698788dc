//! The list of runners: all of them, page by page.

use axum::http::{Method, StatusCode};
use downbeat::app::App;
use downbeat::task::Registry;
use serde_json::Value;

use crate::support::{World, asked};

/// Five that live and 245 that ended lately, all started within two instants.
const MANY: &str = "insert into task_runners (
    instance_id, name, kind, environment, version, lock_key, lock_mode, heartbeat_interval, lease, started_at,
    heartbeat_at, ended_at, end_reason
  )
  select
    gen_random_uuid(), 'web/' || n, 'worker', 'production', '0', n, 'session', 60000, 60000,
    timestamptz '2026-03-02 11:50:00Z' + (n % 2) * interval '1 second', '2026-03-02 11:59:30Z',
    case when n > 5 then timestamptz '2026-03-02 11:59:40Z' end, case when n > 5 then 'stopped' end
  from generate_series(1, 250) as n";

async fn many() -> (World, App) {
    let world = World::new().await;
    let app = world.app(Registry::builder()).await;
    world.client().await.batch_execute(MANY).await.unwrap();
    (world, app)
}

async fn page(app: &App, query: &str) -> (StatusCode, Value) {
    asked(app, "anna", Method::GET, &format!("/api/runner{query}"), &Value::Null).await
}

#[tokio::test]
async fn every_runner_is_told_once_however_many_there_are() {
    let (_world, app) = many().await;
    let (mut told, mut pages, mut cursor) = (Vec::new(), 0, String::new());
    loop {
        let (status, answer) = page(&app, &format!("?limit=60{cursor}")).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        told.extend(answer["data"]["runners"].as_array().unwrap().clone());
        pages += 1;
        match answer["data"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!((told.len(), pages), (250, 5));
    let mut ids: Vec<_> = told.iter().map(|runner| runner["instance_id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 250, "none twice");
    assert!(told[..5].iter().all(|runner| runner["ended_at"].is_null()), "those that live come first");
    assert!(told[5..].iter().all(|runner| !runner["ended_at"].is_null()));
    let (_, all) = page(&app, "?limit=1000").await;
    assert_eq!(all["data"]["runners"].as_array().unwrap(), &told, "pages join to the whole");
    assert_eq!(all["data"]["next_cursor"], Value::Null);
    let (_, some) = page(&app, "").await;
    assert_eq!(some["data"]["runners"].as_array().map(Vec::len), Some(100));
}

#[tokio::test]
async fn a_cursor_of_another_list_and_a_limit_out_of_range_are_refused() {
    let (_world, app) = many().await;
    let (_, first) = page(&app, "?limit=1").await;
    let cursor = first["data"]["next_cursor"].as_str().unwrap();
    for (query, code) in [
        ("?cursor=nonsense".to_owned(), "cursor_invalid"),
        (format!("?cursor={}", cursor.replacen('r', "e", 1)), "cursor_invalid"),
        ("?limit=0".to_owned(), "limit_out_of_range"),
        ("?limit=1001".to_owned(), "limit_out_of_range"),
    ] {
        let (status, answer) = page(&app, &query).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &code.into()), "{query}");
    }
    let elsewhere = format!("/api/tasks/cron/history?cursor={cursor}");
    let (status, _) = asked(&app, "anna", Method::GET, &elsewhere, &Value::Null).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_runner_far_down_the_list_is_stopped_by_its_name() {
    let (world, app) = many().await;
    let client = world.client().await;
    // As if a fleet of 245 lived, and this one were the oldest.
    client.batch_execute("update task_runners set ended_at = null, end_reason = null").await.unwrap();
    client
        .batch_execute("update task_runners set started_at = '2026-03-02 11:00:00Z' where name = 'web/77'")
        .await
        .unwrap();
    let (status, answer) = asked(&app, "anna", Method::POST, "/api/runner/web%2F77/stop", &Value::Null).await;
    assert_eq!((status, &answer["data"]["drain_action"]), (StatusCode::OK, &"stop".into()), "{answer}");
}
