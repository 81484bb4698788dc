//! `cron history --follow`: new executions and changes of state, a line each, as they come.
//!
//! Asked each second, of the API as everything is, so that it works here and at `--url`. Nothing is lost or told twice:
//! what was decided lately is read again each time, as far back as a decision may become visible late, and what had not
//! ended by then is asked for by its id. [`Known`] remembers what was told.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use downbeat::locale::msg;
use downbeat::model::{Execution, ExecutionId, Queue, Status};
use downbeat::repository::HistoryPage;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::sleep;

use crate::call::{Api, Call};
use crate::cli::CronHistory;
use crate::failure::{Exit, Failure};
use crate::printer::Printer;
use crate::view;

/// How often is asked.
const INTERVAL: Duration = Duration::from_secs(1);
/// A statement that decided something is committed within this.
const LATEST: TimeDelta = TimeDelta::minutes(2);
/// What goes on for longer is asked for by its id, so many at a time.
const AT_A_TIME: usize = 20;
/// As much as the API gives at once.
const PAGE: u16 = 1000;

/// What is followed, and how it is told.
pub(crate) struct Follow {
    task: Option<String>,
    statuses: Vec<Status>,
    limit: u16,
    since: Option<String>,
}

/// What was told, and what has yet to end.
#[derive(Default)]
struct Known {
    /// The newest status of all that was decided lately or has not ended.
    statuses: HashMap<ExecutionId, Status>,
    /// When those were decided, of which that is known.
    decided: HashMap<ExecutionId, DateTime<Utc>>,
    /// Who is asked for by id next.
    turn: VecDeque<ExecutionId>,
    /// The newest decision.
    newest: Option<DateTime<Utc>>,
}

impl Known {
    /// Takes note, and says whether it is news.
    fn note(&mut self, execution: &Execution) -> bool {
        self.newest = self.newest.max(Some(execution.created_at));
        self.decided.insert(execution.id, execution.created_at);
        self.statuses.insert(execution.id, execution.status) != Some(execution.status)
    }

    /// Takes note of one that has not ended, of which no more is known.
    fn expect(&mut self, id: ExecutionId, status: Status) {
        self.statuses.entry(id).or_insert(status);
    }

    /// Since when is read again.
    fn horizon(&self) -> Option<DateTime<Utc>> {
        Some(self.newest? - LATEST)
    }

    /// Those that go on beyond the horizon, and are asked for by id this time.
    fn in_turn(&mut self) -> Vec<ExecutionId> {
        let horizon = self.horizon();
        let is_old = |id: &ExecutionId| match (self.decided.get(id), horizon) {
            (Some(decided), Some(horizon)) => *decided < horizon,
            (None, _) | (_, None) => true,
        };
        if self.turn.is_empty() {
            let open = self.statuses.iter().filter(|(id, status)| !status.is_final() && is_old(id));
            self.turn = open.map(|(id, _)| *id).collect();
        }
        let count = self.turn.len().min(AT_A_TIME);
        self.turn.drain(..count).filter(|id| self.statuses.get(id).is_some_and(|status| !status.is_final())).collect()
    }

    fn forget(&mut self, id: ExecutionId) {
        self.statuses.remove(&id);
        self.decided.remove(&id);
    }

    /// What has ended and is not read again need not be remembered.
    fn tidy(&mut self) {
        let Some(horizon) = self.horizon() else { return };
        let (statuses, decided) = (&mut self.statuses, &mut self.decided);
        decided.retain(|id, at| *at >= horizon || statuses.get(id).is_some_and(|status| !status.is_final()));
        statuses.retain(|id, status| !status.is_final() || decided.contains_key(id));
    }
}

impl Follow {
    pub(crate) fn of(options: &CronHistory, now: DateTime<Utc>) -> Self {
        let statuses = options.status.iter().filter_map(|status| status.parse().ok()).collect();
        let since = options.since.map(|since| since.written(now));
        Self { task: options.task.clone(), statuses, limit: options.limit, since }
    }

    /// Follows until Ctrl-C, or until nobody reads any more.
    pub(crate) async fn run(self, api: &Api, printer: &mut Printer) -> Result<Exit, Failure> {
        tokio::select! {
            ended = self.follow(api, printer) => ended,
            // Where it cannot be listened for, the process ends by the signal itself.
            Ok(()) = tokio::signal::ctrl_c() => Ok(Exit::Done),
        }
    }

    async fn follow(&self, api: &Api, printer: &mut Printer) -> Result<Exit, Failure> {
        let mut known = Known::default();
        if !self.begin(api, &mut known, printer).await? {
            return Ok(Exit::Done);
        }
        let mut is_lost = false;
        loop {
            sleep(INTERVAL).await;
            let news = match self.news(api, &mut known, printer).await {
                Ok(news) => news,
                Err(failure) if failure.is_passing() => {
                    if !is_lost {
                        printer.note(&msg::cli_follow_lost(failure.message.as_str()));
                    }
                    is_lost = true;
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            if is_lost {
                printer.note(&msg::cli_follow_back());
                is_lost = false;
            }
            if !self.tell(&news, printer) {
                return Ok(Exit::Done);
            }
        }
    }

    /// Tells the newest ones, and takes note of what has not ended. `false`: nobody reads.
    async fn begin(&self, api: &Api, known: &mut Known, printer: &mut Printer) -> Result<bool, Failure> {
        // What runs and waits first: what ends in between is read as news.
        let queue: Queue = ask(api, &Call::of("cron queue").query("limit", Some(PAGE)), printer).await?;
        let is_followed = |task: &String| self.task.as_ref().is_none_or(|followed| followed == task);
        let running = queue.running.iter().map(|one| (Some(one.execution_id), &one.task_name, Status::Running));
        let waiting = queue.waiting.iter().map(|one| (one.execution_id, &one.task_name, Status::Pending));
        for (id, _, status) in running.chain(waiting).filter(|(_, task, _)| is_followed(task)) {
            if let Some(id) = id {
                known.expect(id, status);
            }
        }
        let statuses: Vec<_> = self.statuses.iter().map(|status| status.as_str().to_owned()).collect();
        let call = self.call().list("status", &statuses).query("since", self.since.as_ref());
        // Before the page: what is decided in between stands on it, or is news later.
        let lately = self.decided_since(api, queue.now - LATEST, printer).await?;
        let page: HistoryPage = ask(api, &call.query("limit", Some(self.limit)), printer).await?;
        let mut told: Vec<_> = page.executions;
        told.reverse();
        for execution in lately.iter().chain(&told) {
            known.note(execution);
        }
        known.newest = known.newest.max(Some(queue.now));
        Ok(self.tell(&told, printer))
    }

    /// What is new, or has changed, oldest first.
    async fn news(&self, api: &Api, known: &mut Known, printer: &mut Printer) -> Result<Vec<Execution>, Failure> {
        let mut read = Vec::new();
        for id in known.in_turn() {
            match ask::<Execution>(api, &Call::of("cron execution").path("id", &id.to_string()), printer).await {
                Ok(execution) => read.push(execution),
                Err(failure) if failure.is_passing() => return Err(failure),
                // It was pruned.
                Err(_) => known.forget(id),
            }
        }
        if let Some(horizon) = known.horizon() {
            read.extend(self.decided_since(api, horizon, printer).await?);
        }
        read.retain(|execution| known.note(execution));
        known.tidy();
        Ok(read)
    }

    /// Everything decided since then, oldest first.
    async fn decided_since(
        &self,
        api: &Api,
        since: DateTime<Utc>,
        printer: &Printer,
    ) -> Result<Vec<Execution>, Failure> {
        let mut executions = Vec::new();
        let mut cursor = None;
        loop {
            let call = self.call().query("since", Some(since.to_rfc3339())).query("limit", Some(PAGE));
            let page: HistoryPage = ask(api, &call.query("cursor", cursor), printer).await?;
            executions.extend(page.executions);
            cursor = page.next_cursor;
            if cursor.is_none() {
                executions.reverse();
                return Ok(executions);
            }
        }
    }

    fn call(&self) -> Call {
        Call::of("cron history").query("task", self.task.as_ref())
    }

    /// A line each. `false`: nobody reads.
    fn tell(&self, executions: &[Execution], printer: &mut Printer) -> bool {
        let is_asked_for = |status: &Status| self.statuses.is_empty() || self.statuses.contains(status);
        executions
            .iter()
            .filter(|execution| is_asked_for(&execution.status))
            .all(|execution| printer.entry(execution, view::cron::line))
    }
}

async fn ask<T: DeserializeOwned>(api: &Api, call: &Call, printer: &Printer) -> Result<T, Failure> {
    let answer = api.ask(call, printer.locale).await?;
    read(&answer.data).map_err(|error| {
        let message = printer.say(&msg::cli_answer_broken(error.to_string()));
        Failure::new("server_error", "answer_broken", message)
    })
}

fn read<T: DeserializeOwned>(data: &Value) -> serde_json::Result<T> {
    T::deserialize(data)
}

#[cfg(test)]
#[path = "follow/tests.rs"]
mod tests;
