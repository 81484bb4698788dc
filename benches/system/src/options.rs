//! What a person may ask for.

use std::fmt::Write as _;

use crate::measures::{MEASURES, When};

/// What is to be measured, and how often.
pub(crate) struct Options {
    pub(crate) rounds: usize,
    pub(crate) slots: usize,
    pub(crate) tasks: usize,
    /// Of a soak.
    pub(crate) seconds: usize,
    only: Vec<String>,
}

impl Options {
    /// Those of the command line. Help, and what is not understood, end the process.
    pub(crate) fn read() -> Self {
        let mut options = Self { rounds: 3, slots: 20_000, tasks: 1_000, seconds: 1_800, only: Vec::new() };
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let value = arguments.next().unwrap_or_default();
            let number = value.parse::<usize>().ok().filter(|number| *number > 0);
            match (name.as_str(), number) {
                ("--rounds", Some(number)) => options.rounds = number,
                ("--slots", Some(number)) => options.slots = number,
                ("--tasks", Some(number)) => options.tasks = number,
                ("--seconds", Some(number)) => options.seconds = number,
                ("--only", _) if are_known(&value) => options.only = value.split(',').map(str::to_owned).collect(),
                _ => {
                    println!("{}", help());
                    std::process::exit(if name == "--help" { 0 } else { 2 });
                }
            }
        }
        options
    }

    /// Whether the measure of that name is to be taken.
    pub(crate) fn wants(&self, name: &str, when: When) -> bool {
        match when {
            When::Always if self.only.is_empty() => true,
            When::Always | When::Asked => self.only.iter().any(|only| only == name),
        }
    }
}

fn are_known(names: &str) -> bool {
    names.split(',').all(|name| MEASURES.iter().any(|measure| measure.name == name))
}

fn help() -> String {
    let mut help = "\
Measures the whole system, in turn with its peers.

  --rounds N   how often each is measured [3]
  --slots N    how many executions throughput is measured by [20000]
  --tasks N    how many tasks come due at one instant [1000]
  --only A,B   these only
  --seconds N  how long a soak takes, with --tasks tasks due each second [1800]

What is measured:
"
    .to_owned();
    for measure in MEASURES {
        let only = match measure.when {
            When::Always => "",
            When::Asked => "; only where asked for",
        };
        // A string can always be written to.
        let _ = write!(help, "\n  {:<12} {}{only}", measure.name, measure.help);
    }
    help
}
