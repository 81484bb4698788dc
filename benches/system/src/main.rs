//! Measures the whole system on a real server with durable settings, in turn with its peers and with what the server bears.
//!
//! `benches/system/run` makes the server and calls this; see `--help`. [`measures`] lists what is measured.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its report")]
#![allow(clippy::expect_used, reason = "a measurement without its means can only stop")]

mod ends;
mod figures;
mod freeze;
mod full;
mod grown;
mod http;
mod measure;
mod measures;
mod one;
mod options;
mod plot;
mod private;
mod program;
mod pulse;
mod scale;
mod server;
mod single;
mod soak;
mod stop;

use std::fs;
use std::process::ExitCode;

use serde_json::json;

use measures::{Bench, MEASURES};
use options::Options;
use program::Program;
use server::Server;

fn main() -> ExitCode {
    let options = Options::read();
    let server = Server::from_environment();
    let programs = Program::all(&server);
    let bench = Bench { server, programs, options };
    let mut report = serde_json::Map::new();
    let mut faults = Vec::new();
    for measure in MEASURES.iter().filter(|measure| bench.options.wants(measure.name, measure.when)) {
        let measured = (measure.take)(&bench);
        faults.extend(measured.faults.into_iter().map(|fault| format!("{}: {fault}", measure.name)));
        report.insert(measure.name.to_owned(), measured.json);
    }
    let document = json!({ "server": bench.server.version(), "measured": report, "faults": faults });
    let path = bench.server.out.join("system.json");
    fs::write(&path, format!("{document:#}\n")).expect("the figures are written");
    println!("\nAll samples: {}", path.display());
    for fault in &faults {
        eprintln!("{fault}");
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
