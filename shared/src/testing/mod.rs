//! What tests of this system, and of tasks written for it, need.
//!
//! - [`run`] and [`Attempt`] run one cron task by itself, [`run_side`] one side task.
//! - [`TestApp`] runs a whole registry through hours or months of virtual time, and says what came of it.
//! - [`input`] reads by itself what otherwise only comes in with a request.
//! - [`database`] gives each test a database of its own.

mod app;
mod attempt;
pub mod database;
mod expectation;
pub mod input;

pub use app::TestApp;
pub use attempt::{Attempt, Attempted, run, run_side};
pub use expectation::Expectation;
