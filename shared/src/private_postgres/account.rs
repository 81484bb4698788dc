//! Whom the server runs under: PostgreSQL refuses to run as root.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::error::{PrivatePostgresError, io};
use super::system;

const ROOT: u32 = 0;

/// A user of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    pub(super) fn own() -> Self {
        let (uid, gid) = system::own_ids();
        Self { uid, gid }
    }

    /// Ourselves, unless we are root: then who owns the folder already, else `postgres`, else `nobody`. Never an
    /// invented number: `initdb` wants a name for it.
    pub(super) fn to_run_in(folder: &Path) -> Result<Self, PrivatePostgresError> {
        let own = Self::own();
        if own.uid != ROOT {
            return Ok(own);
        }
        if let Ok(found) = fs::symlink_metadata(folder)
            && found.uid() != ROOT
        {
            return Ok(Self { uid: found.uid(), gid: found.gid() });
        }
        let passwd = Path::new("/etc/passwd");
        let accounts = fs::read_to_string(passwd).map_err(io(passwd))?;
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| Self::named(name, &accounts))
            .ok_or(PrivatePostgresError::AccountMissing)
    }

    /// This account, where a child has to change to it.
    pub(super) fn to_change_to(self) -> Option<Self> {
        (self != Self::own()).then_some(self)
    }

    /// Whether the account may enter the folder. Tried rather than read from mode bits, which know nothing of access
    /// lists.
    pub(super) fn reaches(self, folder: &Path) -> bool {
        let mut enter = Command::new("/bin/sh");
        enter.args(["-c", ":"]).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.to_change_to()
            .is_none_or(|account| enter.uid(account.uid).gid(account.gid).status().is_ok_and(|status| status.success()))
    }

    /// Makes the folder this account's, or sees to it that it is: a folder that somebody else put there is never used.
    pub(super) fn claim(self, folder: &Path, mode: u32) -> Result<(), PrivatePostgresError> {
        match fs::DirBuilder::new().mode(mode).create(folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(io(folder)(error)),
            Ok(()) | Err(_) => {}
        }
        let found = fs::symlink_metadata(folder).map_err(io(folder))?;
        if found.is_dir() && found.uid() == self.uid {
            return Ok(());
        }
        // Root's own folder: just made, or left by a process that was killed between making it and giving it away.
        if found.is_dir() && found.uid() == Self::own().uid {
            return chown(folder, Some(self.uid), Some(self.gid)).map_err(io(folder));
        }
        Err(PrivatePostgresError::FolderOfSomebodyElse { folder: folder.to_owned(), owner: found.uid() })
    }

    fn named(name: &str, passwd: &str) -> Option<Self> {
        passwd.lines().find_map(|line| match line.split(':').collect::<Vec<_>>()[..] {
            [found, _, uid, gid, ..] if found == name => Some(Self { uid: uid.parse().ok()?, gid: gid.parse().ok()? }),
            _ => None,
        })
    }
}
