//! The nemesis: which faults are made, to whom, in what order and for how long, all by the dice of the seed.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use torture::history::Event;
use torture::random::Dice;

use crate::Failure;
use crate::arguments::{Arguments, Kind};
use crate::fleet::{Fleet, GRACE, set_clock};
use crate::proxy::Proxy;
use crate::server::{self, MOST_CONNECTIONS, ROLE, Stop};
use crate::world::World;

/// How often the most frequent fault comes where each of the others comes once.
const KILLS: usize = 4;
/// How far apart two blows of a storm are.
const BLOW: Duration = Duration::from_millis(200);
/// A run this long has faults that last.
const LONG: u64 = 300;

/// By how much clocks are moved, in turn, in seconds.
const OFFSETS_S: [i64; 4] = [3_600, -45, -3_600, 45];

/// Does one fault after another.
#[derive(Debug)]
pub(crate) struct Nemesis<'a> {
    world: &'a World,
    fleet: &'a Fleet<'a>,
    dice: Dice,
    done: u64,
    /// How many faults have lasted for as long as they were told to.
    spans: usize,
    /// How many clocks were moved.
    clocks: usize,
}

impl<'a> Nemesis<'a> {
    pub(crate) fn new(world: &'a World, fleet: &'a Fleet<'a>) -> Self {
        Self { world, fleet, dice: Dice::new(world.seed), done: 0, spans: 0, clocks: 0 }
    }

    /// Rages until the time is over, or somebody wants the run to end. After each fault it tells how many there were.
    pub(crate) fn rage(&mut self, until: Instant, mut tell: impl FnMut(u64, Kind)) {
        while !self.is_over(until) {
            for kind in self.deck() {
                // Time for what was done to show; after a kill enough to see all of what follows from it alone, and after a
                // storm whether all is as before.
                let pause = match kind {
                    Kind::KillWorker => 2_400..3_600,
                    Kind::Storm => 6_000..9_000,
                    _ => 500..2_500,
                };
                let pause = Duration::from_millis(self.dice.within(pause));
                tell(self.done, kind);
                self.fault(kind);
                self.world.rest(pause);
                self.revive();
                if self.is_over(until) {
                    return;
                }
            }
        }
    }

    fn is_over(&self, until: Instant) -> bool {
        Instant::now() >= until || self.world.is_stopped()
    }

    /// Each kind once in any order, and kills of workers among them, so that a short run has some, too.
    fn deck(&mut self) -> Vec<Kind> {
        let (kills, mut others): (Vec<_>, Vec<_>) =
            self.world.kinds.iter().copied().partition(|kind| *kind == Kind::KillWorker);
        self.dice.shuffle(&mut others);
        if others.is_empty() {
            return kills;
        }
        let between = others.len().div_ceil(KILLS);
        others.chunks(between).flat_map(|some| kills.iter().chain(some)).copied().collect()
    }

    fn fault(&mut self, kind: Kind) {
        self.done += 1;
        let done = match kind {
            Kind::KillWorker => self.kill_worker(),
            Kind::KillPulse => self.kill_pulse(),
            Kind::Freeze => self.freeze(),
            Kind::Term => self.term(),
            Kind::Storm => self.storm(),
            Kind::RestartFast => self.restart(kind, Stop::Fast),
            Kind::RestartImmediate => self.restart(kind, Stop::Immediate),
            Kind::Cut => self.cut(),
            Kind::Reset => self.reset(),
            Kind::Slow => self.slow(),
            Kind::Connections => self.connections(),
            Kind::DiskFull => self.disk_full(),
            Kind::Timeouts => self.timeouts(),
            Kind::ReadOnly => self.read_only(),
            Kind::Clock => self.clock(),
        };
        if let Err(error) = done {
            self.world.tell(Event::Skipped { what: kind.name(), why: error.to_string() });
        }
        self.world.tell(Event::FaultEnded { fault: self.done });
    }

    fn begin(&self, kind: Kind, what: String) {
        self.begin_on(Vec::new(), kind, what);
    }

    fn begin_on(&self, processes: Vec<String>, kind: Kind, what: String) {
        self.world.tell(Event::FaultBegun { fault: self.done, kind: kind.name(), what, processes });
    }

    /// How long a fault lasts: as long as was asked for, or a little while, or in a long run now and then a long one.
    fn span(&mut self, usual_s: std::ops::Range<u64>, long_s: std::ops::Range<u64>) -> Duration {
        if let Some(seconds) = self.world.arguments.spans.iter().cycle().nth(self.spans) {
            self.spans += 1;
            return Duration::from_secs(*seconds);
        }
        let is_long = self.world.arguments.seconds >= LONG && self.dice.once_in(4);
        let range = if is_long { long_s } else { usual_s };
        Duration::from_millis(self.dice.within(range.start * 1_000..range.end * 1_000))
    }

    /// As many different ones as a fault is done to at once.
    fn victims(&mut self) -> Result<Vec<(usize, String)>, Failure> {
        let first = self.worker()?;
        let wanted = usize::try_from(self.world.arguments.victims).unwrap_or(usize::MAX);
        let mut others = if wanted > 1 { self.fleet.workers() } else { Vec::new() };
        let busy = self.fleet.busy();
        self.dice.shuffle(&mut others);
        others.retain(|other| *other != first);
        others.sort_by_key(|other| !busy.contains(other));
        Ok(std::iter::once(first).chain(others).take(wanted).collect())
    }

    /// One that runs something, most of the time: an idle one is hurt by little.
    fn worker(&mut self) -> Result<(usize, String), Failure> {
        let idle_will_do = self.dice.once_in(5);
        let roll = self.dice.roll();
        let mut victim = None;
        self.world.until(Duration::from_secs(3), || {
            victim = Dice::new(roll).pick(&self.fleet.busy()).cloned();
            victim.is_some() || idle_will_do
        });
        if let Some(victim) = victim {
            return Ok(victim);
        }
        self.dice.pick(&self.fleet.workers()).cloned().ok_or_else(|| "no worker lives".into())
    }

    fn kill_worker(&mut self) -> Result<(), Failure> {
        let (_, name) = self.worker()?;
        self.begin(Kind::KillWorker, format!("kill -9 of {name}"));
        self.fleet.signal(&name, Signal::KILL);
        Ok(())
    }

    fn kill_pulse(&mut self) -> Result<(), Failure> {
        let name = self.pulse()?;
        // Somewhere in its life.
        self.world.rest(Duration::from_millis(self.dice.within(0..400)));
        self.begin(Kind::KillPulse, format!("kill -9 of {name}"));
        self.fleet.signal(&name, Signal::KILL);
        Ok(())
    }

    /// A pulse that has just come.
    fn pulse(&self) -> Result<String, Failure> {
        let before = self.fleet.pulse_names();
        let newest = || self.fleet.pulse_names().into_iter().find(|name| !before.contains(name));
        self.world.until(Duration::from_secs(4), || newest().is_some());
        newest().ok_or_else(|| "no pulse came".into())
    }

    fn freeze(&mut self) -> Result<(), Failure> {
        let Arguments { pulses, victims, .. } = self.world.arguments;
        let names = if victims == 1 && pulses > 0 && self.dice.once_in(4) {
            vec![self.pulse()?]
        } else {
            self.victims()?.into_iter().map(|(_, name)| name).collect()
        };
        let span = self.span(1..16, 16..90);
        self.begin_on(names.clone(), Kind::Freeze, format!("standing still for {span:?}: {}", names.join(", ")));
        let signal = |signal| names.iter().for_each(|name| _ = self.fleet.signal(name, signal));
        signal(Signal::STOP);
        if self.dice.once_in(3) {
            // What it held is taken over by somebody who dies as well.
            self.world.rest(span / 2);
            if let Some((_, other)) = self.fleet.workers().iter().find(|(_, other)| !names.contains(other)) {
                self.fleet.signal(other, Signal::KILL);
            }
            self.world.rest(span / 2);
        } else {
            self.world.rest(span);
        }
        signal(Signal::CONT);
        Ok(())
    }

    fn term(&mut self) -> Result<(), Failure> {
        self.begin(Kind::Term, "each worker is told to end, one after the other".to_owned());
        for (_, name) in self.fleet.workers() {
            self.fleet.signal(&name, Signal::TERM);
            let patience = GRACE + Duration::from_secs(10);
            if !self.world.until(patience, || self.fleet.has_ended(&name)) {
                self.world.tell(Event::NotDrained { what: format!("{name} does not end") });
            }
        }
        Ok(())
    }

    fn storm(&mut self) -> Result<(), Failure> {
        let span = self.span(3..8, 20..60);
        self.begin(Kind::Storm, format!("a backend is terminated each {BLOW:?} for {span:?}"));
        let mut admin = self.world.server.admin()?;
        let begun = Instant::now();
        while begun.elapsed() < span && !self.world.is_stopped() {
            let blow = format!(
                "select pg_terminate_backend(pid) from (
                   select pid from pg_stat_activity where usename = '{ROLE}' order by random() limit {}
                 ) as hit",
                self.dice.within(1..4)
            );
            admin.batch_execute(&blow)?;
            self.world.rest(BLOW);
        }
        Ok(())
    }

    fn restart(&mut self, kind: Kind, how: Stop) -> Result<(), Failure> {
        let away = Duration::from_millis(if self.dice.once_in(2) { 0 } else { self.dice.within(0..4_000) });
        self.begin(kind, format!("the server stops and starts again {away:?} later"));
        self.world.server.down(how)?;
        self.world.rest(away);
        self.world.server.up()
    }

    fn cut(&mut self) -> Result<(), Failure> {
        self.harm_lines(Kind::Cut, "and the database do not hear each other", Proxy::fall_silent, [1..12, 12..60])
    }

    fn reset(&mut self) -> Result<(), Failure> {
        self.harm_lines(Kind::Reset, "lost their connections, and are refused", Proxy::refuse, [0..9, 9..30])
    }

    fn slow(&mut self) -> Result<(), Failure> {
        self.harm_lines(Kind::Slow, "and the database hear each other late", Proxy::slow_down, [3..12, 12..60])
    }

    /// Something that is done to the ways between workers and the database, for a usual span or a long one.
    fn harm_lines(
        &mut self,
        kind: Kind,
        what: &str,
        harm: fn(&Proxy),
        [usual_s, long_s]: [std::ops::Range<u64>; 2],
    ) -> Result<(), Failure> {
        let (seats, names): (Vec<_>, Vec<_>) = self.victims()?.into_iter().unzip();
        let span = self.span(usual_s, long_s);
        self.begin_on(names.clone(), kind, format!("{} {what} for {span:?}", names.join(", ")));
        let proxies: Vec<_> = seats.into_iter().filter_map(|seat| self.world.proxies.get(seat)).collect();
        proxies.iter().for_each(|proxy| harm(proxy));
        self.world.rest(span);
        proxies.iter().for_each(|proxy| proxy.heal());
        Ok(())
    }

    fn connections(&mut self) -> Result<(), Failure> {
        let span = self.span(2..5, 5..15);
        self.begin(Kind::Connections, format!("all {MOST_CONNECTIONS} connections are taken for {span:?}"));
        let mut held = Vec::new();
        let begun = Instant::now();
        // Whatever the workers give up is taken, too.
        while begun.elapsed() < span && !self.world.is_stopped() {
            match self.world.server.connect() {
                Ok(connection) => held.push(connection),
                Err(_) => self.world.rest(Duration::from_millis(50)),
            }
        }
        Ok(())
    }

    fn disk_full(&mut self) -> Result<(), Failure> {
        let span = self.span(2..5, 5..20);
        self.begin(Kind::DiskFull, format!("the server's disk is full for {span:?}"));
        let filler = server::fill(self.world.server.folder())?;
        self.world.rest(span);
        std::fs::remove_file(filler)?;
        Ok(())
    }

    fn timeouts(&mut self) -> Result<(), Failure> {
        let span = self.span(3..6, 6..20);
        self.begin(Kind::Timeouts, format!("statements get 50 ms, locks 20 ms, idle transactions 1 s, for {span:?}"));
        let limits = ["statement_timeout = '50ms'", "lock_timeout = '20ms'"];
        let limits = limits.into_iter().chain(["idle_in_transaction_session_timeout = '1s'"]);
        let limits: String = limits.map(|limit| format!("alter role {ROLE} set {limit};")).collect();
        self.under_settings(&limits, &format!("alter role {ROLE} reset all"), span)
    }

    fn read_only(&mut self) -> Result<(), Failure> {
        let span = self.span(2..5, 5..15);
        self.begin(Kind::ReadOnly, format!("the database takes no changes for {span:?}"));
        let set = format!("alter role {ROLE} set default_transaction_read_only = on");
        self.under_settings(&set, &format!("alter role {ROLE} reset all"), span)
    }

    /// Settings count for connections made from then on, so there are to be no others; neither then nor afterwards.
    fn under_settings(&self, set: &str, reset: &str, span: Duration) -> Result<(), Failure> {
        let all = format!("select pg_terminate_backend(pid) from pg_stat_activity where usename = '{ROLE}'");
        let mut admin = self.world.server.admin()?;
        admin.batch_execute(set)?;
        let ended = admin.batch_execute(&all);
        self.world.rest(span);
        admin.batch_execute(reset)?;
        admin.batch_execute(&all)?;
        Ok(ended?)
    }

    fn clock(&mut self) -> Result<(), Failure> {
        let seats: Vec<_> = self.fleet.workers().into_iter().filter(|(seat, _)| seat.is_multiple_of(2)).collect();
        let (seat, name) = self.dice.pick(&seats).cloned().ok_or("no worker with a clock of its own lives")?;
        let offset_s = OFFSETS_S[self.clocks % OFFSETS_S.len()];
        self.clocks += 1;
        let span = self.span(3..8, 8..40);
        self.begin(Kind::Clock, format!("the clock of {name} is {offset_s:+} s off for {span:?}"));
        let file = self.world.clock_file(seat);
        set_clock(&file, offset_s)?;
        self.world.rest(span);
        Ok(set_clock(&file, 0)?)
    }

    /// A server that did not survive is started again, as its service manager would.
    fn revive(&self) {
        let patience = Duration::from_secs(60);
        let mut is_dead = false;
        self.world.until(patience, || {
            is_dead = is_dead || !self.world.server.is_up();
            !is_dead || self.world.server.up().is_ok() || self.world.is_stopped()
        });
        if is_dead {
            self.world.tell(Event::ServerRevived);
        }
    }
}
