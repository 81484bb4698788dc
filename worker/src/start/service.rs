//! What systemd is told where it started this process: that work has begun, what goes on, that it still goes on, and the end.
//!
//! Elsewhere there is nobody to tell, and all of this does nothing.

use std::convert::Infallible;
use std::time::Duration;

use downbeat::locale::{Locale, Message, format, msg};
use sd_notify::NotifyState;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// The service as its manager knows it.
pub(super) struct Service {
    /// The language of what a person reads in `systemctl status`.
    locale: Locale,
    /// Whether it runs tasks, or serves HTTP alone.
    runs_tasks: bool,
}

impl Service {
    pub(super) fn new(locale: Locale, runs_tasks: bool) -> Self {
        Self { locale, runs_tasks }
    }

    /// It cannot begin yet.
    pub(super) fn waits_for_the_database(&self) {
        self.tell(None, &msg::start_status_database());
    }

    /// Tells that work has begun as soon as it has, and from then on whenever it stops and goes on. Ends only when dropped.
    pub(super) async fn follow(&self, ready: &watch::Sender<bool>) -> Infallible {
        let mut readiness = ready.subscribe();
        let mut has_begun = false;
        loop {
            let is_ready = *readiness.borrow_and_update();
            let first = (is_ready && !has_begun).then_some(NotifyState::Ready);
            has_begun |= is_ready;
            match (is_ready, self.runs_tasks) {
                (true, true) => self.tell(first, &msg::start_status_running()),
                (true, false) => self.tell(first, &msg::start_status_serving()),
                (false, _) if has_begun => self.tell(first, &msg::start_status_joining()),
                (false, _) => {}
            }
            if readiness.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// It claims no more, and ends when what runs has ended.
    pub(super) fn stops(&self, grace: Duration) {
        self.tell(Some(NotifyState::Stopping), &msg::start_status_stopping(format::duration(grace)));
    }

    /// Says again and again that it works, where the manager wants to know, and is silent while a loop of it is `frozen`: to
    /// be ended and started anew is all that can help it then. Ends only when dropped.
    pub(super) async fn show_life(&self, frozen: impl Fn() -> Vec<&'static str>) -> Infallible {
        let Some(patience) = sd_notify::watchdog_enabled() else { return std::future::pending().await };
        show_life(patience, frozen, || notify(&[NotifyState::Watchdog])).await
    }

    fn tell(&self, state: Option<NotifyState<'_>>, status: &Message) {
        let status = self.locale.render(status);
        let states: Vec<_> = state.into_iter().chain([NotifyState::Status(&status)]).collect();
        notify(&states);
    }
}

/// Pings twice in the time after which the manager gives up.
async fn show_life(patience: Duration, frozen: impl Fn() -> Vec<&'static str>, ping: impl Fn()) -> Infallible {
    let mut ticks = interval((patience / 2).max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_silent = false;
    loop {
        ticks.tick().await;
        let hanging = frozen();
        if hanging.is_empty() {
            ping();
        } else if !is_silent {
            let loops = hanging.join(", ");
            tracing::error!(runner.loops = loops, "this process hangs; leaving it to the watchdog");
        }
        is_silent = !hanging.is_empty();
    }
}

fn notify(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "cannot tell systemd");
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[tokio::test]
    async fn the_watchdog_hears_nothing_while_a_loop_hangs_and_is_told_again_when_it_goes_on() {
        let told = RefCell::new(Vec::new());
        let (all, mut heard) = watch::channel(());
        let frozen = || {
            let looks = told.borrow().iter().filter(|what| **what == "looks").count();
            told.borrow_mut().push("looks");
            (2..4).contains(&looks).then_some("shift").into_iter().collect()
        };
        let ping = || {
            told.borrow_mut().push("pings");
            if told.borrow().len() == 8 {
                all.send_replace(());
            }
        };
        tokio::select! {
            never = show_life(Duration::from_millis(2), frozen, ping) => match never {},
            heard = heard.changed() => assert!(heard.is_ok()),
        }
        let told = told.into_inner();
        assert_eq!(told[..8], ["looks", "pings", "looks", "pings", "looks", "looks", "looks", "pings"]);
    }
}
