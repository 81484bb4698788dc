//! The name of a task.

use std::fmt;
use std::str::FromStr;

/// The name of a task: 1 to 100 characters out of `a-z`, `0-9` and `-`, beginning with a letter.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
pub struct TaskName(String);

/// A text that is no task name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("task name {written:?}: allowed are 1 to 100 characters of a-z, 0-9 and -, beginning with a letter")]
pub struct InvalidName {
    /// What was written, cut to a readable length.
    pub written: String,
}

impl TaskName {
    const LONGEST: usize = 100;

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TaskName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let begins_well = text.starts_with(|c: char| c.is_ascii_lowercase());
        let goes_on_well = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if begins_well && goes_on_well && text.len() <= Self::LONGEST {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidName { written: text.chars().take(Self::LONGEST).collect() })
        }
    }
}

impl TryFrom<String> for TaskName {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TaskName> for String {
    fn from(name: TaskName) -> Self {
        name.0
    }
}

impl fmt::Display for TaskName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The known word nearest to what was written, if one is near enough to have been meant.
pub fn closest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|word| (likeness(written, word), word))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}

/// How like two words are: 1 for the same, 0 for nothing in common (Jaro and Winkler's measure).
#[must_use]
pub fn likeness(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_words_with_hyphens() {
        for good in ["a", "prune-history", "http-check-2", &"x".repeat(100)] {
            assert_eq!(good.parse::<TaskName>().map(String::from).as_deref(), Ok(good));
        }
        for bad in ["", "-a", "2a", "Prune", "a_b", "a b", "ä", &"x".repeat(101)] {
            assert!(bad.parse::<TaskName>().is_err(), "{bad:?} was taken for a name");
        }
    }

    #[test]
    fn the_closest_word_is_one_that_could_have_been_meant() {
        let known = ["prune-history", "http-check", "database-health"];
        assert_eq!(closest("prune-histroy", known), Some("prune-history"));
        assert_eq!(closest("zzz", known), None);
    }
}
