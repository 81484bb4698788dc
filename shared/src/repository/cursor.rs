//! Where a page of a list ended: `<list>.<microseconds since 1970>.<id>`, opaque to callers.
//!
//! What comes in at the newer end meanwhile moves nothing, for a page goes on behind a row and not behind a number of rows.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The list a cursor belongs to. In another one it would stand nowhere.
#[derive(Clone, Copy, Debug)]
pub(crate) enum List {
    Executions,
    Pulses,
    /// Runner instances that live; those that ended come after them.
    Runners,
    EndedRunners,
}

impl List {
    const fn mark(self) -> &'static str {
        match self {
            Self::Executions => "e",
            Self::Pulses => "p",
            Self::Runners => "r",
            Self::EndedRunners => "s",
        }
    }

    /// The cursor behind that row.
    pub(crate) fn cursor(self, at: DateTime<Utc>, id: Uuid) -> String {
        format!("{}.{}.{}", self.mark(), at.timestamp_micros(), id.simple())
    }

    /// The row it stands behind, in two parts; `None`: this list never gave it out.
    pub(crate) fn read(self, cursor: &str) -> Option<(DateTime<Utc>, Uuid)> {
        let (at, id) = cursor.strip_prefix(self.mark())?.strip_prefix('.')?.split_once('.')?;
        Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, Uuid::try_parse(id).ok()?))
    }
}
