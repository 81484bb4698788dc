//! A worker that is stopped in the midst of a task, and goes on when others have taken over.

use std::thread::sleep;
use std::time::Duration;

use crate::figures::Table;
use crate::measure::{Run, now};
use crate::measures::{Bench, Measured};

/// The shortest lease there is, and how long the task takes, in seconds: it would end while its worker is stopped.
const LEASE: f64 = 3.0;
const TASK: &str = "2";

/// From the end of the lease until another worker runs it again, and what becomes of the end the first one reports.
pub(crate) fn freeze(bench: &Bench) -> Measured {
    let columns = ["running again after the lease, s", "stale ends accepted", "not completed once"];
    let mut table = Table::new("s", &columns);
    let mut faults = Vec::new();
    for _ in 0..bench.options.rounds * 2 {
        match frozen(bench) {
            Some(figures) => table.add(&bench.ours().name, &figures),
            None => faults.push("nobody ran it again".to_owned()),
        }
    }
    table.print(&format!("SIGSTOP of a worker at work, TASK_LEASE={LEASE}s"));
    faults.extend(table.above_zero(&columns[1..]));
    Measured { json: table.json(), faults }
}

fn frozen(bench: &Bench) -> Option<[f64; 3]> {
    let schedule = format!("sleep:{TASK}");
    let mut run = Run::new(&bench.server, bench.ours());
    run.command(&["sleepjob", TASK]);
    run.set("TASK_LEASE", &format!("{LEASE}s"));
    run.work(0, &schedule);
    let starts = |run: &Run<'_>| run.lines("s").iter().filter(|words| words[1] == "start").count();
    if !run.until(|| starts(&run) == 1) {
        return None;
    }
    run.work(0, &schedule);
    // The other one has to be there; the task goes on meanwhile.
    let mut client = run.client();
    let there = "select count(*) from task_runners where ended_at is null";
    run.until(|| client.query_one(there, &[]).expect("who is there").get::<_, i64>(0) == 2);
    let stopped = now();
    run.signal(0, "-STOP");
    if !run.until(|| starts(&run) == 2) {
        return None;
    }
    let again = run.times("s").into_iter().fold(0.0, f64::max) - stopped - LEASE;
    run.signal(0, "-CONT");
    // By then the first has reported its end, and the second has ended, too.
    let open = "select count(*) from cron_task_executions where completed_at is null";
    run.until(|| client.query_one(open, &[]).expect("what is open").get::<_, i64>(0) == 0);
    sleep(Duration::from_secs(2));
    let sql = "select
        count(*) filter (where attempt = 1 and status = 'COMPLETED'), count(*) filter (where status = 'COMPLETED')
        from cron_task_executions";
    let row = client.query_one(sql, &[]).expect("how they ended");
    let (stale, completed): (i64, i64) = (row.get(0), row.get(1));
    Some([again, stale as f64, f64::from(u8::from(completed != 1))])
}
