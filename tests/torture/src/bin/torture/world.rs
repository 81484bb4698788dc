//! What everything in the conductor knows: the folder of the run, its history, the server, the ways to it, and whether to stop.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use torture::history::{Event, History};

use crate::Failure;
use crate::arguments::{Arguments, Kind};
use crate::pooler::Pooler;
use crate::proxy::Proxy;
use crate::server::Server;

/// How often a wait looks whether it is still to be waited.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// One run.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) arguments: Arguments,
    pub(crate) seed: u64,
    pub(crate) folder: PathBuf,
    pub(crate) server: Server,
    pub(crate) pooler: Option<Pooler>,
    /// One for each worker.
    pub(crate) proxies: Vec<Proxy>,
    /// The library that fakes clocks, where it is wanted and there.
    pub(crate) faketime: Option<PathBuf>,
    /// The kinds of faults that are made.
    pub(crate) kinds: Vec<Kind>,
    history: History,
    stop: Arc<AtomicBool>,
    broken: AtomicBool,
}

impl World {
    /// Sets everything up that processes need, and writes down what cannot be.
    pub(crate) fn make(
        arguments: Arguments,
        seed: u64,
        folder: PathBuf,
        stop: Arc<AtomicBool>,
    ) -> Result<Self, Failure> {
        let history = History::begin(&folder.join("history.jsonl"))?;
        history.tell(Event::Begun {
            seed,
            seconds: arguments.seconds,
            lease_ms: arguments.lease * 1_000,
            crowd: arguments.crowd,
            arguments: std::env::args().skip(1).collect::<Vec<_>>().join(" "),
        })?;
        let mut kinds = arguments.kinds();
        let mut skip = |kind: Kind, why: &str| {
            kinds.retain(|other| *other != kind);
            history.tell(Event::Skipped { what: kind.name(), why: why.to_owned() })
        };
        let wants = arguments.kinds();
        let server = Server::start(&folder, arguments.pg_bin.as_deref(), wants.contains(&Kind::DiskFull))?;
        if wants.contains(&Kind::DiskFull) && !server.is_on_small_disk() {
            skip(Kind::DiskFull, "a small disk cannot be mounted here; root may")?;
        }
        let faketime = wants.contains(&Kind::Clock).then(faketime).flatten();
        if wants.contains(&Kind::Clock) && faketime.is_none() {
            skip(Kind::Clock, "libfaketime is not installed")?;
        }
        if wants.contains(&Kind::KillPulse) && arguments.pulses == 0 {
            skip(Kind::KillPulse, "there are no pulses")?;
        }
        let pooler = if arguments.pooler { Pooler::start(&folder, &server)? } else { None };
        if arguments.pooler && pooler.is_none() {
            return Err("PgBouncer is not installed".into());
        }
        let port = pooler.as_ref().map_or(server.port, |pooler| pooler.port);
        let proxies = (0..arguments.workers).map(|_| Proxy::to(port)).collect::<Result<_, _>>()?;
        let broken = AtomicBool::new(false);
        Ok(Self { arguments, seed, folder, server, pooler, proxies, faketime, kinds, history, stop, broken })
    }

    /// Writes down what happens at this moment.
    pub(crate) fn tell(&self, event: Event) {
        if self.history.tell(event).is_err() {
            // A run whose history has holes proves nothing.
            self.broken.store(true, Ordering::SeqCst);
            self.stop.store(true, Ordering::SeqCst);
        }
    }

    /// Whether something could not be written down.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::SeqCst)
    }

    /// Whether somebody wants the run to end.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Waits so long, or until somebody wants the run to end.
    pub(crate) fn rest(&self, wait: Duration) {
        let begun = Instant::now();
        while begun.elapsed() < wait && !self.is_stopped() {
            thread::sleep(LOOK_AGAIN.min(wait));
        }
    }

    /// Waits until it is so, or the patience is at its end; hands back whether it is.
    pub(crate) fn until(&self, patience: Duration, mut is_so: impl FnMut() -> bool) -> bool {
        let begun = Instant::now();
        loop {
            if is_so() {
                return true;
            }
            if begun.elapsed() > patience {
                return false;
            }
            thread::sleep(LOOK_AGAIN * 5);
        }
    }

    /// Where the tasks write.
    pub(crate) fn ledger(&self) -> PathBuf {
        self.folder.join("ledger")
    }

    /// The file a worker's clock is set by.
    pub(crate) fn clock_file(&self, worker: usize) -> PathBuf {
        self.folder.join(format!("clock-{worker}"))
    }
}

/// The library of Debian's faketime, for programs of many threads.
fn faketime() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    let lib = Path::new("/usr/lib").to_owned();
    folders.chain([lib]).map(|folder| folder.join("faketime/libfaketimeMT.so.1")).find(|path| path.exists())
}
