//! The Vercel function, run as Vercel runs it: a Unix socket for frames, HTTP on a port it announces, SIGTERM at the end.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use uuid::Uuid;

use super::CRON_SECRET;
use super::request::{Answer, get};
use crate::binary::binary;
use crate::support::{connect, database, until};

const PATIENCE: Duration = Duration::from_secs(20);

/// The platform's side of one instance of the function.
struct Instance {
    process: Child,
    port: u16,
    frames: BufReader<UnixStream>,
    socket: PathBuf,
}

impl Instance {
    /// Starts the function in this environment, and returns once it has announced its port.
    async fn start(environment: &[(&str, &str)]) -> Self {
        let socket = std::env::temp_dir().join(format!("vercel-{}", Uuid::now_v7().simple()));
        let listener = UnixListener::bind(&socket).expect("a socket for frames");
        let port = free_port().await;
        let process = Command::new(binary("pulse"))
            .env_clear()
            .envs([("VERCEL", "1"), ("VERCEL_DEV_PORT", &port.to_string())])
            .env("VERCEL_IPC_PATH", &socket)
            .envs(environment.iter().copied())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the function starts");
        let (stream, _) = timeout(PATIENCE, listener.accept()).await.expect("in time").expect("it connects");
        let mut instance = Self { process, port, frames: BufReader::new(stream), socket };
        let frame = instance.frame().await;
        assert_eq!(frame, json!({ "type": "server-started", "payload": { "initDuration": 0, "httpPort": port } }));
        instance
    }

    async fn frame(&mut self) -> Value {
        let mut frame = Vec::new();
        timeout(PATIENCE, self.frames.read_until(0, &mut frame)).await.expect("in time").expect("a frame");
        serde_json::from_slice(frame.strip_suffix(&[0]).expect("a whole frame")).expect("JSON")
    }

    /// Asks as the platform does, and waits for the frame that ends this invocation.
    async fn invoke(&mut self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let headers = [headers, &IDENTITY].concat();
        let answer = get(self.port, path, &headers).await;
        assert_eq!(self.frame().await, end());
        answer
    }

    fn terminate(&self) {
        let pid = self.process.id().expect("it runs").to_string();
        let sent = std::process::Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()));
    }

    async fn end(&mut self) -> ExitStatus {
        timeout(PATIENCE, self.process.wait()).await.expect("in time").expect("a status")
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // Best effort: it lies in the temporary folder.
        let _ = std::fs::remove_file(&self.socket);
    }
}

const IDENTITY: [(&str, &str); 2] =
    [("x-vercel-internal-invocation-id", "invocation"), ("x-vercel-internal-request-id", "7")];

fn end() -> Value {
    let context = json!({ "invocationId": "invocation", "requestId": 7 });
    json!({ "type": "end", "payload": { "context": context, "error": null } })
}

async fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    listener.local_addr().expect("an address").port()
}

fn bearer(secret: &str) -> String {
    format!("Bearer {secret}")
}

#[tokio::test]
async fn a_cron_of_vercel_pulses_with_the_secret_and_only_with_it() {
    let database = database().await;
    let mut instance = Instance::start(&[("DATABASE_URL", database.url()), ("CRON_SECRET", CRON_SECRET)]).await;

    let with = bearer(CRON_SECRET);
    let pulse = instance.invoke("/api/pulse", &[("authorization", &with), ("user-agent", "vercel-cron/1.0")]).await;
    assert_eq!((pulse.status, pulse.header("cache-control")), (200, Some("no-store")), "{pulse:?}");
    assert_eq!(pulse.json()["success"], true);

    let without = instance.invoke("/api/pulse", &[]).await;
    assert_eq!((without.status, without.header("www-authenticate")), (401, Some("Bearer")), "{without:?}");
    let wrong = instance.invoke("/api/pulse", &[("authorization", &bearer("a-secret-of-sixteen-letters!!!"))]).await;
    assert_eq!(wrong.status, 401, "{wrong:?}");

    let pulses = "select triggered_by, environment from pulse_executions";
    let rows = connect(database.config()).await.query(pulses, &[]).await.expect("pulses");
    let recorded: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(recorded, [("vercel-cron/1.0".to_owned(), "serverless".to_owned())]);
}

#[tokio::test]
async fn without_a_secret_nobody_pulses_and_everybody_may_ask_how_it_fares() {
    let database = database().await;
    let mut instance = Instance::start(&[("DATABASE_URL", database.url())]).await;

    assert_eq!(instance.invoke("/api/pulse", &[]).await.status, 403);
    assert_eq!(instance.invoke("/api/pulse", &[("authorization", "Bearer ")]).await.status, 403);

    let status = instance.invoke("/api/pulse/status", &[]).await;
    assert_eq!((status.status, status.header("cache-control")), (200, Some("no-store")), "{status:?}");
    assert_eq!(status.json()["data"].get("tasks"), None);
}

#[tokio::test]
async fn the_platform_s_ping_is_answered_without_a_database() {
    let instance = Instance::start(&[]).await;
    let pong = get(instance.port, "/_vercel/ping", &[]).await;
    assert_eq!((pong.status, pong.text()), (200, "OK"));
}

#[tokio::test]
async fn a_wrong_configuration_is_an_answer_and_not_a_crash() {
    let mut instance = Instance::start(&[("DATABASE_URL", "postgres://u:secret@h:port/db")]).await;
    for _ in 0..2 {
        let answer = instance.invoke("/api/pulse/status", &[("accept-language", "de")]).await;
        assert_eq!((answer.status, answer.header("content-language")), (500, Some("de")), "{answer:?}");
        assert_eq!(answer.json()["error"]["code"], "configuration_wrong");
    }
}

#[tokio::test]
async fn told_to_end_it_answers_what_it_has_begun() {
    let database = database().await;
    let mut instance = Instance::start(&[("DATABASE_URL", database.url()), ("CRON_SECRET", CRON_SECRET)]).await;
    let with = bearer(CRON_SECRET);
    assert_eq!(instance.invoke("/api/pulse", &[("authorization", &with)]).await.status, 200);
    // The next pulse cannot record itself while somebody else holds its table.
    let holder = connect(database.config()).await;
    holder.batch_execute("begin; lock table pulse_executions in exclusive mode").await.expect("lock");
    let port = instance.port;
    let pulse = tokio::spawn(async move {
        let with = bearer(CRON_SECRET);
        get(port, "/api/pulse", &[&[("authorization", with.as_str())], &IDENTITY[..]].concat()).await
    });
    until_somebody_waits(&connect(database.config()).await).await;

    instance.terminate();
    let early = timeout(Duration::from_millis(300), instance.process.wait()).await;
    assert!(early.is_err(), "it left in the middle of a pulse: {early:?}");
    holder.batch_execute("commit").await.expect("unlock");

    assert_eq!(pulse.await.expect("an answer").status, 200);
    assert_eq!(instance.frame().await, end());
    assert!(instance.end().await.success());
}

async fn until_somebody_waits(observer: &tokio_postgres::Client) {
    // Databases cloned from one template give their tables the same number.
    let waits = "
        select from pg_locks l join pg_database d on d.oid = l.database
        where d.datname = current_database() and l.relation = 'pulse_executions'::regclass and not l.granted";
    until(async || observer.query_opt(waits, &[]).await.expect("locks").is_some()).await;
}
