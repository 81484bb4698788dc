//! What there is to judge by: ledger and history out of their files, the tables as they are at the end.

use std::fs;
use std::path::Path;

use postgres::{Client, NoTls};

use crate::history::{self, Entry, Event};
use crate::ledger::{self, Line};

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// What the tasks say.
    pub ledger: Vec<Line>,
    /// What was done to the processes.
    pub history: Vec<Entry>,
    /// What is recorded of each attempt.
    pub executions: Vec<Execution>,
    /// What the tasks wrote in the database.
    pub effects: Vec<Effect>,
    /// The cron tasks.
    pub tasks: Vec<Task>,
    /// Whatever should not be there any more, a sentence each.
    pub left: Vec<String>,
    /// What a program said when it panicked.
    pub panics: Vec<String>,
    /// How often the server found a deadlock.
    pub deadlocks: usize,
}

/// A cron task.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its name.
    pub name: String,
    /// Since when it is known, in microseconds since 1970.
    pub created_us: i64,
}

/// What is recorded of an attempt.
#[derive(Clone, Debug)]
pub struct Execution {
    /// Its id.
    pub id: String,
    /// Its task.
    pub task: String,
    /// Its slot, in microseconds since 1970.
    pub slot_us: i64,
    /// Which attempt it is, from 1.
    pub attempt: i32,
    /// How many there may be.
    pub max_attempts: i32,
    /// What became of it.
    pub status: String,
    /// The code of its error.
    pub code: Option<String>,
    /// Why it did not run.
    pub skipped_reason: Option<String>,
    /// When it started, in microseconds since 1970.
    pub started_us: Option<i64>,
    /// How long it took.
    pub duration_ms: Option<i32>,
}

impl Execution {
    /// Whether it ran to its end, as recorded.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.status == "COMPLETED"
    }
}

/// A row that a task wrote by a fenced transaction.
#[derive(Clone, Debug)]
pub struct Effect {
    /// The slot, in microseconds since 1970.
    pub slot_us: i64,
    /// The attempt that wrote it.
    pub attempt: i32,
}

impl Evidence {
    /// How many tasks there were besides the usual ones.
    #[must_use]
    pub fn crowd(&self) -> u32 {
        let crowds = self.history.iter().filter_map(|entry| match entry.event {
            Event::Begun { crowd, .. } => Some(crowd),
            _ => None,
        });
        crowds.sum()
    }

    /// Reads the folder of a run and the database at this address.
    ///
    /// # Errors
    ///
    /// What cannot be read.
    pub fn read(folder: &Path, database: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let mut client = Client::connect(database, NoTls)?;
        // A run in which no task got as far as writing has no ledger.
        let ledger = fs::read_to_string(folder.join("ledger")).unwrap_or_default();
        Ok(Self {
            ledger: ledger::read(&ledger)?,
            history: history::read(&fs::read_to_string(folder.join("history.jsonl"))?)?,
            executions: executions(&mut client)?,
            effects: effects(&mut client)?,
            tasks: tasks(&mut client)?,
            left: left(&mut client)?,
            panics: panics(folder)?,
            deadlocks: deadlocks(folder)?,
        })
    }
}

fn executions(client: &mut Client) -> Result<Vec<Execution>, postgres::Error> {
    let statement = "
        select id::text, task_name, (extract(epoch from scheduled_for) * 1000000)::bigint, attempt, max_attempts,
          status::text, error ->> 'code', skipped_reason, (extract(epoch from started_at) * 1000000)::bigint, duration_ms
        from cron_task_executions
        order by task_name, scheduled_for, attempt";
    let rows = client.query(statement, &[])?;
    let read = |row: &postgres::Row| Execution {
        id: row.get(0),
        task: row.get(1),
        slot_us: row.get(2),
        attempt: row.get(3),
        max_attempts: row.get(4),
        status: row.get(5),
        code: row.get(6),
        skipped_reason: row.get(7),
        started_us: row.get(8),
        duration_ms: row.get(9),
    };
    Ok(rows.iter().map(read).collect())
}

fn effects(client: &mut Client) -> Result<Vec<Effect>, postgres::Error> {
    let statement = "select (extract(epoch from slot) * 1000000)::bigint, attempt from torture_effects order by id";
    let rows = client.query(statement, &[])?;
    Ok(rows.iter().map(|row| Effect { slot_us: row.get(0), attempt: row.get(1) }).collect())
}

fn tasks(client: &mut Client) -> Result<Vec<Task>, postgres::Error> {
    let statement = "select name, (extract(epoch from created_at) * 1000000)::bigint from cron_tasks";
    let rows = client.query(statement, &[])?;
    Ok(rows.iter().map(|row| Task { name: row.get(0), created_us: row.get(1) }).collect())
}

/// Rows, locks and sessions that nobody owns any more.
fn left(client: &mut Client) -> Result<Vec<String>, postgres::Error> {
    let statements = [
        "select format('%s %s is still held', task_type, task_name) from task_runner_state",
        "select format('%s of slot %s is still %s', task_name, scheduled_for, status) from cron_task_executions
         where status in ('RUNNING', 'PENDING')",
        "select format('runner %s has not ended', name) from task_runners where ended_at is null",
        "select format('side task %s still runs', name) from side_tasks where is_running",
        "select format('advisory lock %s/%s is still held', classid, objid) from pg_locks
         where locktype = 'advisory' and pid <> pg_backend_pid()",
        "select format('session %s is still there', pid) from pg_stat_activity where application_name = 'downbeat'
         and backend_type = 'client backend' and state <> 'idle'",
    ];
    let mut left = Vec::new();
    for statement in statements {
        left.extend(client.query(statement, &[])?.iter().map(|row| row.get::<_, String>(0)));
    }
    Ok(left)
}

/// What the product's processes said when they panicked, without the task that is there to panic.
fn panics(folder: &Path) -> std::io::Result<Vec<String>> {
    const EXPECTED: &str = "it was to panic";
    let mut panics = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "log") {
            continue;
        }
        let log = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
        let mut lines = log.lines();
        while let Some(line) = lines.find(|line| line.contains("panicked at")) {
            let said = lines.next().unwrap_or_default();
            if said != EXPECTED {
                panics.push(format!("{}: {line} {said}", path.display()));
            }
        }
    }
    Ok(panics)
}

fn deadlocks(folder: &Path) -> std::io::Result<usize> {
    let log = String::from_utf8_lossy(&fs::read(folder.join("server.log"))?).into_owned();
    Ok(log.lines().filter(|line| line.contains("ERROR:  deadlock detected")).count())
}
