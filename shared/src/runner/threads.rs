//! Where tasks run: each on a thread of its own, so that one which blocks its thread hurts nobody but itself.
//!
//! A task that never awaits would otherwise stop every future on its thread, the runner's heart among them. Here it holds one
//! thread of a crew that has plenty, and the runner, whose own threads it never sees, can tell that it does not end.

use std::any::Any;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::sync::OnceLock;
use std::thread::available_parallelism;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::Instrument;
use tracing::instrument::WithSubscriber;
use uuid::Uuid;

use super::crew::{Crew, Watch};
use crate::repository::Repository;

/// How long a future that is dropped may take to end before it counts as stuck.
const STUCK_AFTER: Duration = Duration::from_millis(200);
/// How soon it is tried again to record that something is stuck.
const MARK_AGAIN: Duration = Duration::from_secs(1);
/// Threads that drive what tasks spawn besides.
const DRIVERS: usize = 2;
/// Threads for side tasks and hooks, and as many for what tasks hand to `spawn_blocking`.
const SPARE: usize = 512;
/// How soon it is seen that those who take tasks block.
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// The threads of one runner. Started with the first task.
#[derive(Debug)]
pub(super) struct TaskThreads {
    crew: Crew,
    /// Drives what tasks await.
    runtime: OnceLock<Option<Runtime>>,
}

impl TaskThreads {
    /// Room for `concurrency` tasks, and for as many that do not end.
    pub(super) fn new(concurrency: usize) -> Self {
        let at_once = available_parallelism().map_or(2, |cores| cores.get().max(2));
        let most = concurrency.saturating_mul(2).saturating_add(SPARE);
        Self { crew: Crew::new(at_once, most), runtime: OnceLock::new() }
    }

    /// Runs a future on a thread of its own, in the caller's span.
    pub(super) fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Work<T> {
        self.spawn_unless(&CancellationToken::new(), Box::pin(work))
    }

    /// The same, but it does not begin any more once that is cancelled. Of one type whatever it is, so that there is one piece of
    /// code that drives it.
    pub(super) fn spawn_unless<T: Send + 'static>(
        &self,
        cancelled: &CancellationToken,
        work: BoxFuture<'static, T>,
    ) -> Work<T> {
        let (driver, dropped) = (self.driver(), CancellationToken::new());
        let work = work.in_current_span().with_current_subscriber();
        let (cancelled, told, (tell, ended)) = (cancelled.clone(), dropped.clone(), oneshot::channel());
        let mut work: BoxFuture<'static, ()> = Box::pin(async move {
            if !cancelled.is_cancelled() {
                let ended = AssertUnwindSafe(told.run_until_cancelled(work)).catch_unwind().await;
                // Nobody may wait for it any more.
                let _ = tell.send(ended.map_err(Panic));
            }
        });
        let waits = self.crew.push(Box::new(move |turn| {
            driver.block_on(poll_fn(|cx| {
                let polled = work.as_mut().poll(cx);
                if polled.is_pending() {
                    turn.step_aside();
                }
                polled
            }));
        }));
        if let Some(watch) = waits {
            tokio::spawn(look_after(watch));
        }
        Work { ended, dropped: dropped.drop_guard() }
    }

    fn driver(&self) -> Handle {
        let runtime = self.runtime.get_or_init(|| {
            let built = Builder::new_multi_thread()
                .worker_threads(DRIVERS)
                .max_blocking_threads(SPARE)
                .thread_name("downbeat-task")
                .enable_all()
                .build();
            if let Err(error) = &built {
                tracing::error!(%error, "no threads for what tasks await; they share the runner's");
            }
            built.ok()
        });
        runtime.as_ref().map_or_else(Handle::current, |runtime| runtime.handle().clone())
    }
}

impl Drop for TaskThreads {
    /// Does not wait: a task that blocks its thread would be waited for for ever.
    fn drop(&mut self) {
        self.crew.close();
        if let Some(runtime) = self.runtime.take().flatten() {
            runtime.shutdown_background();
        }
    }
}

/// Looks after a queue until it is empty. On the runner's threads, which no task blocks.
async fn look_after(mut watch: Watch) {
    loop {
        tokio::time::sleep(LOOK_AGAIN).await;
        if !watch.look() {
            return;
        }
    }
}

/// What a task panicked with.
#[derive(Debug)]
pub(super) struct Panic(Box<dyn Any + Send>);

impl Panic {
    /// What it said, if it was text.
    pub(super) fn text(&self) -> Option<&str> {
        let text = self.0.downcast_ref::<&str>().copied();
        text.or_else(|| self.0.downcast_ref::<String>().map(String::as_str))
    }
}

/// A future on a thread of its own. Dropped with this, as soon as it awaits.
#[derive(Debug)]
pub(super) struct Work<T> {
    ended: oneshot::Receiver<Result<Option<T>, Panic>>,
    dropped: DropGuard,
}

impl<T> Work<T> {
    /// Waits until it has really ended. `None`: it was dropped.
    pub(super) async fn ended(&mut self) -> Result<Option<T>, Panic> {
        // Where nobody tells, it did not begin.
        (&mut self.ended).await.unwrap_or(Ok(None))
    }

    /// Drops the future where it awaits. Hands it back if it does not, for it blocks its thread.
    pub(super) async fn drop_now(self) -> Result<(), Stuck<T>> {
        let Self { mut ended, dropped } = self;
        dropped.disarm().cancel();
        match tokio::time::timeout(STUCK_AFTER, &mut ended).await {
            // However it ended, it has.
            Ok(_) => Ok(()),
            Err(_) => Err(Stuck(ended)),
        }
    }
}

/// A future that was dropped and has not ended: it blocks its thread.
#[derive(Debug)]
#[must_use = "it goes on"]
pub(super) struct Stuck<T>(oneshot::Receiver<Result<Option<T>, Panic>>);

impl<T> Stuck<T> {
    /// Waits until it has really ended; lets people see meanwhile that what holds this registry row is stuck.
    pub(super) async fn see_out(self, records: &Repository, row: Uuid) {
        let marked = async {
            while let Err(error) = records.mark_stuck(row).await {
                tracing::warn!(error = %error.message(), "could not record that it is stuck");
                tokio::time::sleep(MARK_AGAIN).await;
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            _ = self.0 => {}
            () = marked => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn tasks_that_block_their_threads_stop_nobody() {
        let threads = TaskThreads::new(64);
        let (go_on, blocked) = mpsc::channel::<()>();
        let blocked = std::sync::Arc::new(std::sync::Mutex::new(blocked));
        let mut stuck: Vec<_> = (0..64)
            .map(|_| {
                let blocked = blocked.clone();
                threads.spawn(async move { drop(blocked.lock().map(|blocked| blocked.recv())) })
            })
            .collect();
        let mut answer = threads.spawn(async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            7
        });
        assert_eq!(answer.ended().await.unwrap(), Some(7));
        drop(go_on);
        for stuck in &mut stuck {
            assert_eq!(stuck.ended().await.unwrap(), Some(()));
        }
    }

    #[tokio::test]
    async fn what_awaits_is_dropped_and_what_blocks_is_handed_back_until_it_has_ended() {
        let threads = TaskThreads::new(2);
        assert!(threads.spawn(std::future::pending::<()>()).drop_now().await.is_ok());
        let (go_on, blocked) = mpsc::channel::<()>();
        let (begin, begun) = tokio::sync::oneshot::channel();
        let work = threads.spawn(async move {
            begin.send(()).unwrap();
            // Returns when the sender is dropped.
            let _ = blocked.recv();
        });
        begun.await.unwrap();
        let stuck = work.drop_now().await.unwrap_err();
        drop(go_on);
        let _ = stuck.0.await;
    }

    #[tokio::test]
    async fn a_panic_is_told_to_whoever_waits() {
        let threads = TaskThreads::new(1);
        let mut work = threads.spawn(async { panic!("boom") });
        assert_eq!(work.ended().await.unwrap_err().text(), Some("boom"));
    }
}
