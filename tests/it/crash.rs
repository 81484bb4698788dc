//! What goes wrong in production, with real processes on real PostgreSQL: killed, stopped, cut off from the database.

use std::process::Stdio;
use std::time::{Duration, Instant};

use downbeat::testing::database::TestDatabase;
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use crate::binary::binary;
use crate::service::send;
use crate::support::{self, connect, database};

/// No test waits longer than this for what must come.
const PATIENCE: Duration = Duration::from_secs(60);

fn worker(database: &TestDatabase) -> Command {
    let mut command = Command::new(binary("worker"));
    command.env_clear().env("DATABASE_URL", database.url()).env("SIDE_TASKS_ENABLED", "false");
    command.kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
    command
}

fn start(database: &TestDatabase) -> Child {
    worker(database).args(["start", "--no-http"]).spawn().expect("the worker starts")
}

/// A command of the command line; its answer.
async fn ask(database: &TestDatabase, arguments: &[&str]) -> Value {
    let mut command = worker(database);
    let output = command.arg("--json").args(arguments).stdout(Stdio::piped()).output().await.expect("it runs");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
}

async fn history(database: &TestDatabase, task: &str) -> Vec<Value> {
    let answer = ask(database, &["cron", "history", "--task", task]).await;
    let mut executions = answer["data"]["executions"].as_array().expect("executions").clone();
    // A slot of its own may come while what was asked for runs, and is skipped.
    let is_beside = |execution: &Value| execution["triggered_by"] == "schedule" && execution["status"] == "SKIPPED";
    executions.retain(|execution| !is_beside(execution));
    executions.reverse();
    executions
}

/// An address that tells the test of every request, and answers when the test says so.
struct Site(TcpListener);

impl Site {
    async fn open() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.expect("a port"))
    }

    fn config(&self) -> String {
        let url = format!("http://{}/", self.0.local_addr().expect("an address"));
        json!({ "targets": [{ "url": url, "timeout_ms": 60_000 }] }).to_string()
    }

    /// Waits for somebody who asks.
    async fn asked(&self) -> TcpStream {
        let (mut stream, _) =
            tokio::time::timeout(PATIENCE, self.0.accept()).await.expect("in time").expect("a caller");
        let mut request = [0; 1024];
        assert!(stream.read(&mut request).await.expect("a request") > 0);
        stream
    }
}

async fn answer(mut stream: TcpStream) {
    stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await.expect("somebody listens");
}

/// Waits until the task's executions have these statuses.
async fn until(database: &TestDatabase, task: &str, statuses: &[&str]) -> Vec<Value> {
    let begun = Instant::now();
    loop {
        let executions = history(database, task).await;
        let found: Vec<_> =
            executions.iter().map(|execution| execution["status"].as_str().unwrap_or_default()).collect();
        if found == statuses {
            return executions;
        }
        assert!(begun.elapsed() < PATIENCE, "{found:?} instead of {statuses:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn what_a_killed_worker_was_doing_is_finished_by_another() {
    let database = database().await;
    let site = Site::open().await;
    let mut dying = start(&database);
    ask(&database, &["cron", "run", "http-check", "--config", &site.config()]).await;
    let cut_off = site.asked().await;
    let other = start(&database);
    // The other one must be there before this one goes, for its start is not what is measured.
    until_runners_live(&database, 2).await;

    dying.kill().await.expect("kill -9");
    let again = site.asked().await;
    drop(cut_off);
    answer(again).await;

    let executions = until(&database, "http-check", &["FAILED", "COMPLETED"]).await;
    assert_eq!(executions[0]["error"]["code"], "runner_lost");
    assert_eq!(executions[0]["error"]["kind"], "SYSTEM");
    assert_eq!((&executions[1]["attempt"], &executions[1]["triggered_by"]), (&json!(2), &json!("retry")));
    assert_ne!(executions[0]["runner_instance_id"], executions[1]["runner_instance_id"]);
    drop(other);
}

async fn until_runners_live(database: &TestDatabase, wanted: i64) {
    let client = connect(database.config()).await;
    let live = "select count(*) from task_runners where ended_at is null";
    support::until(async || client.query_one(live, &[]).await.expect("an answer").get::<_, i64>(0) >= wanted).await;
}

#[tokio::test]
async fn a_worker_told_to_end_finishes_what_runs_and_leaves_nothing_behind() {
    let database = database().await;
    let site = Site::open().await;
    let mut ending = start(&database);
    ask(&database, &["cron", "run", "http-check", "--config", &site.config()]).await;
    let stream = site.asked().await;
    send(&ending, Signal::TERM);
    answer(stream).await;
    let status = tokio::time::timeout(PATIENCE, ending.wait()).await.expect("in time").expect("it ends");
    assert_eq!(status.code(), Some(0));
    until(&database, "http-check", &["COMPLETED"]).await;
    let client = connect(database.config()).await;
    let left =
        "select (select count(*) from task_runner_state) + (select count(*) from task_runners where ended_at is null)";
    assert_eq!(client.query_one(left, &[]).await.expect("an answer").get::<_, i64>(0), 0);
}

#[tokio::test]
async fn a_worker_told_twice_leaves_at_once_and_another_does_what_it_left() {
    let database = database().await;
    let site = Site::open().await;
    let mut leaving = start(&database);
    ask(&database, &["cron", "run", "http-check", "--config", &site.config()]).await;
    let cut_off = site.asked().await;
    // Two different ones, for two of one kind could arrive as one.
    send(&leaving, Signal::TERM);
    send(&leaving, Signal::INT);
    let status = tokio::time::timeout(PATIENCE, leaving.wait()).await.expect("in time").expect("it ends");
    let second = status.code().expect("it was not killed");
    assert!([128 + Signal::TERM.as_raw(), 128 + Signal::INT.as_raw()].contains(&second), "{second}");
    drop(cut_off);
    let other = start(&database);
    answer(site.asked().await).await;
    until(&database, "http-check", &["FAILED", "COMPLETED"]).await;
    drop(other);
}

#[tokio::test]
async fn a_worker_outlives_the_loss_of_all_its_connections_again_and_again() {
    let database = database().await;
    let site = Site::open().await;
    let worker = start(&database);
    ask(&database, &["cron", "run", "http-check", "--config", &site.config()]).await;
    let stream = site.asked().await;
    let client = connect(database.config()).await;
    for _ in 0..10 {
        let storm = "select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and application_name = 'downbeat'";
        client.query(storm, &[]).await.expect("an answer");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    answer(stream).await;
    let executions = until(&database, "http-check", &["COMPLETED"]).await;
    assert_eq!(executions[0]["attempt"], 1, "nobody took it away");
    drop(worker);
}

#[tokio::test]
async fn a_frozen_worker_loses_its_task_and_drops_its_result_when_it_wakes() {
    let database = database().await;
    let site = Site::open().await;
    let lease = |command: &mut Command| {
        command.args(["start", "--no-http"]).env("TASK_LEASE", "3s").env("TASK_HEARTBEAT_INTERVAL", "500ms");
        command.spawn().expect("the worker starts")
    };
    let frozen = lease(&mut worker(&database));
    ask(&database, &["cron", "run", "http-check", "--config", &site.config()]).await;
    let first = site.asked().await;
    let other = lease(&mut worker(&database));
    until_runners_live(&database, 2).await;
    send(&frozen, Signal::STOP);
    let again = site.asked().await;
    answer(first).await;
    send(&frozen, Signal::CONT);
    until_runners_live(&database, 2).await;
    answer(again).await;
    let executions = until(&database, "http-check", &["FAILED", "COMPLETED"]).await;
    assert_eq!(executions[0]["error"]["code"], "runner_lost");
    drop((frozen, other));
}

#[tokio::test]
async fn a_function_frozen_in_mid_pulse_loses_its_claim_by_itself_and_another_does_the_work() {
    let database = database().await;
    let client = connect(database.config()).await;
    let site = Site::open().await;
    ask(&database, &["cron", "set", "http-check", "--schedule", "0 0 1 1 *", "--config", &site.config()]).await;
    let due = "update cron_tasks set next_execution_at = slot, due_at = slot
        from (select clock_timestamp() - interval '1 minute' as slot) as t where name = 'http-check'";
    assert_eq!(client.execute(due, &[]).await.expect("an update"), 1);
    // Its lease is an hour, so what takes its claim away is the end of its lock's transaction.
    let mut function = worker(&database);
    function.env("TASK_RUNNER_ENVIRONMENT", "serverless").env("PULSE_BUDGET", "5s").env("TASK_LEASE", "1h");
    let mut frozen = function.args(["pulse", "execute"]).spawn().expect("it starts");
    let first = site.asked().await;
    let lock_mode = "select lock_mode from task_runners where ended_at is null";
    let row = client.query_one(lock_mode, &[]).await.expect("one pulse works");
    assert_eq!(row.get::<_, String>(0), "transaction");
    send(&frozen, Signal::STOP);

    let other = start(&database);
    let again = site.asked().await;
    answer(again).await;
    let executions = until(&database, "http-check", &["FAILED", "COMPLETED"]).await;
    assert_eq!(executions[0]["error"]["code"], "runner_lost");
    assert_ne!(executions[0]["runner_instance_id"], executions[1]["runner_instance_id"]);
    let held = "select count(*) from pg_locks where locktype = 'advisory' and pid in (
        select pid from pg_stat_activity where datname = current_database() and state like 'idle in transaction%')";
    assert_eq!(client.query_one(held, &[]).await.expect("an answer").get::<_, i64>(0), 0, "its lock is gone");

    // What it has to say when it wakes is not heard.
    answer(first).await;
    send(&frozen, Signal::CONT);
    tokio::time::timeout(PATIENCE, frozen.wait()).await.expect("in time").expect("it ends");
    until(&database, "http-check", &["FAILED", "COMPLETED"]).await;
    drop(other);
}
