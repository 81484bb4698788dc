//! x
mod hosts;
