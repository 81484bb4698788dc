//! Sentences that are stored, so that whoever reads them later is told in a language of their own.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use fluent_bundle::{FluentArgs, FluentValue};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Number;

use super::message::to_fluent_number;
use super::{Locale, msg, text};

/// The longest text of an argument, in characters.
const LONGEST_TEXT: usize = 4_000;

/// What a message was made of: `{"id":"error-timeout","arguments":{…}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    id: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    arguments: BTreeMap<String, Part>,
}

/// An argument: text, a number, a sentence again, or a list of those.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Part {
    Text(String),
    Number(Number),
    Sentence(Sentence),
    List(Vec<Part>),
    /// Of what has commas itself.
    Long {
        each: Vec<Part>,
    },
}

impl Sentence {
    pub(super) fn new(id: &str, arguments: impl Iterator<Item = (String, Part)>) -> Self {
        Self { id: id.to_owned(), arguments: arguments.collect() }
    }

    /// The key in `locales/`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The sentence as it can be stored: without NUL, which PostgreSQL's text cannot hold. `None`: it has more bytes of JSON than
    /// `most`, so that only its English text is kept.
    pub(crate) fn storable(mut self, most: usize) -> Option<Self> {
        self.arguments.values_mut().for_each(Part::clean);
        let bytes = serde_json::to_vec(&self).map_or(usize::MAX, |json| json.len());
        (bytes <= most).then_some(self)
    }
}

impl Part {
    pub(super) fn number(number: f64) -> Self {
        // So that 3 is stored as 3 and not as 3.0.
        let exact = number as i64;
        let number = if exact as f64 == number { Some(exact.into()) } else { Number::from_f64(number) };
        number.map_or_else(|| Self::Text(String::new()), Self::Number)
    }

    fn clean(&mut self) {
        match self {
            Self::Text(text) => *text = cut(text, LONGEST_TEXT),
            Self::Number(_) => {}
            Self::Sentence(sentence) => sentence.arguments.values_mut().for_each(Self::clean),
            Self::List(parts) | Self::Long { each: parts } => parts.iter_mut().for_each(Self::clean),
        }
    }

    fn to_fluent(&self, locale: Locale) -> Option<FluentValue<'_>> {
        let joined = |parts: &[Self], separator| {
            let texts: Option<Vec<_>> = parts.iter().map(|part| part.to_text(locale)).collect();
            Some(FluentValue::from(texts?.join(&locale.render(&separator))))
        };
        match self {
            Self::Text(text) => Some(FluentValue::from(text.as_str())),
            Self::Number(number) => number.as_f64().map(to_fluent_number),
            Self::Sentence(sentence) => locale.tell(sentence).map(FluentValue::from),
            Self::List(parts) => joined(parts, msg::format_list_separator()),
            Self::Long { each } => joined(each, msg::format_list_long_separator()),
        }
    }

    fn to_text(&self, locale: Locale) -> Option<String> {
        match self.to_fluent(locale)? {
            FluentValue::String(text) => Some(text.into_owned()),
            FluentValue::Number(number) => Some(number.as_string().into_owned()),
            FluentValue::Custom(_) | FluentValue::None | FluentValue::Error => None,
        }
    }
}

impl Locale {
    /// Says a stored sentence in this language. `None`: another version stored it, and this one has no such message, or it
    /// takes other arguments.
    #[must_use]
    pub fn tell(self, sentence: &Sentence) -> Option<String> {
        let mut arguments = FluentArgs::with_capacity(sentence.arguments.len());
        for (name, part) in &sentence.arguments {
            arguments.set(name.as_str(), part.to_fluent(self)?);
        }
        text(self.bundle(), &sentence.id, &arguments)
    }
}

/// Text cut to a length, without NUL, which PostgreSQL's text cannot hold.
pub(crate) fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect()
}

/// What was stored: a text, and where it is a sentence of ours, what that was made of. Written as the text alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The text: somebody's own words, or a sentence of ours in English.
    pub text: String,
    /// What the sentence was made of.
    pub sentence: Option<Sentence>,
}

impl Stored {
    /// In that language, where it is a sentence of ours; else as it was said.
    #[must_use]
    pub fn told(&self, locale: Locale) -> String {
        self.sentence.as_ref().and_then(|sentence| locale.tell(sentence)).unwrap_or_else(|| self.text.clone())
    }
}

impl fmt::Display for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl JsonSchema for Stored {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        String::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

impl Serialize for Stored {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// Reads a sentence; what another version wrote otherwise is none, and the text beside it stands.
pub(crate) fn lenient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Sentence>, D::Error> {
    let written = Option::<serde_json::Value>::deserialize(deserializer)?;
    Ok(written.and_then(|written| serde_json::from_value(written).ok()))
}

/// Reads a list of such.
pub(crate) fn lenient_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Option<Sentence>>, D::Error> {
    let serde_json::Value::Array(written) = serde_json::Value::deserialize(deserializer)? else {
        return Ok(Vec::new());
    };
    Ok(written.into_iter().map(|written| serde_json::from_value(written).ok()).collect())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::locale::{Argument, format};

    const LARGEST: usize = 32 * 1024;

    fn again(message: impl Into<Argument>) -> Stored {
        let Stored { text, sentence } = message.into().stored();
        let written = serde_json::to_string(&sentence.unwrap().storable(LARGEST).unwrap()).unwrap();
        Stored { text, sentence: Some(serde_json::from_str(&written).unwrap()) }
    }

    #[test]
    fn what_is_stored_is_told_as_it_would_have_been_told_at_once() {
        let items = ["a", "b"].map(|name| msg::error_setting(name, format::duration(Duration::from_millis(61_000))));
        for message in [
            msg::error_interrupted(),
            msg::error_timeout(format::duration(Duration::from_millis(1_500))),
            msg::error_unhealthy(3, msg::error_interrupted()),
            msg::error_checkpoint_too_large(1_234_567_890_123_u64, 1),
            msg::error_superseded(),
            format::all_of(["a", "b", "c"]),
            format::each_of(items),
        ] {
            let stored = again(message.clone());
            for locale in Locale::all() {
                assert_eq!(stored.told(locale), locale.render(&message), "{locale}");
            }
            assert_eq!(again(stored.clone()), stored, "what was stored is stored again");
        }
    }

    #[test]
    fn what_this_version_does_not_know_is_told_as_it_was_said() {
        for json in [
            r#"{"id": "error-of-the-future"}"#,
            r#"{"id": "error-timeout"}"#,
            r#"{"id": "error-timeout", "arguments": {"limit": {"id": "error-of-the-future"}}}"#,
        ] {
            let sentence = Some(serde_json::from_str(json).unwrap());
            let stored = Stored { text: "it rained".to_owned(), sentence };
            assert!(Locale::all().all(|locale| stored.told(locale) == "it rained"), "{json}");
        }
        #[derive(Deserialize)]
        struct Row {
            #[serde(default, deserialize_with = "lenient")]
            sentence: Option<Sentence>,
            #[serde(default, deserialize_with = "lenient_list")]
            causes: Vec<Option<Sentence>>,
        }
        let row: Row =
            serde_json::from_str(r#"{"sentence": 5, "causes": [null, {"id": "error-interrupted"}, 1]}"#).unwrap();
        assert_eq!((row.sentence, row.causes.len()), (None, 3));
        assert_eq!(row.causes[1].as_ref().map(Sentence::id), Some("error-interrupted"));
        let row: Row = serde_json::from_str(r#"{"causes": "of another version"}"#).unwrap();
        assert!(row.causes.is_empty());
    }

    #[test]
    fn what_is_stored_is_bounded_and_free_of_nul() {
        let Stored { sentence, .. } = Argument::from(msg::error_panicked("\0".repeat(100_000))).stored();
        let written = serde_json::to_string(&sentence.unwrap().storable(LARGEST).unwrap()).unwrap();
        assert!(!written.contains("\\u0000") && written.len() < LARGEST, "{}", written.len());
        let many = vec!["x".repeat(100); 1_000];
        assert_eq!(Argument::from(format::all_of(many)).stored().sentence.unwrap().storable(LARGEST), None);
    }
}
