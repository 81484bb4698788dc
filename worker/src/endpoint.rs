//! The commands that ask the API: each says what it asks, how the answer reads, and which exit code it means.

use std::time::Duration;

use chrono::{DateTime, Utc};
use downbeat::model::Execution;
use downbeat::runner::PulseReport;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::cli::{
    ApiCommand, CronCommand, CronHistory, CronSet, CronStats, CronTasks, HealthCommand, PulseCommand, RunnerCommand,
    ScheduleCommand, SideCommand,
};
use crate::failure::Exit;
use crate::view::{self, Page};

/// Lays the data of an answer out.
type Show = dyn Fn(&Page, &Value) -> serde_json::Result<Shown> + Send + Sync;

/// One command that asks the API.
pub(crate) struct Endpoint {
    /// What it asks.
    pub(crate) call: Call,
    /// Whether the answer comes out of the database.
    pub(crate) needs_database: bool,
    show: Box<Show>,
}

/// How an answer reads, and which exit code it means.
pub(crate) struct Shown {
    /// For a person.
    pub(crate) text: String,
    /// For whoever called.
    pub(crate) exit: Exit,
}

impl Endpoint {
    fn new<T: DeserializeOwned + 'static>(
        call: Call,
        view: impl Fn(&Page, T) -> String + Send + Sync + 'static,
    ) -> Self {
        Self::ending(call, view, |_| Exit::Done)
    }

    /// One whose answer may tell of a failure.
    fn ending<T: DeserializeOwned + 'static>(
        call: Call,
        view: impl Fn(&Page, T) -> String + Send + Sync + 'static,
        exit: fn(&T) -> Exit,
    ) -> Self {
        let show = move |page: &Page, data: &Value| {
            let data = T::deserialize(data)?;
            let exit = exit(&data);
            Ok(Shown { text: view(page, data), exit })
        };
        Self { call, needs_database: true, show: Box::new(show) }
    }

    fn without_database(self) -> Self {
        Self { needs_database: false, ..self }
    }

    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// It is not what this version knows.
    pub(crate) fn shown(&self, page: &Page, data: &Value) -> serde_json::Result<Shown> {
        (self.show)(page, data)
    }

    /// The endpoint of a command. `now` is what times such as `--since 24h` count from.
    pub(crate) fn of(command: ApiCommand, now: DateTime<Utc>) -> Self {
        match command {
            ApiCommand::Cron(command) => Self::cron(command, now),
            ApiCommand::Pulse(command) => Self::pulse(command, now),
            ApiCommand::Side(command) => Self::side(&command),
            ApiCommand::Runner(command) => Self::runner(&command, now),
            ApiCommand::Schedule(command) => Self::schedule(command, now),
            ApiCommand::Health(HealthCommand::Live) => {
                Self::new(Call::of("health live"), view::health::health).without_database()
            }
            ApiCommand::Health(HealthCommand::Ready) => Self::new(Call::of("health ready"), view::health::health),
            ApiCommand::Types => Self::new(Call::of("types"), view::types::types).without_database(),
            ApiCommand::Openapi => Self::new(Call::of("openapi"), view::raw::document).without_database(),
            ApiCommand::Metrics => Self::new(Call::of("metrics"), view::raw::text),
        }
    }

    fn cron(command: CronCommand, now: DateTime<Utc>) -> Self {
        match command {
            CronCommand::Tasks(options) => {
                let filtered = options.is_filtered();
                Self::new(options.call(), move |page, tasks| view::cron::tasks(page, tasks, filtered))
            }
            CronCommand::Show(options) => {
                Self::new(Call::of("cron show").path("task", &options.task), view::cron::show)
            }
            CronCommand::History(options) => Self::new(options.call(now), view::cron::history),
            CronCommand::Stats(CronStats { task, period, kind }) => {
                let call = Call::of("cron stats").query("task", task).query("period", Some(period));
                Self::new(call, move |page, stats| view::stats::stats(page, stats, kind))
            }
            CronCommand::Queue(options) => {
                Self::new(Call::of("cron queue").query("limit", Some(options.limit)), view::queue::queue)
            }
            CronCommand::Run(options) => {
                let body = json!({ "config": options.config, "dry_run": options.dry_run, "wait": options.wait });
                let call = Call::of("cron run").path("task", &options.task).body(body).once(options.idempotency_key);
                Self::ending(call, view::cron::run, end_of_run)
            }
            CronCommand::Execution(options) => {
                Self::new(Call::of("cron execution").path("id", &options.id), view::cron::execution)
            }
            CronCommand::Enable(options) => Self::set(&options.task, json!({ "enabled": true })),
            CronCommand::Disable(options) => Self::set(&options.task, json!({ "enabled": false })),
            CronCommand::Set(options) => Self::set(&options.task, options.request()),
            CronCommand::Reset(options) => {
                Self::new(Call::of("cron reset").path("task", &options.task), view::change::task)
            }
            CronCommand::Pause(options) => {
                let body = json!({ "until": options.end.at(now) });
                Self::new(Call::of("cron pause").path("task", &options.task).body(body), view::change::pause)
            }
            CronCommand::Resume(options) => {
                Self::new(Call::of("cron resume").path("task", &options.task), view::change::pause)
            }
            CronCommand::Retry(options) => {
                let call = Call::of("cron retry").path("id", &options.id).once(options.idempotency_key);
                Self::new(call, view::change::retry)
            }
            CronCommand::Cancel(options) => {
                Self::new(Call::of("cron cancel").path("id", &options.id), view::change::cancel)
            }
            CronCommand::Explain(options) => {
                let at = options.at.map(|at| at.written(now));
                let call = Call::of("cron explain").path("task", &options.task).query("at", at);
                Self::new(call, view::explain::explain)
            }
        }
    }

    fn set(task: &str, request: Value) -> Self {
        let call = Call::of("cron set").path("task", task).body(request.clone());
        Self::new(call, move |page, answer| view::change::set(page, answer, &request))
    }

    fn pulse(command: PulseCommand, now: DateTime<Utc>) -> Self {
        match command {
            PulseCommand::Execute(options) => {
                let call = Call::of("pulse execute")
                    .list("tasks", &options.task)
                    .flag("force", options.force)
                    .flag("dry_run", options.dry_run);
                Self::ending(call, view::pulse::report, end_of_pulse)
            }
            PulseCommand::Status => Self::new(Call::of("pulse status"), view::pulse::status),
            PulseCommand::History(options) => {
                let call = Call::of("pulse history")
                    .query("since", options.since.map(|since| since.written(now)))
                    .query("limit", Some(options.limit))
                    .query("cursor", options.cursor);
                Self::new(call, view::pulse::history)
            }
        }
    }

    fn side(command: &SideCommand) -> Self {
        let order = |command, task: &str| Self::new(Call::of(command).path("task", task), view::side::ordered);
        match command {
            SideCommand::Tasks => Self::new(Call::of("side tasks"), view::side::tasks),
            SideCommand::Start(options) => order("side start", &options.task),
            SideCommand::Stop(options) => order("side stop", &options.task),
            SideCommand::Restart(options) => order("side restart", &options.task),
        }
    }

    fn runner(command: &RunnerCommand, now: DateTime<Utc>) -> Self {
        match command {
            RunnerCommand::Status(options) => {
                let call = Call::of("runner status")
                    .query("limit", Some(options.limit))
                    .query("cursor", options.cursor.clone());
                Self::new(call, view::runner::status)
            }
            RunnerCommand::Pause(options) => {
                let body = json!({ "only": options.only, "until": options.end.at(now) });
                Self::new(Call::of("runner pause").body(body), view::change::maintenance)
            }
            RunnerCommand::Resume(options) => {
                let body = json!({ "only": options.only });
                Self::new(Call::of("runner resume").body(body), view::change::maintenance)
            }
            RunnerCommand::Stop(options) => Self::drain("runner stop", &options.instance, options.dry_run),
            RunnerCommand::Restart(options) => Self::drain("runner restart", &options.instance, options.dry_run),
        }
    }

    /// A dry run says what would come of it.
    fn drain(command: &'static str, instance: &str, dry_run: bool) -> Self {
        let call = Call::of(command).path("instance", instance).flag("dry_run", dry_run);
        let restarts = command == "runner restart";
        Self::new(call, move |page, runner| view::change::drain(page, &runner, restarts, dry_run))
    }

    /// `now` is said where the caller named no instant: what a schedule means needs no database.
    fn schedule(command: ScheduleCommand, now: DateTime<Utc>) -> Self {
        let call = |expression| Call::of("schedule next").query("expression", Some(expression));
        let endpoint = match command {
            ScheduleCommand::Next(options) => {
                let from = options.from.unwrap_or(now).to_rfc3339();
                let call = call(options.expression)
                    .query("timezone", Some(options.tz))
                    .query("from", Some(from))
                    .query("count", Some(options.count));
                Self::new(call, view::schedule::next)
            }
            ScheduleCommand::Explain(options) => {
                let call = call(options.expression).query("from", Some(now.to_rfc3339())).query("count", Some(1));
                Self::new(call, view::schedule::explain)
            }
        };
        endpoint.without_database()
    }
}

impl CronTasks {
    fn is_filtered(&self) -> bool {
        let Self { priority, status, category, enabled, disabled } = self;
        !priority.is_empty() || !status.is_empty() || category.is_some() || *enabled || *disabled
    }

    fn call(self) -> Call {
        let enabled = (self.enabled || self.disabled).then_some(self.enabled);
        Call::of("cron tasks")
            .query("enabled", enabled)
            .list("priority", &self.priority)
            .list("status", &self.status)
            .query("category", self.category)
    }
}

impl CronSet {
    /// Whether it names nothing to set, or to take back.
    pub(crate) fn is_empty(&self) -> bool {
        let request = Self { environment: None, ..self.clone() }.request();
        request.as_object().is_some_and(Map::is_empty)
    }

    /// What is asked for, as the route takes it: in the environment where one is named.
    fn request(&self) -> Value {
        let milliseconds = |span: Option<Duration>| span.map(|span| json!(span.as_millis()));
        let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
        let settings = [
            ("schedule", text(&self.schedule)),
            ("timezone", text(&self.timezone)),
            ("timeout", milliseconds(self.timeout)),
            ("retries", self.retries.map(Value::from)),
            ("retry_delay", milliseconds(self.retry_delay)),
            ("priority", text(&self.priority)),
            ("config", self.config.clone()),
            ("catch_up", text(&self.catch_up)),
            ("overlap", text(&self.overlap)),
            ("overlap_limit", self.overlap_limit.map(Value::from)),
            ("runs_on", text(&self.runs_on)),
            ("not_before", self.not_before.map(|at| json!(at))),
            ("not_after", self.not_after.map(|at| json!(at))),
        ];
        let mut request = Map::new();
        request.extend(settings.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        for path in &self.unset {
            take_back(&mut request, path);
        }
        match &self.environment {
            Some(environment) => json!({ "environments": { environment.as_str(): request } }),
            None => Value::Object(request),
        }
    }
}

/// `null` at that path, beside what is asked for already: `config.limit`.
fn take_back(request: &mut Map<String, Value>, path: &str) {
    match path.split_once('.') {
        Some((name, rest)) => {
            let inner = request.entry(name).or_insert_with(|| json!({}));
            // Where the same is set and taken back, what stands there is no object to go down into.
            if let Some(inner) = inner.as_object_mut() {
                take_back(inner, rest);
            }
        }
        None => {
            request.insert(path.to_owned(), Value::Null);
        }
    }
}

impl CronHistory {
    fn call(self, now: DateTime<Utc>) -> Call {
        Call::of("cron history")
            .query("task", self.task)
            .list("status", &self.status)
            .query("since", self.since.map(|since| since.written(now)))
            .query("until", self.until.map(|until| until.written(now)))
            .query("limit", Some(self.limit))
            .query("cursor", self.cursor)
    }
}

/// A run that was waited for and did not end well is a failure; one that is still queued is not.
fn end_of_run(execution: &Execution) -> Exit {
    use downbeat::model::Status;
    match execution.status {
        Status::Pending | Status::Running | Status::Completed => Exit::Done,
        Status::Failed | Status::Timeout | Status::Cancelled | Status::Skipped | Status::Blocked => Exit::Failed,
    }
}

/// The route answers 200 even if a task failed; the command line says so.
fn end_of_pulse(report: &PulseReport) -> Exit {
    if report.results.iter().any(|outcome| outcome.status.is_failure()) { Exit::Failed } else { Exit::Done }
}
