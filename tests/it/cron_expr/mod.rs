//! Cron expressions, held against Debian's cron, against matchers written differently, and against their own words.

mod properties;
mod rules;
mod vectors;
mod words;

use downbeat::task::Zone;

fn zone(name: &str) -> Zone {
    name.parse().unwrap_or_else(|_| panic!("{name} is no zone"))
}
