//! Which project this is: the one whose folder the private PostgreSQL lives in.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::StartError;

/// Names, in the data folder, the folder of a database that could not be kept in it.
const ELSEWHERE: &str = "elsewhere";

/// `.downbeat` in the project: the nearest folder upward with a Cargo workspace, else the current one.
pub(super) fn data_folder() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    workspace(&here).unwrap_or(&here).join(".downbeat")
}

/// Whether a private PostgreSQL was made for this data folder, here or where [`remember`] says.
pub(super) fn has_cluster(folder: &Path) -> bool {
    clusters(folder).any(|clusters| holds_data(&clusters))
}

/// Whether a server listens there.
pub(super) fn has_running_server(folder: &Path) -> bool {
    clusters(folder).any(|clusters| UnixStream::connect(clusters.join(".s.PGSQL.5432")).is_ok())
}

/// Where the private PostgreSQL of this data folder may be.
fn clusters(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let elsewhere = fs::read_to_string(folder.join(ELSEWHERE)).ok().map(PathBuf::from);
    std::iter::once(folder.join("pg")).chain(elsewhere)
}

fn holds_data(clusters: &Path) -> bool {
    match fs::read_dir(clusters) {
        Ok(entries) => entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("data-")),
        // Closed to this user: there is something, and joining it says what is wrong.
        Err(error) => error.kind() == io::ErrorKind::PermissionDenied,
    }
}

/// Notes where the database went, if not into the data folder: root's own home is closed to the account it runs under.
pub(super) fn remember(folder: &Path, clusters: &Path) -> Result<(), StartError> {
    if holds_data(&folder.join("pg")) {
        return Ok(());
    }
    let path = folder.join(ELSEWHERE);
    fs::write(&path, clusters.as_os_str().as_encoded_bytes()).map_err(|source| StartError::Project { path, source })
}

fn workspace(here: &Path) -> Option<&Path> {
    here.ancestors().find(|folder| {
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        manifest.lines().any(|line| line.trim().starts_with("[workspace"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_belongs_to_the_workspace_above_it() {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(workspace(&package.join("src")), package.parent());
        assert_eq!(workspace(Path::new("/")), None);
    }

    #[test]
    fn a_database_is_found_in_the_folder_or_where_it_went() -> io::Result<()> {
        let root = std::env::temp_dir().join(format!("downbeat-project-{}", std::process::id()));
        let (folder, elsewhere) = (root.join("closed"), root.join("elsewhere"));
        fs::create_dir_all(&folder)?;
        fs::create_dir_all(elsewhere.join("data-16"))?;
        assert!(!has_cluster(&folder) && !has_cluster(&root.join("none")));

        remember(&folder, &elsewhere).expect("a folder of ours");
        assert!(has_cluster(&folder));

        fs::remove_dir_all(&elsewhere)?;
        assert!(!has_cluster(&folder));
        fs::create_dir_all(folder.join("pg/data-16"))?;
        assert!(has_cluster(&folder));
        fs::remove_dir_all(&root)
    }
}
