//! Every sentence a person reads, in that person's language.
//!
//! The sentences stand in `locales/<language>/<noun>.ftl` ([Fluent](https://projectfluent.org)). The build script turns
//! each English message into a function of [`msg`], so that a wrong key or a missing argument does not compile, and it
//! fails when another language lacks a message. Adding a language is adding a folder.
//!
//! ```
//! use std::time::Duration;
//! use downbeat::locale::{Locale, format};
//!
//! let message = format::ago(Duration::from_secs(180));
//! assert_eq!(message.to_string(), "3 minutes ago");
//!
//! let polish = Locale::negotiate("pl-PL, en;q=0.5").unwrap_or_default();
//! assert_eq!(polish.render(&message), "3 minuty temu");
//! assert_eq!(polish.lookup("tasks-priority-low").as_deref(), Some("Niski"));
//! ```

use std::fmt;
use std::sync::{OnceLock, PoisonError, RwLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

pub use cause::cause;
pub(crate) use cause::common;
pub(crate) use extend::Extension;
pub use extend::{ExtendError, extend};
use generated::LANGUAGES;
pub use generated::msg;
pub use message::{Argument, Message};
pub use reading::reading;
pub use sentence::{Sentence, Stored};
pub(crate) use sentence::{cut, lenient, lenient_list};

mod cause;
mod extend;
pub mod format;
mod message;
mod reading;
mod sentence;
mod source;
#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may fail")]
mod tests;

mod generated {
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

/// A language there are sentences in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Locale(usize);

impl Locale {
    /// The default, and what stands in where a language has no text for a looked-up id.
    pub const ENGLISH: Self = Self(0);

    /// All languages, English first, the others by tag.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..LANGUAGES.len()).map(Self)
    }

    /// The tag, such as `de`: the name of its folder.
    #[must_use]
    pub fn tag(self) -> &'static str {
        LANGUAGES[self.0].tag
    }

    /// What the language calls itself: "Deutsch".
    #[must_use]
    pub fn name(self) -> String {
        self.render(&msg::language_name())
    }

    /// Reads a tag (`de-DE`) or a value of `LC_ALL`, `LC_MESSAGES` or `LANG` (`de_DE.UTF-8`).
    ///
    /// Regions we have no folder for fall back to their language. `C` and `POSIX` ask for English.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let tag = text.split(['.', '@']).next().unwrap_or_default().trim();
        if matches!(tag, "C" | "POSIX") {
            return Some(Self::ENGLISH);
        }
        let mut wanted = tag.replace('_', "-");
        loop {
            if let Some(found) = Self::all().find(|locale| locale.tag().eq_ignore_ascii_case(&wanted)) {
                return Some(found);
            }
            wanted.truncate(wanted.rfind('-')?);
        }
    }

    /// The best language for an `Accept-Language` header, or `None` if it asks only for others.
    ///
    /// The highest `q` wins, the earlier of equals; `q=0` refuses. Ranges that cannot be read are passed over.
    #[must_use]
    pub fn negotiate(accept_language: &str) -> Option<Self> {
        let mut ranges: Vec<_> = accept_language.split(',').filter_map(range).collect();
        ranges.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let refused = |locale: Self| ranges.iter().any(|(tag, q)| *q == 0.0 && locale.tag().eq_ignore_ascii_case(tag));
        ranges.iter().filter(|(_, q)| *q > 0.0).find_map(|(tag, _)| match *tag {
            "*" => Self::all().find(|locale| !refused(*locale)),
            tag => Self::parse(tag).filter(|locale| !refused(*locale)),
        })
    }

    /// Says a message in this language. Never fails: the build made sure of the text and of its arguments.
    #[must_use]
    pub fn render(self, message: &Message) -> String {
        let mut arguments = FluentArgs::with_capacity(message.arguments().len());
        for (name, argument) in message.arguments() {
            arguments.set(*name, argument.to_fluent(self));
        }
        text(self.bundle(), message.id(), &arguments).unwrap_or_else(|| message.id().to_owned())
    }

    /// The text of an id made at run time, `tasks-priority-low` or `task-prune-history-title`; English where this
    /// language has none.
    ///
    /// `None` for an id nobody defined and for a message that needs arguments.
    #[must_use]
    pub fn lookup(self, id: &str) -> Option<String> {
        [self, Self::ENGLISH].into_iter().find_map(|locale| {
            let none = FluentArgs::new();
            let extensions = LANGUAGES[locale.0].extensions.read().unwrap_or_else(PoisonError::into_inner);
            text(locale.bundle(), id, &none).or_else(|| extensions.iter().find_map(|bundle| text(bundle, id, &none)))
        })
    }

    fn bundle(self) -> &'static Bundle {
        let language = &LANGUAGES[self.0];
        language.bundle.get_or_init(|| bundle(language.tag, language.sources.iter().copied()))
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.tag())
    }
}

impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Locale({})", self.tag())
    }
}

type Bundle = FluentBundle<FluentResource>;

/// One folder of `locales/`; the build script writes the table of them.
struct Language {
    tag: &'static str,
    sources: &'static [&'static str],
    /// Parsed when first needed.
    bundle: OnceLock<Bundle>,
    /// What [`extend`] added, apart from the bundle so that rendering waits for no lock.
    extensions: RwLock<Vec<Bundle>>,
}

impl Language {
    const fn new(tag: &'static str, sources: &'static [&'static str]) -> Self {
        Self { tag, sources, bundle: OnceLock::new(), extensions: RwLock::new(Vec::new()) }
    }
}

fn bundle<'s>(tag: &str, sources: impl IntoIterator<Item = &'s str>) -> Bundle {
    let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    for source in sources {
        // Sources were read by `source::read` before they come here, so neither step finds anything to complain of.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// `None` for an unknown id and for missing arguments.
fn text(bundle: &Bundle, id: &str, arguments: &FluentArgs) -> Option<String> {
    let message = bundle.get_message(id)?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(message.value()?, Some(arguments), &mut errors).into_owned();
    errors.is_empty().then_some(text)
}

/// One range of `Accept-Language` and its weight.
fn range(text: &str) -> Option<(&str, f32)> {
    let (tag, parameters) = text.split_once(';').unwrap_or((text, ""));
    let q = match parameters.trim() {
        "" => 1.0,
        weight => weight.strip_prefix(['q', 'Q'])?.trim_start().strip_prefix('=')?.trim_start().parse().ok()?,
    };
    // Keeps out what parses as a number and is none: NaN, infinity.
    (0.0..=1.0).contains(&q).then_some((tag.trim(), q))
}
