//! What `vercel.json` says about when the pulse comes. Pure.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::VercelFile;
use super::finding::Finding;
use crate::task::CronExpr;

/// What the platform is to call.
const PULSE: &str = "/api/pulse";

/// Why the platform refuses an expression that we might read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CronFault {
    /// It knows five fields, no more and no `@daily`.
    Fields,
    /// It knows no names such as `MON`.
    Names,
    /// It takes a day of the month or one of the week.
    BothDays,
    /// It is no cron expression.
    Unreadable,
    /// It never comes.
    NeverComes,
}

#[derive(Debug, Default, Deserialize)]
struct Project {
    #[serde(default)]
    crons: Vec<Cron>,
}

#[derive(Debug, Deserialize)]
struct Cron {
    path: String,
    schedule: String,
}

impl Cron {
    fn is_pulse(&self) -> bool {
        self.path.split('?').next() == Some(PULSE)
    }
}

fn project(file: &VercelFile) -> Result<Project, Finding> {
    match file {
        VercelFile::Absent => Err(Finding::NoVercelFile),
        VercelFile::Unreadable(error) => Err(Finding::VercelUnreadable { error: error.clone() }),
        VercelFile::Text(text) => {
            serde_json::from_str(text).map_err(|error| Finding::VercelUnreadable { error: error.to_string() })
        }
    }
}

/// Whether the platform takes its crons, and one of them calls the pulse.
pub(super) fn judge(file: &VercelFile) -> Finding {
    let project = match project(file) {
        Ok(project) => project,
        Err(finding) => return finding,
    };
    for cron in &project.crons {
        if let Some(fault) = fault(&cron.schedule) {
            let (path, schedule) = (cron.path.clone(), cron.schedule.clone());
            return Finding::VercelCronRefused { path, schedule, fault };
        }
    }
    let schedules: Vec<_> =
        project.crons.iter().filter(|cron| cron.is_pulse()).map(|cron| cron.schedule.clone()).collect();
    if schedules.is_empty() {
        return Finding::VercelWithoutPulse;
    }
    Finding::VercelFine { crons: project.crons.len(), schedules }
}

/// How often the pulse comes at most, if the file says.
pub(super) fn pulse_interval(file: &VercelFile) -> Option<Duration> {
    let project = project(file).ok()?;
    let pulses = project.crons.iter().filter(|cron| cron.is_pulse());
    pulses.filter_map(|cron| CronExpr::parse(&cron.schedule).ok()?.finest_interval()).min()
}

fn fault(schedule: &str) -> Option<CronFault> {
    let fields: Vec<_> = schedule.split_whitespace().collect();
    let [_, _, day_of_month, _, day_of_week] = fields[..] else { return Some(CronFault::Fields) };
    if schedule.contains(|c: char| c.is_ascii_alphabetic()) {
        return Some(CronFault::Names);
    }
    match CronExpr::parse(schedule) {
        Err(_) => Some(CronFault::Unreadable),
        Ok(_) if day_of_month != "*" && day_of_week != "*" => Some(CronFault::BothDays),
        Ok(expression) => expression.never_comes().then_some(CronFault::NeverComes),
    }
}
