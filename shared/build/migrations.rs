//! Checks the files of `migrations/` and writes the table of them. Run by `build.rs`; tested by the library.

use super::statements::statements;

/// The first line of a migration that runs outside a transaction.
const NO_TRANSACTION: &str = "-- downbeat: no-transaction";

/// First words of statements that are not a migration's business.
const TRANSACTION_WORDS: [&str; 8] = ["begin", "start", "commit", "end", "rollback", "abort", "savepoint", "prepare"];

/// Checks all files, given sorted as name and text, and returns the Rust text of the table.
///
/// # Errors
///
/// Everything that is wrong with any of them, so that one build tells all.
pub(crate) fn generate(files: &[(String, String)]) -> Result<String, Vec<String>> {
    let mut problems = Vec::new();
    let mut table = String::from("&[\n");
    for ((file, text), expected) in files.iter().zip(1..) {
        // A checkout with other line ends is the same migration.
        let text = text.replace("\r\n", "\n");
        let mut refuse = |what: String| problems.push(format!("migrations/{file}: {what}"));
        match parts(file) {
            Some((version, name)) => {
                if version != expected {
                    refuse(format!("is number {version}, but {expected} comes next"));
                }
                table += &format!("    Migration {{ version: {version}, name: {name:?}, sql: {text:?} }},\n");
            }
            None => refuse("is not named NNNN_verb_noun.sql, in lower case".to_owned()),
        }
        wrongs(&text).into_iter().for_each(refuse);
    }
    table.push_str("]\n");
    if problems.is_empty() { Ok(table) } else { Err(problems) }
}

/// The number and the name in `0001_create_tasks.sql`.
fn parts(file: &str) -> Option<(i32, &str)> {
    let (number, name) = file.strip_suffix(".sql")?.split_once('_')?;
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let is_number = number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = name.contains('_') && name.split('_').all(is_word);
    (is_number && is_name).then(|| number.parse().ok().map(|number| (number, name)))?
}

fn wrongs(text: &str) -> Vec<String> {
    let mut wrongs = Vec::new();
    let statements = statements(text);
    if !text.starts_with("--") {
        wrongs.push("does not begin with a comment that gives its reason".to_owned());
    }
    if statements.is_empty() {
        wrongs.push("holds no statement".to_owned());
    }
    for statement in &statements {
        let word = statement.text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
        if TRANSACTION_WORDS.contains(&word.as_str()) {
            wrongs.push(format!("line {}: {word} is not a migration's business", statement.line));
        }
    }
    let alone = text.lines().next().is_some_and(|line| line.trim_end() == NO_TRANSACTION);
    let lower = text.to_lowercase();
    if alone && statements.len() != 1 {
        wrongs.push(format!("runs outside a transaction, so it holds one statement, not {}", statements.len()));
    }
    if alone && !lower.contains("if not exists") && !lower.contains("if exists") {
        wrongs.push("runs outside a transaction, so it may run twice: say `if [not] exists`".to_owned());
    }
    wrongs
}
