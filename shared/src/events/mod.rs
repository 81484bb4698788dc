//! What happens, told live: one reader a process for everybody who listens, and none where nobody does.
//!
//! The reader asks for what is new and hands it to all streams. A stream that joins, resumes or falls behind reads on by itself
//! until it has come as far, see [`stream`]; so a slow one loses nothing and holds nobody up.

mod stream;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::model::{Place, Snapshot};
use crate::repository::{EventPage, Repository, RepositoryError};

pub(crate) use stream::{End, Listener, Told};

/// How often the reader looks for what is new.
const INTERVAL: Duration = Duration::from_millis(500);
/// How many events are read at once.
const PAGE: usize = 500;
/// How many pages a stream may lie behind before it has to read by itself.
const PAGES_KEPT: usize = 64;

/// What happens, for everybody who listens. Cheap to clone; reads only while somebody does.
#[derive(Clone, Debug)]
pub struct Events {
    repository: Repository,
    reader: Arc<Mutex<Option<Reader>>>,
    closed: CancellationToken,
}

#[derive(Debug)]
struct Reader {
    /// Not kept alive from here: without its reader, streams have to notice.
    pages: broadcast::WeakSender<Arc<Page>>,
    _work: AbortOnDropHandle<()>,
}

/// A page as the reader hands it out: what `after` does not see, from a place on.
#[derive(Debug)]
struct Page {
    after: Snapshot,
    from: Option<Place>,
    found: EventPage,
}

impl Events {
    /// Reads nothing until somebody listens.
    pub(crate) fn new(repository: Repository) -> Self {
        Self { repository, reader: Arc::default(), closed: CancellationToken::new() }
    }

    /// Ends every stream, also those that begin from now on: for a server that is to end once all is answered.
    pub fn close(&self) {
        self.closed.cancel();
    }

    /// Joins those who listen; the first one brings the reader to work.
    fn join(&self) -> broadcast::Receiver<Arc<Page>> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pages) = reader.as_ref().and_then(|reader| reader.pages.upgrade()) {
            return pages.subscribe();
        }
        let (pages, receiver) = broadcast::channel(PAGES_KEPT);
        let weak = pages.downgrade();
        let work = tokio::spawn({
            let events = self.clone();
            async move { events.closed.run_until_cancelled(events.read(&pages)).await.unwrap_or_default() }
        });
        *reader = Some(Reader { pages: weak, _work: AbortOnDropHandle::new(work) });
        receiver
    }

    /// Reads until nobody listens any more.
    async fn read(&self, pages: &broadcast::Sender<Arc<Page>>) {
        let mut last = None;
        loop {
            if self.nobody_listens(pages) {
                return;
            }
            if let Err(error) = self.look(&mut last, pages).await {
                tracing::debug!(error = %error.message(), "events cannot be read");
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }

    /// Whether nobody does; the next who joins then finds no reader and brings another one to work.
    fn nobody_listens(&self, pages: &broadcast::Sender<Arc<Page>>) -> bool {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let nobody = pages.receiver_count() == 0;
        if nobody {
            *reader = None;
        }
        nobody
    }

    /// Hands out all that is new since the last look. The first one only finds out where the present is.
    async fn look(
        &self,
        last: &mut Option<Snapshot>,
        pages: &broadcast::Sender<Arc<Page>>,
    ) -> Result<(), RepositoryError> {
        let Some(after) = last else {
            *last = Some(self.repository.snapshot().await?.0);
            return Ok(());
        };
        let mut from = None;
        let mut upto = None;
        loop {
            let found = self.repository.events(after, upto.as_ref(), from, PAGE).await?;
            let (is_last, until, next) = (found.is_last, found.upto.clone(), found.last);
            // Whoever has just gone does not miss it.
            let _ = pages.send(Arc::new(Page { after: after.clone(), from, found }));
            if is_last {
                *after = until;
                return Ok(());
            }
            (from, upto) = (next, Some(until));
        }
    }
}
