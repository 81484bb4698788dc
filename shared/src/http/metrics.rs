//! What monitoring scrapes, in Prometheus's text exposition.

use std::fmt::Write;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::route::{Endpoint, Gives};
use super::{Content, Problem, Route};
use crate::app::App;
use crate::model::Environment;
use crate::repository::{Connections, Metrics};

pub(super) fn endpoints() -> [Endpoint; 1] {
    let summary = "Tells the metrics of the system, in Prometheus's text exposition.";
    [Endpoint::get("/metrics", metrics, summary).command("metrics")]
}

/// Metrics as they are scraped.
pub(super) struct Exposition(String);

impl IntoResponse for Exposition {
    fn into_response(self) -> Response {
        let headers =
            [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (header::CONTENT_LANGUAGE, "en")];
        (headers, self.0).into_response()
    }
}

impl Gives for Exposition {
    fn describe(route: &mut Route) {
        route.content = Content::Metrics;
    }
}

pub(super) async fn metrics(State(app): State<App>) -> Result<Exposition, Problem> {
    app.check().await?;
    let facts = app.repository().metrics(app.config().pulse_interval * 2).await?;
    let environment = app.config().environment().as_str();
    Ok(written(&facts, &app.repository().connections(), environment))
}

/// Some metrics, for the documentation.
pub(super) fn example() -> String {
    let facts = Metrics { completed: 4711, failed: 3, enabled: 5, running_cron: 1, workers: 1, ..Metrics::default() };
    written(&facts, &[], Environment::Production.as_str()).0
}

/// What is measured: a value that may go down, or one that only grows.
enum Kind {
    Gauge,
    Counter,
}

/// One line of a metric: its labels and its value.
type Sample<'a> = (&'a [(&'a str, &'a str)], f64);

impl Exposition {
    fn metric<'a>(&mut self, name: &str, kind: Kind, help: &str, samples: impl IntoIterator<Item = Sample<'a>>) {
        let kind = match kind {
            Kind::Gauge => "gauge",
            Kind::Counter => "counter",
        };
        let _ = writeln!(self.0, "# HELP downbeat_{name} {help}\n# TYPE downbeat_{name} {kind}");
        for (labels, value) in samples {
            let labels: Vec<_> =
                labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            let _ = writeln!(self.0, "downbeat_{name}{labels} {value}");
        }
    }

    fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.metric(name, Kind::Gauge, help, [(&[][..], value)]);
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn written(facts: &Metrics, connections: &[Connections], environment: &str) -> Exposition {
    let mut page = Exposition(String::new());
    let build = [("version", env!("CARGO_PKG_VERSION")), ("environment", environment)];
    page.metric("build_info", Kind::Gauge, "The program that answers; always 1.", [(&build[..], 1.0)]);
    page.metric(
        "cron_tasks",
        Kind::Gauge,
        "Cron tasks of the code.",
        [(&[("state", "enabled")][..], facts.enabled as f64), (&[("state", "disabled")], facts.disabled as f64)],
    );
    page.metric(
        "executions_total",
        Kind::Counter,
        "Attempts that ended, by how.",
        [(&[("status", "completed")][..], facts.completed as f64), (&[("status", "failed")], facts.failed as f64)],
    );
    page.metric(
        "running",
        Kind::Gauge,
        "Tasks that run now.",
        [(&[("type", "cron")][..], facts.running_cron as f64), (&[("type", "side")], facts.running_side as f64)],
    );
    page.gauge("stuck", "Tasks that should have ended and block their threads.", facts.stuck as f64);
    page.gauge("pending", "Attempts that are queued.", facts.pending as f64);
    let oldest_pending = facts.oldest_pending_seconds.unwrap_or_default().max(0.0);
    page.gauge("oldest_pending_seconds", "How long the oldest queued attempt could have started.", oldest_pending);
    page.gauge("due", "Cron tasks with a slot whose time has come.", facts.due as f64);
    page.gauge("overdue", "Of these, those later than two pulse intervals.", facts.overdue as f64);
    let oldest_due = facts.oldest_due_seconds.unwrap_or_default();
    page.gauge("oldest_due_seconds", "How late the oldest of them is; 0 if there is none.", oldest_due);
    page.metric(
        "runners",
        Kind::Gauge,
        "Runner instances whose heartbeat is fresh.",
        [
            (&[("kind", "worker")][..], facts.workers as f64),
            (&[("kind", "pulse")], facts.pulse_runners as f64),
            (&[("kind", "command")], facts.command_runners as f64),
        ],
    );
    page.gauge("silent_runners", "Runner instances whose heartbeat is overdue.", facts.silent_runners as f64);
    page.gauge("failed_side_tasks", "Side tasks that were given up.", facts.failed_side_tasks as f64);
    page.metric(
        "pulses_total",
        Kind::Counter,
        "Pulses, by whether a task failed in them.",
        [
            (&[("result", "success")][..], facts.pulses_succeeded as f64),
            (&[("result", "failure")], facts.pulses_failed as f64),
        ],
    );
    // Absent until there was one: no number says never.
    let age = facts.last_pulse_age_seconds.map(|age| (&[][..], age));
    page.metric("last_pulse_age_seconds", Kind::Gauge, "How long ago the newest pulse ended.", age);
    let maintenance = f64::from(u8::from(facts.is_maintenance_mode));
    page.gauge("maintenance", "1 while no cron task starts.", maintenance);
    let labelled: Vec<_> = connections
        .iter()
        .flat_map(|pool| {
            let states = [("used", pool.used), ("idle", pool.idle), ("waiting", pool.waiting), ("most", pool.most)];
            states.map(|(state, count)| ([("pool", pool.pool), ("state", state)], count as f64))
        })
        .collect();
    let samples = labelled.iter().map(|(labels, count)| (&labels[..], *count));
    let help = "Connections of this process to the database: in use, idle, waited for, and how many there may be.";
    page.metric("database_connections", Kind::Gauge, help, samples);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_values_are_escaped() {
        let mut page = Exposition(String::new());
        page.metric("x", Kind::Counter, "X.", [(&[("a", "b\"c\\d\ne")][..], 1.5)]);
        assert_eq!(page.0, "# HELP downbeat_x X.\n# TYPE downbeat_x counter\ndownbeat_x{a=\"b\\\"c\\\\d\\ne\"} 1.5\n");
    }
}
