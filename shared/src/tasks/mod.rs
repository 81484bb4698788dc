//! The tasks that ship, one file each, and the generated index.

use crate::task::{Registry, RegistryBuilder};

/// Every task that ships.
#[must_use]
pub fn registry() -> RegistryBuilder {
    Registry::builder()
}
