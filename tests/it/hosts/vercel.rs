//! The Vercel function, run as Vercel runs it: a Unix socket for frames, HTTP on a port it announces, SIGTERM at the end.

mod afterwards;
mod deliveries;
mod instance;
mod storm;

use downbeat::http::ROUTES;
use tokio_postgres::Client;

use super::CRON_SECRET;
use super::request::ask;
use crate::support::{connect, database};
use instance::{Instance, TOKEN, bearer};

#[tokio::test]
async fn a_cron_of_vercel_pulses_with_the_secret_and_only_with_it() {
    let database = database().await;
    let mut instance = Instance::of(&database, &[]).await;

    for method in ["GET", "POST"] {
        let headers = [("authorization", &*bearer(CRON_SECRET)), ("user-agent", "vercel-cron/1.0")];
        let pulse = instance.invoke(method, "/api/pulse", &headers).await;
        assert_eq!((pulse.status, pulse.header("cache-control")), (200, Some("no-store")), "{pulse:?}");
        assert_eq!(pulse.json()["success"], true);
    }

    for method in ["GET", "POST"] {
        let without = instance.invoke(method, "/api/pulse", &[("user-agent", "vercel-cron/1.0")]).await;
        assert_eq!((without.status, without.header("www-authenticate")), (401, Some("Bearer")), "{without:?}");
        let secret = bearer("a-secret-of-sixteen-letters!!!");
        let wrong = instance.invoke(method, "/api/pulse", &[("authorization", &secret)]).await;
        assert_eq!((wrong.status, wrong.header("cache-control")), (401, Some("no-store")), "{wrong:?}");
    }

    let pulse = ("vercel-cron/1.0".to_owned(), "serverless".to_owned());
    assert_eq!(recorded(&connect(database.config()).await).await, [pulse.clone(), pulse]);
}

#[tokio::test]
async fn what_a_schedule_of_vercel_sends_along_is_no_mistake() {
    let database = database().await;
    let mut instance = Instance::of(&database, &[]).await;
    let headers = [
        ("authorization", &*bearer(CRON_SECRET)),
        ("content-type", "application/json"),
        ("ce-specversion", "1.0"),
        ("ce-type", "com.vercel.schedule.v1beta"),
        ("ce-source", "/schedule/default/pulse"),
        ("ce-id", "01K9ZV3MT3V8YB0Q2W6N4RCM5X"),
    ];
    let first = instance.invoke_with("POST", "/api/pulse", &headers, r#"{"scheduleId":"sch_1"}"#).await;
    assert_eq!(first.status, 200, "{first:?}");
    let again = instance.invoke_with("POST", "/api/pulse", &headers, r#"{"scheduleId":"sch_1"}"#).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (200, Some("true")), "{again:?}");
}

#[tokio::test]
async fn without_a_secret_nobody_pulses_and_everybody_may_ask_how_it_fares() {
    let database = database().await;
    let mut instance = Instance::start(&[("DATABASE_URL", database.url())]).await;

    for headers in [&[][..], &[("authorization", "Bearer ")], &[("user-agent", "vercel-cron/1.0")]] {
        let refused = instance.invoke("GET", "/api/pulse", headers).await;
        assert_eq!((refused.status, refused.header("cache-control")), (403, Some("no-store")), "{refused:?}");
    }
    assert!(recorded(&connect(database.config()).await).await.is_empty());

    let status = instance.invoke("GET", "/api/pulse/status", &[]).await;
    assert_eq!((status.status, status.header("cache-control")), (200, Some("no-store")), "{status:?}");
    assert_eq!(status.json()["data"].get("tasks"), None);
}

#[tokio::test]
async fn the_status_tells_more_to_who_shows_the_token() {
    let database = database().await;
    let mut instance = Instance::of(&database, &[]).await;
    instance.pulse("first").await;
    let status = instance.invoke("GET", "/api/pulse/status", &[("authorization", &bearer(TOKEN))]).await;
    let tasks = status.json()["data"]["tasks"].as_array().map(Vec::len);
    assert_eq!((status.status, tasks), (200, Some(3)), "{status:?}");
    let secret = instance.invoke("GET", "/api/pulse/status", &[("authorization", &bearer(CRON_SECRET))]).await;
    assert_eq!(secret.json()["data"].get("tasks"), None, "the platform's secret opens the pulse only");
}

#[tokio::test]
async fn no_answer_is_kept_by_anybody_in_between_and_none_is_a_redirect() {
    let database = database().await;
    let mut instance = Instance::of(&database, &[]).await;
    let token = bearer(TOKEN);
    let read = ROUTES.iter().filter(|route| route.methods.iter().any(|method| method == "GET"));
    // Live events have a test of their own: their answer ends when something happens.
    let paths = read.map(|route| example(route.path)).filter(|path| path != "/api/events");
    let others = ["/", "/api/pulse/", "//api/pulse", "/api/PULSE", "/api", "/favicon.ico", "/Cargo.toml"];
    for path in paths.chain(others.map(str::to_owned)) {
        for headers in [&[][..], &[("authorization", token.as_str())]] {
            for method in ["GET", "DELETE"] {
                let answer = instance.invoke(method, &path, headers).await;
                assert!(!(300..400).contains(&answer.status), "{method} {path}: {answer:?}");
                let kept = answer.header("cache-control").expect("it says who may keep it");
                // Lists that are polled may be kept by who asked, who then asks whether they are as they were.
                assert!(["no-store", "private, no-cache"].contains(&kept), "{method} {path}: {kept}");
            }
        }
    }
}

#[tokio::test]
async fn the_platform_s_ping_is_answered_without_a_database() {
    let instance = Instance::start(&[]).await;
    let pong = ask(instance.port, "GET", "/_vercel/ping", &[], "").await;
    assert_eq!((pong.status, pong.text()), (200, "OK"));
}

#[tokio::test]
async fn a_wrong_configuration_is_an_answer_and_not_a_crash() {
    let mut instance = Instance::start(&[("DATABASE_URL", "postgres://u:secret@h:port/db")]).await;
    for _ in 0..2 {
        let answer = instance.invoke("GET", "/api/pulse/status", &[("accept-language", "de")]).await;
        assert_eq!((answer.status, answer.header("content-language")), (500, Some("de")), "{answer:?}");
        assert_eq!(answer.json()["error"]["code"], "configuration_wrong");
    }
}

/// A path of that form.
fn example(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment {
        "{task}" => "http-check",
        _ if segment.starts_with('{') => "0196e2a0-7d3c-7f00-8000-000000000001",
        _ => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Who called and where it ran, of each pulse.
async fn recorded(client: &Client) -> Vec<(String, String)> {
    let pulses = "select triggered_by, environment from pulse_executions";
    let rows = client.query(pulses, &[]).await.expect("pulses");
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}
