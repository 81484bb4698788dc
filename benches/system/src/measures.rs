//! All that is measured, by name; and how what was measured is told.

use std::fs;

use serde_json::{Value, json};

use crate::ends::ends;
use crate::figures::Table;
use crate::freeze::freeze;
use crate::full::full;
use crate::grown::grown;
use crate::measure;
use crate::one::lag;
use crate::options::Options;
use crate::plot;
use crate::private::private;
use crate::program::Program;
use crate::pulse::{pulse, storm};
use crate::scale;
use crate::server::{Limit, Server};
use crate::single::single;
use crate::soak;
use crate::stop::stop;

/// What a measure has to measure with.
pub(crate) struct Bench {
    pub(crate) server: Server,
    pub(crate) programs: Vec<Program>,
    pub(crate) options: Options,
}

impl Bench {
    /// Ours as it comes.
    pub(crate) fn ours(&self) -> &Program {
        self.programs.iter().find(|program| program.is_ours).expect("ours is always there")
    }

    /// Each round by its number, told as it begins.
    pub(crate) fn rounds(&self, what: &str) -> impl Iterator<Item = usize> {
        let rounds = self.options.rounds;
        (1..=rounds).inspect(move |round| eprintln!("{what}, round {round} of {rounds}"))
    }
}

/// What came of a measure.
pub(crate) struct Measured {
    pub(crate) json: Value,
    /// What must not be, or could not be measured.
    pub(crate) faults: Vec<String>,
}

/// When a measure is taken.
#[derive(Clone, Copy)]
pub(crate) enum When {
    Always,
    /// It takes long.
    Asked,
}

/// One of the measures.
pub(crate) struct Measure {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) when: When,
    /// Measures, and prints a table.
    pub(crate) take: fn(&Bench) -> Measured,
}

const fn always(name: &'static str, help: &'static str, take: fn(&Bench) -> Measured) -> Measure {
    Measure { name, help, when: When::Always, take }
}

const fn asked(name: &'static str, help: &'static str, take: fn(&Bench) -> Measured) -> Measure {
    Measure { name, help, when: When::Asked, take }
}

/// In the order in which they are taken.
pub(crate) const MEASURES: &[Measure] = &[
    always("throughput", "executions a second, beside the peers and the server's limit", throughput),
    always("single", "the same one at a time, 24 clients", single),
    always("dispatch", "how late tasks start that are due at one instant, for 1, 2 and 8 workers", dispatch),
    always("dispatch-peers", "the same of the peers, for 2 workers", dispatch_peers),
    always("burst", "the same of ten times as many, for 8 workers", burst),
    always("lag", "how late one task a second starts where nothing else happens", lag),
    always("pulse", "a pulse over HTTP: with much due, with nothing due, and of a new process", pulse),
    always("storm", "two hundred pulses at once with the same due", storm),
    always("full", "what a function answers, and how a worker fares, while others have all connections", full),
    always("start", "from exec to the first task, beside the peers", start),
    always("crash", "from kill -9 until another worker runs the task again", crash),
    always("freeze", "from the end of a stopped worker's lease until another runs the task again", freeze),
    always("ends", "how late a timeout and a cancel are recorded", ends),
    always("stop", "from SIGTERM to the exit and to the last claim", stop),
    always("idle", "what a worker costs that has nothing to do, in a minute", idle),
    always("grown", "a million rows of history: claims, and answers of the API", grown),
    always("private", "from exec to the first answer of the private PostgreSQL", private),
    asked("soak", "half of the most it can do, for long", soak),
    asked("scale", "what grows with workers, due tasks, tasks, and rows of history", scale),
];

fn throughput(bench: &Bench) -> Measured {
    let mut table = Table::new("executions/s", &["executions/s", "WAL, bytes each", "commits each"]);
    let mut faults = Vec::new();
    for _ in bench.rounds("throughput") {
        table.add("the server's limit", &[bench.server.limit(Limit::Batches), f64::NAN, f64::NAN]);
        for program in &bench.programs {
            let slots = if program.is_slow { bench.options.slots / 10 } else { bench.options.slots };
            match measure::throughput(&bench.server, program, slots, 1, 0) {
                Some(drained) => table.add(&program.name, &[drained.per_second, drained.wal, drained.commits]),
                None => faults.push(format!("{} did not come to an end", program.name)),
            }
        }
    }
    table.print("Throughput");
    let svg = plot::bars("Executions a second, medians and spread", &table);
    fs::write(bench.server.out.join("throughput.svg"), svg).expect("the plot is written");
    Measured { json: table.json(), faults }
}

fn dispatch(bench: &Bench) -> Measured {
    let programs = bench.programs.iter().filter(|program| program.is_ours);
    at_one_instant(bench, "dispatch", programs, bench.options.tasks, &[1, 2, 8], measure::LEAD)
}

fn dispatch_peers(bench: &Bench) -> Measured {
    let columns = ["first, ms", "median, ms", "p99, ms", "missed", "doubled"];
    let mut table = Table::new("ms", &columns);
    for _ in bench.rounds("dispatch-peers") {
        for program in &bench.programs {
            let due = measure::dispatch(&bench.server, program, bench.options.tasks, 2, measure::LEAD);
            table.add(&program.name, &[due.first, due.median, due.p99, due.missed, due.doubled]);
        }
    }
    table.print(&format!("{} tasks due at one instant, 2 workers, beside the peers", bench.options.tasks));
    Measured { json: table.json(), faults: Vec::new() }
}

fn burst(bench: &Bench) -> Measured {
    // Each of them has its definitions to look at first.
    at_one_instant(bench, "burst", [bench.ours()], bench.options.tasks * 10, &[8], 20.0)
}

fn at_one_instant<'a>(
    bench: &Bench,
    what: &str,
    programs: impl IntoIterator<Item = &'a Program> + Clone,
    tasks: usize,
    workers: &[usize],
    lead: f64,
) -> Measured {
    let columns = ["first, ms", "median, ms", "p99, ms", "all recorded, ms", "missed", "doubled"];
    let mut table = Table::new("ms", &columns);
    for workers in workers {
        for _ in bench.rounds(&format!("{what}, {workers} workers")) {
            for program in programs.clone() {
                let due = measure::dispatch(&bench.server, program, tasks, *workers, lead);
                let name = format!("{}, {workers} workers", program.name);
                table.add(&name, &[due.first, due.median, due.p99, due.recorded, due.missed, due.doubled]);
            }
        }
    }
    table.print(&format!("{tasks} tasks due at one instant: how late they start, and when all are recorded"));
    let faults = table.above_zero(&["missed", "doubled"]);
    Measured { json: table.json(), faults }
}

fn start(bench: &Bench) -> Measured {
    let mut table = Table::new("ms", &["first task after exec, ms"]);
    let mut faults = Vec::new();
    for _ in 0..bench.options.rounds * 5 {
        for program in &bench.programs {
            match measure::start(&bench.server, program) {
                Some(ms) => table.add(&program.name, &[ms]),
                None => faults.push(format!("{} ran nothing", program.name)),
            }
        }
    }
    table.print("Start");
    Measured { json: table.json(), faults }
}

fn crash(bench: &Bench) -> Measured {
    let mut table = Table::new("s", &["running again after kill -9, s"]);
    let mut faults = Vec::new();
    for _ in 0..bench.options.rounds * 3 {
        match measure::crash(&bench.server, bench.ours()) {
            Some(seconds) => table.add(&bench.ours().name, &[seconds]),
            None => faults.push("nobody ran it again".to_owned()),
        }
    }
    // Of those, how often does not matter: they take their own time, or longer than anybody would wait here.
    for program in bench.programs.iter().filter(|program| !program.is_ours) {
        table.add(&program.name, &[measure::crash(&bench.server, program).unwrap_or(f64::INFINITY)]);
    }
    table.print("Crash");
    Measured { json: table.json(), faults }
}

fn idle(bench: &Bench) -> Measured {
    let mut table = Table::new("", &["commits/min", "memory, MB", "CPU, %", "connections"]);
    for program in &bench.programs {
        let idle = measure::idle(&bench.server, program, 100);
        table.add(&program.name, &[idle.commits, idle.memory, idle.cpu, idle.connections]);
    }
    table.print("Idle, 100 tasks");
    Measured { json: table.json(), faults: Vec::new() }
}

fn soak(bench: &Bench) -> Measured {
    let Options { tasks, seconds, .. } = bench.options;
    let columns = [
        "executions",
        "late, median ms",
        "late, p99 ms",
        "memory, MB",
        "files",
        "connections",
        "dead rows",
        "deadlocks",
    ];
    let mut table = Table::new("", &columns);
    let soaked = soak::soak(&bench.server, bench.ours(), tasks, seconds);
    for (n, look) in soaked.looks.iter().enumerate() {
        let soak::Look { executions, median, p99, memory, files, connections, dead, deadlocks } = *look;
        let name = format!("tenth {}", n + 1);
        table.add(&name, &[executions, median, p99, memory, files, connections, dead, deadlocks]);
    }
    table.print(&format!("Soak: {tasks} tasks each second for {seconds} s"));
    let counted = format!("missed: {}, doubled: {}", soaked.missed, soaked.doubled);
    println!("\n{counted}");
    let faults = if soaked.missed + soaked.doubled > 0 { vec![counted] } else { Vec::new() };
    let json = json!({ "missed": soaked.missed, "doubled": soaked.doubled, "looks": table.json() });
    Measured { json, faults }
}

fn scale(bench: &Bench) -> Measured {
    let json = scale::scale(&bench.server, bench.ours(), bench.options.rounds, bench.options.slots);
    Measured { json, faults: Vec::new() }
}
