//! Plans the server keeps: of the few statements that a busy shift sends again and again, on connections that are known to
//! be the server's own. Planning each anew takes longer than carrying it out for a few executions.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use tokio::time::Instant;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement as Prepared};

use super::{RepositoryError, Statement};

/// How old the first plans may be. One that was right for a small table is not for long.
const KEPT: Duration = Duration::from_secs(5);
/// How old a plan may be at most. Each of a shift that stays busy is kept twice as long as the one before: at a steady pace
/// the tables have no more than doubled meanwhile.
const LONGEST: Duration = Duration::from_secs(300);
/// So many statements go without a kept plan first: whoever sends no more has nothing of preparing them.
const UNPREPARED: u32 = 6;

/// Whether plans are kept, and since when.
#[derive(Debug, Default)]
pub(super) struct Plans {
    are_allowed: AtomicBool,
    busy: Mutex<Option<Busy>>,
}

/// What was sent since the plans in use were begun.
#[derive(Clone, Copy, Debug)]
struct Busy {
    since: Instant,
    sent: u32,
    /// For how long they are kept.
    kept: Duration,
}

impl Busy {
    fn begin(now: Instant) -> Self {
        Self { since: now, sent: 0, kept: KEPT }
    }

    /// Takes a statement in that is sent now: whether plans that were kept until here are too old, and whether its own is
    /// worth keeping.
    fn send(&mut self, now: Instant) -> (bool, bool) {
        let age = now.duration_since(self.since);
        let is_over = age > self.kept;
        if is_over {
            let stayed_busy = self.sent > UNPREPARED && age <= 2 * self.kept;
            let kept = if stayed_busy { (2 * self.kept).min(LONGEST) } else { KEPT };
            *self = Self { since: now, sent: 0, kept };
        }
        self.sent += 1;
        (is_over, self.sent > UNPREPARED)
    }
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
        let now = Instant::now();
        let (is_over, keeps) = busy.get_or_insert_with(|| Busy::begin(now)).send(now);
        if is_over {
            pool.manager().statement_caches.clear();
        }
        keeps
    }

    /// Sends it with a plan that is kept; `None`: the server refused that before it carried anything out.
    pub(super) async fn query(
        &self,
        client: &Object,
        statement: &Statement,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Option<Result<Vec<Row>, RepositoryError>> {
        match self.prepare(client, statement).await? {
            Ok(prepared) => self.send(client, statement, &prepared, parameters).await,
            Err(error) => Some(Err(error)),
        }
    }

    /// Has the server prepare it, unless it has; `None` as above.
    pub(super) async fn prepare(
        &self,
        client: &Object,
        statement: &Statement,
    ) -> Option<Result<Prepared, RepositoryError>> {
        let prepared = client.prepare_typed_cached(statement.sql, statement.types).await;
        self.unless_refused(client, statement, prepared)
    }

    /// Sends what was prepared; `None` as above.
    pub(super) async fn send(
        &self,
        client: &Object,
        statement: &Statement,
        prepared: &Prepared,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Option<Result<Vec<Row>, RepositoryError>> {
        let rows = client.query(prepared, parameters).await;
        self.unless_refused(client, statement, rows)
    }

    fn unless_refused<T>(
        &self,
        client: &Object,
        statement: &Statement,
        answer: Result<T, tokio_postgres::Error>,
    ) -> Option<Result<T, RepositoryError>> {
        match answer {
            Ok(answer) => Some(Ok(answer)),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// In which of 1,800 seconds plans are dropped by who sends so many statements in each of those that `works` says.
    fn dropped(per_second: u32, works: impl Fn(u64) -> bool) -> Vec<u64> {
        let begin = Instant::now();
        let mut busy = Busy::begin(begin);
        let mut dropped = Vec::new();
        for second in (0..1800).filter(|second| works(*second)) {
            for _ in 0..per_second {
                let (is_over, _) = busy.send(begin + Duration::from_secs(second));
                dropped.extend(is_over.then_some(second));
            }
        }
        dropped
    }

    #[test]
    fn plans_of_a_busy_shift_are_kept_twice_as_long_each_time_and_five_minutes_at_most() {
        assert_eq!(dropped(10, |_| true), [6, 17, 38, 79, 160, 321, 622, 923, 1224, 1525]);
    }

    #[test]
    fn who_sends_few_or_rests_for_long_begins_anew() {
        assert_eq!(dropped(1, |_| true)[..4], [6, 12, 18, 24], "six in six seconds are few");
        assert_eq!(dropped(10, |second| second % 600 < 10), [6, 600, 606, 1200, 1206], "ten seconds in ten minutes");
    }

    #[test]
    fn the_first_six_statements_go_without_a_plan_that_is_kept() {
        let now = Instant::now();
        let mut busy = Busy::begin(now);
        assert_eq!([(); 8].map(|()| busy.send(now).1), [false, false, false, false, false, false, true, true]);
    }
}
