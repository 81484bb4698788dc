//! The command line, and the worker on a machine of one's own.

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::main(tasks::registry())
}
