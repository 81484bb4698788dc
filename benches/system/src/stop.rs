//! An end in order: SIGTERM to a worker that has nothing to do, and to one in the midst of work.

use std::time::Duration;

use crate::figures::Table;
use crate::measure::{Run, now};
use crate::measures::{Bench, Measured};

/// How often in a round.
const STOPS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(60);
/// How many tasks an idle worker has.
const TASKS: usize = 100;
const NEVER: &str = "0 3 1 1 *";

/// From the signal to the exit, and to the last claim. The signal is sent by `kill`, whose start counts.
pub(crate) fn stop(bench: &Bench) -> Measured {
    let mut table = Table::new("ms", &["exit, ms", "last claim, ms", "left running", "not ended"]);
    for _ in bench.rounds("stop") {
        for _ in 0..STOPS {
            table.add("idle", &idle(bench));
            table.add("at work", &at_work(bench));
        }
    }
    table.print("SIGTERM (a last claim before it is negative)");
    let faults = table.above_zero(&["left running", "not ended"]);
    Measured { json: table.json(), faults }
}

fn idle(bench: &Bench) -> [f64; 4] {
    let mut run = Run::new(&bench.server, bench.ours());
    run.command(&["crons", &TASKS.to_string(), NEVER]);
    run.work(TASKS, NEVER);
    let mut client = run.client();
    let sql = "select count(*) from task_runners where ended_at is null";
    assert!(run.until(|| client.query_one(sql, &[]).expect("who is there").get::<_, i64>(0) == 1), "it does not join");
    // It has joined and has looked for work by then.
    std::thread::sleep(Duration::from_millis(500));
    stopped(&mut run, &mut client)
}

fn at_work(bench: &Bench) -> [f64; 4] {
    let mut run = Run::new(&bench.server, bench.ours());
    // Far more than it can do before it is told.
    run.command(&["enqueue", "1000000"]);
    let mut client = run.client();
    client.batch_execute("vacuum analyze").expect("statistics");
    run.work(0, "* * * * *");
    assert!(run.until(|| run.times("n").len() > 1_000), "it does not begin: see errors.log");
    stopped(&mut run, &mut client)
}

fn stopped(run: &mut Run<'_>, client: &mut postgres::Client) -> [f64; 4] {
    let told = now();
    run.signal(0, "-TERM");
    let ends = run.ends(0, PATIENCE);
    let exit = if ends { (now() - told) * 1000.0 } else { f64::NAN };
    let sql = "select extract(epoch from max(started_at))::float8, count(*) filter (where status = 'RUNNING')
               from cron_task_executions";
    let row = client.query_one(sql, &[]).expect("what is left");
    let (last, running): (Option<f64>, i64) = (row.get(0), row.get(1));
    [exit, last.map_or(f64::NAN, |at| (at - told) * 1000.0), running as f64, f64::from(u8::from(!ends))]
}
