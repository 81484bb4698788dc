//! The tasks of this project: one file each in `src/tasks`, and the index of them that `worker generate` writes.

#[path = "tasks/index.rs"]
mod index;

pub use index::*;
