//! All that is measured, by name; and how what was measured is told.

use std::fs;

use serde_json::{Value, json};

use crate::figures::Table;
use crate::measure;
use crate::options::Options;
use crate::plot;
use crate::program::Program;
use crate::scale;
use crate::server::Server;
use crate::soak;

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
    always("dispatch", "how late tasks start that are due at one instant, for 1, 2 and 8 workers", dispatch),
    always("start", "from exec to the first task, beside the peers", start),
    always("crash", "from kill -9 until another worker runs the task again", crash),
    always("idle", "what a worker costs that has nothing to do, in a minute", idle),
    asked("soak", "half of the most it can do, for long", soak),
    asked("scale", "what grows with workers, due tasks, tasks, and rows of history", scale),
];

fn throughput(bench: &Bench) -> Measured {
    let mut table = Table::new("executions/s", &["executions/s", "WAL, bytes each", "commits each"]);
    let mut faults = Vec::new();
    for _ in bench.rounds("throughput") {
        table.add("the server's limit", &[bench.server.limit(), f64::NAN, f64::NAN]);
        for program in &bench.programs {
            match measure::throughput(&bench.server, program, bench.options.slots, 1, 0) {
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
    let mut table = Table::new("ms", &["first, ms", "median, ms", "p99, ms", "missed", "doubled"]);
    for workers in [1, 2, 8] {
        for _ in bench.rounds(&format!("dispatch, {workers} workers")) {
            for program in bench.programs.iter().filter(|program| program.is_ours) {
                let due = measure::dispatch(&bench.server, program, bench.options.tasks, workers);
                let name = format!("{}, {workers} workers", program.name);
                table.add(&name, &[due.first, due.median, due.p99, due.missed, due.doubled]);
            }
        }
    }
    table.print(&format!("{} tasks due at one instant: how late they start", bench.options.tasks));
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
    table.print("Crash");
    Measured { json: table.json(), faults }
}

fn idle(bench: &Bench) -> Measured {
    let mut table = Table::new("", &["commits/min", "memory, MB", "CPU, %", "connections"]);
    let idle = measure::idle(&bench.server, bench.ours(), 100);
    table.add(&bench.ours().name, &[idle.commits, idle.memory, idle.cpu, idle.connections]);
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
