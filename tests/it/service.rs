//! What a worker tells the service manager that started it. The test plays systemd: the socket it is notified by, and how long
//! its watchdog waits.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use downbeat::config::Config;
use downbeat::task::Registry;
use downbeat::task::prelude::*;
use downbeat::testing::database::TestDatabase;
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixDatagram, UnixStream};
use tokio::process::{Child, Command};
use tokio::time::{Instant, timeout};
use tokio_postgres::config::Host;
use tokio_util::task::AbortOnDropHandle;

use crate::binary::binary;
use crate::support::{Worker, World, connect, database, empty_database, quick, task, until, until_waiting};

/// What has not come by then never comes.
const PATIENCE: Duration = Duration::from_secs(60);

/// systemd's side of one service.
pub(crate) struct Manager {
    socket: UnixDatagram,
    path: PathBuf,
}

impl Manager {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("downbeat-notify-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        Self { socket: UnixDatagram::bind(&path).expect("a socket"), path }
    }

    /// `worker start` as its service.
    pub(crate) fn worker(&self, database_url: &str) -> Command {
        let mut command = Command::new(binary("worker"));
        command.arg("start").env_clear().env("DATABASE_URL", database_url).env("NOTIFY_SOCKET", &self.path);
        command.kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
        command
    }

    /// Waits for a message with this line; hands back its lines.
    pub(crate) async fn hears(&self, wanted: &str) -> Vec<String> {
        let heard = async {
            loop {
                let lines = self.next().await;
                if lines.iter().any(|line| line == wanted) {
                    return lines;
                }
            }
        };
        timeout(PATIENCE, heard).await.unwrap_or_else(|_| panic!("it never said {wanted}"))
    }

    async fn next(&self) -> Vec<String> {
        let mut message = [0; 4096];
        let length = self.socket.recv(&mut message).await.expect("a message");
        std::str::from_utf8(&message[..length]).expect("text").lines().map(ToOwned::to_owned).collect()
    }

    /// All that has been said and not been heard.
    fn rest(&self) -> Vec<String> {
        let mut rest = Vec::new();
        let mut message = [0; 4096];
        while let Ok(length) = self.socket.try_recv(&mut message) {
            rest.extend(std::str::from_utf8(&message[..length]).expect("text").lines().map(ToOwned::to_owned));
        }
        rest
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Sends it a signal.
pub(crate) fn send(to: &Child, signal: Signal) {
    let pid = to.id().expect("it runs").cast_signed();
    kill_process(Pid::from_raw(pid).expect("a process id"), signal).expect("a child that was not waited for");
}

pub(crate) async fn end_of(process: &mut Child) -> ExitStatus {
    timeout(PATIENCE, process.wait()).await.expect("in time").expect("it ends")
}

/// A way to the database that is closed until the test opens it.
struct Door {
    url: String,
    open: tokio::sync::watch::Sender<bool>,
    _server: AbortOnDropHandle<()>,
}

impl Door {
    async fn closed(database: &TestDatabase) -> Self {
        let config = database.config();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (user, name) = (config.get_user().expect("a user"), config.get_dbname().expect("a database"));
        let password = config.get_password().map(|password| format!(" password='{}'", password.escape_ascii()));
        let url = format!("host=127.0.0.1 port={port} user={user} dbname={name}{}", password.unwrap_or_default());
        let (open, is_open) = tokio::sync::watch::channel(false);
        let server = tokio::spawn(async move {
            while let Ok((guest, _)) = listener.accept().await {
                if *is_open.borrow() {
                    let config = config.clone();
                    tokio::spawn(async move { let_in(guest, &config).await });
                }
            }
        });
        Self { url, open, _server: AbortOnDropHandle::new(server) }
    }

    fn open(&self) {
        self.open.send_replace(true);
    }
}

async fn let_in(mut guest: TcpStream, config: &tokio_postgres::Config) {
    let port = config.get_ports().first().copied().unwrap_or(5432);
    // How it ends, each side sees by itself.
    let _ = match &config.get_hosts()[0] {
        Host::Tcp(host) => {
            let mut server = TcpStream::connect((host.as_str(), port)).await.expect("a server");
            copy_bidirectional(&mut guest, &mut server).await
        }
        Host::Unix(folder) => {
            let mut server = UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await.expect("a server");
            copy_bidirectional(&mut guest, &mut server).await
        }
    };
}

#[tokio::test]
async fn a_worker_that_says_it_is_ready_has_its_lock_and_is_known_to_the_others() {
    let (manager, database) = (Manager::new(), database().await);
    let _worker = manager.worker(database.url()).arg("--no-http").spawn().expect("it starts");
    let told = manager.hears("READY=1").await;
    assert_eq!(told, ["READY=1", "STATUS=Running tasks."]);
    let holds = "select count(*) from task_runners r join pg_locks l on l.locktype = 'advisory' and l.granted
        where r.ended_at is null and l.database = (select oid from pg_database where datname = current_database())";
    let client = connect(database.config()).await;
    assert_eq!(client.query_one(holds, &[]).await.expect("an answer").get::<_, i64>(0), 1);
}

#[tokio::test]
async fn a_worker_is_not_ready_while_its_database_is_away_and_becomes_ready_when_it_comes() {
    let (manager, database) = (Manager::new(), database().await);
    let door = Door::closed(&database).await;
    let mut worker = manager.worker(&door.url);
    let _worker = worker.args(["--no-http", "--locale", "de"]).spawn().expect("it starts");
    assert_eq!(manager.next().await, ["STATUS=Wartet auf die Datenbank."]);
    door.open();
    assert_eq!(manager.hears("READY=1").await[1], "STATUS=Führt Aufgaben aus.");
}

#[tokio::test]
async fn a_worker_on_tables_that_are_not_migrated_ends_without_having_been_ready() {
    let (manager, database) = (Manager::new(), empty_database().await);
    let mut worker = manager.worker(database.url()).arg("--no-http").spawn().expect("it starts");
    assert_eq!(end_of(&mut worker).await.code(), Some(3));
    let said = manager.rest();
    assert!(!said.contains(&"READY=1".to_owned()), "{said:?}");
}

#[tokio::test]
async fn a_worker_says_that_it_works_until_it_has_ended_and_that_it_ends() {
    let (manager, database) = (Manager::new(), database().await);
    let site = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", site.local_addr().expect("an address"));
    let mut worker = manager.worker(database.url());
    // A quarter of a second, so that it says so eight times in one.
    let worker = worker.arg("--no-http").env("WATCHDOG_USEC", "250000").env("TASK_SHUTDOWN_GRACE", "60s");
    let mut worker = worker.spawn().expect("it starts");
    manager.hears("READY=1").await;
    for _ in 0..3 {
        assert_eq!(manager.hears("WATCHDOG=1").await, ["WATCHDOG=1"]);
    }
    let config = serde_json::json!({ "targets": [{ "url": url, "timeout_ms": 60_000 }] }).to_string();
    let mut asks = Command::new(binary("worker"));
    asks.env_clear().env("DATABASE_URL", database.url()).args(["cron", "run", "http-check", "--config", &config]);
    assert!(asks.stdout(Stdio::null()).status().await.expect("it runs").success());
    let (mut running, _) = timeout(PATIENCE, site.accept()).await.expect("in time").expect("a caller");
    assert!(running.read(&mut [0; 1024]).await.expect("a request") > 0);

    send(&worker, Signal::TERM);
    let told = manager.hears("STOPPING=1").await;
    assert_eq!(told[1], "STATUS=Stopping. Running tasks have 1 min to end.");
    manager.hears("WATCHDOG=1").await;
    running.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await.expect("it listens");
    assert_eq!(end_of(&mut worker).await.code(), Some(0));
}

#[tokio::test]
async fn a_process_that_only_serves_http_is_ready_too_and_says_that_it_runs_nothing() {
    let (manager, database) = (Manager::new(), database().await);
    let mut worker = manager.worker(database.url());
    let worker = worker.args(["--listen", "127.0.0.1:0"]).env("TASK_RUNNER_ENABLED", "false");
    let _worker = worker.spawn().expect("it starts");
    let told = manager.hears("READY=1").await;
    assert_eq!(told[1], "STATUS=Serving the HTTP API; runs no tasks.");
}

#[tokio::test]
async fn the_journal_is_told_how_urgent_each_line_is() {
    let (manager, database) = (Manager::new(), database().await);
    let door = Door::closed(&database).await;
    let mut worker = manager.worker(&door.url);
    let worker = worker.args(["--no-http", "--log-format", "journal"]).stderr(Stdio::piped());
    let mut worker = worker.spawn().expect("it starts");
    manager.hears("STATUS=Waiting for the database.").await;
    send(&worker, Signal::TERM);
    assert_eq!(end_of(&mut worker).await.code(), Some(0));
    let mut log = String::new();
    worker.stderr.take().expect("it is piped").read_to_string(&mut log).await.expect("text");
    let lines: Vec<_> = log.lines().collect();
    assert!(lines.iter().any(|line| line.starts_with("<4>") && line.contains("waiting for the database")), "{log}");
    assert!(lines.iter().any(|line| line.starts_with("<6>") && line.contains("stopping")), "{log}");
    assert!(lines.iter().all(|line| line.starts_with('<') && line.get(2..3) == Some(">")), "{log}");
}

task!(Minutely = "minutely" { schedule: Schedule::Cron("* * * * *") });

#[tokio::test]
async fn a_loop_that_does_not_turn_any_more_is_found_until_it_does() {
    let world = World::new().await;
    let app = world.app(Registry::builder().cron(Minutely(quick()))).await;
    let runner = app.runner();
    let mut client = world.client().await;
    let held = client.transaction().await.unwrap();
    // The shift reads it with each look, and nobody else does.
    held.batch_execute("lock table task_limits in access exclusive mode").await.unwrap();
    let worker = Worker::start(&app).await;
    until_waiting(&world.client().await, 1).await;

    assert!(runner.frozen(Instant::now()).is_empty(), "it may take a while");
    let much_later = Instant::now() + Duration::from_secs(3600);
    assert_eq!(runner.frozen(much_later), ["heart", "shift"]);
    // All that one turn may take: looking for the database, recording for a lease, and half a minute's wait. Its last turn
    // was before, and the next one is after.
    let too_late = Instant::now() + Config::default().lease + Duration::from_secs(60 + 30);
    assert!(runner.frozen(too_late).contains(&"shift"));
    world.set("12:01:00");
    held.rollback().await.unwrap();
    until(async || !runner.frozen(too_late).contains(&"shift")).await;
    worker.stop().await;
    assert!(runner.frozen(much_later).is_empty(), "what has ended promises nothing");
}
