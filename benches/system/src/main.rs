//! Measures the whole system on a real server with durable settings, in turn with its peers and with what the server bears.
//!
//! `benches/system/run` makes the server and calls this; see `--help`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its report")]
#![allow(clippy::expect_used, reason = "a measurement without its means can only stop")]

mod figures;
mod measure;
mod plot;
mod program;
mod scale;
mod server;
mod soak;

use std::fs;
use std::process::ExitCode;

use serde_json::json;

use figures::Table;
use program::Program;
use server::Server;

const HELP: &str = "\
Measures the whole system, in turn with its peers.

  --rounds N   how often each is measured [3]
  --slots N    how many executions throughput is measured by [20000]
  --tasks N    how many tasks come due at one instant [1000]
  --only A,B   some of: throughput, dispatch, start, idle, crash; and only where asked for: soak, scale
  --seconds N  how long a soak takes, with --tasks tasks due each second [1800]";

struct Options {
    rounds: usize,
    slots: usize,
    tasks: usize,
    seconds: usize,
    only: Vec<String>,
}

fn options() -> Options {
    let mut options = Options { rounds: 3, slots: 20_000, tasks: 1_000, seconds: 1_800, only: Vec::new() };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().unwrap_or_default();
        let number = value.parse::<usize>().ok().filter(|number| *number > 0);
        match (name.as_str(), number) {
            ("--rounds", Some(number)) => options.rounds = number,
            ("--slots", Some(number)) => options.slots = number,
            ("--tasks", Some(number)) => options.tasks = number,
            ("--seconds", Some(number)) => options.seconds = number,
            ("--only", _) if !value.is_empty() => options.only = value.split(',').map(str::to_owned).collect(),
            _ => {
                println!("{HELP}");
                std::process::exit(if name == "--help" { 0 } else { 2 });
            }
        }
    }
    options
}

fn main() -> ExitCode {
    let options = options();
    let server = Server::from_environment();
    let programs = Program::all(&server);
    let wanted = |what: &str| options.only.is_empty() || options.only.iter().any(|only| only == what);
    let mut report = serde_json::Map::new();
    let mut is_sound = true;

    if wanted("throughput") {
        let mut table = Table::new("executions/s", &["executions/s", "WAL, bytes each", "commits each"]);
        for round in 1..=options.rounds {
            eprintln!("throughput, round {round} of {}", options.rounds);
            table.add("the server's limit", &[server.limit(), f64::NAN, f64::NAN]);
            for program in &programs {
                match measure::throughput(&server, program, options.slots, 1, 0) {
                    Some(drained) => table.add(&program.name, &[drained.per_second, drained.wal, drained.commits]),
                    None => eprintln!("{} did not come to an end", program.name),
                }
            }
        }
        table.print("Throughput");
        let svg = plot::bars("Executions a second, medians and spread", &table);
        fs::write(server.out.join("throughput.svg"), svg).expect("the plot is written");
        report.insert("throughput".to_owned(), table.json());
    }
    let ours: Vec<&Program> = programs.iter().filter(|program| program.is_ours).collect();
    if wanted("dispatch") {
        let mut table = Table::new("ms", &["first, ms", "median, ms", "p99, ms", "missed", "doubled"]);
        for workers in [1, 2, 8] {
            for round in 1..=options.rounds {
                eprintln!("dispatch, {workers} workers, round {round} of {}", options.rounds);
                for program in &ours {
                    let due = measure::dispatch(&server, program, options.tasks, workers);
                    let name = format!("{}, {workers} workers", program.name);
                    table.add(&name, &[due.first, due.median, due.p99, due.missed, due.doubled]);
                }
            }
        }
        table.print(&format!("{} tasks due at one instant: how late they start", options.tasks));
        report.insert("dispatch".to_owned(), table.json());
    }
    if wanted("start") {
        let mut table = Table::new("ms", &["first task after exec, ms"]);
        for _ in 0..options.rounds * 5 {
            for program in &programs {
                if let Some(ms) = measure::start(&server, program) {
                    table.add(&program.name, &[ms]);
                }
            }
        }
        table.print("Start");
        report.insert("start".to_owned(), table.json());
    }
    if wanted("crash") {
        let mut table = Table::new("s", &["running again after kill -9, s"]);
        for _ in 0..options.rounds * 3 {
            if let Some(seconds) = measure::crash(&server, ours[0]) {
                table.add(&ours[0].name, &[seconds]);
            }
        }
        table.print("Crash");
        report.insert("crash".to_owned(), table.json());
    }
    if wanted("idle") {
        let mut table = Table::new("", &["commits/min", "memory, MB", "CPU, %", "connections"]);
        for program in &ours[..1] {
            let idle = measure::idle(&server, program, 100);
            table.add(&program.name, &[idle.commits, idle.memory, idle.cpu, idle.connections]);
        }
        table.print("Idle, 100 tasks");
        report.insert("idle".to_owned(), table.json());
    }

    if options.only.iter().any(|only| only == "soak") {
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
        let soaked = soak::soak(&server, ours[0], options.tasks, options.seconds);
        for (n, look) in soaked.looks.iter().enumerate() {
            let soak::Look { executions, median, p99, memory, files, connections, dead, deadlocks } = *look;
            let name = format!("tenth {}", n + 1);
            table.add(&name, &[executions, median, p99, memory, files, connections, dead, deadlocks]);
        }
        table.print(&format!("Soak: {} tasks each second for {} s", options.tasks, options.seconds));
        println!("\nmissed: {}, doubled: {}", soaked.missed, soaked.doubled);
        is_sound = soaked.missed == 0 && soaked.doubled == 0;
        let counted = json!({ "missed": soaked.missed, "doubled": soaked.doubled, "looks": table.json() });
        report.insert("soak".to_owned(), counted);
    }

    if options.only.iter().any(|only| only == "scale") {
        report.insert("scale".to_owned(), scale::scale(&server, ours[0], options.rounds, options.slots));
    }

    let document = json!({ "server": server.version(), "measured": report });
    fs::write(server.out.join("system.json"), format!("{document:#}\n")).expect("the figures are written");
    println!("\nAll samples: {}", server.out.join("system.json").display());
    if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
