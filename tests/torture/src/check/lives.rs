//! Who lived when, who stood still when, and when a fault was in force: the history, by process and by fault.

use std::collections::BTreeMap;

use crate::history::{Entry, Event};

/// A stretch of time, in nanoseconds of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its beginning.
    pub from: i64,
    /// Its end.
    pub until: i64,
}

impl Stretch {
    /// What is in both, if anything is.
    #[must_use]
    pub fn common(self, other: Self) -> Option<Self> {
        let common = Self { from: self.from.max(other.from), until: self.until.min(other.until) };
        (common.from < common.until).then_some(common)
    }

    /// How long it is.
    #[must_use]
    pub fn length(self) -> i64 {
        self.until - self.from
    }

    /// What is left of it without these.
    #[must_use]
    pub fn without(self, others: &[Self]) -> Vec<Self> {
        let mut left = vec![self];
        for other in others {
            let before = |part: &Self| part.common(Self { from: i64::MIN, until: other.from });
            let after = |part: &Self| part.common(Self { from: other.until, until: i64::MAX });
            left = left.iter().flat_map(|part| [before(part), after(part)]).flatten().collect();
        }
        left
    }
}

/// A process.
#[derive(Clone, Debug, Default)]
pub struct Life {
    /// When it had ended.
    pub ended_ns: Option<i64>,
    /// How, as the system says it, and what it returned.
    pub end: Option<(String, Option<i32>)>,
    /// When it was killed.
    pub killed_ns: Option<i64>,
    /// When it was told to end.
    pub told_ns: Option<i64>,
    /// When it stood still.
    pub still: Vec<Stretch>,
}

/// A fault, and when it was in force.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its kind.
    pub kind: String,
    /// When it was in force.
    pub stretch: Stretch,
    /// The processes it was done to, where it was not done to all.
    pub processes: Vec<String>,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Lives {
    /// By the name of the process.
    pub processes: BTreeMap<String, Life>,
    /// In the order in which they began.
    pub faults: Vec<Fault>,
    /// When each process of ours was killed, stopped or ended by itself, workers only.
    pub blows: Vec<(i64, String)>,
    /// From when on nothing was done to anybody; on both clocks.
    pub quiet: Option<(i64, i64)>,
    /// Up to when every slot should be decided, in microseconds since 1970.
    pub caught_up_us: Option<i64>,
    /// The end of the history.
    pub over_ns: i64,
}

impl Lives {
    /// Reads the history.
    #[must_use]
    pub fn of(history: &[Entry]) -> Self {
        let mut lives = Self { over_ns: history.iter().map(|entry| entry.at_ns).max().unwrap_or(0), ..Self::default() };
        let mut open: BTreeMap<u64, Fault> = BTreeMap::new();
        for Entry { at_ns, wall_us, event } in history {
            match event {
                Event::Spawned { process, .. } => {
                    lives.processes.insert(process.clone(), Life::default());
                }
                Event::Signalled { process, signal } => lives.signalled(*at_ns, process, signal),
                Event::Exited { process, how, code } => lives.exited(*at_ns, process, how, *code),
                Event::FaultBegun { fault, kind, processes, .. } => {
                    let stretch = Stretch { from: *at_ns, until: lives.over_ns };
                    open.insert(*fault, Fault { kind: kind.clone(), stretch, processes: processes.clone() });
                }
                Event::FaultEnded { fault } => {
                    // One that could not even begin has only an end.
                    if let Some(fault) = open.get_mut(fault) {
                        fault.stretch.until = *at_ns;
                    }
                }
                Event::Quiet => lives.quiet = Some((*at_ns, *wall_us)),
                Event::CaughtUp => lives.caught_up_us = Some(*wall_us),
                Event::Begun { .. }
                | Event::Skipped { .. }
                | Event::ServerRevived
                | Event::NotDrained { .. }
                | Event::Over => {}
            }
        }
        lives.faults = open.into_values().collect();
        lives
    }

    fn signalled(&mut self, at_ns: i64, process: &str, signal: &str) {
        let over = self.over_ns;
        let life = self.processes.entry(process.to_owned()).or_default();
        match signal {
            "KILL" => life.killed_ns = Some(at_ns),
            "TERM" => life.told_ns = life.told_ns.or(Some(at_ns)),
            "STOP" => life.still.push(Stretch { from: at_ns, until: over }),
            "CONT" => {
                if let Some(still) = life.still.last_mut().filter(|still| still.until == over) {
                    still.until = at_ns;
                }
            }
            _ => {}
        }
        if signal != "CONT" {
            self.blows.push((at_ns, process.to_owned()));
        }
    }

    fn exited(&mut self, at_ns: i64, process: &str, how: &str, code: Option<i32>) {
        let life = self.processes.entry(process.to_owned()).or_default();
        life.ended_ns = Some(at_ns);
        life.end = Some((how.to_owned(), code));
        if process.starts_with("worker") {
            self.blows.push((at_ns, process.to_owned()));
        }
    }

    /// An instant of the history on the wall's clock, in microseconds since 1970; none where it ended too soon to tell.
    #[must_use]
    pub fn wall_us(&self, at_ns: i64) -> Option<i64> {
        self.quiet.map(|(quiet_ns, quiet_us)| quiet_us + (at_ns - quiet_ns) / 1_000)
    }

    /// When a process had ended; the end of the history if it never did.
    #[must_use]
    pub fn end_of(&self, process: &str) -> i64 {
        self.processes.get(process).and_then(|life| life.ended_ns).unwrap_or(self.over_ns)
    }

    /// When a process stood still.
    #[must_use]
    pub fn still(&self, process: &str) -> &[Stretch] {
        self.processes.get(process).map_or(&[], |life| &life.still)
    }

    /// When this process and the database did not hear each other.
    pub fn cuts(&self, process: &str) -> impl Iterator<Item = Stretch> {
        let cuts =
            self.faults.iter().filter(move |fault| fault.kind == "cut" && fault.processes.iter().any(|p| p == process));
        cuts.map(|fault| fault.stretch)
    }

    /// Whether nothing was done meanwhile but what was done to this process, and to others in the same blow.
    #[must_use]
    pub fn is_only_about(&self, process: &str, stretch: Stretch) -> bool {
        /// Whatever a fault did to others may last so long.
        const SETTLED_AFTER_NS: i64 = 3_000_000_000;
        /// Whom a fault hurts at once, it hurts one after the other.
        const ONE_BLOW_NS: i64 = 100_000_000;
        let in_stretch = |at: i64| (stretch.from + ONE_BLOW_NS..=stretch.until).contains(&at);
        let others = self.blows.iter().any(|(at, other)| other != process && in_stretch(*at));
        let faults = self.faults.iter().any(|fault| {
            let lasting = Stretch { from: fault.stretch.from, until: fault.stretch.until + SETTLED_AFTER_NS };
            // A kill and a freeze are blows, and looked at as such; a stretch that begins with a fault is about that.
            !matches!(fault.kind.as_str(), "kill-worker" | "kill-pulse" | "freeze")
                && fault.stretch.from != stretch.from
                && lasting.common(stretch).is_some()
        });
        !others && !faults
    }
}
