//! Downbeat's own worker: the tasks that ship, and nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    worker::main(downbeat::tasks::registry())
}
