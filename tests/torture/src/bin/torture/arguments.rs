//! What may be asked of a torture run.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Tortures the product and says whether it kept its promises: many workers and pulses as processes of their own on one
/// PostgreSQL, to which all kinds of faults are done by the dice of a seed; then a program of its own compares what the
/// tasks say they did, what is recorded, and what the clock says was due.
#[derive(Clone, Debug, Parser)]
#[command(name = "torture", version, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// How long faults are made; setting up before and draining after come on top
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u64).range(5..=86_400))]
    pub(crate) seconds: u64,
    /// Which faults, to whom, and when; a seed of the clock's if none is given
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// How many workers at once
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(2..=64))]
    pub(crate) workers: u64,
    /// How many pulses at once, at the most; 0 for none; 4 otherwise, and 2 through a pooler, for each keeps a connection
    #[arg(long, value_name = "N", default_value_t = 4, default_value_if("pooler", "true", "2"), value_parser = clap::value_parser!(u64).range(0..=64))]
    pub(crate) pulses: u64,
    /// The lease of the runners, in seconds
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(i64).range(3..=60))]
    pub(crate) lease: i64,
    /// How many tasks come each minute besides the usual ones
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=9_999))]
    pub(crate) crowd: u32,
    /// How long each fault lasts that lasts, in seconds, in this order and again; by the dice otherwise
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub(crate) spans: Vec<u64>,
    /// To how many workers a freeze, a cut, a reset and slowness are done at once
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=32))]
    pub(crate) victims: u64,
    /// Put PgBouncer between, in transaction mode with a pool of five: for all pulses and two workers; the other workers
    /// have a direct address besides
    #[arg(long)]
    pub(crate) pooler: bool,
    /// Only these faults; all of them otherwise
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_enum)]
    pub(crate) faults: Vec<Kind>,
    /// Keep everything in this folder, which must not exist, also of a run that passes
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
    /// The folder of initdb, pg_ctl and postgres; otherwise they are looked for
    #[arg(long, value_name = "DIR")]
    pub(crate) pg_bin: Option<PathBuf>,
}

const EXAMPLES: &str = "Examples:
  torture --seconds 600 --seed 7
  torture --faults kill-worker,freeze --workers 8
  torture --faults freeze --lease 60 --spans 10,60,300 --victims 5 --workers 12 --seconds 1500
  torture --pooler --keep /tmp/torture-7

Ends with 0 where every promise was kept, with 1 where one was not, with 2 where the run itself went wrong.
Of a run that fails everything is kept, and it says where: seed, history, ledger, verdict and logs.
A run through a pooler, one with full disks (root only) and one with wrong clocks need pgbouncer, mount and libfaketime.";

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Kind {
    /// kill -9 of a worker
    KillWorker,
    /// kill -9 of a pulse
    KillPulse,
    /// A worker or pulse stands still, up to far beyond its lease, and goes on
    Freeze,
    /// Each worker is told to end and replaced, one after the other
    Term,
    /// Backends are terminated at random
    Storm,
    /// The server restarts after it has cut all connections
    RestartFast,
    /// The server restarts as after a crash
    RestartImmediate,
    /// What a worker and the database say no longer arrives, and neither is told
    Cut,
    /// A worker's connections are reset, and refused for a while
    Reset,
    /// What a worker and the database say arrives a fifth of a second late, and some of it later still
    Slow,
    /// All connections the server allows are taken
    Connections,
    /// The disk of the server is full
    DiskFull,
    /// Statements, locks and idle transactions get next to no time
    Timeouts,
    /// The database takes no changes
    ReadOnly,
    /// The clock of a worker's machine is moved, by up to an hour
    Clock,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Self; 15] = [
        Self::KillWorker,
        Self::KillPulse,
        Self::Freeze,
        Self::Term,
        Self::Storm,
        Self::RestartFast,
        Self::RestartImmediate,
        Self::Cut,
        Self::Reset,
        Self::Slow,
        Self::Connections,
        Self::DiskFull,
        Self::Timeouts,
        Self::ReadOnly,
        Self::Clock,
    ];

    /// Its name, as it is typed.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

impl Arguments {
    /// The kinds of faults that are wanted, each once.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        let mut kinds = if self.faults.is_empty() { Kind::ALL.to_vec() } else { self.faults.clone() };
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}
