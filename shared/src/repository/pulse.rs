//! The pulse: its records, and the facts its health is judged from.

use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Repository, RepositoryError, document, statement};
use crate::model::{Environment, PulseExecution, PulseStatus, RunnerId};

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

    /// The facts health is judged from; its verdict is still `unknown`. A slot may be `tolerance` late.
    pub(crate) async fn pulse_facts(&self, tolerance: Duration) -> Result<PulseStatus, RepositoryError> {
        statement!(FACTS = "pulse_facts.sql", [TIMESTAMPTZ, INT8]);
        let tolerance = i64::try_from(tolerance.as_millis()).unwrap_or(i64::MAX);
        let row = self.one(&FACTS, &[&self.clock.now_for_sql(), &tolerance]).await?;
        document(&row)
    }

    /// The newest pulses.
    pub async fn pulses(&self, limit: usize) -> Result<Vec<PulseExecution>, RepositoryError> {
        statement!(LIST = "list_pulses.sql", [INT8]);
        let rows = self.all(&LIST, &[&i64::try_from(limit).unwrap_or(i64::MAX)]).await?;
        rows.iter().map(document).collect()
    }
}
