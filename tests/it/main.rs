//! One integration crate for the whole workspace: everything here runs on real PostgreSQL, each test in its own database.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests are read, not documented, and may fail"
)]
#![allow(clippy::disallowed_methods, reason = "tests start processes and play platforms")]

mod binary;
mod bounds;
mod cancel;
mod changes;
mod cli;
mod completion;
mod contention;
mod cost;
mod crash;
mod cron_expr;
mod daily_pulse;
mod dependencies;
mod deploys;
mod dev;
mod doctor;
mod engine;
mod events;
mod every_command;
mod explain;
mod faults;
mod grown;
mod holding;
mod hosts;
mod http;
mod idempotency;
mod input;
mod languages;
mod limits;
mod locales;
mod logs;
mod long_tasks;
mod migrations;
mod minutely;
mod origin;
mod outages;
mod overlap;
mod parents;
mod partitioned;
mod plans;
mod polling;
mod poolers;
mod private_postgres;
mod pulse;
mod queue;
mod retries;
mod runners;
mod runs_on;
mod schedule_functions;
mod schema;
mod secrets;
mod server;
mod service;
mod settings;
mod shipped_tasks;
mod side;
mod simulation;
mod standby;
mod statements;
mod states;
mod stats;
mod storm;
mod storm_of_functions;
mod stuck;
mod support;
mod sync;
mod terminal;
mod terminal_by_url;
mod test_databases;
mod testing;
mod tls;
mod told_errors;
mod types;
mod unanswered;
mod urls;
mod versions;
mod wakes;
