//! Why settings are refused.

use std::fmt;

use super::TaskError;
use crate::locale::{Argument, reading};
use crate::model::closest;

/// Why settings are refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The setting, as a path: `targets[2].url`. Empty for the settings as a whole.
    pub path: String,
    /// What is wrong, and what is allowed: a sentence of ours, in any language, or the author's own words.
    pub reason: Argument,
    /// The names or words that are allowed there, where it is none of them.
    pub allowed: Vec<String>,
    /// The one of them that could have been meant.
    pub nearest: Option<String>,
}

impl Refusal {
    /// Refuses the setting at `path`, saying why.
    pub fn new(path: impl Into<String>, reason: impl Into<Argument>) -> Self {
        Self { path: path.into(), reason: reason.into(), allowed: Vec::new(), nearest: None }
    }

    /// What serde says of a value it cannot read.
    pub(super) fn unread(path: String, said: &str) -> Self {
        // Serde tells of the object that lacks it.
        let path = match said.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')) {
            Some((name, _)) if path.is_empty() => name.to_owned(),
            Some((name, _)) => format!("{path}.{name}"),
            None => path,
        };
        let mut words = words(said).into_iter();
        let written = words.next().unwrap_or_default().to_owned();
        let allowed: Vec<_> = words.map(str::to_owned).collect();
        let nearest = closest(&written, allowed.iter().map(String::as_str)).map(str::to_owned);
        Self { path, reason: reading(said), allowed, nearest }
    }
}

/// The word that was written and those that are allowed, of "unknown field `a`, expected `b` or `c`": serde tells no other
/// way. Nothing of any other message.
fn words(message: &str) -> Vec<&str> {
    let is_list = ["unknown field `", "unknown variant `"].iter().any(|beginning| message.starts_with(beginning));
    if is_list { message.split('`').skip(1).step_by(2).collect() } else { Vec::new() }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { self.reason.fmt(f) } else { write!(f, "{}: {}", self.path, self.reason) }
    }
}

impl From<Refusal> for TaskError {
    fn from(refusal: Refusal) -> Self {
        TaskError::configuration("config_refused", refusal.to_string())
    }
}
