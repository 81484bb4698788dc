//! The only reader of the time.
//!
//! What is due is decided by the database's clock, so the system clock gives SQL no instant at all: each statement says
//! `coalesce($now, clock_timestamp())`. Tests pass a [`ManualClock`]'s instant instead, and no test sleeps.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use tokio::sync::watch;

/// Where the time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The clock of the database.
    System,
    /// A clock a test moves.
    Manual(ManualClock),
}

impl Clock {
    /// The instant to hand to SQL: `None` means the database's own clock.
    #[must_use]
    pub fn now_for_sql(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::System => None,
            Self::Manual(clock) => Some(clock.now()),
        }
    }

    /// Waits until `instant`, which the caller knows to lie `after` its own reading of the database's clock.
    ///
    /// The machine's clock may be wrong by an hour, so only the difference counts, measured by the monotonic timer.
    pub async fn wait(&self, instant: DateTime<Utc>, after: DateTime<Utc>) {
        match self {
            Self::System => tokio::time::sleep((instant - after).to_std().unwrap_or(Duration::ZERO)).await,
            Self::Manual(clock) => clock.reach(instant).await,
        }
    }
}

/// This machine's own time, for what a person reads: "3 minutes ago". Nothing is decided by it.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "the one reader of the time")]
pub fn machine_now() -> DateTime<Utc> {
    SystemTime::now().into()
}

/// A clock that stands still until it is moved.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<watch::Sender<DateTime<Utc>>>);

impl ManualClock {
    /// A clock that shows `instant`.
    #[must_use]
    pub fn at(instant: DateTime<Utc>) -> Self {
        Self(Arc::new(watch::Sender::new(instant)))
    }

    /// What it shows.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        *self.0.borrow()
    }

    /// Moves it on.
    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|now| *now += by);
    }

    /// Moves it to `instant`, also backwards.
    pub fn set(&self, instant: DateTime<Utc>) {
        self.0.send_replace(instant);
    }

    async fn reach(&self, instant: DateTime<Utc>) {
        let mut shown = self.0.subscribe();
        // The sender lives in `self`, so waiting cannot fail while we are borrowed.
        let _ = shown.wait_for(|now| *now >= instant).await;
    }
}
