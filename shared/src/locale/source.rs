//! Reads one language's Fluent sources by the house's rules. The build script holds `locales/` against them, and
//! [`extend`](super::extend) what a program adds at its start.
//!
//! The rules keep rendering free of failures: no attributes, no functions, no references between messages (a sentence
//! inside a sentence is an argument, a word that recurs is a `-term`), and terms that need nothing from outside.

use std::collections::{BTreeMap, BTreeSet, btree_map};
use std::fmt;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Resource, Variant, VariantKey};
use fluent_syntax::{parser, serializer};

/// The bundle stops with a broken sentence at more than this many placeables, all variants counted.
const MOST_PLACEABLES: usize = 100;

/// The forms languages have for numbers, <https://cldr.unicode.org/index/cldr-spec/plural-rules>. A number that fits none
/// of those written is said in the default one, which holds for all numbers only if it is `other`.
const PLURAL_FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// What is wrong with a source, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The file as a person would open it: `locales/pl/cron.ftl`.
    pub(crate) file: String,
    /// Counted from one; `None` where something is missing rather than wrong.
    pub(crate) line: Option<usize>,
    /// The message or `-term` concerned; `None` for a syntax error outside any.
    pub(crate) id: Option<String>,
    /// What is wrong, lower case, without a full stop.
    pub(crate) what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(id) = &self.id {
            write!(f, ": {id}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// A message that may be rendered once its arguments are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// The key, unique within a language.
    pub(crate) id: String,
    /// The file it stands in.
    pub(crate) file: String,
    /// Its line there, counted from one.
    pub(crate) line: usize,
    /// Names of the arguments it uses, without the `$`.
    pub(crate) arguments: BTreeSet<String>,
    /// The message as Fluent writes it, `id = …`.
    pub(crate) text: String,
}

impl Sentence {
    /// Says what is wrong with this message.
    pub(crate) fn problem(&self, what: impl Into<String>) -> Problem {
        Problem { file: self.file.clone(), line: Some(self.line), id: Some(self.id.clone()), what: what.into() }
    }
}

/// Reads all sources of one language, given as file and text.
///
/// # Errors
///
/// All problems of all files, in reading order.
pub(crate) fn read<'s>(sources: impl IntoIterator<Item = (&'s str, &'s str)>) -> Result<Vec<Sentence>, Vec<Problem>> {
    let mut reader = Reader::default();
    for (file, text) in sources {
        reader.file(file, text);
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    sentences: Vec<Sentence>,
    terms: BTreeSet<String>,
    uses_of_terms: Vec<(String, Problem)>,
    /// Name of every message and term, for the bundle keeps both in one table, and where it stands.
    places: BTreeMap<String, String>,
    problems: Vec<Problem>,
}

impl Reader {
    fn file(&mut self, file: &str, text: &str) {
        let resource = parser::parse_runtime(text).unwrap_or_else(|(resource, errors)| {
            self.problems.extend(errors.iter().map(|error| Problem {
                file: file.to_owned(),
                line: Some(line_at(text, error.pos.start)),
                id: None,
                what: error.kind.to_string(),
            }));
            resource
        });
        let mut lines = text.lines().zip(1..);
        for entry in resource.body {
            let (name, id, pattern, attributes) = match &entry {
                Entry::Message(message) => {
                    let name = message.id.name;
                    (name, name.to_owned(), message.value.as_ref(), &message.attributes)
                }
                Entry::Term(term) => {
                    let name = term.id.name;
                    (name, format!("-{name}"), Some(&term.value), &term.attributes)
                }
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) | Entry::Junk { .. } => continue,
            };
            let uses = Uses::of(pattern);
            let line = lines.by_ref().find(|(line, _)| defines(line, &id));
            let mut sentence = Sentence {
                file: file.to_owned(),
                line: line.map_or(1, |(_, number)| number),
                arguments: uses.arguments,
                text: String::new(),
                id,
            };
            let mut refuse = |what: String| self.problems.push(sentence.problem(what));
            if !attributes.is_empty() {
                refuse("has an attribute; make it a message of its own".to_owned());
            }
            if uses.placeables > MOST_PLACEABLES {
                refuse(format!("has more than {MOST_PLACEABLES} placeables"));
            }
            for what in uses.refused {
                refuse(what.to_owned());
            }
            let place = format!("{file}:{}", sentence.line);
            match self.places.entry(name.to_owned()) {
                btree_map::Entry::Vacant(free) => _ = free.insert(place),
                btree_map::Entry::Occupied(taken) => refuse(format!("is already defined at {}", taken.get())),
            }
            match entry {
                Entry::Term(_) => {
                    if !uses.terms.is_empty() || uses.prints_argument {
                        refuse("is a term, which may print neither arguments nor other terms".to_owned());
                    }
                    self.terms.insert(sentence.id);
                }
                message => {
                    for term in uses.terms {
                        let problem = sentence.problem(format!("uses {term}, which is not defined"));
                        self.uses_of_terms.push((term, problem));
                    }
                    let text = serializer::serialize(&Resource { body: vec![message] });
                    sentence.text = text.trim_end().to_owned();
                    self.sentences.push(sentence);
                }
            }
        }
    }

    fn finish(mut self) -> Result<Vec<Sentence>, Vec<Problem>> {
        let undefined = self.uses_of_terms.into_iter().filter(|(term, _)| !self.terms.contains(term));
        self.problems.extend(undefined.map(|(_, problem)| problem));
        if self.problems.is_empty() { Ok(self.sentences) } else { Err(self.problems) }
    }
}

/// What a pattern asks for, its variants included.
#[derive(Default)]
struct Uses {
    arguments: BTreeSet<String>,
    prints_argument: bool,
    terms: BTreeSet<String>,
    placeables: usize,
    refused: BTreeSet<&'static str>,
}

impl Uses {
    fn of(pattern: Option<&Pattern<&str>>) -> Self {
        let mut uses = Self::default();
        match pattern {
            Some(pattern) => uses.pattern(pattern),
            None => _ = uses.refused.insert("has no text"),
        }
        uses
    }

    fn pattern(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { .. } => {}
                PatternElement::Placeable { expression } => self.expression(expression),
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        self.placeables += 1;
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                match selector {
                    InlineExpression::VariableReference { id } => _ = self.arguments.insert(id.name.to_owned()),
                    _ => _ = self.refused.insert("selects by something that is not an argument"),
                }
                let is_plural = |variant: &Variant<&str>| PLURAL_FORMS.contains(&name(variant));
                if variants.iter().any(is_plural) && variants.iter().any(|it| it.default && name(it) != "other") {
                    self.refused.insert("tells plural forms apart, and its default is not [other]");
                }
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
            InlineExpression::Placeable { expression } => self.expression(expression),
            InlineExpression::VariableReference { id } => {
                self.prints_argument = true;
                self.arguments.insert(id.name.to_owned());
            }
            InlineExpression::TermReference { id, arguments, .. } => {
                self.terms.insert(format!("-{}", id.name));
                // Named ones are literals; Fluent ignores these, but stumbles over a `$name` in them.
                if arguments.as_ref().is_some_and(|arguments| !arguments.positional.is_empty()) {
                    self.refused.insert("passes a term an argument without a name");
                }
            }
            InlineExpression::MessageReference { .. } => {
                self.refused.insert("refers to another message; use an argument or a -term");
            }
            InlineExpression::FunctionReference { .. } => {
                self.refused.insert("calls a function; numbers are printed plainly");
            }
        }
    }
}

/// What a variant is called.
fn name<'s>(variant: &Variant<&'s str>) -> &'s str {
    match variant.key {
        VariantKey::Identifier { name } => name,
        VariantKey::NumberLiteral { value } => value,
    }
}

/// Whether a line begins the entry: patterns that go on are always indented.
fn defines(line: &str, id: &str) -> bool {
    line.strip_prefix(id).is_some_and(|rest| rest.trim_start().starts_with('='))
}

fn line_at(text: &str, position: usize) -> usize {
    text.bytes().take(position).filter(|byte| *byte == b'\n').count() + 1
}
