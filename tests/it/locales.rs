//! No sentence outlives its use: every message in `locales/en` is said somewhere. And none is left in English elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use downbeat::locale::Locale;

use crate::support::{World, registry};
use crate::types::types;

/// Ids that are put together at run time, of what there is now: words, tasks, commands and their arguments.
async fn put_together() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let words = types(&World::new().await, "en").await["enums"].take();
    for word in words.as_object().into_iter().flatten().filter_map(|(_, words)| words.as_array()).flatten() {
        let id = word["key"].as_str().expect("a key").replace(['.', '_'], "-");
        ids.extend([format!("{id}-about"), id]);
    }
    for task in registry(downbeat::tasks::registry()).all_tasks() {
        ids.extend(["title", "description"].map(|text| format!("task-{}-{text}", task.name())));
    }
    explained(&worker::command(Locale::ENGLISH), "worker", &mut ids);
    ids
}

/// The sentences of a command and those beneath it. An argument that has one of its own asks for no other.
fn explained(command: &clap::Command, path: &str, ids: &mut BTreeSet<String>) {
    ids.insert(format!("cli-about-{path}"));
    for argument in command.get_arguments() {
        let id = argument.get_id().as_str().replace('_', "-");
        let own = format!("cli-arg-{path}-{id}");
        let has_own = Locale::ENGLISH.lookup(&own).is_some();
        ids.insert(if has_own { own } else { format!("cli-arg-{id}") });
    }
    for sub in command.get_subcommands() {
        let name = sub.get_name();
        explained(sub, &if path == "worker" { name.to_owned() } else { format!("{path}-{name}") }, ids);
    }
}

#[tokio::test]
async fn every_message_is_used() -> io::Result<()> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let roots = ["shared/src", "worker/src", "api", "vercel"].map(|root| workspace.join(root));
    let unused = unused_messages(&workspace.join("shared/locales/en"), &roots, &put_together().await)?;
    assert!(
        unused.is_empty(),
        "messages used nowhere; say them or delete them in every language:\n{}",
        unused.join("\n")
    );
    Ok(())
}

#[tokio::test]
async fn an_id_is_put_together_of_what_there_is_and_of_nothing_else() {
    let ids = put_together().await;
    for id in [
        "cli-about-worker",
        "cli-about-cron-run",
        "cli-arg-json",
        "cli-arg-cron-set-priority",
        "task-prune-history-title",
        "tasks-status-failed",
        "tasks-status-failed-about",
        "tasks-check-status-ok",
    ] {
        assert!(ids.contains(id), "{id}");
    }
    for id in [
        "cli-about-cron-rnu",
        "cli-arg-cron-run-priority",
        // Each command that takes it has a sentence of its own.
        "cli-arg-id",
        "task-prune-histories-title",
        "tasks-status-gone",
        "tasks-statuses-failed",
    ] {
        assert!(!ids.contains(id), "{id}");
    }
}

#[test]
fn a_message_without_a_call_is_found() -> io::Result<()> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("unused-messages");
    let (locales, code) = (root.join("locales"), root.join("src/http"));
    fs::create_dir_all(&locales)?;
    fs::create_dir_all(&code)?;
    let source = "called = A\nnever-called = B\n    goes = on\nmapped = C\ncalled-more = D\nlabel-low = E\nlabel-gone = F\n-term = G\n";
    fs::write(locales.join("some.ftl"), source)?;
    fs::write(code.join("some.rs"), "let text = msg::called(1); items.map(msg::mapped); msg::called_more_often()")?;

    let unused = unused_messages(&locales, &[root.join("src")], &["label-low".to_owned()].into())?;

    assert_eq!(unused, ["some.ftl: never-called", "some.ftl: called-more", "some.ftl: label-gone"]);
    Ok(())
}

/// Ids, each after its file, of the messages in a language's folder that no `.rs` file under the roots names.
///
/// Named is a message whose function appears as `msg::name`, or whose id is put together at run time.
///
/// # Errors
///
/// Whatever keeps a folder or a file from being read.
fn unused_messages(
    language: &Path,
    roots: &[impl AsRef<Path>],
    put_together: &BTreeSet<String>,
) -> io::Result<Vec<String>> {
    let mut called = BTreeSet::new();
    for root in roots {
        collect_calls(root.as_ref(), &mut called)?;
    }
    let mut unused = Vec::new();
    for file in sorted(language)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        for id in ids(&fs::read_to_string(&file)?) {
            if !put_together.contains(id) && !called.contains(&id.replace('-', "_")) {
                unused.push(format!("{name}: {id}"));
            }
        }
    }
    Ok(unused)
}

/// Names behind every `msg::` in the folder's Rust files; what only a test says does not count.
fn collect_calls(folder: &Path, called: &mut BTreeSet<String>) -> io::Result<()> {
    for path in sorted(folder)?.into_iter().filter(|path| path.file_stem().is_none_or(|stem| stem != "tests")) {
        if path.is_dir() {
            collect_calls(&path, called)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)?;
            called.extend(text.split("msg::").skip(1).map(|rest| {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                rest[..end.unwrap_or(rest.len())].to_owned()
            }));
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            // What a statement stores is told when it is read.
            let text = fs::read_to_string(&path)?;
            let words = text.split(['\'', '"']).filter(|word| word.starts_with("error-"));
            called.extend(words.map(|id| id.replace('-', "_")));
        }
    }
    Ok(())
}

/// A message begins at the start of a line; what goes on is indented, terms begin with a hyphen, comments with `#`.
fn ids(source: &str) -> impl Iterator<Item = &str> {
    source
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()))
        .filter_map(|line| line.split_once('='))
        .map(|(id, _)| id.trim_end())
}

fn sorted(folder: &Path) -> io::Result<Vec<std::path::PathBuf>> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

#[test]
fn no_source_lists_the_languages() -> io::Result<()> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let languages = sorted(&workspace.join("shared/locales"))?;
    let tags: Vec<_> = languages.iter().filter_map(|folder| folder.file_name()?.to_str()).collect();
    assert!(tags.len() > 2, "{tags:?}");
    let mut listing = Vec::new();
    for root in ["shared/src", "shared/build", "worker/src", "api", "vercel"] {
        languages_in(&workspace.join(root), &tags, &mut listing)?;
    }
    assert!(listing.is_empty(), "a language is a folder and nothing else, but these name one:\n{}", listing.join("\n"));
    Ok(())
}

#[test]
fn a_source_that_lists_the_languages_is_found() -> io::Result<()> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("languages-in-sources");
    fs::create_dir_all(&root)?;
    fs::write(root.join("one.rs"), "const ALL: [&str; 2] = [\"en\",\n    \"tlh\"];\n")?;
    fs::write(root.join("two.rs"), "fn said() {}\n#[cfg(test)]\nmod tests { const ONE: &str = \"tlh\"; }\n")?;

    let mut listing = Vec::new();
    languages_in(&root, &["en", "tlh"], &mut listing)?;

    assert_eq!(listing, ["one.rs: tlh"]);
    Ok(())
}

/// Where code that is no test names a language other than English, which is the one all others are held against.
fn languages_in(folder: &Path, tags: &[&str], found: &mut Vec<String>) -> io::Result<()> {
    for path in sorted(folder)?.into_iter().filter(|path| path.file_stem().is_none_or(|stem| stem != "tests")) {
        if path.is_dir() {
            languages_in(&path, tags, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)?;
            let code = text.split("\nmod tests {").next().unwrap_or_default();
            let file = path.file_name().unwrap_or_default().display();
            let named = tags.iter().filter(|tag| **tag != "en" && code.contains(&format!("\"{tag}\"")));
            found.extend(named.map(|tag| format!("{file}: {tag}")));
        }
    }
    Ok(())
}

/// Messages that consist of more than one word and yet are the same in another language.
const SAME_EVERYWHERE: &[&str] = &[
    // "in 5 min" is German too.
    "cli-until-minutes",
];

#[test]
fn every_sentence_is_translated() -> io::Result<()> {
    let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/locales");
    let untranslated = untranslated_messages(&locales, SAME_EVERYWHERE)?;
    assert!(untranslated.is_empty(), "messages that say the same as the English ones:\n{}", untranslated.join("\n"));
    Ok(())
}

#[test]
fn a_sentence_left_in_english_is_found() -> io::Result<()> {
    let locales = Path::new(env!("CARGO_TARGET_TMPDIR")).join("untranslated-messages");
    let english = "\
        word = Status\nunits = { $count } ms\nsentence = It runs now\nlong =\n    { $n ->\n        [one] One of them\n       \
        *[other] { $n } of them\n    }\nallowed = Cron Task\ntranslated = See { $url }, please\n";
    let german = english.replace("See { $url }, please", "Siehe bitte { $url }").replace("    ", "  ");
    for (language, source) in [("en", english), ("de", &german)] {
        fs::create_dir_all(locales.join(language))?;
        fs::write(locales.join(language).join("some.ftl"), source)?;
    }
    assert_eq!(untranslated_messages(&locales, &["allowed"])?, ["de/some.ftl: sentence", "de/some.ftl: long"]);
    Ok(())
}

/// Messages of other languages whose text of more than one word is the English one, however it is indented.
///
/// # Errors
///
/// Whatever keeps a folder or a file from being read.
fn untranslated_messages(locales: &Path, allowed: &[&str]) -> io::Result<Vec<String>> {
    let mut untranslated = Vec::new();
    for language in sorted(locales)?.into_iter().filter(|path| path.is_dir() && !path.ends_with("en")) {
        for file in sorted(&language)? {
            let name = file.file_name().unwrap_or_default();
            let english: BTreeMap<_, _> =
                messages(&fs::read_to_string(locales.join("en").join(name))?).into_iter().collect();
            for (id, text) in messages(&fs::read_to_string(&file)?) {
                let same = english.get(&id).is_some_and(|english| *english == text);
                if same && words(&text) > 1 && !allowed.contains(&id.as_str()) {
                    let language = language.file_name().unwrap_or_default().display();
                    untranslated.push(format!("{language}/{}: {id}", name.display()));
                }
            }
        }
    }
    Ok(untranslated)
}

/// The messages of a file with their texts, lines joined and spaces evened.
fn messages(source: &str) -> Vec<(String, String)> {
    let mut messages: Vec<(String, String)> = Vec::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        let (id, text) = if line.starts_with(char::is_whitespace) {
            (None, line)
        } else {
            line.split_once('=').map_or((None, line), |(id, text)| (Some(id.trim_end()), text))
        };
        if let Some(id) = id {
            messages.push((id.to_owned(), String::new()));
        }
        if let Some((_, whole)) = messages.last_mut() {
            for word in text.split_whitespace() {
                whole.push_str(word);
                whole.push(' ');
            }
        }
    }
    messages
}

/// How many words a person reads: not those of placeables, nor the names of variants.
fn words(text: &str) -> usize {
    let mut rest = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '[' => while chars.next_if(|c| *c != ']').is_some() {},
            // A variable, a function, a term, or the beginning of a choice, whose variants are text again.
            '{' => while chars.next_if(|c| !matches!(c, '}' | '>')).is_some() {},
            _ => rest.push(c),
        }
    }
    let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() > 1;
    rest.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(is_word).count()
}
