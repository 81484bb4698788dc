//! `worker new`: writes files to begin with. They are those of `examples/starter`, which is built and tested as it stands.
//!
//! Nothing is ever overwritten.

mod project;
mod task;

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

pub(crate) use project::{new_project, view as view_project};
pub(crate) use task::{mistake, new_task, view as view_task};

/// Writes a file that is not there yet.
fn write(file: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(file)?.write_all(text.as_bytes())
}

/// Words that name no module of ours: Rust's, and what the index uses itself.
const KEYWORDS: &str = " abstract as async await become box break const continue crate do downbeat dyn else enum extern \
    false final fn for gen if impl in index let loop macro match mod move mut override priv pub ref return self static \
    struct super trait true try type typeof unsafe unsized use virtual where while yield ";

fn is_keyword(word: &str) -> bool {
    KEYWORDS.split(' ').any(|keyword| keyword == word)
}
