//! The call that a runner owes the others since it has recorded endings: what waited for those may begin, and nobody else knows.

use std::time::Duration;

use tokio::time::Instant;

use crate::repository::Repository;

/// How soon others are called where this runner had no room for all that waited.
const CALL_AFTER: Duration = Duration::from_secs(5);
/// Longer than this nothing else waits for such a call.
const CALLED_WITHIN: Duration = Duration::from_secs(1);

/// Owed since an ending was recorded, until a look of the runner's own has found that nothing is left, or it calls.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Debt {
    due_at: Option<Instant>,
    /// Whether a call that was due could not be made.
    has_failed: bool,
}

impl Debt {
    /// An ending was recorded, and others were not called for it.
    pub(super) fn owe(&mut self, now: Instant) {
        self.due_at.get_or_insert(now + CALL_AFTER);
    }

    /// A look that began after the newest ending was recorded has found nothing left.
    pub(super) fn forgive(&mut self) {
        *self = Self::default();
    }

    /// When it is to be paid.
    pub(super) fn due_at(self) -> Option<Instant> {
        self.due_at
    }

    /// Whether it is to be paid now: at once by who looks no more.
    pub(super) fn is_due(self, looks: bool, now: Instant) -> bool {
        self.due_at.is_some_and(|at| now >= at || (!looks && !self.has_failed))
    }

    /// Calls the others, where that is owed. What cannot be paid is owed for as long again.
    pub(super) async fn pay(&mut self, repository: &Repository) {
        if self.due_at.is_none() {
            return;
        }
        let called = tokio::time::timeout(CALLED_WITHIN, repository.wake()).await;
        if let Ok(Ok(())) = called {
            self.forgive();
            return;
        }
        let error = called.ok().and_then(Result::err).map(|error| error.message());
        tracing::warn!(
            error = error.map(tracing::field::display),
            "others look later for what waited for what ended here"
        );
        *self = Self { due_at: Some(Instant::now() + CALL_AFTER), has_failed: true };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::repository::ConnectionSettings;

    #[test]
    fn who_looks_has_five_seconds_and_who_does_not_none() {
        let (mut debt, now) = (Debt::default(), Instant::now());
        assert!(!debt.is_due(true, now) && !debt.is_due(false, now) && debt.due_at().is_none());
        debt.owe(now);
        assert!(!debt.is_due(true, now) && debt.is_due(false, now));
        // It counts from the first ending.
        debt.owe(now + CALL_AFTER / 2);
        assert_eq!(debt.due_at(), Some(now + CALL_AFTER));
        assert!(debt.is_due(true, now + CALL_AFTER));
        debt.forgive();
        assert!(!debt.is_due(true, now + CALL_AFTER) && !debt.is_due(false, now + CALL_AFTER));
    }

    #[tokio::test]
    async fn what_could_not_be_paid_is_owed_for_as_long_again() {
        let nobody = "postgresql://nobody@127.0.0.1:1/none?sslmode=disable".to_owned().into();
        let settings = ConnectionSettings::new(&nobody, None, None, false, 1).unwrap();
        let repository = Repository::new(settings, Clock::System).unwrap();
        let (mut debt, before) = (Debt::default(), Instant::now());
        debt.owe(before);
        debt.pay(&repository).await;
        let due_at = debt.due_at().unwrap();
        assert!(due_at > before + CALL_AFTER, "later than it was");
        assert!(!debt.is_due(true, before) && !debt.is_due(false, before), "nor at once by who looks no more");
        assert!(debt.is_due(true, due_at) && debt.is_due(false, due_at));
    }
}
