//! One integration crate for the whole workspace: everything here runs on real PostgreSQL, each test in its own database.

#![allow(missing_docs, reason = "tests are read, not documented")]

mod cli;
mod cron_expr;
mod dependencies;
mod engine;
mod locales;
mod migrations;
mod overlap;
mod private_postgres;
mod pulse;
mod retries;
mod schedule_functions;
mod shipped_tasks;
mod statements;
mod support;
mod sync;
mod test_databases;
