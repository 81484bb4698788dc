//! The programs under test. Cargo builds a package's binaries for its own tests only, so it is asked for those of others.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The program of that name: `worker`, `pulse` or `lambda`; built once a process, into the folder these tests run from.
pub(crate) fn binary(name: &str) -> PathBuf {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(build);
    let path = FOLDER.join(name);
    assert!(path.is_file(), "{} was not built", path.display());
    path
}

/// The function for Vercel: that of this workspace, or the one `DOWNBEAT_FUNCTION` names, which the platform's own builder
/// may have built.
pub(crate) fn function() -> PathBuf {
    std::env::var_os("DOWNBEAT_FUNCTION").map_or_else(|| binary("pulse"), PathBuf::from)
}

fn build() -> PathBuf {
    // <target>/<profile>/deps/it-<hash>; with --target, <target>/<triple>/<profile>/…
    let this = std::env::current_exe().expect("this program has a path");
    let folder = this.ancestors().nth(2).expect("it lies in deps").to_owned();
    let target = folder.parent().expect("the profile's folder lies in the target folder");
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--workspace", "--bins", "--profile", profile, "--target-dir"])
        .arg(target)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .status();
    assert!(built.expect("cargo runs").success(), "the programs cannot be built");
    folder
}
