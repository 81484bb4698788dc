//! Readers of text from outside that otherwise are reached through a request only: for tests that feed them anything.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::repository::List;

/// The cursor behind the execution of that id, decided at that instant. Its microseconds count.
#[must_use]
pub fn cursor(at: DateTime<Utc>, id: Uuid) -> String {
    List::Executions.cursor(at, id)
}

/// The execution that a cursor stands behind; `None`: the history never gave it out.
#[must_use]
pub fn read_cursor(cursor: &str) -> Option<(DateTime<Utc>, Uuid)> {
    List::Executions.read(cursor)
}
