//! What is sent and answered, by example: values of the types themselves, so that they cannot tell of other fields.

mod cron;
mod event;
mod parameter;
mod problem;
mod pulse;
mod runner;
mod words;

use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub(super) use event::stream;
pub(super) use parameter::{ETAG, EVENT, description, query};
pub(super) use problem::problem;

/// Seconds after three in the morning of 28 March 2027.
fn at(seconds: u64) -> DateTime<Utc> {
    const THREE: i64 = 1_806_202_800;
    DateTime::from_timestamp(THREE, 0).unwrap_or_default() + Duration::from_secs(seconds)
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + number)
}

const TASK: &str = "prune-history";
const WORKER: &str = "worker-1/4711";
