//! The tasks that ship, one file each, and the generated index.
//!
//! To add one, write its file, run `worker generate`, and give it a title and a description in each language:
//! `task-<name>-title` and `task-<name>-description` in `locales/*/tasks.ftl`.

// Generated as a file of its own, so that what is written here stays.
#[path = "index.rs"]
mod index;

pub use index::*;
