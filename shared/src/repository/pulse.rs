//! The pulse: its records, and the facts its health is judged from.

use std::time::Duration;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::cursor::List;
use super::{Repository, RepositoryError, document, statement};
use crate::model::{Environment, PulseExecution, PulseStatus, RunnerId};

/// Which pulses are listed. The default is the newest.
#[derive(Clone, Debug, Default)]
pub struct PulseFilter {
    /// Those that began at or after this instant.
    pub since: Option<DateTime<Utc>>,
    /// How many, 1 to 1000.
    pub limit: usize,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// One page of pulses, newest first.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PulsePage {
    /// The pulses.
    pub pulses: Vec<PulseExecution>,
    /// Where the next page begins; none on the last.
    pub next_cursor: Option<String>,
}

/// One pulse to be recorded.
#[derive(Clone, Debug)]
pub(crate) struct PulseRecord<'a> {
    pub(crate) id: Uuid,
    pub(crate) runner: Option<RunnerId>,
    pub(crate) environment: Environment,
    pub(crate) triggered_by: &'a str,
    pub(crate) is_dry_run: bool,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) discovered: usize,
    pub(crate) due: &'a [String],
    pub(crate) executed: &'a [String],
    pub(crate) succeeded: &'a [String],
    pub(crate) failed: &'a [String],
    pub(crate) skipped: &'a [String],
}

impl Repository {
    /// Records a pulse, and counts it unless it was a dry run.
    pub(crate) async fn record_pulse(&self, pulse: &PulseRecord<'_>) -> Result<(), RepositoryError> {
        statement!(
            RECORD = "record_pulse.sql",
            [
                TIMESTAMPTZ,
                UUID,
                UUID,
                TEXT,
                TEXT,
                BOOL,
                TIMESTAMPTZ,
                INT4,
                TEXT_ARRAY,
                TEXT_ARRAY,
                TEXT_ARRAY,
                TEXT_ARRAY,
                TEXT_ARRAY
            ]
        );
        self.all(
            &RECORD,
            &[
                &self.clock.now_for_sql(),
                &pulse.id,
                &pulse.runner.map(|runner| runner.0),
                &pulse.environment.as_str(),
                &pulse.triggered_by,
                &pulse.is_dry_run,
                &pulse.started_at,
                &i32::try_from(pulse.discovered).unwrap_or(i32::MAX),
                &pulse.due,
                &pulse.executed,
                &pulse.succeeded,
                &pulse.failed,
                &pulse.skipped,
            ],
        )
        .await?;
        Ok(())
    }

    /// Notes which pulse a delivery leads to. `Some`: it came before, and led to that one.
    ///
    /// Of two that come at the same moment each may take itself for the first; both work, and each slot is decided once.
    pub(crate) async fn claim_delivery(&self, delivery: &str, pulse: Uuid) -> Result<Option<Uuid>, RepositoryError> {
        statement!(CLAIM = "claim_delivery.sql", [TIMESTAMPTZ, TEXT, UUID]);
        let row = self.maybe(&CLAIM, &[&self.clock.now_for_sql(), &delivery, &pulse]).await?;
        Ok(row.map(|row| row.get("execution_id")))
    }

    /// What a pulse answered, out of what is recorded. `None`: it has not ended, or never will.
    pub(crate) async fn pulse_report<T: DeserializeOwned>(&self, id: Uuid) -> Result<Option<T>, RepositoryError> {
        statement!(READ = "read_pulse_report.sql", [UUID]);
        self.maybe(&READ, &[&id]).await?.as_ref().map(document).transpose()
    }

    /// The facts health is judged from; its verdict is still `unknown`. A slot may be `tolerance` late.
    pub(crate) async fn pulse_facts(&self, tolerance: Duration) -> Result<PulseStatus, RepositoryError> {
        statement!(FACTS = "pulse_facts.sql", [TIMESTAMPTZ, INT8]);
        let tolerance = i64::try_from(tolerance.as_millis()).unwrap_or(i64::MAX);
        let row = self.one(&FACTS, &[&self.clock.now_for_sql(), &tolerance]).await?;
        document(&row)
    }

    /// One page of pulses, newest first. `None`: the cursor is none of ours.
    pub async fn pulses(&self, filter: &PulseFilter) -> Result<Option<PulsePage>, RepositoryError> {
        statement!(LIST = "list_pulses.sql", [TIMESTAMPTZ, TIMESTAMPTZ, UUID, INT8]);
        let (at, id) = match filter.cursor.as_deref().map(|cursor| List::Pulses.read(cursor)) {
            None => (None, None),
            Some(Some((at, id))) => (Some(at), Some(id)),
            Some(None) => return Ok(None),
        };
        let limit = filter.limit.clamp(1, 1000);
        // One more than asked for tells whether there is a next page.
        let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let rows = self.all(&LIST, &[&filter.since, &at, &id, &most]).await?;
        let mut pulses = rows.iter().map(document).collect::<Result<Vec<PulseExecution>, _>>()?;
        let more = pulses.len() > limit;
        pulses.truncate(limit);
        let next_cursor = pulses.last().filter(|_| more).map(|last| List::Pulses.cursor(last.started_at, last.id));
        Ok(Some(PulsePage { pulses, next_cursor }))
    }
}
