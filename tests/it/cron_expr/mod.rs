//! Cron expressions, held against Debian's cron, against matchers written differently, and against their own words.

mod properties;
mod rules;
mod vectors;
mod words;
