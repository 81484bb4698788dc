//! The Lambda function, run as AWS Lambda runs it: it asks a Runtime API for events and posts what came of them.

use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

use super::{CRON_SECRET, Log};
use crate::binary::binary;
use crate::support::{connect, database, empty_database};

const PATIENCE: Duration = Duration::from_secs(60);
/// How long an invocation may take unless the test says otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What an invocation came to: what was returned, or the error that makes Lambda try again and count a failure.
type Outcome = Result<Value, Value>;

/// The platform's side of one instance of the function.
struct Instance {
    events: mpsc::Sender<Invocation>,
    outcomes: mpsc::Receiver<Outcome>,
    _process: Child,
    _log: Log,
    _server: AbortOnDropHandle<()>,
}

/// An event, and how long the function may take for it.
type Invocation = (Value, Duration);

#[derive(Clone)]
struct RuntimeApi {
    events: Arc<Mutex<mpsc::Receiver<Invocation>>>,
    outcomes: mpsc::Sender<Outcome>,
}

impl Instance {
    async fn start(environment: &[(&str, &str)]) -> Self {
        let (events, waiting) = mpsc::channel(1);
        let (ended, outcomes) = mpsc::channel(1);
        let api = RuntimeApi { events: Arc::new(Mutex::new(waiting)), outcomes: ended };
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/{outcome}", post(record))
            .with_state(api);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.expect("it serves") });
        let log = Log::of(environment);
        let process = Command::new(binary("lambda"))
            .env_clear()
            .envs([("AWS_LAMBDA_RUNTIME_API", address.as_str()), ("AWS_LAMBDA_FUNCTION_NAME", "downbeat")])
            .envs([("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"), ("AWS_LAMBDA_FUNCTION_VERSION", "1")])
            .envs(environment.iter().copied())
            .stderr(log.stdio())
            .kill_on_drop(true)
            .spawn()
            .expect("the function starts");
        Self { events, outcomes, _process: process, _log: log, _server: AbortOnDropHandle::new(server) }
    }

    async fn invoke(&mut self, event: Value) -> Outcome {
        self.begin(event, TIMEOUT).await;
        self.outcome().await
    }

    async fn begin(&mut self, event: Value, within: Duration) {
        self.events.send((event, within)).await.expect("it runs");
    }

    async fn outcome(&mut self) -> Outcome {
        timeout(PATIENCE, self.outcomes.recv()).await.expect("in time").expect("an outcome")
    }
}

async fn next(State(api): State<RuntimeApi>) -> impl IntoResponse {
    let (event, within) = api.events.lock().await.recv().await.unwrap_or_default();
    let deadline = SystemTime::now() + within;
    let deadline = deadline.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_millis();
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("lambda-runtime-aws-request-id", "an-invocation".to_owned()),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-central-1:1:function:downbeat".to_owned()),
        ("lambda-runtime-trace-id", "Root=1".to_owned()),
    ] {
        headers.insert(name, HeaderValue::from_str(&value).expect("plain text"));
    }
    (headers, axum::Json(event))
}

async fn record(State(api): State<RuntimeApi>, Path((_, outcome)): Path<(String, String)>, body: Bytes) -> StatusCode {
    let body = serde_json::from_slice(&body).expect("JSON");
    let outcome = if outcome == "response" { Ok(body) } else { Err(body) };
    // The test may have ended.
    let _ = api.outcomes.send(outcome).await;
    StatusCode::ACCEPTED
}

/// An event as AWS sends it.
fn event(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// A request as a function URL hands it over.
fn http_event(method: &str, path: &str, headers: Value) -> Value {
    let mut event = event(include_str!("../../lambda/events/function-url.json"));
    event["rawPath"] = json!(path);
    event["requestContext"]["http"]["method"] = json!(method);
    event["requestContext"]["http"]["path"] = json!(path);
    event["headers"].as_object_mut().expect("headers").extend(headers.as_object().expect("headers").clone());
    event
}

fn http_api_event() -> Value {
    event(include_str!("../../lambda/events/http-api.json"))
}

fn rule_event() -> Value {
    event(include_str!("../../lambda/events/rule.json"))
}

fn scheduler_event() -> Value {
    event(include_str!("../../lambda/events/scheduler.json"))
}

fn bearer() -> Value {
    json!(format!("Bearer {CRON_SECRET}"))
}

fn body(answer: &Value) -> Value {
    serde_json::from_str(answer["body"].as_str().expect("a body")).expect("JSON")
}

#[tokio::test]
async fn a_request_to_the_function_url_reaches_the_router_as_it_is() {
    let database = database().await;
    let mut instance = Instance::start(&[("DATABASE_URL", database.url()), ("CRON_SECRET", CRON_SECRET)]).await;

    let status = instance.invoke(http_event("GET", "/api/pulse/status", json!({}))).await.expect("an answer");
    assert_eq!((&status["statusCode"], &status["headers"]["cache-control"]), (&json!(200), &json!("no-store")));
    assert_eq!(body(&status)["success"], true);

    let without = instance.invoke(http_event("POST", "/api/pulse", json!({}))).await.expect("an answer");
    assert_eq!(without["statusCode"], 401);
    let with = json!({ "authorization": bearer() });
    let pulse = instance.invoke(http_event("POST", "/api/pulse", with)).await.expect("an answer");
    assert_eq!(pulse["statusCode"], 200);
}

#[tokio::test]
async fn a_request_to_an_http_api_reaches_the_router_without_the_name_of_the_stage() {
    let database = database().await;
    let mut instance = Instance::start(&[("DATABASE_URL", database.url()), ("CRON_SECRET", CRON_SECRET)]).await;

    let without = instance.invoke(http_api_event()).await.expect("an answer");
    assert_eq!(without["statusCode"], 401);
    let mut with = http_api_event();
    with["headers"]["authorization"] = bearer();
    let pulse = instance.invoke(with.clone()).await.expect("an answer");
    assert_eq!(pulse["statusCode"], 200, "{pulse}");
    // Its query arrives, too.
    with["rawQueryString"] = json!("dry_run=perhaps");
    let refused = instance.invoke(with).await.expect("an answer");
    assert_eq!(refused["statusCode"], 400, "{refused}");
}

#[tokio::test]
async fn an_event_of_a_rule_or_of_a_scheduler_pulses_without_a_secret() {
    let database = database().await;
    let mut instance = Instance::start(&[("DATABASE_URL", database.url()), ("CRON_SECRET", CRON_SECRET)]).await;

    for event in [rule_event(), scheduler_event(), json!({})] {
        let pulse = instance.invoke(event).await.expect("a pulse");
        assert_eq!(pulse["success"], true, "{pulse}");
    }
    let rows = connect(database.config()).await;
    let rows = rows.query("select triggered_by from pulse_executions order by started_at", &[]).await.expect("pulses");
    let callers: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(callers, ["aws.events", "aws.scheduler", "lambda-event"]);
}

#[tokio::test]
async fn a_pulse_ends_before_its_invocation_and_the_next_one_goes_on() {
    let database = database().await;
    let site = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", site.local_addr().expect("an address"));
    let config = json!({ "targets": [{ "url": url, "timeout_ms": 120_000 }] }).to_string();
    let mut asks = Command::new(binary("worker"));
    asks.env_clear().env("DATABASE_URL", database.url()).args(["cron", "run", "http-check", "--config", &config]);
    assert!(asks.stdout(Stdio::null()).status().await.expect("it runs").success());
    let environment = [("DATABASE_URL", database.url()), ("PULSE_BUDGET", "2m")];
    let mut instance = Instance::start(&environment).await;

    instance.begin(scheduler_event(), Duration::from_secs(6)).await;
    let (unanswered, _) = timeout(PATIENCE, site.accept()).await.expect("in time").expect("a caller");
    let pulse = instance.outcome().await.expect("a pulse that had too little time has not failed");
    drop(unanswered);
    assert_eq!(pulse["success"], true, "{pulse}");

    instance.begin(scheduler_event(), Duration::from_secs(60)).await;
    let (mut again, _) = timeout(PATIENCE, site.accept()).await.expect("in time").expect("a caller");
    assert!(again.read(&mut [0; 1024]).await.expect("a request") > 0);
    again.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await.expect("it listens");
    instance.outcome().await.expect("a pulse");
    // A slot of its schedule may come meanwhile.
    let attempts =
        "select status::text from cron_task_executions where task_name = 'http-check' and is_manual order by attempt";
    let rows = connect(database.config()).await.query(attempts, &[]).await.expect("attempts");
    let statuses: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(statuses, ["CANCELLED", "COMPLETED"]);
}

#[tokio::test]
async fn nobody_passes_for_an_event_over_http() {
    let database = database().await;
    let mut instance = Instance::start(&[("DATABASE_URL", database.url())]).await;

    // The path under which the library hands over plain events.
    let disguised = instance.invoke(http_event("POST", "/events", json!({}))).await.expect("an answer");
    assert_eq!(disguised["statusCode"], 404);
    let unread = http_event("POST", "/api/pulse", json!({ "x-odd": "a\u{1}b" }));
    let refused = instance.invoke(unread).await.expect_err("no trust in what looks like HTTP");
    assert!(refused.to_string().contains("HTTP"), "{refused}");

    let pulses = connect(database.config()).await.query("select from pulse_executions", &[]).await.expect("pulses");
    assert_eq!(pulses.len(), 0);
}

#[tokio::test]
async fn an_event_that_fails_is_a_failed_invocation() {
    let mut instance = Instance::start(&[("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing")]).await;
    for event in [rule_event(), scheduler_event()] {
        let failed = instance.invoke(event).await.expect_err("a failure that Lambda sees");
        assert!(failed.to_string().contains("503"), "{failed}");
    }

    let asked = instance.invoke(http_event("GET", "/health/ready", json!({}))).await.expect("an answer");
    assert_eq!(asked["statusCode"], 503);
}

#[tokio::test]
async fn an_event_on_tables_that_are_not_migrated_is_a_failed_invocation() {
    let database = empty_database().await;
    let mut instance = Instance::start(&[("DATABASE_URL", database.url())]).await;
    let failed = instance.invoke(scheduler_event()).await.expect_err("a failure that Lambda sees");
    assert!(failed.to_string().contains("not_migrated"), "{failed}");
}
