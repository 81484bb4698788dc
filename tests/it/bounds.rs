//! Callers who send too much, too slowly, or nothing at all cost the worker neither its memory nor its answers to others.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use downbeat::http::document;
use downbeat::testing::database::TestDatabase;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::binary::binary;
use crate::support::database;

const TOKEN: &str = "token-of-the-bounds";
const RUN: &str = "/api/tasks/cron/prune-history/run";
/// Far longer than anything that comes at all.
const PATIENCE: Duration = Duration::from_secs(180);
const MEGABYTE: usize = 1024 * 1024;

/// Whether the description of the API tells of such an answer by the listener itself. None at all is no answer.
fn is_described(answered: &str) -> bool {
    let status = answered.split(' ').nth(1).unwrap_or_default();
    let document = document();
    let about = document["info"]["description"].as_str().expect("a text");
    answered.is_empty() || about.contains(&format!(" {status} where "))
}

/// A worker that answers and runs nothing.
struct Server {
    child: Child,
    address: SocketAddr,
    _database: TestDatabase,
}

impl Server {
    async fn start() -> Self {
        let database = database().await;
        let mut command = Command::new(binary("worker"));
        command.env_clear().env("DATABASE_URL", database.url()).env("TASK_API_TOKEN", TOKEN);
        command.env("TASK_RUNNER_ENABLED", "false").args(["start", "--listen", "127.0.0.1:0", "--locale", "en"]);
        command.kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let said = async {
            loop {
                let line = lines.next_line().await.expect("text").expect("it says where it listens");
                if let Some((_, address)) = line.split_once("http://") {
                    return address.trim().parse().expect("an address");
                }
            }
        };
        let address = timeout(PATIENCE, said).await.expect("it begins");
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { child, address, _database: database }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a connection")
    }

    /// A request that is sent and may have a body; what is answered up to the end of the connection.
    async fn ask(&self, head: &str, body: &[u8]) -> String {
        let mut stream = self.connect().await;
        // Whoever is refused may not be heard to the end.
        if stream.write_all(head.as_bytes()).await.is_ok() {
            let _: std::io::Result<()> = stream.write_all(body).await;
        }
        rest(&mut stream).await
    }

    async fn lives(&self) -> bool {
        self.ask("GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", &[]).await.contains("\"live\"")
    }

    /// The most memory it ever had, in bytes; nothing where the system does not tell.
    fn most_memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id().expect("it runs")));
        let status = match status {
            Ok(status) => status,
            Err(_) if !cfg!(target_os = "linux") => return 0,
            Err(error) => panic!("Linux tells: {error}"),
        };
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a number");
        line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") * 1024
    }
}

async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _: std::io::Result<usize> =
        timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the connection ends");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn post(more: &str) -> String {
    format!("POST {RUN} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {TOKEN}\r\n{more}\r\n\r\n")
}

#[tokio::test]
async fn bodies_of_a_hundred_megabytes_and_heads_of_one_are_not_kept() {
    let server = Server::start().await;
    assert!(server.lives().await);
    let before = server.most_memory();
    let huge = vec![b'x'; 100 * MEGABYTE];
    let announced = server.ask(&post(&format!("content-length: {}", huge.len())), &huge).await;
    assert!(announced.is_empty() || announced.contains("body_too_large"), "{announced}");

    let mut chunks = Vec::with_capacity(101 * MEGABYTE);
    for chunk in huge.chunks(MEGABYTE) {
        chunks.extend_from_slice(b"100000\r\n");
        chunks.extend_from_slice(chunk);
        chunks.extend_from_slice(b"\r\n");
    }
    let in_chunks = server.ask(&post("transfer-encoding: chunked"), &chunks).await;
    assert!(in_chunks.is_empty() || in_chunks.contains("body_too_large"), "{in_chunks}");

    let long_head = format!("GET /health/live HTTP/1.1\r\nhost: a\r\nx-long: {}\r\n\r\n", "x".repeat(MEGABYTE));
    let answered = server.ask(&long_head, &[]).await;
    assert!(answered.is_empty() || answered.starts_with("HTTP/1.1 431"), "{answered}");
    assert!(is_described(&answered), "{answered}");
    let head = |bytes: usize| {
        format!("GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-long: {}\r\n\r\n", "x".repeat(bytes))
    };
    let answered = server.ask(&head(64 * 1024 - 100), &[]).await;
    assert!(answered.starts_with("HTTP/1.1 200"), "64 KiB are always taken: {answered}");
    let answered = server.ask(&head(128 * 1024), &[]).await;
    assert!(answered.is_empty() || answered.starts_with("HTTP/1.1 431"), "more than 128 KiB never: {answered}");
    let long_path = format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "x".repeat(MEGABYTE));
    let answered = server.ask(&long_path, &[]).await;
    assert!(["", "HTTP/1.1 414", "HTTP/1.1 431"].iter().any(|status| answered.starts_with(status)), "{answered}");
    assert!(is_described(&answered), "{answered}");

    assert!(server.lives().await);
    let grown = server.most_memory() - before;
    assert!(grown < 16 * MEGABYTE, "{grown} bytes more");
}

#[tokio::test]
async fn a_body_that_never_ends_is_refused() {
    let server = Server::start().await;
    let answered = server.ask(&post("content-length: 10"), b"{\"wait\"").await;
    assert!(answered.starts_with("HTTP/1.1 408 ") && answered.contains("body_too_slow"), "{answered}");
}

#[tokio::test]
async fn ten_thousand_idle_connections_shut_nobody_out_for_long() {
    const WANTED: u64 = 10_000;
    let limit = getrlimit(Resource::Nofile);
    // As many as this machine lets one process open, if those are fewer.
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    setrlimit(Resource::Nofile, raised).expect("up to the maximum is allowed");
    let most = limit.maximum.map_or(WANTED, |most| WANTED.min(most.saturating_sub(500)));

    let server = Server::start().await;
    let before = server.most_memory();
    let mut idle = Vec::new();
    for _ in 0..most {
        idle.push(server.connect().await);
    }
    // Each is held open from here, whatever the server makes of it.
    let answered = async { while !server.lives().await {} };
    timeout(PATIENCE, answered).await.expect("somebody who asks is answered again");
    assert!(idle.len() > 1000, "{} connections are too few to say anything", idle.len());
    let grown = server.most_memory() - before;
    assert!(grown < 64 * MEGABYTE, "{grown} bytes more");
}
