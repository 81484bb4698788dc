//! What is not as the schema says, and how it is told.

use serde_json::Value;

use crate::locale::{Argument, Message, format, msg};
use crate::model::closest;
use crate::task::refusal::{Refusal, joined};
use crate::task::typed::MOST;

/// Of a word that is allowed or was nearly written, so much is told.
const MOST_REPEATED: usize = 60;

/// Something in settings that is not as the schema says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mistake {
    /// Where: `targets[2].url`.
    pub(super) path: String,
    pub(super) wrong: Wrong,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wrong {
    /// Of another type than these.
    Type { found: Argument, wanted: Vec<Message> },
    /// None of the words or values that are allowed. Of a list and an object nothing is kept.
    Word { written: Option<Value>, allowed: Vec<String> },
    /// It has to be there.
    Missing { name: String },
    /// There is no such field.
    Unknown { name: String, allowed: Vec<String> },
    /// None of several forms; which of them was meant cannot be told.
    NoForm,
    /// Whatever else.
    Other(Message),
}

impl Mistake {
    pub(super) fn new(path: &str, wrong: Wrong) -> Self {
        Self { path: path.to_owned(), wrong }
    }

    pub(super) fn other(path: &str, message: Message) -> Self {
        Self::new(path, Wrong::Other(message))
    }

    pub(super) fn missing(path: &str, name: &str) -> Self {
        Self { path: joined(path, name), wrong: Wrong::Missing { name: name.to_owned() } }
    }

    pub(super) fn unknown(path: &str, name: &str, allowed: Vec<String>) -> Self {
        Self { path: joined(path, name), wrong: Wrong::Unknown { name: name.to_owned(), allowed } }
    }

    /// A value that is none of those that are allowed.
    pub(super) fn word(path: &str, value: &Value, allowed: &[Value]) -> Self {
        let written = (!value.is_array() && !value.is_object()).then(|| value.clone());
        Self::new(path, Wrong::Word { written, allowed: allowed.iter().map(Self::written).collect() })
    }

    /// The value as it is told: a word without quotation marks, anything else as JSON.
    fn written(value: &Value) -> String {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let is_long = text.chars().nth(MOST_REPEATED).is_some();
        if is_long { text.chars().take(MOST_REPEATED).chain(['…']).collect() } else { text }
    }

    fn refusal(self) -> Refusal {
        let Self { path, wrong } = self;
        let one_of = |allowed: &[String]| format::one_of(allowed.iter().map(|word| format!("`{word}`")));
        let nearest =
            |written: &str, allowed: &[String]| closest(written, allowed.iter().map(String::as_str)).map(str::to_owned);
        match wrong {
            Wrong::Type { found, wanted } => Refusal::new(path, msg::reading_wrong_type(found, format::one_of(wanted))),
            Wrong::Word { written, allowed } => {
                let is_text = written.as_ref().is_some_and(Value::is_string);
                let written = written.as_ref().map(Self::written);
                let nearest = written.as_ref().and_then(|written| nearest(written, &allowed));
                // A text may be a secret; one that is nearly an allowed word was meant to be it.
                let reason = match written.filter(|_| !is_text || nearest.is_some()) {
                    Some(written) => msg::reading_unknown_word(one_of(&allowed), written),
                    None => msg::settings_other_word(one_of(&allowed)),
                };
                Refusal { allowed, nearest, ..Refusal::new(path, reason) }
            }
            Wrong::Missing { name } => Refusal::new(path, msg::reading_missing_field(name)),
            Wrong::Unknown { name, allowed } if allowed.is_empty() => {
                Refusal::new(path, msg::reading_unknown_field(name))
            }
            Wrong::Unknown { name, allowed } => {
                let reason = msg::reading_unknown_field_allowed(one_of(&allowed), name.as_str());
                let nearest = nearest(&name, &allowed);
                Refusal { allowed, nearest, ..Refusal::new(path, reason) }
            }
            Wrong::NoForm => Refusal::new(path, msg::settings_no_form()),
            Wrong::Other(message) => Refusal::new(path, message),
        }
    }

    /// Whether it says that this is no object of the form at all: another type, other fields.
    fn is_of_another_form(&self, path: &str) -> bool {
        match self.wrong {
            Wrong::Type { .. } => self.path == path,
            Wrong::Missing { ref name } | Wrong::Unknown { ref name, .. } => self.path == joined(path, name),
            Wrong::Word { .. } | Wrong::NoForm | Wrong::Other(_) => false,
        }
    }

    /// The words by which forms are told apart: that of the whole value, or of the field that names the form.
    fn told_apart_by(&self, path: &str) -> Option<&[String]> {
        let Wrong::Word { allowed, .. } = &self.wrong else { return None };
        let is_tag = || {
            let inner = self.path.strip_prefix(path).unwrap_or_default();
            allowed.len() == 1 && !inner.trim_start_matches('.').contains(['.', '['])
        };
        (self.path == path || is_tag()).then_some(allowed)
    }
}

/// What is wrong where a value has none of several forms: what is wrong by the form that was meant, as far as that can be
/// told from the value. `forms` has what is wrong by each.
pub(super) fn none_fits(path: &str, forms: Vec<Vec<Mistake>>) -> Vec<Mistake> {
    let is_of_type = |form: &Vec<Mistake>| {
        !form.iter().any(|mistake| mistake.path == path && matches!(mistake.wrong, Wrong::Type { .. }))
    };
    let (of_type, others): (Vec<_>, Vec<_>) = forms.into_iter().partition(is_of_type);
    if of_type.is_empty() {
        return one_type(others);
    }
    let is_told_apart = |form: &Vec<Mistake>| form.iter().any(|mistake| mistake.told_apart_by(path).is_some());
    let (told_apart, mut meant): (Vec<_>, Vec<_>) = of_type.into_iter().partition(is_told_apart);
    if meant.is_empty() {
        if let Some(word) = one_word(path, &told_apart) {
            return vec![word];
        }
        meant = told_apart;
    }
    let foreign = |form: &[Mistake]| form.iter().filter(|mistake| mistake.is_of_another_form(path)).count();
    meant.sort_by_key(|form| (foreign(form), form.len()));
    match meant.as_slice() {
        [first, second, ..] if (foreign(first), first.len()) == (foreign(second), second.len()) => {
            let shared: Vec<_> =
                first.iter().filter(|mistake| meant.iter().all(|form| form.contains(mistake))).cloned().collect();
            if shared.is_empty() { vec![Mistake::new(path, Wrong::NoForm)] } else { shared }
        }
        [] => vec![Mistake::new(path, Wrong::NoForm)],
        [..] => meant.swap_remove(0),
    }
}

/// Another type than any form has: all of theirs together.
fn one_type(forms: Vec<Vec<Mistake>>) -> Vec<Mistake> {
    let mut one: Option<Mistake> = None;
    for mistake in forms.into_iter().flatten() {
        match (one.as_mut().map(|one| &mut one.wrong), mistake.wrong) {
            (None, wrong @ Wrong::Type { .. }) => one = Some(Mistake { path: mistake.path, wrong }),
            (Some(Wrong::Type { wanted, .. }), Wrong::Type { wanted: more, .. }) => {
                let new: Vec<_> = more.into_iter().filter(|type_| !wanted.contains(type_)).collect();
                wanted.extend(new);
            }
            _ => {}
        }
    }
    one.into_iter().collect()
}

/// A word that names none of the forms, with all that would.
fn one_word(path: &str, forms: &[Vec<Mistake>]) -> Option<Mistake> {
    let words: Vec<_> =
        forms.iter().filter_map(|form| form.iter().find(|mistake| mistake.told_apart_by(path).is_some())).collect();
    let first = *words.first()?;
    if words.iter().any(|word| word.path != first.path) {
        return None;
    }
    let mut allowed: Vec<String> = Vec::new();
    for word in words.iter().filter_map(|mistake| mistake.told_apart_by(path)).flatten() {
        if !allowed.contains(word) {
            allowed.push(word.clone());
        }
    }
    let Wrong::Word { written, .. } = &first.wrong else { return None };
    Some(Mistake { path: first.path.clone(), wrong: Wrong::Word { written: written.clone(), allowed } })
}

/// All that is to be told, each mistake once: of what both the schema and the reader refuse, what says more.
pub(super) fn told(mistakes: Vec<Mistake>, unread: Option<Refusal>) -> Vec<Refusal> {
    let unread: Vec<Refusal> = unread.into_iter().flat_map(Refusal::each).collect();
    let is_told_better = |mistake: &Mistake| {
        let is_vague = matches!(mistake.wrong, Wrong::NoForm);
        unread.iter().any(|refusal| {
            let is_same = refusal.path == mistake.path;
            // The reader knows the names in the order of the source.
            is_same && (is_vague || !refusal.allowed.is_empty()) || is_vague && is_beneath(&refusal.path, &mistake.path)
        })
    };
    let kept: Vec<_> = mistakes.into_iter().filter(|mistake| !is_told_better(mistake)).collect();
    // What the reader says of something larger, it says because of a mistake within.
    let is_news = |refusal: &Refusal| {
        !kept.iter().any(|mistake| mistake.path == refusal.path || is_beneath(&mistake.path, &refusal.path))
    };
    let news: Vec<_> = unread.iter().filter(|refusal| is_news(refusal)).cloned().collect();
    kept.into_iter().map(Mistake::refusal).chain(news).take(MOST).collect()
}

fn is_beneath(path: &str, outer: &str) -> bool {
    let rest = path.strip_prefix(outer);
    rest.is_some_and(|rest| !rest.is_empty() && (outer.is_empty() || rest.starts_with(['.', '['])))
}
