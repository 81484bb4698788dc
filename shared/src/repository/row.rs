//! Between rows and types.

use std::time::Duration;

use tokio_postgres::Row;

use super::RepositoryError;

/// One value of each row, as an array for `unnest`.
pub(super) fn column<'a, T, U>(rows: &'a [T], value: impl Fn(&'a T) -> U) -> Vec<U> {
    rows.iter().map(value).collect()
}

/// A value of one of our enums, stored as its word.
pub(super) fn word<T: std::str::FromStr>(row: &Row, column: &'static str) -> Result<T, RepositoryError> {
    let written: &str = row.get(column);
    written.parse().map_err(|_| RepositoryError::UnknownValue { column, value: written.to_owned() })
}

/// A span stored as milliseconds.
pub(super) fn milliseconds(value: i32) -> Duration {
    Duration::from_millis(u64::try_from(value).unwrap_or(0))
}
