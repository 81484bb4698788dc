//! x
pub mod start;
