//! What the person at the terminal is told. Nothing else here prints.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the one place that prints")]

use std::io::{IsTerminal, Write};
use std::time::Duration;

/// A line that stays.
pub(crate) fn line(text: &str) {
    clear();
    eprintln!("{text}");
}

/// The verdict, for whoever reads the output.
pub(crate) fn verdict(text: &str) {
    clear();
    print!("{text}");
    // A reader who has gone needs no verdict.
    let _ = std::io::stdout().flush();
}

/// What goes on at this moment; only on a terminal, where the next takes its place.
pub(crate) fn progress(elapsed: Duration, of_s: u64, text: &str) {
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[2K{:>4} of {of_s} s  {text}", elapsed.as_secs());
        let _ = std::io::stderr().flush();
    }
}

fn clear() {
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[2K");
    }
}
