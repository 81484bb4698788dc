//! Pulses over HTTP: of a function on Vercel, and of a worker that runs nothing by itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread::{scope, sleep};
use std::time::Duration;

use chrono::DateTime;
use postgres::Client;

use crate::figures::Table;
use crate::http::{self, Answer};
use crate::measure::{Due, Run, now, quantile};
use crate::measures::{Bench, Measured};

pub(crate) const PULSE: &str = "/api/pulse";
/// How often a pulse with nothing due is called in a round, of a warm process and of new ones.
const WARM: usize = 300;
const COLD: usize = 5;
/// How many tasks there are where few are due.
const FEW: usize = 100;
/// How many pulses are called at once, and how often in a round.
const CALLERS: usize = 200;
const STORMS: usize = 3;
/// Who is called in a storm, and how many workers look for the same beside.
const STORMED: [(Host, usize); 3] = [(Host::Function, 0), (Host::Worker, 0), (Host::Function, 8)];

/// Who answers.
#[derive(Clone, Copy)]
pub(crate) enum Host {
    /// The function as it is deployed on Vercel, started and asked as the platform does.
    Function,
    /// `worker start` with `TASK_RUNNER_ENABLED=false`.
    Worker,
}

impl Host {
    const ALL: [Self; 2] = [Self::Function, Self::Worker];

    fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Worker => "worker",
        }
    }

    /// Hands back its port.
    pub(crate) fn start(self, run: &mut Run<'_>, tasks: usize, schedule: &str) -> u16 {
        match self {
            Self::Function => run.function(tasks, schedule),
            Self::Worker => {
                run.set("TASK_RUNNER_ENABLED", "false");
                run.set("TASK_API_TOKEN", http::SECRET);
                run.work_listening(tasks, schedule)
            }
        }
    }
}

/// A slot that comes once a year, and has just come.
pub(crate) struct Slot {
    pub(crate) at: i64,
    pub(crate) schedule: String,
}

impl Slot {
    pub(crate) fn of_this_minute() -> Self {
        let at = now() as i64 / 60 * 60;
        let time = DateTime::from_timestamp(at, 0).expect("a time of this age");
        Self { at, schedule: time.format("%-M %-H %-d %-m *").to_string() }
    }

    /// Makes every task due once, whether it was before or not, and calls who waits for that.
    pub(crate) fn come(&self, run: &Run<'_>, client: &mut Client) {
        run.clear_lines();
        let sql = format!(
            "delete from cron_task_executions where scheduled_for = to_timestamp({0});
             update cron_tasks set next_execution_at = to_timestamp({0}), due_at = to_timestamp({0});
             notify downbeat, 'queue';",
            self.at
        );
        client.batch_execute(&sql).expect("it is due");
    }
}

/// One call with much to do, many with nothing to do, and the first of a new process.
pub(crate) fn pulse(bench: &Bench) -> Measured {
    let mut table = Table::new("ms", &["median, ms", "p99, ms", "missed", "doubled"]);
    let tasks = bench.options.tasks;
    for _ in bench.rounds("pulse") {
        for host in Host::ALL {
            let slot = Slot::of_this_minute();
            let mut run = Run::new(&bench.server, bench.ours());
            run.command(&["crons", &tasks.to_string(), &slot.schedule]);
            let port = host.start(&mut run, tasks, &slot.schedule);
            http::get(port, PULSE);
            let mut client = run.client();
            slot.come(&run, &mut client);
            client.batch_execute("vacuum analyze").expect("statistics");
            let begun = now();
            let ms = http::get(port, PULSE);
            // Whatever is not recorded when it answers is missed.
            let due = Due::of(&run, tasks, slot.at, begun);
            table.add(&format!("{}, {tasks} due", host.name()), &[ms, f64::NAN, due.missed, due.doubled]);

            let mut warm: Vec<f64> = (0..WARM).map(|_| http::get(port, PULSE)).collect();
            warm.sort_by(f64::total_cmp);
            let figures = [quantile(&warm, 0.5), quantile(&warm, 0.99), f64::NAN, f64::NAN];
            table.add(&format!("{}, nothing due", host.name()), &figures);
        }
        for host in Host::ALL {
            let slot = Slot::of_this_minute();
            let mut run = Run::new(&bench.server, bench.ours());
            run.command(&["crons", &FEW.to_string(), &slot.schedule]);
            // The first brings its definitions into the tables.
            http::get(host.start(&mut run, FEW, &slot.schedule), PULSE);
            for _ in 0..COLD {
                run.kill();
                let begun = now();
                http::get(host.start(&mut run, FEW, &slot.schedule), PULSE);
                let name = format!("{}, nothing due, from exec", host.name());
                table.add(&name, &[(now() - begun) * 1000.0, f64::NAN, f64::NAN, f64::NAN]);
            }
        }
    }
    table.print(&format!("A pulse over HTTP, until it is answered ({FEW} tasks from exec)"));
    let mut faults = Vec::new();
    for row in Host::ALL.map(|host| format!("{}, {tasks} due", host.name())) {
        faults.extend(table.above_zero_in(&row, &["missed", "doubled"]));
    }
    Measured { json: table.json(), faults }
}

/// Many pulses at once where the same tasks are due.
pub(crate) fn storm(bench: &Bench) -> Measured {
    let columns = [
        "answered, median ms",
        "p99, ms",
        "most, ms",
        "worked",
        "refused",
        "failed",
        "connections",
        "missed",
        "doubled",
    ];
    let mut table = Table::new("ms", &columns);
    for (host, workers) in STORMED {
        let name = match workers {
            0 => host.name().to_owned(),
            _ => format!("{}, {workers} workers beside", host.name()),
        };
        let slot = Slot::of_this_minute();
        let mut run = Run::new(&bench.server, bench.ours());
        run.command(&["crons", &FEW.to_string(), &slot.schedule]);
        let port = host.start(&mut run, FEW, &slot.schedule);
        http::get(port, PULSE);
        let mut client = run.client();
        (0..workers).for_each(|_| run.work(FEW, &slot.schedule));
        assert!(run.until(|| have_begun(&mut client, workers)), "not all workers begin: see errors.log");
        for _ in bench.rounds(&format!("storm, {name}")) {
            for _ in 0..STORMS {
                slot.come(&run, &mut client);
                let (answers, connections) = call_at_once(port, &mut client);
                // An answer may come before what another pulse claimed has ended.
                run.until(|| Due::is_over(&mut client, FEW, slot.at));
                let due = Due::of(&run, FEW, slot.at, now());
                let of = |wanted: fn(u16) -> bool| {
                    answers.iter().filter(|answer| answer.as_ref().is_some_and(|one| wanted(one.status))).count() as f64
                };
                let (worked, refused) = (of(|status| status / 100 == 2), of(|status| [409, 429].contains(&status)));
                let failed = CALLERS as f64 - worked - refused;
                let mut ms: Vec<f64> = answers.iter().flatten().map(|answer| answer.ms).collect();
                ms.sort_by(f64::total_cmp);
                let answered = [quantile(&ms, 0.5), quantile(&ms, 0.99), ms.last().copied().unwrap_or(f64::NAN)];
                let counted = [worked, refused, failed, connections, due.missed, due.doubled];
                table.add(&name, &[&answered[..], &counted[..]].concat());
            }
        }
    }
    table.print(&format!("{CALLERS} pulses at once, {FEW} tasks due, {STORMS} times a round"));
    let faults = table.above_zero(&["failed", "missed", "doubled"]);
    Measured { json: table.json(), faults }
}

fn have_begun(client: &mut Client, workers: usize) -> bool {
    let sql = "select count(*) from task_runners where kind = 'worker' and ended_at is null";
    client.query_one(sql, &[]).expect("its runners").get::<_, i64>(0) >= workers as i64
}

/// What each was answered, and the most connections the database had but for `client`.
fn call_at_once(port: u16, client: &mut Client) -> (Vec<Option<Answer>>, f64) {
    let barrier = Barrier::new(CALLERS + 1);
    let (answers, over) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let mut most = 0;
    scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    let answer = http::ask(port, "GET", PULSE).inspect_err(|error| eprintln!("a pulse: {error}")).ok();
                    answers.lock().unwrap_or_else(PoisonError::into_inner).push(answer);
                })
            })
            .collect();
        let watch = scope.spawn(|| {
            let sql = "select count(*) from pg_stat_activity
                       where datname = current_database() and pid <> pg_backend_pid()
                         and backend_type = 'client backend'";
            let mut most: i64 = 0;
            while !over.load(Ordering::Relaxed) {
                most = most.max(client.query_one(sql, &[]).expect("its connections").get(0));
                sleep(Duration::from_millis(2));
            }
            most
        });
        barrier.wait();
        for caller in callers {
            caller.join().expect("it asks");
        }
        over.store(true, Ordering::Relaxed);
        most = watch.join().expect("it looks");
    });
    (answers.into_inner().unwrap_or_else(PoisonError::into_inner), most as f64)
}
