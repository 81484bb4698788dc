//! Compares the languages and writes the typed functions. Run by `build.rs`; tested by the library.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::source::{self, Problem, Sentence};

/// The language all others are held against.
const REFERENCE: &str = "en";

/// Words that name no Rust function or parameter.
const KEYWORDS: &str = " abstract as async await become box break const continue crate do dyn else enum extern false \
    final fn for gen if impl in let loop macro match mod move mut override priv pub ref return self static struct \
    super trait true try type typeof unsafe unsized use virtual where while yield ";

/// One file of a language.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The folder's name: `de`, `pt-BR`.
    pub(crate) language: String,
    /// The path within the package: `locales/de/cron.ftl`.
    pub(crate) path: String,
    /// What the file holds.
    pub(crate) text: String,
}

/// Checks all languages and returns the Rust text of the table and the functions.
///
/// # Errors
///
/// Everything that is wrong in any language, so that one build tells all.
pub(crate) fn generate(sources: &[Source]) -> Result<String, Vec<Problem>> {
    let mut files: BTreeMap<&str, Vec<&Source>> = BTreeMap::new();
    for source in sources {
        files.entry(&source.language).or_default().push(source);
    }
    let mut problems = Vec::new();
    let mut languages = BTreeMap::new();
    for (language, files) in &files {
        if !is_tag(language) {
            problems.push(missing(&format!("locales/{language}"), None, "is not a language tag such as de or pt-BR"));
        }
        match source::read(files.iter().map(|file| (file.path.as_str(), file.text.as_str()))) {
            Ok(sentences) => _ = languages.insert(*language, sentences),
            Err(found) => problems.extend(found),
        }
    }
    match languages.remove(REFERENCE) {
        Some(reference) => {
            problems.extend(reference.iter().flat_map(misnamed));
            for (language, sentences) in &languages {
                problems.extend(differences(language, sentences, &reference));
            }
            if problems.is_empty() { Ok(rust(&files, &reference)) } else { Err(problems) }
        }
        None if files.contains_key(REFERENCE) => Err(problems),
        None => {
            problems.push(missing("locales/en", None, "holds no messages, but English is the reference"));
            Err(problems)
        }
    }
}

fn missing(file: &str, id: Option<&str>, what: &str) -> Problem {
    Problem { file: file.to_owned(), line: None, id: id.map(str::to_owned), what: what.to_owned() }
}

/// A tag of the plain kind: a language of two or three letters, then subtags.
fn is_tag(folder: &str) -> bool {
    let mut subtags = folder.split('-');
    let language = subtags.next().unwrap_or_default();
    matches!(language.len(), 2 | 3)
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && subtags
            .all(|subtag| matches!(subtag.len(), 2..=8) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Names that cannot become Rust.
fn misnamed(sentence: &Sentence) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !is_name(&sentence.id, '-') {
        problems.push(sentence.problem("is no id: write lower-case words joined by single hyphens"));
    } else if is_keyword(&sentence.id) {
        problems.push(sentence.problem("is a Rust keyword; choose another id"));
    }
    for argument in &sentence.arguments {
        if !is_name(argument, '_') {
            problems.push(sentence.problem(format!("names an argument ${argument}: write lower_case words")));
        } else if is_keyword(argument) {
            problems.push(sentence.problem(format!("names an argument ${argument}, a Rust keyword; choose another")));
        }
    }
    problems
}

fn is_name(name: &str, joint: char) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .split(joint)
            .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&format!(" {name} "))
}

/// Where a language says less or more than English.
fn differences(language: &str, sentences: &[Sentence], reference: &[Sentence]) -> Vec<Problem> {
    let known: BTreeMap<&str, &Sentence> = reference.iter().map(|sentence| (sentence.id.as_str(), sentence)).collect();
    let present: BTreeSet<&str> = sentences.iter().map(|sentence| sentence.id.as_str()).collect();
    let mut problems = Vec::new();
    for lacking in reference.iter().filter(|sentence| !present.contains(sentence.id.as_str())) {
        let file = lacking.file.replacen(&format!("/{REFERENCE}/"), &format!("/{language}/"), 1);
        let what = format!("is missing, but stands at {}:{}", lacking.file, lacking.line);
        problems.push(missing(&file, Some(&lacking.id), &what));
    }
    for sentence in sentences {
        let Some(english) = known.get(sentence.id.as_str()) else {
            problems.push(sentence.problem("is unknown in English"));
            continue;
        };
        for argument in sentence.arguments.difference(&english.arguments) {
            problems.push(sentence.problem(format!("uses ${argument}, which the English message does not have")));
        }
        for argument in english.arguments.difference(&sentence.arguments) {
            problems.push(sentence.problem(format!("lacks ${argument}, which the English message has")));
        }
    }
    problems
}

fn rust(files: &BTreeMap<&str, Vec<&Source>>, reference: &[Sentence]) -> String {
    let mut out = format!("pub(super) static LANGUAGES: [super::Language; {}] = [\n", files.len());
    let english = files.iter().filter(|(tag, _)| **tag == REFERENCE);
    for (tag, files) in english.chain(files.iter().filter(|(tag, _)| **tag != REFERENCE)) {
        _ = writeln!(out, "    super::Language::new({tag:?}, &[");
        for file in files {
            let path = format!("/{}", file.path);
            _ = writeln!(out, "        include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?})),");
        }
        out.push_str("    ]),\n");
    }
    out.push_str("];\n\n/// One function for each message of `locales/en`; the English text is its description.\n");
    out.push_str("#[allow(clippy::too_many_arguments, reason = \"a sentence has as many as it needs\")]\n");
    out.push_str("pub mod msg {\n    use super::super::{Argument, Message};\n");
    for sentence in reference {
        out.push_str(&function(sentence));
    }
    out.push_str("}\n");
    out
}

fn function(Sentence { id, arguments, text, .. }: &Sentence) -> String {
    let name = id.replace('-', "_");
    let list = |each: fn(&str) -> String| arguments.iter().map(|name| each(name)).collect::<Vec<_>>().join(", ");
    let parameters = list(|name| format!("{name}: impl Into<Argument>"));
    let pairs = list(|name| format!("({name:?}, {name}.into())"));
    let (constant, values) =
        if arguments.is_empty() { ("const ", "Vec::new()".to_owned()) } else { ("", format!("vec![{pairs}]")) };
    let doc = match text.split_once(" = ") {
        Some((_, line)) if !line.contains(['\n', '`']) => format!("`{line}`"),
        _ => format!("```text\n{text}\n```"),
    };
    format!(
        "\n    #[doc = {doc:?}]\n    pub {constant}fn {name}({parameters}) -> Message {{\n        \
         Message::new({id:?}, {values})\n    }}\n"
    )
}
