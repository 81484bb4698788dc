//! The first minute: `worker dev` on an empty folder, asked and stopped as a person does it. Real processes, no database given.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use rustix::process::{Pid, Signal, kill_process};

use crate::binary::binary;

/// How long anything may take until it is gone.
const PATIENCE: Duration = Duration::from_secs(20);

/// A folder for `DOWNBEAT_DATA_DIR`, removed at the end.
struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("downbeat-dev-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The program in an environment where nothing else is set.
    fn worker(&self, arguments: &[&str]) -> Command {
        let kept = ["PATH", "HOME", "TMPDIR"].map(|name| (name, std::env::var_os(name)));
        let mut command = Command::new(binary("worker"));
        command.env_clear().envs(kept.into_iter().filter_map(|(name, value)| Some((name, value?))));
        command.env("DOWNBEAT_DATA_DIR", &self.0).current_dir(std::env::temp_dir());
        command.args(arguments).stdin(Stdio::null());
        command
    }

    /// A command; its exit code, and the one document on its stdout.
    #[track_caller]
    fn ask(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let output = self.worker(arguments).arg("--json").output().unwrap();
        let answer = serde_json::from_slice(&output.stdout);
        (output.status.code(), answer.unwrap_or_else(|error| panic!("{arguments:?}: {error}: {output:?}")))
    }

    /// Processes with an open file in here: the server, its guardian, whoever uses it.
    fn processes(&self) -> Vec<String> {
        let mut found = vec![];
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let files = fs::read_dir(entry.path().join("fd")).into_iter().flatten().flatten();
            if files.filter_map(|file| fs::read_link(file.path()).ok()).any(|file| file.starts_with(&self.0)) {
                found.push(fs::read_to_string(entry.path().join("comm")).unwrap_or_default());
            }
        }
        found
    }

    #[track_caller]
    fn assert_all_ended(&self) {
        let begun = Instant::now();
        while !self.processes().is_empty() {
            assert!(begun.elapsed() < PATIENCE, "still running: {:?}", self.processes());
            sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A `worker dev` that listens; killed if it is forgotten.
struct Dev {
    process: Child,
    out: BufReader<ChildStdout>,
    address: String,
}

impl Dev {
    fn spawn(home: &Home, arguments: &[&str]) -> Self {
        let arguments = [&["dev", "--listen", "127.0.0.1:0"], arguments].concat();
        let mut process = home.worker(&arguments).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(process.stdout.take().unwrap());
        Self { process, out, address: String::new() }
    }

    /// Once it has said where it listens.
    #[track_caller]
    fn listening(mut self) -> Self {
        let mut line = String::new();
        while self.out.read_line(&mut line).unwrap() > 0 {
            if let Some(url) = line.trim().strip_prefix("Listening at http://") {
                self.address = url.to_owned();
                return self;
            }
            line.clear();
        }
        panic!("it ended without saying where it listens");
    }

    /// GET: the status code, and the answer.
    #[track_caller]
    fn get(&self, path: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\nhost: {}\r\n\r\n", self.address).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap())
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).expect("a child that was not waited for");
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn an_empty_folder_becomes_a_system_that_runs_tasks_and_ends_without_a_trace() {
    let home = Home::new("whole");
    let mut dev = Dev::spawn(&home, &[]).listening();

    let (status, answer) = dev.get("/api/pulse/status");
    assert_eq!((status, &answer["success"]), (200, &Value::Bool(true)), "{answer}");
    let (status, answer) = dev.get("/api/pulse");
    assert_eq!((status, &answer["success"]), (200, &Value::Bool(true)), "{answer}");

    let (code, answer) = home.ask(&["cron", "run", "database-health", "--wait"]);
    assert_eq!((code, &answer["data"]["status"]), (Some(0), &Value::from("COMPLETED")), "{answer}");
    let (code, answer) = home.ask(&["cron", "history", "--task", "database-health"]);
    assert_eq!(code, Some(0), "{answer}");
    let executions = answer["data"]["executions"].as_array().unwrap();
    assert!(executions.iter().any(|execution| execution["status"] == "COMPLETED"), "{answer}");

    dev.signal(Signal::INT);
    assert_eq!(dev.process.wait().unwrap().code(), Some(0));
    home.assert_all_ended();
}

#[test]
fn a_killed_one_takes_the_private_database_with_it() {
    let home = Home::new("killed");
    let mut dev = Dev::spawn(&home, &[]).listening();
    assert!(home.processes().iter().any(|name| name.starts_with("postgres")), "{:?}", home.processes());

    dev.signal(Signal::KILL);
    dev.process.wait().unwrap();

    home.assert_all_ended();
}
