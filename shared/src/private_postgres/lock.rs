//! `flock` without waiting: what is taken is `None` or `false`, never an error.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::error::{PrivatePostgresError, io};

/// A new handle to the lock file, not locked yet: locks belong to handles, not to processes.
pub(super) fn open(path: &Path) -> Result<File, PrivatePostgresError> {
    OpenOptions::new().read(true).append(true).create(true).open(path).map_err(io(path))
}

pub(super) fn try_exclusive(path: &Path) -> Result<Option<File>, PrivatePostgresError> {
    let file = open(path)?;
    Ok(turn_exclusive(&file, path)?.then_some(file))
}

pub(super) fn try_shared(path: &Path) -> Result<Option<File>, PrivatePostgresError> {
    let file = open(path)?;
    Ok(turn_shared(&file, path)?.then_some(file))
}

pub(super) fn turn_exclusive(file: &File, path: &Path) -> Result<bool, PrivatePostgresError> {
    outcome(file.try_lock(), path)
}

pub(super) fn turn_shared(file: &File, path: &Path) -> Result<bool, PrivatePostgresError> {
    outcome(file.try_lock_shared(), path)
}

fn outcome(tried: Result<(), TryLockError>, path: &Path) -> Result<bool, PrivatePostgresError> {
    match tried {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(source)) => Err(io(path)(source)),
    }
}
