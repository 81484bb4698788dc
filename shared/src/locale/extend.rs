//! Sentences a program brings along, such as the titles of its own tasks.

use std::fmt;
use std::sync::PoisonError;

use fluent_bundle::FluentArgs;

use super::generated::LANGUAGES;
use super::source::{self, Sentence};
use super::{Bundle, Locale, bundle, text};

/// Adds sentences to one language for [`Locale::lookup`], such as the titles of a program's own tasks.
///
/// Meant for the start of a program; what was added once may be added again. The source is Fluent, without arguments; an
/// id that exists already and says something else is refused, and then nothing of the source is added. Another language
/// falls back to what was added to English.
///
/// # Errors
///
/// [`ExtendError`]: there is no such language, or all that is wrong with the source, each with its line.
pub fn extend(tag: &str, source: &str) -> Result<(), ExtendError> {
    Extension::read(tag, &[source])?.add()
}

/// Sentences for one language that are read and not yet added.
pub(crate) struct Extension {
    locale: Locale,
    bundle: Bundle,
    sentences: Vec<Sentence>,
}

impl Extension {
    /// Reads all a program brings along for a language. Of several sources, problems in the second are told as `de#2:3`.
    pub(crate) fn read(tag: &str, sources: &[&str]) -> Result<Self, ExtendError> {
        let Some(locale) = Locale::all().find(|locale| locale.tag() == tag) else {
            return Err(ExtendError::UnknownLanguage { tag: tag.to_owned() });
        };
        let files: Vec<_> =
            (1..=sources.len()).map(|n| if n == 1 { tag.to_owned() } else { format!("{tag}#{n}") }).collect();
        let sentences = source::read(files.iter().map(String::as_str).zip(sources.iter().copied()));
        let sentences = sentences.map_err(ExtendError::refused)?;
        Ok(Self { locale, bundle: bundle(tag, sources.iter().copied()), sentences })
    }

    /// Each sentence as its place and its id.
    pub(crate) fn ids(&self) -> impl Iterator<Item = (String, &str)> {
        self.sentences.iter().map(|sentence| (format!("{}:{}", sentence.file, sentence.line), sentence.id.as_str()))
    }

    /// Adds all of it, or nothing.
    pub(crate) fn add(self) -> Result<(), ExtendError> {
        let none = FluentArgs::new();
        // Held until it is added, so that of two that say different things only one is.
        let mut extensions = LANGUAGES[self.locale.0].extensions.write().unwrap_or_else(PoisonError::into_inner);
        let mut problems = Vec::new();
        let mut says_more = false;
        for sentence in &self.sentences {
            let said = extensions.iter().find(|bundle| bundle.has_message(&sentence.id));
            let differs = |other: &Bundle| text(other, &sentence.id, &none) != text(&self.bundle, &sentence.id, &none);
            if self.locale.bundle().has_message(&sentence.id) || said.is_some_and(differs) {
                problems.push(sentence.problem("exists already"));
            }
            if let Some(argument) = sentence.arguments.first() {
                problems.push(sentence.problem(format!("uses ${argument}, but a look-up passes no arguments")));
            }
            says_more |= said.is_none();
        }
        if !problems.is_empty() {
            return Err(ExtendError::refused(problems));
        }
        if says_more {
            extensions.push(self.bundle);
        }
        Ok(())
    }
}

/// Why [`extend`] added nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExtendError {
    /// There is no folder of this name.
    UnknownLanguage {
        /// What was asked for.
        tag: String,
    },
    /// The source is not good.
    Refused {
        /// `<tag>:<line>: <id>: <what>`, one for each thing that is wrong.
        problems: Vec<String>,
    },
}

impl ExtendError {
    fn refused(problems: Vec<source::Problem>) -> Self {
        Self::Refused { problems: problems.iter().map(ToString::to_string).collect() }
    }
}

impl fmt::Display for ExtendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownLanguage { tag } => {
                let known: Vec<_> = Locale::all().map(Locale::tag).collect();
                write!(f, "there is no language {tag:?}; there are {}", known.join(", "))
            }
            Self::Refused { problems } => write!(f, "sentences refused: {}", problems.join("; ")),
        }
    }
}

impl std::error::Error for ExtendError {}
