//! Finds the tasks a file implements, by its text.

use std::iter::Peekable;
use std::str::Chars;

use downbeat::model::TaskType;

/// The types for which the file implements a task trait at its outermost level.
pub(super) fn implementations(text: &str) -> Vec<(TaskType, String)> {
    let mut found = Vec::new();
    let tokens = tokens(text);
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            "impl" if depth == 0 => found.extend(implementation(&tokens[index + 1..])),
            _ => {}
        }
    }
    found
}

/// What follows `impl`: perhaps parameters, the path of a trait, `for`, and the path of a type.
fn implementation(tokens: &[String]) -> Option<(TaskType, String)> {
    let mut rest = after_parameters(tokens)?;
    let mut name = "";
    while let [token, after @ ..] = rest {
        match token.as_str() {
            "for" => break,
            ":" => {}
            word if is_word(word) => name = word,
            _ => return None,
        }
        rest = after;
    }
    let kind = match name {
        "CronTask" => TaskType::Cron,
        "SideTask" => TaskType::Side,
        _ => return None,
    };
    let path = rest.get(1..)?.iter().take_while(|token| (is_word(token) && *token != "where") || *token == ":");
    path.filter(|token| is_word(token)).last().map(|name| (kind, name.clone()))
}

/// Past the `<…>` that may stand at the beginning.
fn after_parameters(tokens: &[String]) -> Option<&[String]> {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "<" => depth += 1,
            ">" => depth = depth.saturating_sub(1),
            _ if depth == 0 => return tokens.get(index..),
            _ => {}
        }
    }
    None
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Words and single signs, without comments, literals and white space.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '/' if rest.peek() == Some(&'/') => skip_line(&mut rest),
            '/' if rest.peek() == Some(&'*') => skip_block_comment(&mut rest),
            '"' => skip_string(&mut rest),
            '\'' => skip_character(&mut rest),
            c if c.is_whitespace() => {}
            c if c.is_alphanumeric() || c == '_' => {
                let mut word = String::from(c);
                while let Some(more) = rest.next_if(|c| c.is_alphanumeric() || *c == '_') {
                    word.push(more);
                }
                // What looks like a word may begin a raw string: r"…", br#"…"#.
                if !(matches!(word.as_str(), "r" | "br" | "cr") && skip_raw_string(&mut rest)) {
                    tokens.push(word);
                }
            }
            sign => tokens.push(sign.to_string()),
        }
    }
    tokens
}

fn skip_line(rest: &mut Peekable<Chars<'_>>) {
    while rest.next_if(|c| *c != '\n').is_some() {}
}

/// Block comments nest.
fn skip_block_comment(rest: &mut Peekable<Chars<'_>>) {
    let mut depth = 0_usize;
    let mut last = '/';
    for c in rest.by_ref() {
        match (last, c) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                last = c;
                continue;
            }
        }
        if depth == 0 {
            return;
        }
        // Neither sign belongs to another pair.
        last = ' ';
    }
}

fn skip_string(rest: &mut Peekable<Chars<'_>>) {
    while let Some(c) = rest.next() {
        match c {
            '\\' => _ = rest.next(),
            '"' => return,
            _ => {}
        }
    }
}

/// A character, or only the quote of a lifetime.
fn skip_character(rest: &mut Peekable<Chars<'_>>) {
    let mut ahead = rest.clone();
    match (ahead.next(), ahead.next()) {
        (Some('\\'), _) => {
            rest.next();
            rest.next();
            while rest.next_if(|c| *c != '\'').is_some() {}
            rest.next();
        }
        (Some(_), Some('\'')) => {
            rest.next();
            rest.next();
        }
        _ => {}
    }
}

/// Whether a raw string stood here; a raw identifier does not.
fn skip_raw_string(rest: &mut Peekable<Chars<'_>>) -> bool {
    let mut ahead = rest.clone();
    let mut hashes = 0_usize;
    while ahead.next_if_eq(&'#').is_some() {
        hashes += 1;
    }
    if ahead.next() != Some('"') {
        return false;
    }
    while let Some(c) = ahead.next() {
        if c != '"' {
            continue;
        }
        let mut closing = 0;
        while closing < hashes && ahead.next_if_eq(&'#').is_some() {
            closing += 1;
        }
        if closing == hashes {
            break;
        }
    }
    *rest = ahead;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        implementations(text).into_iter().map(|(kind, name)| format!("{kind} {name}")).collect()
    }

    #[test]
    fn implementations_are_found_however_they_are_written() {
        for (text, expected) in [
            ("impl CronTask for Prune {}", "cron Prune"),
            ("impl SideTask for Watch{ }", "side Watch"),
            ("impl downbeat::task::CronTask for super::Prune where Self: Send {}", "cron Prune"),
            ("impl<'a, T: Into<String>> CronTask for Prune<'a, T> {}", "cron Prune"),
            ("pub struct A; impl A { fn b() {} }\nimpl\nCronTask\nfor\nA {}", "cron A"),
            ("const OPEN: char = '{'; impl CronTask for A {}", "cron A"),
            (r"const TICK: char = '\''; impl CronTask for A {}", "cron A"),
            ("fn f<'a>(x: &'a str) {} impl CronTask for A {}", "cron A"),
            (r##"const T: &str = r#"{ " "#; impl CronTask for A {}"##, "cron A"),
            ("/* { /* nested */ */ impl CronTask for A {}", "cron A"),
            ("/**/ impl CronTask for A {}", "cron A"),
        ] {
            assert_eq!(found(text), [expected], "{text}");
        }
    }

    #[test]
    fn what_is_no_implementation_is_passed_over() {
        for text in [
            "",
            "impl",
            "impl CronTask",
            "impl<T",
            "// impl CronTask for A {}",
            "/* impl CronTask for A {} */",
            r#"const T: &str = "impl CronTask for A {}";"#,
            r##"const T: &str = r#"impl CronTask for A {}"#;"##,
            "mod tests { impl CronTask for Fake {} }",
            "impl Display for CronTask {}",
            "impl CronTasks for A {}",
            "fn f() -> impl CronTask { A }",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
