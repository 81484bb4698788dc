//! What grows with what: the same measured again with more workers, due tasks, tasks, and rows of history.

use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use crate::figures::Table;
use crate::measure::{self, Run, now, quantile, resident, seconds_of_cpu};
use crate::plot;
use crate::program::Program;
use crate::server::Server;

/// How long a task that is due each second is watched, in seconds.
const WATCHED: u32 = 20;

/// Measures all of it, prints the tables and draws the first column of each.
pub(crate) fn scale(server: &Server, program: &Program, rounds: usize, slots: usize) -> serde_json::Value {
    let mut report = serde_json::Map::new();
    let mut told = |name: &str, title: &str, table: &Table| {
        table.print(title);
        let svg = plot::line(title, table);
        fs::write(server.out.join(format!("scale-{name}.svg")), svg).expect("the plot is written");
        report.insert(name.to_owned(), table.json());
    };

    let mut table = Table::new("executions/s", &["executions/s", "WAL, bytes each"]);
    for workers in [1, 2, 4, 8, 16] {
        for round in 1..=rounds {
            eprintln!("scale, {workers} workers, round {round} of {rounds}");
            let drained = measure::throughput(server, program, slots, workers, 0);
            let drained = drained.expect("it comes to an end");
            table.add(&workers.to_string(), &[drained.per_second, drained.wal]);
        }
    }
    told("workers", "Executions a second by workers", &table);

    let mut table = Table::new("executions/s", &["executions/s", "WAL, bytes each"]);
    for rows in [0, 10_000, 100_000, 1_000_000, 5_000_000] {
        for round in 1..=rounds {
            eprintln!("scale, {rows} rows of history, round {round} of {rounds}");
            let drained = measure::throughput(server, program, slots, 1, rows).expect("it comes to an end");
            table.add(&rows.to_string(), &[drained.per_second, drained.wal]);
        }
    }
    told("history", "Executions a second by rows of history", &table);

    let mut table = Table::new("ms", &["p99, ms", "first, ms", "median, ms", "missed", "doubled"]);
    for due in [10, 100, 1_000, 10_000] {
        for round in 1..=rounds {
            eprintln!("scale, {due} due tasks, round {round} of {rounds}");
            let at_once = measure::dispatch(server, program, due, 1);
            let columns = [at_once.p99, at_once.first, at_once.median, at_once.missed, at_once.doubled];
            table.add(&due.to_string(), &columns);
        }
    }
    told("due", "How late tasks start by how many are due at once, p99 in ms", &table);

    let columns = ["late, median ms", "late, p99 ms", "ready after exec, ms", "memory, MB", "CPU of a core, %"];
    let mut table = Table::new("ms", &columns);
    for tasks in [10, 100, 1_000, 10_000, 100_000] {
        eprintln!("scale, {tasks} tasks");
        let one = one_among(server, program, tasks);
        table.add(&tasks.to_string(), &[one.median, one.p99, one.ready, one.memory, one.cpu]);
    }
    told("tasks", "How late one task a second starts by how many tasks there are, median in ms", &table);
    serde_json::Value::Object(report)
}

/// A task that is due each second among many that are not.
struct One {
    median: f64,
    p99: f64,
    /// From exec to its first start.
    ready: f64,
    memory: f64,
    cpu: f64,
}

fn one_among(server: &Server, program: &Program, tasks: usize) -> One {
    const ONE: &str = "* * * * * *|0 3 1 1 *";
    let mut run = Run::new(server, program);
    run.command(&["crons", &tasks.to_string(), ONE]);
    // Of what gathered meanwhile, one slot is left.
    let skip = "update cron_tasks set next_execution_at = date_trunc('second', now()),
                due_at = date_trunc('second', now()) where name = 'task-0'";
    let mut client = run.client();
    client.batch_execute("vacuum analyze").expect("statistics");
    client.batch_execute(skip).expect("a slot");
    run.clear();
    let begun = now();
    run.work(tasks, ONE);
    run.until(|| !run.lines("c").is_empty());
    // The slot was due before it began, so nothing was waited for.
    let starts = run.lines("c").into_iter().filter_map(|words| words[3].parse::<f64>().ok());
    let ready = starts.fold(f64::INFINITY, f64::min) - begun;
    sleep(Duration::from_secs(2));
    run.clear_lines();
    let process = PathBuf::from(format!("/proc/{}", run.pid()));
    let (cpu, since) = (seconds_of_cpu(&process), now());
    sleep(Duration::from_secs(WATCHED.into()));
    let cpu = (seconds_of_cpu(&process) - cpu) / (now() - since) * 100.0;
    let number = |word: &String| word.parse::<f64>().expect("a number");
    let lines = run.lines("c");
    let late = lines.iter().map(|words| (number(&words[3]) - number(&words[2])) * 1000.0);
    let mut late: Vec<f64> = late.collect();
    late.sort_by(f64::total_cmp);
    One {
        median: quantile(&late, 0.5),
        p99: quantile(&late, 0.99),
        ready: ready * 1000.0,
        memory: resident(&process),
        cpu,
    }
}
