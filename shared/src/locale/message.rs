//! A sentence that is not yet in any language: a key and its arguments.

use std::borrow::Cow;
use std::fmt;

use fluent_bundle::FluentValue;

use super::sentence::{Part, Sentence, Stored};
use super::{Locale, msg};

/// Beyond this an `f64` no longer tells whole numbers apart: 2^53.
const LARGEST_EXACT: u64 = 1 << f64::MANTISSA_DIGITS;

/// What to say, before it is known in which language.
///
/// Made by the functions of [`msg`], and cheap enough to be made where nobody may ever read it.
/// [`Locale::render`] turns it into text; `Display` does so in English.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Message {
    id: &'static str,
    arguments: Vec<(&'static str, Argument)>,
}

impl Message {
    pub(super) const fn new(id: &'static str, arguments: Vec<(&'static str, Argument)>) -> Self {
        Self { id, arguments }
    }

    /// The key in `locales/`, the same in every language.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    pub(super) fn arguments(&self) -> &[(&'static str, Argument)] {
        &self.arguments
    }

    fn sentence(&self) -> Sentence {
        Sentence::new(self.id, self.arguments.iter().map(|(name, argument)| ((*name).to_owned(), argument.part())))
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&Locale::ENGLISH.render(self))
    }
}

/// A value within a sentence: text, a number, or another [`Message`], which is rendered in the same language.
///
/// Numbers are printed plainly (`1000`, `0.5`) and choose the plural form.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument(Value);

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Text(String),
    Number(f64),
    Message(Message),
    /// Joined by the language's separator.
    List(Vec<Argument>),
    /// Joined by the separator of what has commas itself.
    Long(Vec<Argument>),
    /// What was stored, told in the language if it was a sentence of ours.
    Stored(Box<Stored>),
}

impl Argument {
    pub(super) fn list(items: Vec<Self>) -> Self {
        Self(Value::List(items))
    }

    pub(super) fn long_list(items: Vec<Self>) -> Self {
        Self(Value::Long(items))
    }

    pub(super) fn to_fluent(&self, locale: Locale) -> FluentValue<'_> {
        match &self.0 {
            Value::Text(text) => FluentValue::from(text.as_str()),
            Value::Number(number) => to_fluent_number(*number),
            Value::Message(message) => FluentValue::from(locale.render(message)),
            Value::List(items) => FluentValue::from(joined(items, &msg::format_list_separator(), locale)),
            Value::Long(items) => FluentValue::from(joined(items, &msg::format_list_long_separator(), locale)),
            Value::Stored(stored) => FluentValue::from(stored.told(locale)),
        }
    }

    /// As it is stored: its English text, and what it was made of where it is a sentence of ours.
    pub(crate) fn stored(&self) -> Stored {
        let sentence = match &self.0 {
            Value::Message(message) => Some(message.sentence()),
            Value::Stored(stored) => stored.sentence.clone(),
            Value::Text(_) | Value::Number(_) | Value::List(_) | Value::Long(_) => None,
        };
        Stored { text: self.to_string(), sentence }
    }

    fn part(&self) -> Part {
        let parts = |items: &[Self]| items.iter().map(Self::part).collect();
        match &self.0 {
            Value::Text(text) => Part::Text(text.clone()),
            Value::Number(number) => Part::number(*number),
            Value::Message(message) => Part::Sentence(message.sentence()),
            Value::List(items) => Part::List(parts(items)),
            Value::Long(items) => Part::Long { each: parts(items) },
            Value::Stored(stored) => match &stored.sentence {
                Some(sentence) => Part::Sentence(sentence.clone()),
                None => Part::Text(stored.text.clone()),
            },
        }
    }

    fn to_text(&self, locale: Locale) -> Cow<'_, str> {
        match self.to_fluent(locale) {
            FluentValue::String(text) => text,
            FluentValue::Number(number) => number.as_string(),
            FluentValue::Custom(_) | FluentValue::None | FluentValue::Error => Cow::Borrowed(""),
        }
    }
}

fn joined(items: &[Argument], separator: &Message, locale: Locale) -> String {
    let texts: Vec<_> = items.iter().map(|item| item.to_text(locale)).collect();
    texts.join(&locale.render(separator))
}

/// A number as text where the plural rules cannot take it: they panic at more decimals than a `u64` holds.
pub(super) fn to_fluent_number(number: f64) -> FluentValue<'static> {
    let text = number.to_string();
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if number.abs() <= LARGEST_EXACT as f64 && decimals < 19 {
        FluentValue::from(number)
    } else {
        FluentValue::from(text)
    }
}

macro_rules! from_texts {
    ($($text:ty)+) => {$(
        impl From<$text> for Argument {
            fn from(text: $text) -> Self {
                Self(Value::Text(text.into()))
            }
        }
    )+};
}

from_texts!(&str &String String Cow<'_, str>);

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_text(Locale::ENGLISH))
    }
}

impl From<Message> for Argument {
    fn from(message: Message) -> Self {
        Self(Value::Message(message))
    }
}

impl From<Stored> for Argument {
    fn from(stored: Stored) -> Self {
        Self(Value::Stored(Box::new(stored)))
    }
}

impl From<f64> for Argument {
    fn from(number: f64) -> Self {
        Self(Value::Number(number))
    }
}

macro_rules! from_integers {
    ($($integer:ty)+) => {$(
        impl From<$integer> for Argument {
            fn from(number: $integer) -> Self {
                // An integer too large for an exact `f64` goes as text, digits unharmed.
                match i64::try_from(number) {
                    Ok(exact) if exact.unsigned_abs() <= LARGEST_EXACT => Self(Value::Number(exact as f64)),
                    _ => Self(Value::Text(number.to_string())),
                }
            }
        }
    )+};
}

from_integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
