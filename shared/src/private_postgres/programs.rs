//! Where `initdb` and `postgres` are. Debian and Fedora keep them off the PATH.

use std::cmp::Reverse;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::account::Account;
use super::error::PrivatePostgresError;

/// Folders of one version each: in this folder, all whose name begins so, the highest version first, and there in this
/// one.
const USUAL: &[(&str, &str, &str)] = &[
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/usr/libexec", "postgresql", ""),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    ("/usr/local", "pgsql", "bin"),
];

/// The server programs of one version, seen to run under the server's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Programs {
    pub(super) folder: PathBuf,
    pub(super) major: u32,
}

impl Programs {
    pub(super) fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    /// All that work, best first: those of the named folder and no others, or else what is found.
    #[allow(clippy::disallowed_methods, reason = "programs are looked for where the shell would")]
    pub(super) fn find(named: Option<&Path>, account: Account) -> Result<Vec<Self>, PrivatePostgresError> {
        if let Some(folder) = named {
            return match Self::in_folder(folder, account) {
                Some(programs) => Ok(vec![programs]),
                None => Err(PrivatePostgresError::ProgramsUnusable { folder: folder.to_owned() }),
            };
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<_> = std::env::split_paths(&path).chain(usual_folders()).collect();
        let found: Vec<_> = folders.iter().filter_map(|folder| Self::in_folder(folder, account)).collect();
        if found.is_empty() {
            let searched = [PathBuf::from("PATH")].into_iter().chain(USUAL.iter().map(pattern)).collect();
            return Err(PrivatePostgresError::ProgramsMissing { searched });
        }
        Ok(found)
    }

    fn in_folder(folder: &Path, account: Account) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        if !folder.join("initdb").exists() {
            return None;
        }
        let mut ask = Command::new(folder.join("postgres"));
        ask.arg("--version").current_dir("/").stdin(Stdio::null()).stderr(Stdio::null());
        if let Some(other) = account.to_change_to() {
            ask.uid(other.uid).gid(other.gid);
        }
        let answer = ask.output().ok()?;
        let major = major_in(&String::from_utf8_lossy(&answer.stdout))?;
        Some(Self { folder, major })
    }
}

/// Reads the major version from, for example, `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major_in(version: &str) -> Option<u32> {
    leading_number(version.split(") ").nth(1)?)
}

fn usual_folders() -> impl Iterator<Item = PathBuf> {
    USUAL.iter().flat_map(|&(parent, prefix, child)| {
        let mut versions: Vec<_> = fs::read_dir(parent)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                Some((leading_number(name.strip_prefix(prefix)?), entry.path().join(child)))
            })
            .collect();
        versions.sort_by_key(|&(version, _)| Reverse(version));
        versions.into_iter().map(|(_, folder)| folder)
    })
}

fn pattern(&(parent, prefix, child): &(&str, &str, &str)) -> PathBuf {
    Path::new(parent).join(format!("{prefix}*")).join(child)
}

fn leading_number(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major_in;

    #[test]
    fn the_major_version_is_read_from_every_form_of_answer() {
        for (answer, major) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some(15)),
            ("postgres (PostgreSQL) 18.6\n", Some(18)),
            ("postgres (PostgreSQL) 19beta2\n", Some(19)),
            ("postgres: command not found", None),
            ("", None),
        ] {
            assert_eq!(major_in(answer), major, "{answer}");
        }
    }
}
