//! Answers that are printed as they are: they have readers of their own.

use serde_json::Value;

use super::Page;

/// A JSON document, laid out.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn document(_: &Page, document: Value) -> String {
    format!("{document:#}")
}

/// A text.
pub(crate) fn text(_: &Page, text: String) -> String {
    text.trim_end().to_owned()
}
