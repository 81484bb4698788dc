//! The verdict: what was found, what was measured, and how a person and a program read it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::Evidence;
use super::figures::{Figures, Spread};
use super::lives::Lives;
use super::slots::Slots;
use crate::history::Event;

/// What must not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A slot nobody decided, or whose next attempt never came.
    Lost,
    /// A slot that completed twice, or an attempt that started twice.
    Doubled,
    /// Two runs of a task at once.
    Overlap,
    /// Two attempts wrote the same slot's effect through the fence.
    EffectDoubled,
    /// A slot completed, and its effect is not there.
    EffectLost,
    /// A task that waits for another did not.
    OutOfOrder,
    /// A later slot of a task went before an attempt at an earlier one.
    Overtaken,
    /// What is recorded is not what happened.
    Wrong,
    /// Rows, locks or sessions that nobody owns any more.
    Left,
    /// A process that ended by itself, panicked, or never ended.
    BadExit,
    /// A worker that ended in order left what it ran to be found.
    LeftRunning,
    /// The evidence itself has holes.
    Broken,
}

impl Kind {
    const ALL: [Self; 12] = [
        Self::Lost,
        Self::Doubled,
        Self::Overlap,
        Self::EffectDoubled,
        Self::EffectLost,
        Self::OutOfOrder,
        Self::Overtaken,
        Self::Wrong,
        Self::Left,
        Self::BadExit,
        Self::LeftRunning,
        Self::Broken,
    ];

    fn words(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Doubled => "doubled",
            Self::Overlap => "overlaps",
            Self::EffectDoubled => "fenced effects doubled",
            Self::EffectLost => "fenced effects lost",
            Self::OutOfOrder => "before their parent",
            Self::Overtaken => "before an earlier slot",
            Self::Wrong => "recorded wrongly",
            Self::Left => "left behind",
            Self::BadExit => "processes gone wrong",
            Self::LeftRunning => "left running by orderly ends",
            Self::Broken => "holes in the evidence",
        }
    }
}

/// One thing that must not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Where, and why.
    pub what: String,
}

impl Finding {
    /// One.
    #[must_use]
    pub fn new(kind: Kind, what: String) -> Self {
        Self { kind, what }
    }

    /// The slot it is about, where it names one in front.
    #[must_use]
    pub fn slot(&self) -> &str {
        self.what.split(": ").next().unwrap_or_default()
    }
}

/// All of it.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    /// Whether nothing was found.
    pub passed: bool,
    /// The seed of the run.
    pub seed: u64,
    /// How long faults were made, in seconds; less than what was asked for where somebody ended the run.
    pub seconds: f64,
    /// What became of the slots.
    pub slots: Slots,
    /// How many faults of each kind were made.
    pub faults: BTreeMap<String, usize>,
    /// How many processes there were.
    pub processes: usize,
    /// What was measured.
    pub figures: Figures,
    /// What was asked for and not done, and why.
    pub skipped: Vec<String>,
    /// What must not be.
    pub findings: Vec<Finding>,
}

impl Verdict {
    pub(super) fn new(
        evidence: &Evidence,
        lives: &Lives,
        slots: Slots,
        figures: Figures,
        mut findings: Vec<Finding>,
    ) -> Self {
        let mut faults = BTreeMap::new();
        lives.faults.iter().for_each(|fault| *faults.entry(fault.kind.clone()).or_default() += 1);
        let (mut seed, mut skipped) = (0, Vec::new());
        for entry in &evidence.history {
            match &entry.event {
                Event::Begun { seed: of_run, .. } => seed = *of_run,
                Event::Skipped { what, why } => skipped.push(format!("{what}: {why}")),
                Event::NotDrained { what } => findings.push(Finding::new(Kind::Left, what.clone())),
                _ => {}
            }
        }
        if slots.expected == 0 {
            findings.push(Finding::new(Kind::Broken, "there was no slot to decide".to_owned()));
        }
        let first = lives.faults.first().map_or(0, |fault| fault.stretch.from);
        let until = lives.quiet.map_or(first, |(at_ns, _)| at_ns);
        let seconds = ((until - first) / 100_000_000) as f64 / 10.0;
        let (passed, processes) = (findings.is_empty(), lives.processes.len());
        Self { passed, seed, seconds, slots, faults, processes, figures, skipped, findings }
    }
}

/// How many findings of a kind are shown.
const SHOWN: usize = 12;

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { slots, figures, .. } = self;
        let faults: usize = self.faults.values().sum();
        let kinds: Vec<_> = self.faults.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        writeln!(f, "seed {}: {:.0} s, {} processes, {faults} faults", self.seed, self.seconds, self.processes)?;
        writeln!(f, "  {}", kinds.join(", "))?;
        self.skipped.iter().try_for_each(|skipped| writeln!(f, "  not done: {skipped}"))?;
        let mut row = |name: &str, value: String| writeln!(f, "  {name:<32} {value}");
        row("slots expected", slots.expected.to_string())?;
        row("decided once", slots.decided_once.to_string())?;
        let Slots { completed, failed, not_run, attempts, .. } = slots;
        row("ended", format!("{completed} completed, {failed} failed, {not_run} not run; {attempts} attempts"))?;
        for kind in Kind::ALL {
            let count = self.findings.iter().filter(|finding| finding.kind == kind).count();
            row(kind.words(), count.to_string())?;
        }
        row("went on after kill -9", spread(&figures.after_kill))?;
        row("  whatever else was done", spread(&figures.after_kill_amid_faults))?;
        row("  left RUNNING meanwhile", spread(&figures.left_running_after_kill))?;
        row("went on after standing still", spread(&figures.after_freeze))?;
        row("  whatever else was done", spread(&figures.after_freeze_amid_faults))?;
        row("went on after being cut off", spread(&figures.after_cut))?;
        row("  whatever else was done", spread(&figures.after_cut_amid_faults))?;
        row("woke and went on, refused", spread(&figures.went_on_after_waking))?;
        row("results refused", figures.refused.to_string())?;
        row("first start after a restart", spread(&figures.after_restart))?;
        row("orderly end of a worker", spread(&figures.to_orderly_end))?;
        row("  what it started meanwhile", spread(&figures.started_when_told))?;
        row("lag in quiet times", spread(&figures.lag_in_quiet))?;
        row("lag 2 s after a storm", spread(&figures.lag_after_storm))?;
        row("TIMEOUT later than the timeout", spread(&figures.beyond_timeout))?;
        row("deadlocks", figures.deadlocks.to_string())?;
        let errors: Vec<_> = figures.errors.iter().map(|(code, count)| format!("{code} {count}")).collect();
        row("errors of attempts", errors.join(", "))?;
        for kind in Kind::ALL {
            let found: Vec<_> = self.findings.iter().filter(|finding| finding.kind == kind).collect();
            found.iter().take(SHOWN).try_for_each(|finding| writeln!(f, "! {}: {}", kind.words(), finding.what))?;
            if found.len() > SHOWN {
                writeln!(f, "! {}: and {} more", kind.words(), found.len() - SHOWN)?;
            }
        }
        writeln!(f, "{}", if self.passed { "PASSED" } else { "FAILED" })
    }
}

fn spread(spread: &Spread) -> String {
    let Spread { count, median_ms, p99_ms, worst_ms } = spread;
    if *count == 0 {
        return "none".to_owned();
    }
    format!("median {median_ms:.1} ms, p99 {p99_ms:.1} ms, worst {worst_ms:.1} ms ({count})")
}
