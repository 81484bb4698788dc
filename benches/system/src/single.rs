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
/// More than they can do in the time they are watched for.
const SLOTS: &str = "1000000";
const WATCHED: Duration = Duration::from_secs(10);

/// Workers that run one execution at a time, beside the server's limit for as many clients, and one worker that runs as many
/// at once.
pub(crate) fn single(bench: &Bench) -> Measured {
    let mut table = Table::new("executions/s", &["executions/s"]);
    let mut faults = Vec::new();
    let cases = [
        (format!("{CLIENTS} workers of one at a time"), CLIENTS, 1),
        (format!("one worker of {CLIENTS} at once"), 1, CLIENTS),
    ];
    for _ in bench.rounds("single") {
        table.add(&format!("the server's limit, {CLIENTS} clients"), &[bench.server.limit(Limit::Single)]);
        for (name, workers, concurrency) in &cases {
            match drained(&bench.server, &bench.ours().at(*concurrency), *workers) {
                Ok(per_second) => table.add(&format!("{}, {name}", bench.ours().name), &[per_second]),
                Err(fault) => faults.push(format!("{name}: {fault}")),
            }
        }
    }
    table.print("One execution at a time");
    Measured { json: table.json(), faults }
}

/// How many executions a second are recorded once each worker has begun its first.
fn drained(server: &Server, program: &Program, workers: usize) -> Result<f64, String> {
    let mut run = Run::new(server, program);
    run.command(&["enqueue", SLOTS]);
    run.clear();
    let mut client = run.client();
    client.batch_execute("vacuum analyze").expect("statistics");
    client.batch_execute("checkpoint").expect("a checkpoint");
    for _ in 0..workers {
        run.work(0, "* * * * *");
    }
    if !run.until(|| run.times_by_process("n").len() == workers) {
        return Err(format!("{} of {workers} workers began", run.times_by_process("n").len()));
    }
    let mut completed = || {
        let sql = "select count(*) from cron_task_executions where status = 'COMPLETED'";
        let count: i64 = client.query_one(sql, &[]).expect("how many").get(0);
        count as f64
    };
    let (before, begun) = (completed(), now());
    sleep(WATCHED);
    let (after, ended) = (completed(), now());
    let left: i64 = run.client().query_one(program.left, &[]).expect("what is left").get(0);
    if left == 0 {
        return Err("nothing was left in the end".to_owned());
    }
    Ok((after - before) / (ended - begun))
}
