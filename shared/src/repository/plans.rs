//! Plans the server keeps: of the few statements that a busy shift sends again and again, on connections that are known to
//! be the server's own. Planning each anew takes longer than carrying it out for a few executions.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use tokio::time::Instant;
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::{RepositoryError, Statement};

/// How old a plan may be. One that was right for a small table is not for long.
const KEPT: Duration = Duration::from_secs(5);
/// So many statements within that time go without a kept plan: whoever sends no more has nothing of preparing them.
const UNPREPARED: u32 = 6;

/// Whether plans are kept, and since when.
#[derive(Debug, Default)]
pub(super) struct Plans {
    are_allowed: AtomicBool,
    busy: Mutex<Option<Busy>>,
}

#[derive(Debug)]
struct Busy {
    since: Instant,
    sent: u32,
}

impl Plans {
    /// From here on: each connection of the pool has been seen to keep its backend.
    pub(super) fn allow(&self) {
        self.are_allowed.store(true, Ordering::Relaxed);
    }

    /// Whether the statement that is sent now is to have a plan that is kept. Drops those that are too old.
    pub(super) fn keep_next(&self, pool: &Pool) -> bool {
        if !self.are_allowed.load(Ordering::Relaxed) {
            return false;
        }
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        let busy = busy.get_or_insert_with(|| Busy { since: Instant::now(), sent: 0 });
        if busy.since.elapsed() > KEPT {
            pool.manager().statement_caches.clear();
            *busy = Busy { since: Instant::now(), sent: 0 };
        }
        busy.sent += 1;
        busy.sent > UNPREPARED
    }

    /// Sends it with a plan that is kept; `None`: the server refused that before it carried anything out.
    pub(super) async fn query(
        &self,
        client: &Object,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Option<Result<Vec<Row>, RepositoryError>> {
        let sent = async {
            let prepared = client.prepare_typed_cached(statement.sql, statement.types).await?;
            client.query(&prepared, parameters).await
        };
        match sent.await {
            Ok(rows) => Some(Ok(rows)),
            Err(error) if error.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED) => {
                // The tables have changed since it was prepared.
                client.statement_cache.clear();
                None
            }
            Err(error) if error.code().is_some_and(|code| NOT_THERE.contains(code)) => {
                tracing::warn!(
                    statement = statement.name,
                    "a connection does not keep its backend; plans are not kept any more"
                );
                self.are_allowed.store(false, Ordering::Relaxed);
                client.statement_cache.clear();
                None
            }
            Err(source) => Some(Err(RepositoryError::Statement { statement: statement.name, source })),
        }
    }
}

/// What a pooler between lets the server say, because another backend was prepared than the one that is asked.
const NOT_THERE: [SqlState; 3] =
    [SqlState::INVALID_SQL_STATEMENT_NAME, SqlState::DUPLICATE_PSTATEMENT, SqlState::PROTOCOL_VIOLATION];
