//! Behind a real transaction pooler: PgBouncer with a pool of five, where it is installed. The gate installs it.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use downbeat::config::Config;
use downbeat::doctor::{Check, CheckStatus, examine};
use downbeat::model::Status;
use downbeat::repository::{LockMode, Period};
use downbeat::task::prelude::*;
use downbeat::task::{Registry, RegistryBuilder};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio_postgres::NoTls;
use tokio_postgres::config::Host;

use crate::binary::binary;
use crate::minutely::minutely;
use crate::support::{Gate, Pulsing, Worker, World, asked, history, pulse, quick, task, until};

const HOURLY: Schedule = Schedule::Cron("0 * * * *");

task!(One = "one" { schedule: HOURLY });
task!(Other = "other" { schedule: HOURLY });
task!(Third = "third" { schedule: HOURLY });

fn tasks() -> RegistryBuilder {
    Registry::builder().cron(One(quick())).cron(Other(quick())).cron(Third(quick()))
}

/// A PgBouncer in front of a test's database; it ends with the test.
struct Pooler {
    process: Child,
    folder: PathBuf,
    url: String,
}

impl Pooler {
    /// `None`: there is no PgBouncer on this machine.
    async fn before(world: &World) -> Option<Self> {
        Self::of(5, world).await
    }

    /// One with so many backends.
    #[allow(clippy::print_stderr, reason = "whoever reads the output is to know that nothing was looked at")]
    async fn of(backends: usize, world: &World) -> Option<Self> {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"];
        let Some(program) = program.iter().find(|program| Path::new(program).exists()) else {
            eprintln!("skipped: PgBouncer is not installed");
            return None;
        };
        let database = world.database.config();
        let (host, owner) = match database.get_hosts().first().expect("a host") {
            Host::Unix(folder) => {
                let owner = std::fs::metadata(folder).expect("the socket's folder").uid();
                (folder.display().to_string(), Some(owner))
            }
            Host::Tcp(name) => (name.clone(), None),
        };
        let port = free_port();
        let folder = std::env::temp_dir().join(format!("downbeat-pgbouncer-{port}"));
        std::fs::create_dir(&folder).expect("a folder");
        let file = folder.join("pgbouncer.ini");
        let settings = format!(
            "[databases]\n* = host={host} port={} user={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = {backends}\n",
            database.get_ports().first().copied().unwrap_or(5432),
            database.get_user().expect("a user"),
        );
        std::fs::write(&file, settings).expect("its configuration");
        let mut command = Command::new(program);
        // Root it refuses to be, and only the owner of the socket's folder gets at the socket.
        if rustix::process::geteuid().is_root() {
            command.args(["-u", &account(owner.unwrap_or_default())]);
        }
        let process = command.arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let name = database.get_dbname().expect("a name");
        let url = format!("postgresql://{}@127.0.0.1:{port}/{name}", database.get_user().expect("a user"));
        let mut pooler = Self { process: process.expect("PgBouncer starts"), folder, url };
        until(async || {
            assert!(pooler.process.try_wait().expect("a child").is_none(), "PgBouncer has ended");
            TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_ok()
        })
        .await;
        Some(pooler)
    }

    fn config(&self, world: &World) -> Config {
        Config {
            database_url: Some(self.url.clone().into()),
            lock_mode: Some(LockMode::Transaction),
            ..world.config.clone()
        }
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

/// The name of a user; PgBouncer takes no number.
fn account(id: u32) -> String {
    let accounts = std::fs::read_to_string("/etc/passwd").expect("accounts");
    let of_id = |line: &&str| line.split(':').nth(2) == Some(&id.to_string());
    accounts.lines().find(of_id).and_then(|line| line.split(':').next()).expect("an account").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn pulses_through_a_transaction_pooler_run_each_slot_once() {
    let world = World::new().await;
    let Some(pooler) = Pooler::before(&world).await else { return };
    let app = world.app_with(pooler.config(&world), tasks()).await;
    for hour in ["13:00:00", "14:00:00", "15:00:00"] {
        world.set(hour);
        let pulses = [(); 3].map(|()| Pulsing::begin(&app));
        for pulse in pulses {
            pulse.end().await;
        }
    }
    for task in ["one", "other", "third"] {
        let statuses: Vec<_> = history(&app, task).await.iter().map(|execution| execution.status).collect();
        assert_eq!(statuses, [Status::Completed; 3], "{task}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_behind_a_transaction_pooler_hears_of_what_is_asked_for() {
    let world = World::new().await;
    let Some(pooler) = Pooler::before(&world).await else { return };
    let app = world.app_with(pooler.config(&world), tasks()).await;
    let worker = Worker::start(&app).await;
    let (status, _) = asked(&app, "anna", Method::POST, "/api/tasks/cron/one/run", &json!({})).await;
    assert!(status.is_success());
    until(async || history(&app, "one").await.iter().any(|execution| execution.status == Status::Completed)).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_runner_leaves_behind_a_transaction_pooler_is_run_by_the_next() {
    let world = World::new().await;
    let Some(pooler) = Pooler::before(&world).await else { return };
    let gate = Gate::closed();
    let dying = world.app_with(pooler.config(&world), Registry::builder().cron(One(gate.script()))).await;
    world.set("13:00:00");
    let killed = Pulsing::begin(&dying);
    gate.somebody().await;
    killed.die().await;
    drop(dying);
    world.set("13:30:00");
    let next = world.app_with(pooler.config(&world), Registry::builder().cron(One(quick()))).await;
    // The server notices a little later that the connection is gone, and with it the lock.
    until(async || {
        pulse(&next).await;
        history(&next, "one").await.iter().any(|execution| execution.status == Status::Completed)
    })
    .await;
    let ended: Vec<_> = history(&next, "one").await.iter().map(|execution| execution.status).collect();
    assert_eq!(ended.iter().filter(|status| **status == Status::Completed).count(), 1, "{ended:?}");
}

/// Plans belong to a backend, and here it is another one from statement to statement.
#[tokio::test(flavor = "multi_thread")]
async fn behind_a_transaction_pooler_nothing_is_left_for_who_comes_next() {
    let world = World::new().await;
    let Some(pooler) = Pooler::before(&world).await else { return };
    let through = pooler.config(&world);
    let both = Config {
        lock_mode: Some(LockMode::Session),
        database_url_unpooled: world.config.database_url.clone(),
        ..through.clone()
    };
    let alone = Config { lock_mode: Some(LockMode::Session), ..through.clone() };
    for (from, config) in [(1, through), (20, both), (39, alone)] {
        let app = world.app_with(config, minutely(1)).await;
        app.log_way().await;
        for minute in from..from + 19 {
            world.set(&format!("12:{minute:02}:00"));
            assert_eq!(pulse(&app).await.results.len(), 1, "minute {minute}");
        }
        app.repository().stats(Period::Day, None).await.unwrap();
        let [plans, channels, settings] = kept(&pooler).await;
        assert_eq!([plans, settings], [0; 2], "from minute {from}");
        // Who insists on a session where there is none also listens in it.
        assert!(channels == 0 || from == 39, "from minute {from}");
    }
}

/// What is left on all of the pooler's backends for who comes next: plans, channels that are listened on, settings.
async fn kept(pooler: &Pooler) -> [i64; 3] {
    // What the pooler itself sets, as each client wants it.
    const KEPT: &str = "select (select count(*) from pg_prepared_statements), (select count(*) from pg_listening_channels()),
        (select count(*) from pg_settings where source = 'session' and name not in
            ('application_name', 'client_encoding', 'DateStyle', 'IntervalStyle', 'standard_conforming_strings', 'TimeZone'))";
    let mut held = Vec::new();
    let mut kept = [0; 3];
    for _ in 0..5 {
        let (client, connection) = tokio_postgres::connect(&pooler.url, NoTls).await.expect("the pooler");
        tokio::spawn(connection);
        client.batch_execute("begin").await.expect("a backend");
        let row = client.query_typed(KEPT, &[]).await.expect("counts");
        for (kind, kept) in kept.iter_mut().enumerate() {
            *kept += row[0].get::<_, i64>(kind);
        }
        held.push(client);
    }
    for client in held {
        client.batch_execute("commit").await.expect("the backend given back");
    }
    kept
}

/// What the doctor says of a pooler.
async fn looked_at(world: &World, config: Config) -> CheckStatus {
    examine(&world.subject(config, tasks())).await.status(Check::Pooler)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_tells_whether_locks_last_behind_a_transaction_pooler() {
    let world = World::new().await;
    let Some(pooler) = Pooler::before(&world).await else { return };
    let through = pooler.config(&world);
    let direct = world.config.database_url.clone();
    let with_sessions = || Config { lock_mode: Some(LockMode::Session), ..through.clone() };
    assert_eq!(looked_at(&world, through.clone()).await, CheckStatus::Ok, "locks last for a transaction");
    assert_eq!(looked_at(&world, with_sessions()).await, CheckStatus::Failed, "locks for a session protect nothing");
    let past_it = Config { database_url_unpooled: direct, ..with_sessions() };
    assert_eq!(looked_at(&world, past_it).await, CheckStatus::Ok, "locks go past the pooler");
    let both = Config { database_url_unpooled: through.database_url.clone(), ..with_sessions() };
    assert_eq!(looked_at(&world, both).await, CheckStatus::Failed, "the direct address leads through it, too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_with_a_single_backend_is_seen_without_waiting_for_it() {
    let world = World::new().await;
    let Some(pooler) = Pooler::of(1, &world).await else { return };
    let with_sessions = Config { lock_mode: Some(LockMode::Session), ..pooler.config(&world) };
    assert_eq!(looked_at(&world, with_sessions).await, CheckStatus::Failed);
}

/// A pooler hands out the backend that was given back last. One that somebody else gives back after the first question, so it
/// goes to the transaction, leaves the first connection what it had, and would do so at each look after that.
#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_is_seen_whenever_somebody_else_gives_a_backend_back() {
    let world = World::new().await;
    let Some(pooler) = Pooler::before(&world).await else { return };
    let with_sessions = || Config { lock_mode: Some(LockMode::Session), ..pooler.config(&world) };
    let (other, connection) = tokio_postgres::connect(&pooler.url, NoTls).await.expect("the pooler");
    tokio::spawn(connection);
    let other = Arc::new(other);
    // The moment is somewhere in a doctor's visit, so each is tried.
    for moment in (0..150).map(|step| Duration::from_micros(200 * step)) {
        other.batch_execute("begin; select 1").await.expect("a backend");
        let gives_back = tokio::spawn({
            let other = other.clone();
            async move {
                // A timer of the runtime is too coarse.
                tokio::task::spawn_blocking(move || std::thread::sleep(moment)).await.expect("a pause");
                other.batch_execute("commit").await.expect("a backend given back");
            }
        });
        assert_eq!(looked_at(&world, with_sessions()).await, CheckStatus::Failed, "{moment:?}");
        gives_back.await.expect("no panic");
    }
}

/// What a worker logs at its start by this address, up to the line with these words.
async fn logged(url: &str, environment: &[(&str, &str)], words: &str) -> String {
    let mut command = tokio::process::Command::new(binary("worker"));
    command.env_clear().env("DATABASE_URL", url).env("SIDE_TASKS_ENABLED", "false").envs(environment.iter().copied());
    command.args(["start", "--no-http"]).kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::null());
    let mut worker = command.stderr(Stdio::piped()).spawn().expect("the worker starts");
    let mut lines = BufReader::new(worker.stderr.take().expect("its log")).lines();
    let mut told = String::new();
    let look = async {
        while let Some(line) = lines.next_line().await.expect("text") {
            told += &line;
            told.push('\n');
            if line.contains(words) {
                return true;
            }
        }
        false
    };
    let has_told = tokio::time::timeout(Duration::from_secs(60), look).await;
    assert!(has_told.unwrap_or(false), "{told}");
    told
}

#[tokio::test]
async fn a_worker_says_at_its_start_that_the_address_shows_a_pooler_and_that_it_locks_for_a_transaction() {
    let world = World::new().await;
    let Some(pooler) = Pooler::before(&world).await else { return };
    let url = format!("{}?pgbouncer=true&connection_limit=1", pooler.url);
    let told = logged(&url, &[], "it looks each second for what is new").await;
    for words in [
        "transaction pooler seen in the address: pgbouncer",
        "locks by transaction",
        "encryption: optional",
        "change nothing here: connection_limit, pgbouncer",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(!told.contains("protect nothing"), "{told}");
}

#[tokio::test]
async fn a_worker_says_that_its_locks_protect_nothing_behind_a_pooler_that_the_address_does_not_show() {
    let world = World::new().await;
    let Some(pooler) = Pooler::before(&world).await else { return };
    let told = logged(&pooler.url, &[], "such locks protect nothing").await;
    assert!(told.contains("transaction pooler seen in the address: none"), "{told}");
    // Seen in the address, it is said before anybody is asked.
    let url = format!("{}?pgbouncer=true", pooler.url);
    logged(&url, &[("TASK_LOCK_MODE", "session")], "TASK_LOCK_MODE=session through a transaction pooler").await;
    // The direct address goes past it.
    let direct = [("DATABASE_URL_UNPOOLED", world.database.url())];
    let told = logged(&url, &direct, "each connection keeps its backend").await;
    assert!(told.contains("locks by session and its direct address"), "{told}");
}
