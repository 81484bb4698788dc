//! How values are written on the command line: spans, instants, words of ours.

use std::ffi::OsStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, RangedI64ValueParser, TypedValueParser};
use downbeat::locale::Locale;
use downbeat::model::Priority;
use reqwest::Url;
use secrecy::SecretString;
use serde_json::Value;

/// When a pause ends by itself.
#[derive(Debug, Args)]
pub(crate) struct EndOfPause {
    #[arg(long, value_name = "TIME", conflicts_with = "span")]
    until: Option<DateTime<Utc>>,
    #[arg(long = "for", value_name = "SPAN", value_parser = span)]
    span: Option<Duration>,
}

impl EndOfPause {
    pub(crate) fn at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.until.or_else(|| Some(now + self.span?))
    }
}

/// A moment one looks back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// So long ago.
    Ago(Duration),
    /// At this instant.
    At(DateTime<Utc>),
}

impl Since {
    /// The instant, counted from `now`, as the API reads it.
    pub(crate) fn written(self, now: DateTime<Utc>) -> String {
        match self {
            Self::At(at) => at.to_rfc3339(),
            Self::Ago(duration) => (now - duration).to_rfc3339(),
        }
    }
}

/// What is not allowed, where this would be; [`mistake`](crate::mistake) words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("allowed are {0}")]
pub(crate) struct Allowed(pub(crate) &'static str);

/// `90s`, `30m`, `24h`, `7d`, or an instant as RFC 3339 writes it.
pub(super) fn since(text: &str) -> Result<Since, Allowed> {
    if let Ok(at) = text.parse() {
        return Ok(Since::At(at));
    }
    let ago = seconds(text).map(Since::Ago);
    ago.ok_or(Allowed("30m, 24h, 7d, 2027-03-28T00:00:00Z"))
}

/// `500ms`, `90s`, `30m`, `24h`, `7d`.
pub(super) fn span(text: &str) -> Result<Duration, Allowed> {
    let milliseconds = || text.strip_suffix("ms")?.parse::<u32>().ok().map(|ms| Duration::from_millis(ms.into()));
    milliseconds().or_else(|| seconds(text)).ok_or(Allowed("500ms, 90s, 30m, 24h, 7d"))
}

/// A number with the letter of its unit.
fn seconds(text: &str) -> Option<Duration> {
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return None,
    };
    let number: u32 = text.get(..text.len() - 1)?.parse().ok()?;
    Some(Duration::from_secs(u64::from(number) * unit))
}

/// What fits into the header: the API says the same of it.
pub(super) fn idempotency_key(text: &str) -> Result<String, String> {
    let fits = (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(text.to_owned()) } else { Err("!…~ × 1–255".to_owned()) }
}

/// How many of something the API gives at once.
pub(super) fn amount() -> RangedI64ValueParser<u16> {
    clap::value_parser!(u16).range(1..=1000)
}

#[allow(clippy::unnecessary_wraps, reason = "a value parser gives a result")]
pub(super) fn secret(text: &str) -> Result<SecretString, std::convert::Infallible> {
    Ok(SecretString::from(text))
}

pub(super) fn json(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text)
}

pub(super) fn web_address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| "https://…, http://…".to_owned())
}

/// A language as [`Locale::parse`] reads it: `de`, and as systems name it, `de_DE.UTF-8`.
#[derive(Clone)]
pub(super) struct Language;

impl Language {
    fn tags() -> PossibleValuesParser {
        Locale::all().map(Locale::tag).collect::<Vec<_>>().into()
    }
}

impl TypedValueParser for Language {
    type Value = Locale;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Locale, clap::Error> {
        match value.to_str().and_then(Locale::parse) {
            Some(locale) => Ok(locale),
            // It refuses whatever is no tag, and says which there are.
            None => Self::tags().parse_ref(command, argument, value).map(|_| Locale::default()),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Locale::all().map(|locale| PossibleValue::new(locale.tag()))))
    }
}

pub(super) fn words<T: Copy>(all: &[T], written: fn(T) -> &'static str) -> PossibleValuesParser {
    all.iter().map(|word| PossibleValue::new(written(*word).to_lowercase())).collect::<Vec<_>>().into()
}

pub(super) fn priorities() -> PossibleValuesParser {
    let exact = Priority::ALL.iter().map(|priority| priority.as_str().to_lowercase());
    let above = ["high-and-above", "medium-and-above"].map(str::to_owned);
    exact.chain(above).map(PossibleValue::new).collect::<Vec<_>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_with_its_unit() {
        for (text, milliseconds) in [("500ms", 500), ("90s", 90_000), ("2h", 7_200_000), ("1d", 86_400_000)] {
            assert_eq!(span(text), Ok(Duration::from_millis(milliseconds)));
        }
        for wrong in ["", "ms", "5", "-1s", "1.5h", "1w", "2027-03-28T00:00:00Z"] {
            assert!(span(wrong).is_err(), "{wrong:?} was read");
        }
    }

    #[test]
    fn a_look_back_begins_so_long_ago_or_at_an_instant() {
        assert_eq!(since("90s"), Ok(Since::Ago(Duration::from_secs(90))));
        assert_eq!(since("24h"), Ok(Since::Ago(Duration::from_secs(86_400))));
        assert_eq!(since("7d"), Ok(Since::Ago(Duration::from_secs(7 * 86_400))));
        assert!(matches!(since("2027-03-28T00:00:00+02:00"), Ok(Since::At(_))));
        for wrong in ["", "h", "24", "-1h", "1w", "99999999999d", "gestern", "1ä"] {
            assert!(since(wrong).is_err(), "{wrong:?} was read");
        }
    }
}
