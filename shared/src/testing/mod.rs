//! What tests of this system, and of tasks written for it, need.
//!
//! - [`run`] and [`Attempt`] run one cron task by itself, [`run_side`] one side task.
//! - [`TestApp`] runs a whole registry through hours or months of virtual time, and says what came of it.
//! - [`database`] gives each test a database of its own.

mod app;
mod attempt;
pub mod database;
mod expectation;

pub use app::TestApp;
pub use attempt::{Attempt, Attempted, run, run_side};
pub use expectation::Expectation;
