//! Why settings are refused.

use std::fmt;

use super::TaskError;
use super::typed::missing_field;
use crate::locale::{Argument, format, msg, reading};
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
    /// What is refused besides, one after the other.
    pub besides: Option<Box<Refusal>>,
}

impl Refusal {
    /// Refuses the setting at `path`, saying why.
    pub fn new(path: impl Into<String>, reason: impl Into<Argument>) -> Self {
        Self { path: path.into(), reason: reason.into(), allowed: Vec::new(), nearest: None, besides: None }
    }

    /// Refuses all of these together, so that whoever wrote the settings hears of every mistake at once. With none, nothing
    /// is refused.
    ///
    /// # Errors
    ///
    /// The first, with the others beside it.
    pub fn all(refusals: impl IntoIterator<Item = Self>) -> Result<(), Self> {
        let refusals: Vec<_> = refusals.into_iter().flat_map(Self::each).collect();
        let joined =
            refusals.into_iter().rev().fold(None, |besides, refusal| Some(Box::new(Self { besides, ..refusal })));
        joined.map_or(Ok(()), |first| Err(*first))
    }

    /// It, and what is refused besides, one by one.
    pub fn each(self) -> impl Iterator<Item = Self> {
        let mut next = Some(Box::new(self));
        std::iter::from_fn(move || {
            let mut refusal = next.take()?;
            next = refusal.besides.take();
            Some(*refusal)
        })
    }

    /// What serde says of a value it cannot read.
    pub(super) fn unread(path: String, said: &str) -> Self {
        // Serde tells of the object that lacks it.
        let path = match missing_field(said) {
            Some(name) => joined(&path, name),
            None => path,
        };
        let mut words = words(said).into_iter();
        let written = words.next().unwrap_or_default().to_owned();
        let allowed: Vec<_> = words.map(str::to_owned).collect();
        let nearest = closest(&written, allowed.iter().map(String::as_str)).map(str::to_owned);
        Self { path, reason: reading(said), allowed, nearest, besides: None }
    }
}

/// The path of what stands beneath another: `targets[2]` and `url` are `targets[2].url`.
pub(super) fn joined(path: &str, beneath: &str) -> String {
    match (path, beneath) {
        ("", beneath) => beneath.to_owned(),
        (path, "") => path.to_owned(),
        (path, beneath) => format!("{path}.{beneath}"),
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
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        self.reason.fmt(f)?;
        self.besides.as_ref().map_or(Ok(()), |next| write!(f, "; {next}"))
    }
}

/// All of it, as it is told: each setting with its reason.
fn sentences(refusal: Refusal) -> Argument {
    let mut each: Vec<_> = refusal
        .each()
        .map(
            |Refusal { path, reason, .. }| {
                if path.is_empty() { reason } else { msg::error_setting(path, reason).into() }
            },
        )
        .collect();
    match (each.pop(), each.is_empty()) {
        (Some(only), true) => only,
        (last, _) => format::each_of(each.into_iter().chain(last)).into(),
    }
}

impl From<Refusal> for TaskError {
    fn from(refusal: Refusal) -> Self {
        TaskError::configuration("config_refused", sentences(refusal))
    }
}
