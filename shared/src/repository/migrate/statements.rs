//! Cuts a file of SQL into its statements, so that each is sent alone and its line is known when it fails. The build
//! script counts with it too.

/// One statement of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Statement<'a> {
    /// The line it begins at, counted from one.
    pub(crate) line: usize,
    /// Its text, without the comments before it and the semicolon behind it.
    pub(crate) text: &'a str,
}

/// The statements of a file, as psql cuts them. The `begin atomic` bodies of PostgreSQL 14 are not understood; quote them.
pub(crate) fn statements(sql: &str) -> Vec<Statement<'_>> {
    let mut statements = Vec::new();
    let mut begin = None;
    let mut at = 0;
    while at < sql.len() {
        let (kind, length) = token(&sql[at..]);
        match kind {
            Token::Blank => {}
            Token::Text => _ = begin.get_or_insert(at),
            Token::End => statements.extend(begin.take().map(|begin| statement(sql, begin, at))),
        }
        at += length;
    }
    statements.extend(begin.map(|begin| statement(sql, begin, at)));
    statements
}

fn statement(sql: &str, begin: usize, end: usize) -> Statement<'_> {
    Statement { line: 1 + sql[..begin].matches('\n').count(), text: sql[begin..end].trim_end() }
}

enum Token {
    /// White space or a comment: begins no statement.
    Blank,
    /// A word, a sign, or something quoted.
    Text,
    /// The end of a statement.
    End,
}

/// What the rest begins with, and its length in bytes.
fn token(rest: &str) -> (Token, usize) {
    let word = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$'))).unwrap_or(rest.len());
    let first = rest.chars().next().unwrap_or_default();
    match first {
        c if c.is_whitespace() => (Token::Blank, c.len_utf8()),
        '-' if rest.starts_with("--") => (Token::Blank, through(rest, 2, "\n")),
        '/' if rest.starts_with("/*") => (Token::Blank, block_comment(rest)),
        ';' => (Token::End, 1),
        '\'' => (Token::Text, through(rest, 1, "'")),
        '"' => (Token::Text, through(rest, 1, "\"")),
        '$' => (Token::Text, dollar_quoted(rest).unwrap_or(1)),
        'e' | 'E' if word == 1 && rest[1..].starts_with('\'') => (Token::Text, escaped(rest)),
        c => (Token::Text, word.max(c.len_utf8())),
    }
}

/// Up to and with the next `end`, or to the very end; a doubled quote then simply begins the next token.
fn through(rest: &str, from: usize, end: &str) -> usize {
    rest[from..].find(end).map_or(rest.len(), |found| from + found + end.len())
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (1, 2);
    while depth > 0 && at < rest.len() {
        let inner = &rest.as_bytes()[at..];
        let (change, length) = match inner {
            [b'/', b'*', ..] => (1, 2),
            [b'*', b'/', ..] => (-1, 2),
            _ => (0, 1),
        };
        depth += change;
        at += length;
    }
    at
}

/// `$tag$ … $tag$`; `None` for `$1`.
fn dollar_quoted(rest: &str) -> Option<usize> {
    let tag = 2 + rest[1..].find('$')?;
    let name = &rest[1..tag - 1];
    let is_tag =
        !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_tag.then(|| through(rest, tag, &rest[..tag]))
}

/// `E'…'`, in which a backslash takes the next character with it.
fn escaped(rest: &str) -> usize {
    let mut bytes = rest.bytes().enumerate().skip(2);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => _ = bytes.next(),
            b'\'' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}
