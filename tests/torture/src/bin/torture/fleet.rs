//! The processes: workers, each in its seat and replaced when it ends, and pulses, which come in volleys.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use torture::history::Event;
use torture::ledger::{Line, What};
use torture::random::Dice;
use torture::schedule::SIDE_TASK;

use crate::Failure;
use crate::server::ROLE;
use crate::world::World;

/// How long running tasks may go on once a worker is told to end.
pub(crate) const GRACE: Duration = Duration::from_secs(5);
/// How long a pulse may work.
const BUDGET: &str = "4s";
/// How often it is looked who has ended.
const TURN: Duration = Duration::from_millis(5);
/// Only so many workers live without a direct address behind the pooler: each keeps a server connection to itself.
const POOLED_ONLY: usize = 2;

/// All processes of the product.
#[derive(Debug)]
pub(crate) struct Fleet<'a> {
    world: &'a World,
    program: PathBuf,
    inner: Mutex<Inner>,
    over: AtomicBool,
}

#[derive(Debug)]
struct Inner {
    seats: Vec<Seat>,
    pulses: Vec<Member>,
    pulses_so_far: u64,
    next_volley: Option<Instant>,
    dice: Dice,
}

/// A worker's place: who sits there, or when the next one comes.
#[derive(Debug)]
struct Seat {
    generation: u32,
    member: Option<Member>,
    next_at: Option<Instant>,
}

#[derive(Debug)]
struct Member {
    name: String,
    child: Child,
}

impl Member {
    fn signal(&self, world: &World, signal: Signal) {
        let word = match signal {
            Signal::KILL => "KILL",
            Signal::STOP => "STOP",
            Signal::CONT => "CONT",
            Signal::TERM => "TERM",
            _ => "another",
        };
        world.tell(Event::Signalled { process: self.name.clone(), signal: word.to_owned() });
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // It was not waited for, so the number is still its own.
            let _ = kill_process(pid, signal);
        }
    }
}

impl<'a> Fleet<'a> {
    /// No process yet.
    pub(crate) fn new(world: &'a World) -> Result<Self, Failure> {
        let program = beside("torture-worker")?;
        let seat = |_| Seat { generation: 0, member: None, next_at: Some(Instant::now()) };
        let seats = world.proxies.iter().map(seat).collect();
        let dice = Dice::new(world.seed ^ 0xf1ee7);
        let inner = Inner { seats, pulses: Vec::new(), pulses_so_far: 0, next_volley: None, dice };
        Ok(Self { world, program, inner: Mutex::new(inner), over: AtomicBool::new(false) })
    }

    /// Replaces who has ended and sends out pulses, until [`Fleet::end`].
    pub(crate) fn keep(&self) {
        while !self.over.load(Ordering::SeqCst) {
            self.locked(|inner| {
                self.reap(inner);
                self.seat(inner);
                self.volley(inner);
            });
            thread::sleep(TURN);
        }
    }

    /// From here on nobody is replaced, and [`Fleet::keep`] ends.
    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    fn locked<T>(&self, look: impl FnOnce(&mut Inner) -> T) -> T {
        look(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Pulses come from here on, or no more.
    pub(crate) fn pulses(&self, wanted: bool) {
        self.locked(|inner| inner.next_volley = wanted.then(Instant::now));
    }

    /// How many processes live.
    pub(crate) fn living(&self) -> usize {
        self.locked(|inner| inner.pulses.len() + inner.seats.iter().filter(|seat| seat.member.is_some()).count())
    }

    /// The workers that live: seat and name.
    pub(crate) fn workers(&self) -> Vec<(usize, String)> {
        self.locked(|inner| {
            let names = inner.seats.iter().map(|seat| seat.member.as_ref().map(|member| member.name.clone()));
            names.enumerate().filter_map(|(seat, name)| Some((seat, name?))).collect()
        })
    }

    /// The workers that live and run something, as the end of the ledger tells.
    pub(crate) fn busy(&self) -> Vec<(usize, String)> {
        let text = tail(&self.world.ledger()).unwrap_or_default();
        let mut running: BTreeMap<String, String> = BTreeMap::new();
        for line in text.lines().filter_map(|line| line.parse::<Line>().ok()) {
            if line.what != What::Start {
                running.remove(&line.execution);
            } else if line.task != SIDE_TASK {
                // A side task is no work that anybody waits for.
                running.insert(line.execution, line.process);
            }
        }
        let busy: BTreeSet<_> = running.into_values().collect();
        let mut workers = self.workers();
        workers.retain(|(_, name)| busy.contains(name));
        workers
    }

    /// The pulses that live.
    pub(crate) fn pulse_names(&self) -> Vec<String> {
        self.locked(|inner| inner.pulses.iter().map(|member| member.name.clone()).collect())
    }

    /// Sends a signal; false if there is nobody of that name any more.
    pub(crate) fn signal(&self, name: &str, signal: Signal) -> bool {
        self.locked(|inner| {
            let workers = inner.seats.iter().filter_map(|seat| seat.member.as_ref());
            let member = workers.chain(&inner.pulses).find(|member| member.name == name);
            member.map(|member| member.signal(self.world, signal)).is_some()
        })
    }

    /// Tells every worker to end; nobody takes their seats.
    pub(crate) fn dismiss(&self) {
        self.locked(|inner| {
            for seat in &mut inner.seats {
                seat.next_at = None;
                if let Some(member) = &seat.member {
                    member.signal(self.world, Signal::TERM);
                }
            }
        });
    }

    /// Whether this process has ended.
    pub(crate) fn has_ended(&self, name: &str) -> bool {
        self.locked(|inner| {
            let workers = inner.seats.iter().filter_map(|seat| seat.member.as_ref());
            !workers.chain(&inner.pulses).any(|member| member.name == name)
        })
    }

    /// Runs a command of the product to its end; the program's own way to the server.
    pub(crate) fn command(&self, arguments: &[&str]) -> Result<(), Failure> {
        let mut command = Command::new(&self.program);
        let url = format!("postgresql://{ROLE}@127.0.0.1:{}/{ROLE}", self.world.server.port);
        command.env_clear().env("TORTURE_CROWD", self.world.arguments.crowd.to_string());
        command.env("DATABASE_URL", url).args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
        let status = command.stderr(self.log("commands")?).status()?;
        if status.success() { Ok(()) } else { Err(format!("{arguments:?}: {status}").into()) }
    }

    fn reap(&self, inner: &mut Inner) {
        for seat in &mut inner.seats {
            if seat.member.as_mut().is_some_and(|member| self.has_exited(member)) {
                seat.member = None;
                let wait = Duration::from_millis(inner.dice.within(100..1_500));
                seat.next_at = seat.next_at.map(|_| Instant::now() + wait);
            }
        }
        inner.pulses.retain_mut(|member| !self.has_exited(member));
    }

    fn has_exited(&self, member: &mut Member) -> bool {
        let Ok(Some(status)) = member.child.try_wait() else {
            return false;
        };
        self.world.tell(Event::Exited { process: member.name.clone(), how: how(status), code: status.code() });
        true
    }

    fn seat(&self, inner: &mut Inner) {
        for (number, seat) in inner.seats.iter_mut().enumerate() {
            if seat.member.is_none() && seat.next_at.is_some_and(|at| at <= Instant::now()) {
                seat.generation += 1;
                let name = format!("worker-{number}.{}", seat.generation);
                let mut command = self.worker(number);
                seat.member = self.spawn(name, &mut command, &format!("worker-{number}"));
                seat.next_at = Some(Instant::now() + Duration::from_secs(1));
            }
        }
    }

    fn volley(&self, inner: &mut Inner) {
        if inner.next_volley.is_none_or(|at| at > Instant::now()) || self.world.arguments.pulses == 0 {
            return;
        }
        inner.next_volley = Some(Instant::now() + Duration::from_millis(inner.dice.within(300..1_500)));
        let most = usize::try_from(self.world.arguments.pulses).unwrap_or(usize::MAX);
        let volley = inner.dice.within(1..4.max(self.world.arguments.pulses));
        for _ in 0..volley {
            if inner.pulses.len() >= most {
                return;
            }
            inner.pulses_so_far += 1;
            let name = format!("pulse-{}", inner.pulses_so_far);
            let mut command = self.pulse(&mut inner.dice);
            inner.pulses.extend(self.spawn(name, &mut command, "pulses"));
        }
    }

    fn spawn(&self, name: String, command: &mut Command, log: &str) -> Option<Member> {
        let ready = command.env("TORTURE_PROCESS", &name).stdin(Stdio::null()).stdout(Stdio::null());
        let child = self.log(log).and_then(|log| ready.stderr(log).process_group(0).spawn());
        match child {
            Ok(child) => {
                self.world.tell(Event::Spawned { process: name.clone(), pid: child.id() });
                Some(Member { name, child })
            }
            // The machine has no room for it at this moment; the next one may have better luck.
            Err(error) => {
                self.world.tell(Event::Skipped { what: name, why: error.to_string() });
                None
            }
        }
    }

    fn log(&self, name: &str) -> io::Result<File> {
        OpenOptions::new().append(true).create(true).open(self.world.folder.join(format!("{name}.log")))
    }

    fn worker(&self, seat: usize) -> Command {
        let mut command = self.product();
        command.args(["start", "--no-http"]);
        let port = self.world.proxies.get(seat).map_or(self.world.server.port, |proxy| proxy.port);
        command.env("DATABASE_URL", format!("postgresql://{ROLE}@127.0.0.1:{port}/{ROLE}"));
        if self.world.pooler.is_some() {
            if seat < POOLED_ONLY {
                command.env("TASK_LOCK_MODE", "transaction");
            } else {
                let direct = format!("postgresql://{ROLE}@127.0.0.1:{}/{ROLE}", self.world.server.port);
                command.env("DATABASE_URL_UNPOOLED", direct);
            }
        }
        // Every other machine has a clock that may be moved while it runs.
        if let Some(library) = self.world.faketime.as_ref().filter(|_| seat.is_multiple_of(2)) {
            command.env("LD_PRELOAD", library).env("FAKETIME_NO_CACHE", "1");
            command.env("FAKETIME_TIMESTAMP_FILE", self.world.clock_file(seat));
        }
        command
    }

    /// Some live for a request and hold their lock by a transaction, some have a wrong clock.
    fn pulse(&self, dice: &mut Dice) -> Command {
        let mut command = self.product();
        command.args(["--json", "pulse", "execute"]);
        let port = self.world.pooler.as_ref().map_or(self.world.server.port, |pooler| pooler.port);
        command.env("DATABASE_URL", format!("postgresql://{ROLE}@127.0.0.1:{port}/{ROLE}"));
        if self.world.pooler.is_some() || dice.once_in(2) {
            command.env("TASK_RUNNER_ENVIRONMENT", "serverless");
        }
        let offset = dice.pick(&["+3600", "-3600", "+45", "-45", "+0"]).copied().unwrap_or("+0");
        if let Some(library) = self.world.faketime.as_ref().filter(|_| dice.once_in(3)) {
            command.env("LD_PRELOAD", library).env("FAKETIME", offset);
        }
        command
    }

    fn product(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().env("RUST_BACKTRACE", "1").env("PULSE_BUDGET", BUDGET);
        command.env("TASK_LEASE", format!("{}s", self.world.arguments.lease));
        command.env("TASK_SHUTDOWN_GRACE", format!("{}s", GRACE.as_secs()));
        command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("DONT_FAKE_MONOTONIC", "1");
        command.env("TORTURE_LEDGER", self.world.ledger()).env("TORTURE_SEED", self.world.seed.to_string());
        command.env("TORTURE_CROWD", self.world.arguments.crowd.to_string());
        command
    }
}

impl Drop for Fleet<'_> {
    /// Whatever is left is ended, so that no process outlives the run.
    fn drop(&mut self) {
        let inner = self.inner.get_mut().unwrap_or_else(PoisonError::into_inner);
        let workers = inner.seats.iter_mut().filter_map(|seat| seat.member.as_mut());
        for member in workers.chain(&mut inner.pulses) {
            let _ = member.child.kill();
            let _ = member.child.wait();
        }
    }
}

/// A program built beside this one.
pub(crate) fn beside(name: &str) -> Result<PathBuf, Failure> {
    let program = std::env::current_exe()?.parent().map(|folder| folder.join(name)).filter(|path| path.exists());
    program.ok_or_else(|| format!("{name} was not built; `just torture` builds it").into())
}

/// Sets a clock, by the seconds that it is off.
pub(crate) fn set_clock(file: &Path, offset_s: i64) -> io::Result<()> {
    // Another file in its place, for nobody is to read a half of it.
    let fresh = file.with_extension("new");
    fs::write(&fresh, format!("{offset_s:+}\n"))?;
    fs::rename(fresh, file)
}

/// The end of a file; its first line may lack its beginning.
fn tail(path: &Path) -> io::Result<String> {
    // More than is written in the time that anything takes, also by a crowd that starts at once.
    const LENGTH: u64 = 524_288;
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LENGTH)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn how(status: ExitStatus) -> String {
    match status.signal() {
        Some(signal) => format!("signal {signal}"),
        None => format!("code {}", status.code().unwrap_or_default()),
    }
}
