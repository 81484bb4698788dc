//! The private PostgreSQL that `worker dev` starts where nobody named a database.

use std::fs;

use crate::figures::Table;
use crate::measure::{Run, now};
use crate::measures::{Bench, Measured};

/// How often in a round.
const STARTS: usize = 3;

/// From exec to its first answer: in an empty folder, and where its data is already.
pub(crate) fn private(bench: &Bench) -> Measured {
    let mut table = Table::new("ms", &["first query after exec, ms"]);
    for _ in bench.rounds("private") {
        for _ in 0..STARTS {
            // Where it may be made by the account it runs under, which is not root.
            let home = std::env::temp_dir().join(format!("downbeat-bench-{}", std::process::id()));
            for name in ["an empty folder", "again"] {
                let run = Run::new(&bench.server, bench.ours());
                let begun = now();
                // Returns when the server has stopped.
                run.command(&["private", &home.display().to_string()]);
                table.add(name, &[(run.times("p")[0] - begun) * 1000.0]);
            }
            fs::remove_dir_all(&home).expect("its folder goes");
        }
    }
    table.print("The private PostgreSQL");
    Measured { json: table.json(), faults: Vec::new() }
}
