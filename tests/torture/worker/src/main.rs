//! The worker of the torture run: every command of the product's own, over tasks that write down what they do.

#![allow(missing_docs, reason = "a program")]

mod crowd;
mod run;
mod side;
mod tasks;

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::main(tasks::registry().side(side::Sentinel))
}
