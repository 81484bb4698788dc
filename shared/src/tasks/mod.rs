//! The tasks that ship, one file each, and the generated index.
