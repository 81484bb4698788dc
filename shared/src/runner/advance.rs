//! Virtual time: the work of days at one due instant after the other, as if a pulse came at each.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Runner;
use super::budget::Budget;
use super::membership::Membership;
use super::shift::{Shift, Until};
use crate::clock::ManualClock;
use crate::model::RunnerId;
use crate::repository::{RepositoryError, Scope};

/// No instant has a budget, or what is left to the next one would depend on how fast this machine is.
const WITHOUT_END: Duration = Duration::from_secs(24 * 3600);

/// Why virtual time does not move on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Standstill {
    /// The database.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// What runs does not end.
    #[error("at {at} this still runs after {patience:?} of real time: {}", tasks.join(", "))]
    Working {
        /// The instant.
        at: DateTime<Utc>,
        /// How long it was waited for.
        patience: Duration,
        /// The tasks.
        tasks: Vec<String>,
    },
    /// What is due cannot be decided.
    #[error("at {at} somebody else holds what is due, for {patience:?} of real time")]
    Held {
        /// The instant.
        at: DateTime<Utc>,
        /// How long it was waited for.
        patience: Duration,
    },
    /// Somebody else took this runner for dead.
    #[error("at {at} this runner was lost: does somebody else work on the same database, by another clock?")]
    Lost {
        /// The instant.
        at: DateTime<Utc>,
    },
}

impl Runner {
    /// Moves `clock`, by which this runner goes, to each instant at which something comes due and works there until nothing
    /// is due and nothing runs; in the end to `until`.
    ///
    /// It joins once for all of it: time passes only while nothing runs, so nobody is missed. `patience` is how much real time
    /// one instant may take.
    pub(crate) async fn advance(
        &self,
        clock: &ManualClock,
        until: DateTime<Utc>,
        patience: Duration,
    ) -> Result<(), Standstill> {
        self.bury_all(RunnerId(Uuid::nil())).await?;
        let (woken, mut wakes) = watch::channel(());
        let membership = Membership::join(self, self.pulse_kind(), WITHOUT_END, woken).await?;
        let mut shift = Shift::new(self, &membership, Scope::default(), false);
        let mut deadline = Instant::now() + patience;
        loop {
            let budget = Budget { ends: Instant::now() + WITHOUT_END, whole: WITHOUT_END };
            let stop = CancellationToken::new();
            let work = shift.work(Until::Idle(budget), &mut wakes, &stop);
            let worked = tokio::time::timeout_at(deadline, work).await;
            let at = clock.now();
            match worked {
                Ok(worked) => worked?,
                Err(_) => return Err(self.standstill(at, patience).await?),
            }
            if membership.lost().is_cancelled() {
                return Err(Standstill::Lost { at });
            }
            match shift.next_at() {
                // Others held it, and may not decide it.
                Some(next) if next <= at => {}
                Some(next) if next <= until => {
                    clock.set(next);
                    deadline = Instant::now() + patience;
                }
                Some(_) | None => break,
            }
        }
        clock.set(until);
        drop(shift);
        membership.leave().await;
        Ok(())
    }

    /// What an instant is not over for.
    async fn standstill(&self, at: DateTime<Utc>, patience: Duration) -> Result<Standstill, RepositoryError> {
        let tasks: Vec<_> = self.running_tasks().await?.into_iter().map(|(_, name)| name).collect();
        if tasks.is_empty() {
            return Ok(Standstill::Held { at, patience });
        }
        Ok(Standstill::Working { at, patience, tasks })
    }
}
