//! The command line over a database: the commands a person types one after the other.

#![allow(clippy::expect_used, reason = "a test may fail")]

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use downbeat::config::Config;
use downbeat::model::Environment;
use downbeat::task::{Registry, RetryPolicy, Schedule, TaskError};
use downbeat::testing::database::TestDatabase;
use serde_json::Value;
use worker::{Exit, Printer};

use crate::support::{database, empty_database, quick, script, task};

task!(Tidy = "keep-tidy" { schedule: Schedule::Cron("0 3 * * *") });
task!(Late = "always-late" { schedule: Schedule::Cron("0 4 * * *"), retry: RetryPolicy::NEVER });

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Page {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("UTF-8")
    }
}

/// Types a command at the database: how it ends, what stands on stdout, what on stderr.
async fn typed(database: &TestDatabase, line: &str) -> (Exit, String, String) {
    let (out, err) = (Page::default(), Page::default());
    let mut printer = Printer::to(out.clone(), err.clone());
    let config = Config {
        database_url: Some(database.url().to_owned().into()),
        environment: Some(Environment::Production),
        ..Config::default()
    };
    let late = script(async |_| Err(TaskError::execution("train_late", "the train is late")));
    let registry = Registry::builder().cron(Tidy(quick())).cron(Late(late));
    let arguments = std::iter::once("worker").chain(line.split(' ')).map(OsString::from);
    let exit = worker::run(arguments, Ok(config), registry, &mut printer).await;
    (exit, out.text(), err.text())
}

fn data(out: &str) -> Value {
    let envelope: Value = serde_json::from_str(out).expect("one JSON document");
    assert_eq!(envelope["success"], true, "{out}");
    envelope["data"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_database_is_migrated_first() {
    let database = empty_database().await;

    let (exit, _, err) = typed(&database, "cron tasks").await;
    assert_eq!(exit, Exit::Setup);
    assert!(err.contains("worker migrate"), "{err}");

    let (exit, out, _) = typed(&database, "migrate --json").await;
    assert_eq!(exit, Exit::Done);
    let applied = data(&out).as_array().map(Vec::len);

    let (_, out, _) = typed(&database, "migrate --status --json").await;
    let status = data(&out);
    assert_eq!(status.as_array().map(Vec::len), applied);
    assert!(status.as_array().into_iter().flatten().all(|migration| migration["state"] == "applied"), "{status}");

    // Who only reads makes nothing known.
    let (_, out, _) = typed(&database, "cron tasks").await;
    assert!(!out.contains("keep-tidy"), "{out}");
    assert_eq!(typed(&database, "pulse execute").await.0, Exit::Done);
    let (exit, out, _) = typed(&database, "core:system:tasks:cron:tasks").await;
    assert_eq!(exit, Exit::Done);
    assert!(out.contains("keep-tidy") && out.contains("always-late"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_as_its_task_does() {
    let database = database().await;

    let (exit, out, _) = typed(&database, "cron run keep-tidy --wait --json").await;
    assert_eq!((exit, &data(&out)["status"]), (Exit::Done, &Value::from("COMPLETED")));

    let (exit, out, _) = typed(&database, "cron run always-late --wait --json").await;
    assert_eq!((exit, &data(&out)["status"]), (Exit::Failed, &Value::from("FAILED")));

    let id = data(&out)["id"].as_str().expect("an id").to_owned();
    let (exit, out, _) = typed(&database, &format!("cron execution {id}")).await;
    assert_eq!(exit, Exit::Done, "looking at a failure is none");
    assert!(out.contains("the train is late"), "{out}");

    let (exit, _, err) = typed(&database, "cron run keep-tiddy").await;
    assert_eq!(exit, Exit::Input);
    assert!(err.contains("“keep-tidy”"), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pulse_fails_if_a_task_does() {
    let database = database().await;

    let (exit, out, _) = typed(&database, "pulse execute").await;
    assert_eq!(exit, Exit::Done, "nothing is due: {out}");

    let (exit, out, _) = typed(&database, "pulse execute --task always-late --force --dry-run").await;
    assert_eq!(exit, Exit::Done, "nothing was run: {out}");

    let (exit, out, _) = typed(&database, "pulse:execute --task keep-tidy --force").await;
    assert_eq!(exit, Exit::Done, "{out}");

    let (exit, out, _) = typed(&database, "pulse execute --task always-late,keep-tidy --force").await;
    assert_eq!(exit, Exit::Failed);
    assert!(out.contains("2 runs, 1 failed"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_can_be_read_is_read_as_text_and_as_json() {
    let database = database().await;
    typed(&database, "pulse execute --force").await;
    for line in [
        "cron tasks --priority high-and-above,medium",
        "cron tasks --status failed --enabled",
        "cron show keep-tidy",
        "cron history --task keep-tidy --status completed,failed --since 1h",
        "cron stats --period hour",
        "cron stats --type trends --task keep-tidy",
        "pulse status",
        "pulse history --limit 3",
        "side tasks",
        "runner",
        "types",
    ] {
        let (exit, out, err) = typed(&database, line).await;
        assert_eq!((exit, err.as_str()), (Exit::Done, ""), "{line}");
        assert!(!out.trim().is_empty(), "{line}");
        let (exit, out, err) = typed(&database, &format!("{line} --json")).await;
        assert_eq!((exit, err.as_str()), (Exit::Done, ""), "{line}");
        data(&out);
    }
}
