//! What happened, as it is read by those who follow it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::{Repository, RepositoryError, statement};
use crate::model::{Event, Place, Snapshot};

/// How long events are kept. Who was away for longer may have missed some.
pub const EVENTS_KEPT: Duration = Duration::from_secs(2 * 24 * 3600);

/// Some of what is new between two snapshots, in order.
#[derive(Clone, Debug)]
pub(crate) struct EventPage {
    /// The later snapshot.
    pub(crate) upto: Snapshot,
    /// When it was read, by the database's clock.
    pub(crate) read_at: DateTime<Utc>,
    /// The events, each with its place.
    pub(crate) events: Vec<(Place, Event)>,
    /// Where the page ends; `None`: there was nothing.
    pub(crate) last: Option<Place>,
    /// Whether nothing follows.
    pub(crate) is_last: bool,
}

impl Repository {
    /// Which transactions have ended, and what time it is.
    pub(crate) async fn snapshot(&self) -> Result<(Snapshot, DateTime<Utc>), RepositoryError> {
        statement!(SNAPSHOT = "read_snapshot.sql", [TIMESTAMPTZ]);
        let row = self.one(&SNAPSHOT, &[&self.clock.now_for_sql()]).await?;
        Ok((snapshot(row.get("snapshot"))?, row.get("now")))
    }

    /// At most `limit` of the events that `read` does not see, from the beginning or from a place on; up to a snapshot of a page
    /// before, or up to now.
    pub(crate) async fn events(
        &self,
        read: &Snapshot,
        upto: Option<&Snapshot>,
        after: Option<Place>,
        limit: usize,
    ) -> Result<EventPage, RepositoryError> {
        statement!(READ = "read_events.sql", [TIMESTAMPTZ, TEXT, TEXT, TEXT, INT8, INT8]);
        let rows = self
            .all(
                &READ,
                &[
                    &self.clock.now_for_sql(),
                    &read.to_string(),
                    &upto.map(ToString::to_string),
                    &after.map(|place| place.transaction.to_string()),
                    &after.map(|place| place.id),
                    &i64::try_from(limit).unwrap_or(i64::MAX),
                ],
            )
            .await?;
        let first = rows.first().ok_or(RepositoryError::NoRow { statement: READ.name })?;
        let mut page = EventPage {
            upto: snapshot(first.get("upto"))?,
            read_at: first.get("now"),
            events: Vec::new(),
            last: None,
            is_last: rows.len() < limit,
        };
        for row in &rows {
            let Some(transaction) = row.get::<_, Option<&str>>("xid") else { continue };
            let place = Place { transaction: number(transaction)?, id: row.get("id") };
            page.last = Some(place);
            let Some(document) = row.get::<_, Option<Value>>("event") else { continue };
            match Event::deserialize(&document) {
                Ok(event) => page.events.push((place, event)),
                // A newer version may tell of things that this one does not know.
                Err(error) => tracing::debug!(%error, "an event of a kind unknown here is passed over"),
            }
        }
        Ok(page)
    }
}

fn snapshot(written: &str) -> Result<Snapshot, RepositoryError> {
    written.parse().map_err(|_| RepositoryError::UnknownValue { column: "snapshot", value: written.to_owned() })
}

fn number(written: &str) -> Result<u64, RepositoryError> {
    written.parse().map_err(|_| RepositoryError::UnknownValue { column: "xid", value: written.to_owned() })
}
