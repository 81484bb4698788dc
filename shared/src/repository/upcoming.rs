//! Reading what is next.

use super::{Repository, RepositoryError, document, statement};
use crate::model::Queue;

impl Repository {
    /// What runs, what waits and why, and which slots come next; so many of each at most.
    pub(crate) async fn whats_next(&self, limit: usize, overlap_prevention: bool) -> Result<Queue, RepositoryError> {
        statement!(QUEUE = "list_queue.sql", [TIMESTAMPTZ, INT8, BOOL]);
        // One more than asked for tells whether there is more.
        let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let row = self.one(&QUEUE, &[&self.clock.now_for_sql(), &most, &overlap_prevention]).await?;
        let mut queue: Queue = document(&row)?;
        queue.has_more =
            [queue.running.len(), queue.waiting.len(), queue.upcoming.len()].into_iter().any(|count| count > limit);
        queue.running.truncate(limit);
        queue.waiting.truncate(limit);
        queue.upcoming.truncate(limit);
        Ok(queue)
    }
}
