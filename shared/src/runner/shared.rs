//! One answer for all who ask the same at the same moment.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::timeout;

/// Longer than this nobody waits for somebody else's look, which may hang where another would not.
const PATIENCE: Duration = Duration::from_millis(250);

/// The newest answer to one question, and in which order it was looked for.
#[derive(Debug)]
pub(super) struct Shared<T> {
    /// How often it has been looked for.
    begun: AtomicU64,
    /// Held by who looks for it. None: it failed.
    newest: Mutex<(u64, Option<T>)>,
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self { begun: AtomicU64::new(0), newest: Mutex::new((0, None)) }
    }
}

impl<T: Clone> Shared<T> {
    /// An answer that was looked for since this was asked: by whoever asks first, while the others wait. Who gives up leaves it
    /// to the next one. Where it fails or takes long, each of those who waited for it looks by itself, and at once.
    pub(super) async fn ask<E>(&self, look: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let before = self.begun.load(Ordering::Relaxed);
        let Ok(mut newest) = timeout(PATIENCE, self.newest.lock()).await else {
            return look.await;
        };
        if newest.0 > before {
            if let Some(answer) = &newest.1 {
                return Ok(answer.clone());
            }
            drop(newest);
            return look.await;
        }
        let number = self.begun.fetch_add(1, Ordering::Relaxed) + 1;
        let answer = look.await;
        *newest = (number, answer.as_ref().ok().cloned());
        answer
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;
    use std::cell::Cell;
    use tokio::sync::Semaphore;

    use super::*;

    /// What is looked for: the number of the look, each of which waits to be let through.
    struct World {
        looks: Cell<u32>,
        under_way: Cell<u32>,
        gate: Semaphore,
    }

    impl World {
        fn new() -> Self {
            Self { looks: Cell::new(0), under_way: Cell::new(0), gate: Semaphore::new(0) }
        }

        async fn look(&self, succeeds: bool) -> Result<u32, u32> {
            self.looks.set(self.looks.get() + 1);
            self.under_way.set(self.under_way.get() + 1);
            let number = self.looks.get();
            self.gate.acquire().await.unwrap().forget();
            self.under_way.set(self.under_way.get() - 1);
            if succeeds { Ok(number) } else { Err(number) }
        }
    }

    #[tokio::test]
    async fn who_asks_while_somebody_looks_shares_the_next_look_and_not_that_one() {
        let (world, shared) = (World::new(), Shared::default());
        let asked = join_all((0..20).map(|_| shared.ask(world.look(true))));
        let (answers, ()) = tokio::join!(asked, async { world.gate.add_permits(2) });
        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, [vec![1], vec![2; 19]].concat());
        // Nor is an old answer anybody's.
        world.gate.add_permits(1);
        assert_eq!(shared.ask(world.look(true)).await, Ok(3));
    }

    #[tokio::test]
    async fn where_a_look_fails_nobody_waits_in_line_to_fail_too() {
        let (world, shared) = (World::new(), Shared::default());
        let asked = join_all((0..5).map(|_| shared.ask(world.look(false))));
        let most = async {
            let mut most = 0;
            for _ in 0..5 {
                world.gate.add_permits(1);
                tokio::task::yield_now().await;
                most = most.max(world.under_way.get());
            }
            most
        };
        let (answers, most) = tokio::join!(asked, most);
        let mut answers: Vec<_> = answers.into_iter().map(Result::unwrap_err).collect();
        answers.sort_unstable();
        assert_eq!(
            (answers, most),
            (vec![1, 2, 3, 4, 5], 3),
            "each has an error of its own; the last three ask at once"
        );
    }

    #[tokio::test]
    async fn nobody_waits_for_long_for_somebody_else_who_looks() {
        let (world, shared) = (World::new(), Shared::default());
        let asked = join_all((0..4).map(|_| shared.ask(world.look(true))));
        let all_look = async {
            while world.under_way.get() < 4 {
                tokio::time::sleep(PATIENCE / 10).await;
            }
            world.gate.add_permits(4);
        };
        let (answers, ()) = timeout(20 * PATIENCE, async { tokio::join!(asked, all_look) }).await.expect("all look");
        let mut answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        answers.sort_unstable();
        assert_eq!(answers, [1, 2, 3, 4]);
    }

    #[tokio::test]
    async fn who_stops_waiting_leaves_it_to_the_next() {
        let (world, shared) = (World::new(), Shared::default());
        let first = timeout(Duration::ZERO, shared.ask(world.look(true)));
        assert!(first.await.is_err());
        world.gate.add_permits(1);
        assert_eq!(shared.ask(world.look(true)).await, Ok(2));
    }
}
