//! What tests of this system, and of tasks written for it, need.
//!
//! - [`run`] and [`Attempt`] run one cron task by itself, [`run_side`] one side task.
//! - [`database`] gives each test a database of its own.

mod attempt;
pub mod database;

pub use attempt::{Attempt, Attempted, run, run_side};
