//! One integration crate for the whole workspace: everything here runs on real PostgreSQL, each test in its own database.

#![allow(missing_docs, reason = "tests are read, not documented")]

mod cli;
mod dependencies;
mod locales;
mod overlap;
mod pulse;
mod retries;
mod schedule_functions;
mod statements;
mod support;
mod sync;
