//! Downbeat: scheduled and background tasks in Rust on your own PostgreSQL, serverless or self-hosted.
//!
//! Read it in this order:
//!
//! - [`task`] is what an author writes: cron tasks, side tasks, their definitions and contexts.
//! - [`model`] has the words: names, statuses, priorities, executions.
//! - [`runner`] decides and does: it claims what is due, runs it, records how it ended, and finds dead runners.
//! - [`repository`] is the only place with SQL: one verb a question.
//! - [`events`] tells what happens, live.
//! - [`http`] is the one router that every host serves.
//! - [`app`] joins them.
//! - [`doctor`] looks the whole system over.
//! - [`logs`] takes down what executions log.
//! - [`config`], [`clock`] and [`locale`] are the only readers of the environment, of the time and of the sentences.
//! - [`backoff`] says how long to wait before what failed is tried again.
//! - [`tasks`] are the tasks that ship.
//! - [`private_postgres`] starts a server of our own where none is given; [`testing`] gives every test a database.

pub mod app;
pub mod backoff;
pub mod clock;
pub mod config;
pub mod doctor;
pub mod events;
pub mod http;
pub mod locale;
pub mod logs;
pub mod model;
pub mod private_postgres;
pub mod repository;
pub mod runner;
pub mod task;
pub mod tasks;
pub mod testing;

/// What the documents show compiles.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../../README.md")]
    struct Readme;
    #[doc = include_str!("../../docs/schedules.md")]
    struct Schedules;
    #[doc = include_str!("../../docs/tasks.md")]
    struct Tasks;
}
