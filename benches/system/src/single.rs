//! One execution at a time for each client, so that nothing can be done in batches.

use std::thread::sleep;
use std::time::Duration;

use crate::figures::Table;
use crate::measure::{Run, now};
use crate::measures::{Bench, Measured};
use crate::program::Program;
use crate::server::{Limit, Server};

/// How many clients there are.
const CLIENTS: usize = 24;

/// Workers that run one execution at a time, beside the server's limit for as many clients, and one worker that runs as many
/// at once.
pub(crate) fn single(bench: &Bench) -> Measured {
    let mut table = Table::new("executions/s", &["executions/s"]);
    let mut faults = Vec::new();
    // Each of them takes its time.
    let slots = (bench.options.slots / 4).max(CLIENTS);
    let cases = [
        (format!("{CLIENTS} workers of one at a time"), CLIENTS, 1),
        (format!("one worker of {CLIENTS} at once"), 1, CLIENTS),
    ];
    for _ in bench.rounds("single") {
        table.add(&format!("the server's limit, {CLIENTS} clients"), &[bench.server.limit(Limit::Single)]);
        for (name, workers, concurrency) in &cases {
            match drained(&bench.server, &bench.ours().at(*concurrency), slots, *workers) {
                Ok(per_second) => table.add(&format!("{}, {name}", bench.ours().name), &[per_second]),
                Err(fault) => faults.push(format!("{name}: {fault}")),
            }
        }
    }
    table.print("One execution at a time");
    Measured { json: table.json(), faults }
}

/// How many executions a second from when each worker had begun its first, to the last recorded end.
fn drained(server: &Server, program: &Program, slots: usize, workers: usize) -> Result<f64, String> {
    let mut run = Run::new(server, program);
    run.command(&["enqueue", &slots.to_string()]);
    run.clear();
    let mut client = run.client();
    client.batch_execute("vacuum analyze").expect("statistics");
    client.batch_execute("checkpoint").expect("a checkpoint");
    for _ in 0..workers {
        run.work(0, "* * * * *");
    }
    let mut ended = 0.0;
    let drained = run.until(|| {
        let left: i64 = client.query_one(program.left, &[]).expect("what is left").get(0);
        ended = now();
        // Looking costs the server something, too.
        sleep(Duration::from_millis(80));
        left == 0 && run.times("n").len() >= slots
    });
    if !drained {
        return Err(format!("{} of {slots} executions, and no end", run.times("n").len()));
    }
    let processes = run.times_by_process("n");
    let from = processes.iter().filter_map(|times| times.first()).copied().fold(0.0, f64::max);
    let counted = processes.iter().flatten().filter(|at| **at >= from).count();
    if processes.len() < workers || counted < slots / 2 {
        return Err(format!(
            "{counted} of {slots} executions were left when {} of {workers} had begun",
            processes.len()
        ));
    }
    Ok(counted as f64 / (ended - from))
}
