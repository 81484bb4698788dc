//! The connection that says a runner instance is alive: it holds the instance's advisory lock, and listens.

use std::pin::Pin;
use std::time::Duration;

use futures_util::future::{Fuse, FusedFuture};
use futures_util::stream::poll_fn;
use futures_util::{FutureExt, StreamExt};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_postgres::{AsyncMessage, Client};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{LockMode, Repository, RepositoryError, statement};
use crate::backoff::Backoff;
use crate::model::RunnerId;

/// Hears the channel that statements notify when there is something new to do.
const LISTEN: &str = "listen downbeat";
/// How long to wait before the connection is tried anew.
const WHILE_AWAY: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(2));

/// How long it may take to close a connection in order.
const LET_GO_WITHIN: Duration = Duration::from_secs(1);

/// How it stands with a runner's lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LockState {
    /// Whether it is held.
    pub(crate) held: bool,
    /// When the server last said itself that it serves nobody. In its next life a free lock tells nothing of anyone whose
    /// heartbeat is older than that life, see `bury_dead_runners.sql`.
    pub(crate) closed_at: Option<Instant>,
}

/// A runner's lock, taken anew whenever its connection is lost. Let go when closed or dropped.
#[derive(Debug)]
pub(crate) struct Presence {
    hold: watch::Receiver<LockState>,
    keeper: Option<JoinHandle<()>>,
    stop: CancellationToken,
    _stop_on_drop: DropGuard,
}

impl Presence {
    /// Takes the lock of `runner` and keeps it. `calls` is told of news, where the connection can hear any.
    ///
    /// `frozen_after` bounds how long a process that no longer runs can hold a transaction lock.
    pub(crate) async fn take(
        repository: &Repository,
        runner: RunnerId,
        frozen_after: Duration,
        calls: Calls,
    ) -> Result<Self, RepositoryError> {
        let mut holder = Holder { repository: repository.clone(), runner, frozen_after, calls };
        // The first time is the caller's to see fail.
        let connection = holder.connect().await?;
        let (hold, watcher) = watch::channel(LockState { held: true, closed_at: None });
        let stop = CancellationToken::new();
        let keeper = tokio::spawn({
            let (stop, mut current) = (stop.clone(), connection);
            async move {
                stop.run_until_cancelled(holder.keep(&mut current, hold)).await;
                current.let_go().await;
            }
        });
        Ok(Self { hold: watcher, keeper: Some(keeper), _stop_on_drop: stop.clone().drop_guard(), stop })
    }

    /// Whether the lock is held at this moment.
    pub(crate) fn is_held(&self) -> bool {
        self.hold.borrow().held
    }

    /// Tells whenever the lock is lost, or held again.
    pub(crate) fn watch(&self) -> watch::Receiver<LockState> {
        self.hold.clone()
    }

    /// Lets the lock go and waits until its connection is closed.
    pub(crate) async fn close(mut self) {
        self.stop.cancel();
        if let Some(keeper) = self.keeper.take() {
            // A keeper that panicked holds no connection either.
            let _ = keeper.await;
        }
    }
}

/// Who is told of what the connection hears.
#[derive(Clone, Debug)]
pub(crate) struct Calls {
    /// There may be something to run.
    pub(crate) work: watch::Sender<()>,
    /// Somebody asks a runner for something: to cancel, to drain.
    pub(crate) orders: watch::Sender<()>,
}

impl Calls {
    fn tell(&self, payload: &str) {
        match payload {
            "orders" => self.orders.send_replace(()),
            _ => self.work.send_replace(()),
        };
    }
}

struct Holder {
    repository: Repository,
    runner: RunnerId,
    frozen_after: Duration,
    calls: Calls,
}

/// A connection that holds the lock, and the driver that reads from it.
struct Held {
    client: Client,
    driver: Driver,
    mode: LockMode,
}

type Driver = Fuse<Pin<Box<dyn Future<Output = ()> + Send>>>;

impl Held {
    /// Lets the lock go with a word to the server, which else would complain in its log of a transaction that was left open; and a
    /// pooler would close its own connection to the server with it. Where that takes long, the connection is just closed.
    async fn let_go(self) {
        let Self { client, mut driver, mode } = self;
        if driver.is_terminated() {
            // It was lost, and no other has been made yet.
            return;
        }
        let goodbye = async {
            if mode == LockMode::Transaction {
                tokio::select! {
                    ended = execute(&client, "rollback") => drop(ended),
                    () = &mut driver => return,
                }
            }
            drop(client);
            driver.await;
        };
        let _ = timeout(LET_GO_WITHIN, goodbye).await;
    }
}

impl Holder {
    async fn keep(&mut self, current: &mut Held, hold: watch::Sender<LockState>) {
        loop {
            (&mut current.driver).await;
            hold.send_modify(|hold| hold.held = false);
            tracing::warn!(runner.id = %self.runner, "the lock connection was lost; taking the lock anew");
            *current = self.connect_again(&hold).await;
            hold.send_modify(|hold| hold.held = true);
            tracing::info!(runner.id = %self.runner, "the lock is held again");
            // News may have been missed in between.
            self.calls.work.send_replace(());
            self.calls.orders.send_replace(());
        }
    }

    async fn connect_again(&mut self, hold: &watch::Sender<LockState>) -> Held {
        let mut backoff = WHILE_AWAY;
        loop {
            match self.connect().await {
                Ok(held) => return held,
                Err(error) => {
                    tracing::debug!(runner.id = %self.runner, error = %error.message(), "no lock yet");
                    if error.is_closed_server() {
                        hold.send_modify(|hold| hold.closed_at = Some(Instant::now()));
                    }
                }
            }
            tokio::time::sleep(backoff.wait()).await;
        }
    }

    /// Connects, takes the lock and listens.
    async fn connect(&mut self) -> Result<Held, RepositoryError> {
        statement!(SESSION_LOCK = "take_session_lock.sql", [INT8]);
        statement!(TRANSACTION_LOCK = "take_transaction_lock.sql", [INT8, TEXT]);
        let settings = self.repository.settings();
        let mode = settings.lock_mode();
        let (client, mut connection) = settings.connect().await?;
        let calls = self.calls.clone();
        let driver = async move {
            let mut messages = poll_fn(move |cx| connection.poll_message(cx));
            while let Some(Ok(message)) = messages.next().await {
                if let AsyncMessage::Notification(notification) = message {
                    calls.tell(notification.payload());
                }
            }
        };
        let mut driver: Driver = driver.boxed().fuse();
        let key = self.runner.lock_key();
        let frozen_after = format!("{}ms", self.frozen_after.as_millis());
        let take = async {
            let taken = match mode {
                LockMode::Session => {
                    let taken = SESSION_LOCK.query(&client, &[&key]).await?;
                    execute(&client, LISTEN).await?;
                    taken
                }
                LockMode::Transaction => {
                    execute(&client, "begin").await?;
                    TRANSACTION_LOCK.query(&client, &[&key, &frozen_after]).await?
                }
            };
            Ok::<_, RepositoryError>(taken.first().is_some_and(|row| row.get(0)))
        };
        // The client gets its answers only while the driver is polled.
        let taken = tokio::select! {
            taken = take => taken?,
            () = &mut driver => false,
        };
        if taken { Ok(Held { client, driver, mode }) } else { Err(RepositoryError::LockTaken) }
    }
}

async fn execute(client: &Client, command: &'static str) -> Result<(), RepositoryError> {
    client.batch_execute(command).await.map_err(|source| RepositoryError::Statement { statement: command, source })
}
