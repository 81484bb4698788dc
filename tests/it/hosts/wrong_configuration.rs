//! A function that is wrongly configured says so to everybody, and what is wrong only to its log.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use downbeat::config::Config;
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use serde_json::Value;
use tower::ServiceExt;

struct Unfit;

impl CronTask for Unfit {
    type Config = ();
    type Report = ();

    const DEFINITION: CronTaskDefinition =
        CronTaskDefinition { schedule: Schedule::Cron("never"), ..CronTaskDefinition::new("unfit") };

    async fn execute(&self, _: TaskContext<()>) -> TaskResult<()> {
        Ok(())
    }
}

#[tokio::test]
async fn every_kind_of_mistake_is_answered_alike() {
    let read =
        |pairs: &[(&str, &str)]| Config::from_pairs(pairs.iter().map(|(name, value)| (name.into(), value.into())));
    let database = ("DATABASE_URL", "postgres://localhost/db");
    let routers = [
        downbeat::http::function(read(&[database, ("TASK_LEASE", "soon")]), Registry::builder()),
        downbeat::http::function(read(&[]), Registry::builder()),
        downbeat::http::function(read(&[database]), Registry::builder().cron(Unfit)),
    ];
    for router in routers {
        let request = Request::get("/health/live").body(Body::empty()).expect("a request");
        let answer = router.oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!((&body["success"], &body["error"]["code"]), (&Value::Bool(false), &"configuration_wrong".into()));
        for secret in ["soon", "localhost", "unfit"] {
            assert!(!body.to_string().contains(secret), "{body}");
        }
    }
}
