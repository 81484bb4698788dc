//! What goes on after its answer, on hosts that stop or freeze a process which nobody waits for.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio_util::task::TaskTracker;

/// Keeps the host waiting for work that goes on after the answer; put into a request's extensions by a host that would not.
#[derive(Clone)]
pub struct Background(Arc<dyn Fn(BoxFuture<'static, ()>) + Send + Sync>);

impl Background {
    /// Hands each piece of work to the host, which spawns it.
    #[must_use]
    pub fn new(wait_until: impl Fn(BoxFuture<'static, ()>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(wait_until))
    }

    /// The same, with something that each piece of work keeps until it has ended.
    pub(super) fn keeping<T: Clone + Send + Sync + 'static>(&self, kept: T) -> Self {
        let Self(wait_until) = self.clone();
        Self::new(move |work| {
            let kept = kept.clone();
            wait_until(Box::pin(async move {
                work.await;
                drop(kept);
            }));
        })
    }

    /// Keeps the host waiting until nothing of this goes on.
    pub(super) fn wait_for(&self, work: TaskTracker) {
        work.close();
        (self.0)(Box::pin(async move { work.wait().await }));
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Background")
    }
}
