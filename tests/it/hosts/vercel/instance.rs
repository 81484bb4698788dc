//! The platform's side of one instance of the function: its socket, its port, and the requests it passes on.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use downbeat::testing::database::TestDatabase;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use uuid::Uuid;

use crate::binary::function;
use crate::hosts::request::{Answer, ask};
use crate::hosts::{CRON_SECRET, Log};

const PATIENCE: Duration = Duration::from_secs(60);

/// What opens everything.
pub(super) const TOKEN: &str = "a-token-of-more-than-sixteen-characters";

/// The platform's side of one instance of the function.
pub(super) struct Instance {
    pub(super) process: Child,
    pub(super) port: u16,
    frames: BufReader<UnixStream>,
    socket: PathBuf,
    requests: AtomicU64,
    _log: Log,
}

/// A request on its way.
pub(super) struct Invocation {
    pub(super) request: u64,
    answer: tokio::task::JoinHandle<Answer>,
}

impl Invocation {
    pub(super) async fn answer(self) -> Answer {
        timeout(PATIENCE, self.answer).await.expect("in time").expect("an answer")
    }
}

impl Instance {
    /// Starts the function in production, with the secret and the token, and with these variables besides.
    pub(super) async fn of(database: &TestDatabase, environment: &[(&str, &str)]) -> Self {
        let usual = [("DATABASE_URL", database.url()), ("CRON_SECRET", CRON_SECRET), ("TASK_API_TOKEN", TOKEN)];
        Self::start(&[&usual, environment].concat()).await
    }

    /// Starts the function in this environment, and returns once it has announced its port.
    pub(super) async fn start(environment: &[(&str, &str)]) -> Self {
        let socket = std::env::temp_dir().join(format!("vercel-{}", Uuid::now_v7().simple()));
        let listener = UnixListener::bind(&socket).expect("a socket for frames");
        let port = free_port().await;
        let log = Log::of(environment);
        let process = Command::new(function())
            .env_clear()
            .envs([("VERCEL", "1"), ("VERCEL_ENV", "production"), ("VERCEL_DEV_PORT", &port.to_string())])
            .env("VERCEL_IPC_PATH", &socket)
            .envs(environment.iter().copied())
            .stderr(log.stdio())
            .kill_on_drop(true)
            .spawn()
            .expect("the function starts");
        let (stream, _) = timeout(PATIENCE, listener.accept()).await.expect("in time").expect("it connects");
        let (frames, requests) = (BufReader::new(stream), AtomicU64::new(0));
        let mut instance = Self { process, port, frames, socket, requests, _log: log };
        let frame = instance.frame().await;
        assert_eq!(frame, json!({ "type": "server-started", "payload": { "initDuration": 0, "httpPort": port } }));
        instance
    }

    async fn frame(&mut self) -> Value {
        let mut frame = Vec::new();
        timeout(PATIENCE, self.frames.read_until(0, &mut frame)).await.expect("in time").expect("a frame");
        serde_json::from_slice(frame.strip_suffix(&[0]).expect("a whole frame")).expect("JSON")
    }

    /// The request whose end the next frame tells.
    pub(super) async fn ended(&mut self) -> u64 {
        let frame = self.frame().await;
        let request = frame["payload"]["context"]["requestId"].as_u64().expect("a request");
        let context = json!({ "invocationId": invocation(request), "requestId": request });
        assert_eq!(frame, json!({ "type": "end", "payload": { "context": context, "error": null } }));
        request
    }

    /// Whether a frame comes at once. One that comes later is not missed: it is only not there yet.
    pub(super) async fn has_ended_any(&mut self) -> bool {
        timeout(Duration::from_millis(200), self.frames.fill_buf()).await.is_ok()
    }

    /// Passes a request on, as the platform does.
    pub(super) fn begin(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Invocation {
        let request = self.requests.fetch_add(1, Ordering::SeqCst) + 1;
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let mut all: Vec<(String, String)> = headers.iter().map(owned).collect();
        all.push(("x-vercel-internal-invocation-id".to_owned(), invocation(request)));
        all.push(("x-vercel-internal-request-id".to_owned(), request.to_string()));
        let (port, method, path, body) = (self.port, method.to_owned(), path.to_owned(), body.to_owned());
        let answer = tokio::spawn(async move {
            let headers: Vec<_> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            ask(port, &method, &path, &headers, &body).await
        });
        Invocation { request, answer }
    }

    /// Passes a request on and waits for its answer, and for the frame that ends it.
    pub(super) async fn invoke(&mut self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.invoke_with(method, path, headers, "").await
    }

    pub(super) async fn invoke_with(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let invocation = self.begin(method, path, headers, body);
        let request = invocation.request;
        let answer = invocation.answer().await;
        assert_eq!(self.ended().await, request);
        answer
    }

    /// What a cron of the platform sends.
    pub(super) fn deliver(&self, id: &str) -> Invocation {
        self.begin("GET", "/api/pulse", &cron(&bearer(CRON_SECRET), id), "")
    }

    /// The same, to its end.
    pub(super) async fn pulse(&mut self, id: &str) -> Answer {
        self.invoke("GET", "/api/pulse", &cron(&bearer(CRON_SECRET), id)).await
    }

    /// Waits until all of these have ended, in whatever order.
    pub(super) async fn end_of(&mut self, requests: impl IntoIterator<Item = u64>) {
        let mut open: BTreeSet<u64> = requests.into_iter().collect();
        while !open.is_empty() {
            let ended = self.ended().await;
            assert!(open.remove(&ended), "{ended} ended twice, or never began");
        }
    }

    pub(super) fn terminate(&self) {
        let pid = self.process.id().expect("it runs").to_string();
        let sent = std::process::Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()));
    }

    pub(super) async fn end(&mut self) -> ExitStatus {
        timeout(PATIENCE, self.process.wait()).await.expect("in time").expect("a status")
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // Best effort: it lies in the temporary folder.
        let _ = std::fs::remove_file(&self.socket);
    }
}

fn invocation(request: u64) -> String {
    format!("invocation-{request}")
}

/// The headers of a cron of the platform; each delivery has an id.
fn cron<'a>(authorization: &'a str, id: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("authorization", authorization),
        ("user-agent", "vercel-cron/1.0"),
        ("x-vercel-cron-schedule", "* * * * *"),
        ("x-vercel-id", id),
    ]
}

async fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    listener.local_addr().expect("an address").port()
}

pub(super) fn bearer(secret: &str) -> String {
    format!("Bearer {secret}")
}
