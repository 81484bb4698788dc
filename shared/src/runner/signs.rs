//! Signs of life: each loop of a runner says when it will turn again, so that others can see that one does not.
//!
//! A loop that hangs for a defect of ours is the one failure that no witness of the protocol tells: the lock is held, the heart
//! beats, and nothing is done. Whoever watches over the process has to end it then.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// What looking for the database may take while it is away: a free place in the pool, a connection, and an answer that never
/// comes, each of which is given up after its time.
pub(super) const DATABASE_AWAY: Duration = Duration::from_secs(60);

/// A loop of a runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loop {
    /// Joins, again and again until it succeeds.
    Join,
    /// Claims, executes and records.
    Shift,
    /// Says to others that the runner lives.
    Heart,
}

impl Loop {
    fn name(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Shift => "shift",
            Self::Heart => "heart",
        }
    }
}

/// What the loops of a runner have promised.
#[derive(Debug, Default)]
pub(super) struct Signs {
    promises: Mutex<Promises>,
}

#[derive(Debug, Default)]
struct Promises {
    begun: u64,
    /// By which instant each loop turns again.
    due: BTreeMap<u64, (Loop, Instant)>,
}

impl Signs {
    /// A loop begins here, and turns within this time.
    pub(super) fn begin(self: &Arc<Self>, what: Loop, within: Duration) -> Turning {
        let id = self.with(|promises| {
            promises.begun += 1;
            promises.begun
        });
        let turning = Turning { signs: self.clone(), id, what };
        turning.again_within(within);
        turning
    }

    /// The names of the loops that should have turned before this instant and did not.
    pub(super) fn frozen(&self, now: Instant) -> Vec<&'static str> {
        self.with(|promises| promises.due.values().filter(|(_, due)| *due < now).map(|(what, _)| what.name()).collect())
    }

    fn with<T>(&self, look: impl FnOnce(&mut Promises) -> T) -> T {
        look(&mut self.promises.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A loop that goes on. Dropped when it ends; one that panics has broken its promise.
#[derive(Debug)]
pub(super) struct Turning {
    signs: Arc<Signs>,
    id: u64,
    what: Loop,
}

impl Turning {
    /// It has turned, and does so again within this time, whatever happens.
    pub(super) fn again_within(&self, within: Duration) {
        self.signs.with(|promises| promises.due.insert(self.id, (self.what, Instant::now() + within)));
    }
}

impl Drop for Turning {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.signs.with(|promises| promises.due.remove(&self.id));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_loop_is_frozen_when_it_does_not_turn_as_it_promised() {
        let signs = Arc::new(Signs::default());
        let turning = signs.begin(Loop::Shift, MINUTE);
        let (soon, later) = (Instant::now(), Instant::now() + 2 * MINUTE);
        assert!(signs.frozen(soon).is_empty());
        assert_eq!(signs.frozen(later), ["shift"]);
        turning.again_within(3 * MINUTE);
        assert!(signs.frozen(later).is_empty(), "it goes on, so all is well again");
    }

    #[test]
    fn one_loop_does_not_speak_for_another() {
        let signs = Arc::new(Signs::default());
        let (_heart, _shift) = (signs.begin(Loop::Heart, MINUTE), signs.begin(Loop::Shift, 3 * MINUTE));
        assert_eq!(signs.frozen(Instant::now() + 2 * MINUTE), ["heart"]);
    }

    #[tokio::test]
    async fn a_loop_that_ended_promises_nothing_and_one_that_panicked_keeps_nothing() {
        let signs = Arc::new(Signs::default());
        drop(signs.begin(Loop::Join, MINUTE));
        let later = Instant::now() + 2 * MINUTE;
        assert!(signs.frozen(later).is_empty());
        let turning = signs.begin(Loop::Heart, MINUTE);
        let panics = tokio::spawn(async move {
            let _turning = turning;
            panic!("a defect")
        });
        assert!(panics.await.is_err());
        assert_eq!(signs.frozen(later), ["heart"]);
    }
}
