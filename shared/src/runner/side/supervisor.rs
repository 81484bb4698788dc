//! One instance of a side task, from being taken to being let go: run, watched, restarted.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::locale::{format, msg};
use crate::model::RunnerId;
use crate::repository::{Repository, SideEnding, SideNews, TakenSideTask};
use crate::runner::execute::panic_text;
use crate::runner::threads::{Panic, TaskThreads};
use crate::task::{ErasedSideTask, Retry, SideContext, TaskError, TaskResult};

/// A side task that ran so long without an end counts as well again.
const HEALTHY_STRETCH: Duration = Duration::from_secs(60);
/// No restart waits longer than this.
const LONGEST_DELAY: Duration = Duration::from_secs(60);
/// So many health checks in a row fail before it is ended.
const FAILING_CHECKS: u32 = 3;
/// A health check takes no longer than this.
const LONGEST_CHECK: Duration = Duration::from_secs(10);
/// It is asked no more often than this.
const MOST_OFTEN: Duration = Duration::from_millis(100);
/// How soon letting go is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// One instance of a side task.
pub(super) struct Supervisor {
    pub(super) task: Arc<dyn ErasedSideTask>,
    pub(super) taken: TakenSideTask,
    pub(super) runner: RunnerId,
    pub(super) repository: Repository,
    pub(super) threads: Arc<TaskThreads>,
    /// Cancelled when the instance is to end.
    pub(super) stop: CancellationToken,
    /// Cancelled when its worker ends.
    pub(super) leaving: CancellationToken,
}

/// That an instance is no more.
pub(in crate::runner) struct Parted {
    pub(in crate::runner) name: String,
    /// When it ended, if nobody had told it to and it is not to start again.
    pub(in crate::runner) for_good_at: Option<DateTime<Utc>>,
}

/// Ends since it last ran well.
struct Streak {
    restarts: u32,
    began: Instant,
}

/// What follows the end of a life.
#[derive(Debug)]
enum Next {
    Restart { delay: Duration },
    GiveUp(TaskError),
}

impl Supervisor {
    pub(super) async fn run(self) -> Parted {
        let span = tracing::info_span!("side task", task.name = self.taken.name);
        async {
            let ending = self.lives().await;
            self.shut_down().await;
            let at = self.let_go(ending).await;
            tracing::info!("stopped");
            let for_good_at = match ending {
                SideEnding::LetGo => None,
                SideEnding::Completed | SideEnding::GivenUp => at,
            };
            Parted { name: self.taken.name.clone(), for_good_at }
        }
        .instrument(span)
        .await
    }

    /// One life after another, until it is told to stop or has ended for good.
    async fn lives(&self) -> SideEnding {
        let mut streak = Streak { restarts: 0, began: Instant::now() };
        loop {
            tracing::info!(restarts = streak.restarts, "started");
            let begun = Instant::now();
            let ended = self.one_life(streak.restarts).await;
            if self.stop.is_cancelled() {
                return SideEnding::LetGo;
            }
            if begun.elapsed() >= HEALTHY_STRETCH {
                streak = Streak { restarts: 0, began: begun };
            }
            let error = match ended {
                Ok(()) if !self.taken.auto_restart => return SideEnding::Completed,
                Ok(()) => TaskError::execution("ended_early", msg::error_ended_early()),
                Err(error) => error,
            };
            self.tell_of(&error).await;
            match next(&self.taken, streak.restarts, streak.began.elapsed(), &error) {
                Next::GiveUp(reason) => {
                    self.record(streak.restarts, &SideNews::Ended(reason.record())).await;
                    tracing::error!(restarts = streak.restarts, error = %reason, "given up");
                    return SideEnding::GivenUp;
                }
                Next::Restart { delay } => {
                    streak.restarts += 1;
                    self.record(streak.restarts, &SideNews::Ended(error.record())).await;
                    let restart_in_ms = delay.as_millis();
                    tracing::warn!(restarts = streak.restarts, %restart_in_ms, %error, "ended; starting it again");
                    if self.stop.run_until_cancelled(tokio::time::sleep(delay)).await.is_none() {
                        return SideEnding::LetGo;
                    }
                }
            }
        }
    }

    /// Runs it until it ends, is told to, or has not been well for too long.
    async fn one_life(&self, restarts: u32) -> TaskResult<()> {
        let stop = self.stop.child_token();
        let (task, cx, told) = (self.task.clone(), self.context(), stop.clone());
        let life = async move { task.run(cx, told).await };
        let mut life = self.threads.spawn(life);
        let unhealthy = tokio::select! {
            ended = life.ended() => return flatten(ended),
            error = self.watch(restarts) => Some(error),
            () = self.stop.cancelled() => None,
        };
        stop.cancel();
        let limit = self.task.definition().shutdown_timeout;
        let ended = match tokio::time::timeout(limit, life.ended()).await {
            Ok(ended) => flatten(ended),
            Err(_) => {
                tracing::warn!(limit_ms = %limit.as_millis(), "did not stop in time; dropping it");
                if let Err(stuck) = life.drop_now().await {
                    tracing::error!("dropped, but it blocks its thread; nobody else runs it until it has ended");
                    stuck.see_out(&self.repository, self.taken.place).await;
                }
                Ok(())
            }
        };
        unhealthy.map_or(ended, Err)
    }

    /// Asks for its health again and again; comes back when it was not well too often in a row.
    async fn watch(&self, restarts: u32) -> TaskError {
        let begun = Instant::now();
        let interval = self.taken.health_check_interval.max(MOST_OFTEN);
        let mut checks = tokio::time::interval_at(begun + interval, interval);
        checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failing = 0;
        loop {
            checks.tick().await;
            let Err(error) = self.check(interval.min(LONGEST_CHECK)).await else {
                failing = 0;
                let restarts = if begun.elapsed() >= HEALTHY_STRETCH { 0 } else { restarts };
                self.record(restarts, &SideNews::Healthy).await;
                continue;
            };
            failing += 1;
            tracing::warn!(failing, %error, "a health check failed");
            self.record(restarts, &SideNews::Unhealthy(error.record())).await;
            if failing >= FAILING_CHECKS {
                let message = msg::error_unhealthy(failing, error.message().clone());
                return TaskError::execution("unhealthy", message).because_of(&error);
            }
        }
    }

    async fn check(&self, limit: Duration) -> TaskResult<()> {
        let (task, cx) = (self.task.clone(), self.context());
        let check = async move { task.health(cx).await };
        match tokio::time::timeout(limit, self.threads.spawn(check).ended()).await {
            Ok(answer) => flatten(answer),
            Err(_) => Err(TaskError::timeout(msg::error_no_health_answer(format::duration(limit)))),
        }
    }

    async fn tell_of(&self, error: &TaskError) {
        let (task, cx, error) = (self.task.clone(), self.context(), error.clone());
        self.bounded("on_error", async move { task.on_error(cx, &error).await }).await;
    }

    async fn shut_down(&self) {
        let (task, cx) = (self.task.clone(), self.context());
        self.bounded("on_shutdown", async move { task.on_shutdown(cx).await }).await;
    }

    /// Runs a hook of the author's: it may neither panic into us nor hold us up.
    async fn bounded(&self, hook: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let limit = self.task.definition().shutdown_timeout;
        match tokio::time::timeout(limit, self.threads.spawn(work).ended()).await {
            Ok(Ok(_)) => {}
            Ok(Err(panic)) => tracing::error!(hook, error = %panic_text(&panic), "a hook failed"),
            Err(_) => tracing::error!(hook, limit_ms = %limit.as_millis(), "a hook took too long"),
        }
    }

    /// Records how it fares; stops it where it was taken away.
    async fn record(&self, restarts: u32, news: &SideNews) {
        match self.repository.record_side_task(self.runner, &self.taken.name, restarts, news).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!("it was handed to another worker; stopping it here");
                self.stop.cancel();
            }
            Err(error) => tracing::warn!(error = %error.message(), "could not record how it fares"),
        }
    }

    /// Gives its place up, so that somebody may take it. While nobody knows that it ended, nobody would.
    async fn let_go(&self, ending: SideEnding) -> Option<DateTime<Utc>> {
        loop {
            match self.repository.release_side_task(self.runner, &self.taken.name, ending).await {
                Ok(at) => return at,
                Err(error) => tracing::warn!(error = %error.message(), "could not be let go"),
            }
            if self.leaving.run_until_cancelled(tokio::time::sleep(TRY_AGAIN)).await.is_none() {
                tracing::warn!("others take it when this worker has ended");
                return None;
            }
        }
    }

    fn context(&self) -> SideContext<serde_json::Value> {
        SideContext { config: Arc::new(self.taken.config.clone()), repository: self.repository.clone() }
    }
}

fn flatten(ended: Result<Option<TaskResult<()>>, Panic>) -> TaskResult<()> {
    match ended {
        // It was dropped, which only the end of this process does.
        Ok(ended) => ended.unwrap_or(Ok(())),
        Err(panic) => Err(TaskError::execution("panic", panic_text(&panic))),
    }
}

/// What follows a life that ended with `error`, after so many restarts in so long.
fn next(taken: &TakenSideTask, restarts: u32, span: Duration, error: &TaskError) -> Next {
    let at_least = match error.retry() {
        Retry::Backoff => Duration::ZERO,
        Retry::After(wait) => wait,
        Retry::Never => return Next::GiveUp(error.clone()),
    };
    if !taken.auto_restart || taken.max_restarts == 0 {
        return Next::GiveUp(error.clone());
    }
    if restarts >= taken.max_restarts {
        let message = msg::error_restart_storm(error.message().clone(), restarts, format::duration(span));
        return Next::GiveUp(TaskError::execution("restart_storm", message).because_of(error));
    }
    Next::Restart { delay: restart_delay(restarts, taken.restart_delay).max(at_least) }
}

/// The wait before restart number `restarts + 1`.
fn restart_delay(restarts: u32, first: Duration) -> Duration {
    2_u32
        .checked_pow(restarts)
        .and_then(|factor| first.checked_mul(factor))
        .unwrap_or(LONGEST_DELAY)
        .min(LONGEST_DELAY.max(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn taken(auto_restart: bool, max_restarts: u32) -> TakenSideTask {
        TakenSideTask {
            place: uuid::Uuid::nil(),
            name: "loop".to_owned(),
            config: serde_json::Value::Null,
            auto_restart,
            restart_delay: 5 * SECOND,
            max_restarts,
            health_check_interval: SECOND,
        }
    }

    /// After so many restarts in twelve seconds.
    fn told(taken: &TakenSideTask, restarts: u32, error: &TaskError) -> Result<Duration, (String, String)> {
        match next(taken, restarts, 12 * SECOND, error) {
            Next::Restart { delay } => Ok(delay),
            Next::GiveUp(reason) => Err((reason.code().to_owned(), reason.to_string())),
        }
    }

    #[test]
    fn restarts_wait_twice_as_long_each_time_up_to_a_minute() {
        let delays: Vec<_> = [0, 1, 2, 5, 6, 60, u32::MAX].map(|n| restart_delay(n, 5 * SECOND).as_secs()).into();
        assert_eq!(delays, [5, 10, 20, 60, 60, 60, 60]);
    }

    #[test]
    fn a_storm_of_restarts_says_how_often_in_how_long_and_why() {
        let error = TaskError::execution("socket", "the socket was closed");
        assert_eq!(told(&taken(true, 3), 2, &error), Ok(20 * SECOND));
        let reason = "restarted 3 times within 12 s and ended again: the socket was closed";
        assert_eq!(told(&taken(true, 3), 3, &error), Err(("restart_storm".to_owned(), reason.to_owned())));
        let Next::GiveUp(storm) = next(&taken(true, 3), 3, SECOND, &error) else { panic!("a storm") };
        assert_eq!(storm.record().chain, ["the socket was closed"]);
    }

    #[test]
    fn what_is_not_to_be_restarted_fails_by_its_own_error() {
        let error = TaskError::execution("socket", "closed");
        let itself = Err(("socket".to_owned(), "closed".to_owned()));
        assert_eq!(told(&taken(false, 5), 0, &error), itself);
        assert_eq!(told(&taken(true, 0), 0, &error), itself);
        assert_eq!(told(&taken(true, 5), 0, &error.clone().never_retried()), itself, "nothing can help");
        assert_eq!(told(&taken(true, 5), 0, &error.retry_after(60 * SECOND)), Ok(60 * SECOND));
    }
}
