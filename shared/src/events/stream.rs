//! What one listener is told.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::broadcast;
use tokio::time::Instant;

use super::{Events, PAGE, Page};
use crate::model::{Event, Position};
use crate::repository::{EVENTS_KEPT, EventPage, RepositoryError};

/// How long a stream is silent before it shows that it lives.
const SILENCE: Duration = Duration::from_secs(15);
/// How soon it tries again to read by itself.
const AGAIN: Duration = Duration::from_secs(1);

/// What somebody wants to be told.
#[derive(Clone, Debug)]
pub(crate) struct Listener {
    /// Only of this task.
    pub(crate) task: Option<String>,
    /// Only what came after this.
    pub(crate) after: Option<Position>,
    /// When it is enough.
    pub(crate) end: End,
}

/// When a stream ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Never.
    Never,
    /// When all is told that has happened.
    WhenTold,
    /// When something was told, or at this instant: for hosts that answer only as a whole, or for so long.
    AfterSomething(Instant),
}

/// What a stream says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Told {
    /// Something happened.
    Event(Position, Box<Event>),
    /// Nothing did, but it lives; and the listener has come that far.
    Alive(Position),
}

/// What one listener is told: everything once and in order, from its position on.
#[derive(Debug)]
pub(crate) struct EventStream {
    events: Events,
    pages: broadcast::Receiver<Arc<Page>>,
    task: Option<String>,
    end: End,
    position: Position,
    /// Whether it has to read by itself what the reader handed out before.
    is_behind: bool,
    ready: VecDeque<Told>,
    has_told: bool,
    spoke_at: Instant,
}

impl Events {
    /// What happens from the listener's position on, or from now on. `None`: the position is of another database.
    pub(crate) async fn listen(&self, listener: Listener) -> Result<Option<EventStream>, RepositoryError> {
        // Joined first, so that nothing falls between.
        let pages = self.join();
        let (present, now) = self.repository.snapshot().await?;
        let here = Position { after: present, within: None, read_at: now };
        let position = listener.after.unwrap_or_else(|| here.clone());
        if !position.latest().is_within(&here.after) {
            return Ok(None);
        }
        let kept = TimeDelta::from_std(EVENTS_KEPT).unwrap_or(TimeDelta::MAX);
        let gap = (position.read_at < now - kept).then(|| Box::new(Event::gap(position.read_at)));
        // First of all, where it begins: who is cut off right afterwards loses nothing.
        let mut ready = VecDeque::from([Told::Alive(position.clone())]);
        ready.extend(gap.map(|gap| Told::Event(position.clone(), gap)));
        Ok(Some(EventStream {
            events: self.clone(),
            pages,
            task: listener.task,
            end: listener.end,
            position,
            is_behind: true,
            ready,
            has_told: false,
            spoke_at: Instant::now(),
        }))
    }
}

impl EventStream {
    /// What is said next; `None`: that is the end.
    pub(crate) async fn next(&mut self) -> Option<Told> {
        let closed = self.events.closed.clone();
        loop {
            if let Some(told) = self.ready.pop_front() {
                self.spoke_at = Instant::now();
                self.has_told |= matches!(told, Told::Event(..));
                return Some(told);
            }
            if self.is_over() {
                return None;
            }
            tokio::select! {
                () = closed.cancelled() => return None,
                () = self.listen() => {}
            }
            if self.ready.is_empty() && self.spoke_at.elapsed() >= SILENCE {
                self.ready.push_back(Told::Alive(self.position.clone()));
            }
        }
    }

    fn is_over(&self) -> bool {
        match self.end {
            End::Never => false,
            End::WhenTold => !self.is_behind,
            End::AfterSomething(latest) => (!self.is_behind && self.has_told) || Instant::now() >= latest,
        }
    }

    /// Waits for a page, or for the moment at which something is to be said or decided without one.
    async fn listen(&mut self) {
        if self.is_behind {
            if let Err(error) = self.catch_up().await {
                tracing::debug!(error = %error.message(), "a stream of events cannot read on");
                tokio::time::sleep(AGAIN).await;
            }
            return;
        }
        let silent = self.spoke_at + SILENCE;
        let until = match self.end {
            End::Never | End::WhenTold => silent,
            End::AfterSomething(latest) => silent.min(latest),
        };
        match tokio::time::timeout_at(until, self.pages.recv()).await {
            Ok(Ok(page)) => self.take(&page),
            // It missed some, or the reader has ended; what it missed is where it was.
            Ok(Err(broadcast::error::RecvError::Lagged(_))) => self.is_behind = true,
            Ok(Err(broadcast::error::RecvError::Closed)) => {
                self.pages = self.events.join();
                self.is_behind = true;
            }
            Err(_) => {}
        }
    }

    /// Reads a page by itself.
    async fn catch_up(&mut self) -> Result<(), RepositoryError> {
        let Position { after, within, .. } = &self.position;
        let (upto, from) = within.as_ref().map(|(upto, place)| (upto, *place)).unzip();
        let found = self.events.repository.events(after, upto, from, PAGE).await?;
        // What came after an old page is still to be read.
        self.is_behind = !found.is_last || self.position.within.is_some();
        self.tell(&found);
        Ok(())
    }

    /// Takes what the reader handed out: what is known already is left out, and where there is a gap in between, it is read.
    fn take(&mut self, page: &Page) {
        let Page { after, from, found } = page;
        if found.upto.is_within(&self.position.after) {
            return;
        }
        let follows = match (&self.position.within, from) {
            (None, None) => after.is_within(&self.position.after),
            (Some((upto, place)), Some(from)) => *upto == found.upto && place == from,
            (None, Some(_)) | (Some(_), None) => false,
        };
        if follows {
            self.tell(found);
        } else {
            self.is_behind = true;
        }
    }

    fn tell(&mut self, found: &EventPage) {
        let EventPage { upto, read_at, events, last, is_last } = found;
        self.position.read_at = *read_at;
        for (place, event) in events {
            let is_meant = self.task.is_none() || self.task == event.task_name;
            if is_meant && !self.position.after.sees(place.transaction) {
                let position = Position { within: Some((upto.clone(), *place)), ..self.position.clone() };
                self.ready.push_back(Told::Event(position, Box::new(event.clone())));
            }
        }
        if *is_last {
            (self.position.after, self.position.within) = (upto.clone(), None);
        } else if let Some(last) = last {
            self.position.within = Some((upto.clone(), *last));
        }
    }
}
