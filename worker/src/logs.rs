//! Logs go to stderr, whatever the command prints; what executions log is stored with them besides.

mod journal;

use std::io;

use anstream::{AutoStream, ColorChoice};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use self::journal::Journal;
use crate::cli::{Command, GlobalOptions, LocalCommand, LogFormat};

/// Libraries that tell more than anybody wants to know unless everything is asked for.
const TALKATIVE: [&str; 8] = ["h2", "hyper", "hyper_util", "mio", "reqwest", "rustls", "tokio_postgres", "tower_http"];

/// Begins to log. Where a program has begun already, its own way stays.
pub(crate) fn begin(options: &GlobalOptions, command: &Command) {
    let stays = match command {
        Command::Local(LocalCommand::Dev(_)) => true,
        Command::Local(LocalCommand::Start(options)) => !options.dry_run,
        _ => false,
    };
    let levels = [LevelFilter::WARN, LevelFilter::INFO, LevelFilter::DEBUG, LevelFilter::TRACE];
    let step = usize::from(stays) + usize::from(options.verbose);
    let level = levels[step.min(levels.len() - 1)];
    let mut filter = Targets::new().with_default(level);
    if level < LevelFilter::TRACE {
        filter = filter.with_targets(TALKATIVE.map(|target| (target, level.min(LevelFilter::WARN))));
        // It warns of each connection that broke; what that means for us, we say ourselves.
        filter = filter.with_target("deadpool", LevelFilter::ERROR);
    }
    let colours = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(colours).with_target(stays);
    let layer = match (options.log_format, stays) {
        (LogFormat::Journal, _) => lines.without_time().with_ansi(false).with_writer(Journal).boxed(),
        (LogFormat::Json, _) => lines.json().flatten_event(true).boxed(),
        (LogFormat::Text, true) => lines.boxed(),
        (LogFormat::Text, false) => lines.without_time().boxed(),
    };
    // Fails only where there is one already.
    let _ = tracing_subscriber::registry().with(downbeat::logs::capture()).with(layer.with_filter(filter)).try_init();
}
