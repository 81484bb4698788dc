//! Why a task ran, or did not, at a moment: told from recorded facts alone.
//!
//! [`moment`] says which slot the moment belongs to, [`judge`] what became of that slot, [`cause`] what stood in its way,
//! and [`hold`] when its slots were held back. All of them are pure; what is read stands in the repository.

mod cause;
mod finding;
mod hold;
mod judge;
mod moment;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use super::Runner;
use crate::model::SlotVerdict;
use crate::repository::{RepositoryError, SlotFacts};

pub(crate) use finding::Finding;
use judge::judge;
use moment::Moment;

/// Why a task ran, or did not, at a moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Explanation {
    /// The task.
    pub(crate) task: String,
    /// The moment.
    pub(crate) at: DateTime<Utc>,
    /// The zone its slots are meant in.
    pub(crate) timezone: String,
    /// The slot the moment belongs to; for a run by hand, when it was asked for.
    pub(crate) slot: Option<DateTime<Utc>>,
    /// What became of it.
    pub(crate) verdict: SlotVerdict,
    /// What happened, then why, then what follows.
    pub(crate) findings: Vec<Finding>,
    /// The next slot, if one is to come.
    pub(crate) next_slot: Option<DateTime<Utc>>,
    /// When the next attempt at this slot may start.
    pub(crate) next_attempt_at: Option<DateTime<Utc>>,
}

impl Runner {
    /// Why a cron task ran, or did not, at a moment; now if none is named. `None`: there is no such task.
    pub(crate) async fn explain(
        &self,
        name: &str,
        at: Option<DateTime<Utc>>,
    ) -> Result<Option<Explanation>, RepositoryError> {
        let Some(task) = self.repository.task_facts(name, at).await? else {
            return Ok(None);
        };
        let moment = Moment::of(&task, self.settings.pulse_interval);
        let facts = match moment.slot {
            Some(slot) => self.repository.slot_facts(task.id, slot, moment.due(slot), task.at).await?,
            None => SlotFacts::default(),
        };
        Ok(Some(judge(&task, &moment, &facts)))
    }
}
