//! What tests of this system, and of tasks written for it, need.

pub mod database;
mod task;

pub use task::{run, run_side};
