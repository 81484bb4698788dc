//! What the torture run's programs share: what tasks, conductor and checker write down, and how it is judged.
//!
//! - [`moment`] reads the machine's clocks, [`random`] throws dice that a seed brings back.
//! - [`ledger`] is what the tasks say of themselves, [`history`] what the conductor did to them and when.
//! - [`schedule`] says which slots there are, by arithmetic; [`check`] compares it all.
//!
//! Nothing here knows the package `downbeat`: its cron expressions, its types and its statements are what is judged.

pub mod check;
pub mod history;
pub mod ledger;
pub mod moment;
pub mod random;
pub mod schedule;
