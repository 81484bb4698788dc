//! One task that is due each second, among others that are not.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use crate::figures::Table;
use crate::measure::{Run, now, quantile, resident, seconds_of_cpu};
use crate::measures::{Bench, Measured};
use crate::program::Program;
use crate::server::Server;

/// How many tasks there are where the system is idle.
const IDLE: usize = 100;

/// How it fared.
pub(crate) struct One {
    /// How late it started, in milliseconds.
    pub(crate) median: f64,
    pub(crate) p99: f64,
    pub(crate) most: f64,
    /// From exec to its first start.
    pub(crate) ready: f64,
    pub(crate) memory: f64,
    pub(crate) cpu: f64,
    pub(crate) missed: f64,
    pub(crate) doubled: f64,
}

impl One {
    /// So many tasks in all, for so many slots.
    pub(crate) fn among(server: &Server, program: &Program, tasks: usize, slots: usize) -> Self {
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
        assert!(run.until(|| !run.lines("c").is_empty()), "it does not begin: see errors.log");
        // The slot was due before it began, so nothing was waited for.
        let starts = run.lines("c").into_iter().filter_map(|words| words[3].parse::<f64>().ok());
        let ready = starts.fold(f64::INFINITY, f64::min) - begun;
        sleep(Duration::from_secs(2));
        let process = PathBuf::from(format!("/proc/{}", run.pid()));
        let first = now().ceil() as i64;
        let (cpu, since) = (seconds_of_cpu(&process), now());
        // The last slot has a second for itself.
        sleep(Duration::from_secs_f64((first as f64 + slots as f64 - now()).max(0.0)));
        let cpu = (seconds_of_cpu(&process) - cpu) / (now() - since) * 100.0;
        sleep(Duration::from_secs(1));
        let mut starts: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
        for words in run.lines("c") {
            let (slot, at): (i64, f64) = (words[2].parse().expect("a slot"), words[3].parse().expect("a time"));
            starts.entry(slot).or_default().push((at - slot as f64) * 1000.0);
        }
        starts.retain(|slot, _| (first..first + slots as i64).contains(slot));
        let mut late: Vec<f64> = starts.values().flatten().copied().collect();
        late.sort_by(f64::total_cmp);
        Self {
            median: quantile(&late, 0.5),
            p99: quantile(&late, 0.99),
            most: late.last().copied().unwrap_or(f64::NAN),
            ready: ready * 1000.0,
            memory: resident(&process),
            cpu,
            missed: (slots - starts.len()) as f64,
            doubled: (late.len() - starts.len()) as f64,
        }
    }
}

/// How late a task starts on a system that does nothing else.
pub(crate) fn lag(bench: &Bench) -> Measured {
    let mut table = Table::new("ms", &["median, ms", "p99, ms", "most, ms", "missed", "doubled"]);
    for _ in bench.rounds("lag") {
        let one = One::among(&bench.server, bench.ours(), IDLE, 20);
        table.add(&bench.ours().name, &[one.median, one.p99, one.most, one.missed, one.doubled]);
    }
    table.print("One task each second on an idle system: how late it starts, 20 slots a round");
    let faults = table.above_zero(&["missed", "doubled"]);
    Measured { json: table.json(), faults }
}
