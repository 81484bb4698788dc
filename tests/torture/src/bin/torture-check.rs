//! The checker: judges a run by its folder and its database.

#![allow(missing_docs, reason = "a program")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints its verdict")]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use torture::check::{Evidence, check};

/// Judges a torture run: its ledger and history out of a folder, and the tables of its database. Ends with 0 where every
/// promise was kept, with 1 where one was not, with 2 where there is not enough to judge by.
#[derive(Debug, Parser)]
#[command(name = "torture-check", version)]
#[command(after_help = "Example: torture-check /tmp/torture-7 --database 'host=/tmp port=5432 user=postgres' --json")]
struct Arguments {
    /// The folder with ledger, history and logs; the verdict is written there, too
    folder: PathBuf,
    /// The address of the database
    #[arg(long, value_name = "ADDRESS")]
    database: String,
    /// Print the verdict for programs
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match judge(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn judge(arguments: &Arguments) -> Result<bool, Box<dyn std::error::Error>> {
    let verdict = check(&Evidence::read(&arguments.folder, &arguments.database)?);
    let json = serde_json::to_string_pretty(&verdict)?;
    std::fs::write(arguments.folder.join("verdict.json"), &json)?;
    std::fs::write(arguments.folder.join("verdict.txt"), verdict.to_string())?;
    if arguments.json {
        println!("{json}")
    } else {
        print!("{verdict}")
    }
    Ok(verdict.passed)
}
