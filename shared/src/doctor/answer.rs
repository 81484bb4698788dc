//! A diagnosis in a person's language.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::finding::Finding;
use super::sentence::worded;
use super::{Check, CheckGroup, CheckStatus};
use crate::locale::Locale;

/// What the doctor found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DoctorAnswer {
    /// The worst of all checks.
    pub status: CheckStatus,
    /// How many checks there were.
    pub checks_total: usize,
    /// How many ended well.
    pub checks_ok: usize,
    /// How many warn.
    pub checks_warning: usize,
    /// How many failed.
    pub checks_failed: usize,
    /// What could not be looked at.
    pub checks_skipped: usize,
    /// The checks, in groups.
    pub checks: Vec<CheckAnswer>,
}

/// What one check came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckAnswer {
    /// What was looked at.
    pub check: Check,
    /// What it is about.
    pub group: CheckGroup,
    /// How it ended.
    pub status: CheckStatus,
    /// What was found, for programs.
    pub code: String,
    /// The numbers and names in it.
    pub facts: Map<String, Value>,
    /// What was seen, in the caller's language; where it was not looked at, why.
    pub saw: String,
    /// What that means, where something is amiss.
    pub means: Option<String>,
    /// What to do about it.
    pub advice: Option<String>,
}

impl DoctorAnswer {
    pub(super) fn of(findings: &[(Check, Finding)], locale: Locale) -> Self {
        let count = |status| findings.iter().filter(|(_, finding)| finding.status() == status).count();
        let worst = [CheckStatus::Failed, CheckStatus::Warning].into_iter().find(|status| count(*status) > 0);
        Self {
            status: worst.unwrap_or(CheckStatus::Ok),
            checks_total: findings.len(),
            checks_ok: count(CheckStatus::Ok),
            checks_warning: count(CheckStatus::Warning),
            checks_failed: count(CheckStatus::Failed),
            checks_skipped: count(CheckStatus::Skipped),
            checks: findings.iter().map(|(check, finding)| CheckAnswer::of(*check, finding, locale)).collect(),
        }
    }
}

impl CheckAnswer {
    fn of(check: Check, finding: &Finding, locale: Locale) -> Self {
        let finding = finding.clone().told(locale);
        let written = serde_json::to_value(&finding).unwrap_or_default();
        let words = worded(&finding, locale);
        Self {
            check,
            group: check.group(),
            status: finding.status(),
            code: written["code"].as_str().unwrap_or_default().to_owned(),
            facts: written["facts"].as_object().cloned().unwrap_or_default(),
            saw: locale.render(&words.saw),
            means: words.means.map(|means| locale.render(&means)),
            advice: words.advice.map(|advice| locale.render(&advice)),
        }
    }
}
