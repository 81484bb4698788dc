//! Ctrl-C, SIGTERM and SIGHUP: the first asks for an orderly end, the second leaves at once.

use std::{fs, io};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

/// Cancels `stop` at the first signal and ends the process at the second, as long as the handle is held.
///
/// On a task of its own: the second signal has to be heard while everything else hangs.
pub(super) fn watch(stop: CancellationToken) -> io::Result<AbortOnDropHandle<()>> {
    let mut signals = Signals::listen()?;
    Ok(AbortOnDropHandle::new(tokio::spawn(async move {
        let first = signals.next().await;
        tracing::info!(signal = first.as_raw_value(), "stopping; a second signal leaves at once");
        stop.cancel();
        let second = signals.next().await;
        tracing::warn!(signal = second.as_raw_value(), "leaving at once");
        // Not by returning: a task that blocks a thread would be waited for.
        std::process::exit(128 + second.as_raw_value())
    })))
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Option<Signal>,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: if hangup_is_ignored() { None } else { Some(signal(SignalKind::hangup())?) },
        })
    }

    async fn next(&mut self) -> SignalKind {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => SignalKind::interrupt(),
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = hangup => SignalKind::hangup(),
        }
    }
}

/// Whether whoever started us wants us to outlive the terminal, as `nohup` does: listening would undo that. Linux says so.
fn hangup_is_ignored() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 1 << (SignalKind::hangup().as_raw_value() - 1) != 0)
}
