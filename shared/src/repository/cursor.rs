//! Where a page of a list ended: `<microseconds since 1970>.<id>`, opaque to callers.
//!
//! What comes in at the newer end meanwhile moves nothing, for a page goes on behind a row and not behind a number of rows.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The cursor behind that row.
pub(super) fn write(at: DateTime<Utc>, id: Uuid) -> String {
    format!("{}.{}", at.timestamp_micros(), id.simple())
}

/// The row it stands behind, in two parts; `None`: it is none of ours.
pub(super) fn read(cursor: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (at, id) = cursor.split_once('.')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, Uuid::try_parse(id).ok()?))
}
