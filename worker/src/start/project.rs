//! Which project this is: the one whose folder the private PostgreSQL lives in.

use std::fs;
use std::path::{Path, PathBuf};

/// `.downbeat` in the project: the nearest folder upward with a Cargo workspace, else the current one.
pub(super) fn data_folder() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    workspace(&here).unwrap_or(&here).join(".downbeat")
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
}
