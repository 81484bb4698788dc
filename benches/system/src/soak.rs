//! Half of the most it can do, for long: what must not grow, looked at ten times.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use crate::measure::{Run, now, quantile, resident};
use crate::program::Program;
use crate::server::Server;

/// How often it is looked.
const LOOKS: usize = 10;
/// How long work that came due may wait in the end.
const PATIENCE: Duration = Duration::from_secs(60);

/// What was seen in a tenth of the time, or at its end.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Look {
    pub(crate) executions: f64,
    /// How late they started, in milliseconds.
    pub(crate) median: f64,
    pub(crate) p99: f64,
    /// Of the worker, resident, in MB.
    pub(crate) memory: f64,
    pub(crate) files: f64,
    pub(crate) connections: f64,
    /// Of the two tables whose rows change all the time, for each that lives.
    pub(crate) dead: f64,
    /// Since it began.
    pub(crate) deadlocks: f64,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Soaked {
    pub(crate) looks: Vec<Look>,
    /// Slots that nobody ran, and runs of a slot beyond the first.
    pub(crate) missed: usize,
    pub(crate) doubled: usize,
}

/// So many tasks, each due every second, for so many seconds, with one worker.
pub(crate) fn soak(server: &Server, program: &Program, tasks: usize, seconds: usize) -> Soaked {
    const EACH_SECOND: &str = "* * * * * *";
    let mut run = Run::new(server, program);
    run.command(&["crons", &tasks.to_string(), EACH_SECOND]);
    run.clear();
    run.work(tasks, EACH_SECOND);
    // What gathered since the tasks were there is done first.
    run.until(|| run.size() > 0);
    sleep(Duration::from_secs(5));
    let begun = now().ceil();
    let tenth = seconds as f64 / LOOKS as f64;
    let mut client = run.client();
    let process = PathBuf::from(format!("/proc/{}", run.pid()));
    let sql = "select
        (select count(*)::float8 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()),
        (select sum(n_dead_tup)::float8 / greatest(sum(n_live_tup), 1)::float8 from pg_stat_user_tables
         where relname in ('cron_tasks', 'task_runner_state')),
        (select deadlocks::float8 from pg_stat_database where datname = current_database())";
    let mut looks: Vec<Look> = Vec::new();
    for look in 1..=LOOKS {
        sleep(Duration::from_secs_f64((begun + tenth * look as f64 - now()).max(0.0)));
        let row = client.query_one(sql, &[]).expect("what the server knows");
        looks.push(Look {
            memory: resident(&process),
            files: fs::read_dir(process.join("fd")).map_or(f64::NAN, |files| files.count() as f64),
            connections: row.get(0),
            dead: row.get(1),
            deadlocks: row.get(2),
            ..Look::default()
        });
    }
    let ended = begun + seconds as f64;
    sleep(Duration::from_secs(1));
    run.end_in_order(PATIENCE);

    let mut late = vec![Vec::new(); LOOKS];
    let mut ran: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    let mut doubled = 0;
    for words in run.lines("c") {
        let (slot, at): (i64, f64) = (words[2].parse().expect("a slot"), words[3].parse().expect("a time"));
        if (slot as f64) < begun || slot as f64 >= ended {
            continue;
        }
        late[(((slot as f64) - begun) / tenth) as usize % LOOKS].push((at - slot as f64) * 1000.0);
        doubled += usize::from(!ran.entry(slot).or_default().insert(words[1].clone()));
    }
    for (look, late) in looks.iter_mut().zip(&mut late) {
        late.sort_by(f64::total_cmp);
        look.executions = late.len() as f64;
        (look.median, look.p99) = (quantile(late, 0.5), quantile(late, 0.99));
    }
    let missed = seconds * tasks - ran.values().map(BTreeSet::len).sum::<usize>();
    Soaked { looks, missed, doubled }
}
