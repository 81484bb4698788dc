//! What `vercel.json` says about when the pulse comes, held against what the platform takes. Pure.
//!
//! Its builder takes more than its scheduler, so a mistake would show at the deployment, or never.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::VercelFile;
use super::finding::Finding;
use crate::task::CronExpr;

/// What the platform is to call.
const PULSE: &str = "/api/pulse";
/// So many crons a project may have, on every plan.
const MOST_CRONS: usize = 100;
/// On the free plan a cron comes once in so long; one that is to come more often fails the deployment.
const RAREST: Duration = Duration::from_secs(24 * 3600);

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

/// Whether the platform takes its crons, and one of them calls the pulse, as often as it is expected if it is.
pub(super) fn judge(file: &VercelFile, expected: Option<Duration>) -> Finding {
    let project = match project(file) {
        Ok(project) => project,
        Err(finding) => return finding,
    };
    let crons = project.crons.len();
    if crons > MOST_CRONS {
        return Finding::VercelCronsTooMany { crons, most: MOST_CRONS };
    }
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
    let every = finest(project.crons.iter().filter(|cron| cron.is_pulse()));
    if let (Some(every), Some(expected)) = (every, expected)
        && every > expected
    {
        return Finding::VercelRarerThanExpected { every_ms: in_ms(every), expected_ms: in_ms(expected) };
    }
    let fits_every_plan = finest(project.crons.iter()).is_none_or(|every| every >= RAREST);
    if fits_every_plan {
        Finding::VercelFine { crons, schedules }
    } else {
        Finding::VercelFineOnPro { crons, schedules }
    }
}

/// How often the pulse comes at most, if the file says.
pub(super) fn pulse_interval(file: &VercelFile) -> Option<Duration> {
    let project = project(file).ok()?;
    finest(project.crons.iter().filter(|cron| cron.is_pulse()))
}

fn finest<'a>(crons: impl Iterator<Item = &'a Cron>) -> Option<Duration> {
    crons.filter_map(|cron| CronExpr::parse(&cron.schedule).ok()?.finest_interval()).min()
}

fn in_ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn fault(schedule: &str) -> Option<CronFault> {
    let fields: Vec<_> = schedule.split(' ').collect();
    let [_, _, day_of_month, _, day_of_week] = fields[..] else { return Some(CronFault::Fields) };
    if schedule.contains(|c: char| c.is_ascii_alphabetic()) {
        return Some(CronFault::Names);
    }
    // `?`, `#` and Sunday as 7 are read here, and not there.
    let is_known = |c: char| c.is_ascii_digit() || " */,-".contains(c);
    let is_foreign = !schedule.chars().all(is_known) || day_of_week.split([',', '-']).any(|day| day == "7");
    match CronExpr::parse(schedule) {
        Err(_) => Some(CronFault::Unreadable),
        Ok(_) if is_foreign => Some(CronFault::Unreadable),
        Ok(_) if day_of_month != "*" && day_of_week != "*" => Some(CronFault::BothDays),
        Ok(expression) => expression.never_comes().then_some(CronFault::NeverComes),
    }
}
