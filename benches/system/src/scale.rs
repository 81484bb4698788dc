//! What grows with what: the same measured again with more workers, due tasks, tasks, and rows of history.

use std::fs;

use crate::figures::Table;
use crate::measure;
use crate::one::One;
use crate::plot;
use crate::program::Program;
use crate::server::Server;

/// How long a task that is due each second is watched, in seconds.
const WATCHED: usize = 20;

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
            let at_once = measure::dispatch(server, program, due, 1, measure::LEAD);
            let columns = [at_once.p99, at_once.first, at_once.median, at_once.missed, at_once.doubled];
            table.add(&due.to_string(), &columns);
        }
    }
    told("due", "How late tasks start by how many are due at once, p99 in ms", &table);

    let columns = ["late, median ms", "late, p99 ms", "ready after exec, ms", "memory, MB", "CPU of a core, %"];
    let mut table = Table::new("ms", &columns);
    for tasks in [10, 100, 1_000, 10_000, 100_000] {
        eprintln!("scale, {tasks} tasks");
        let one = One::among(server, program, tasks, WATCHED);
        table.add(&tasks.to_string(), &[one.median, one.p99, one.ready, one.memory, one.cpu]);
    }
    told("tasks", "How late one task a second starts by how many tasks there are, median in ms", &table);
    serde_json::Value::Object(report)
}
