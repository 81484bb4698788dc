//! `worker new project`: a workspace of one's own, as `examples/starter` is.

use std::path::{Path, PathBuf, absolute};
use std::{fs, io};

use downbeat::locale::{Locale, msg};
use serde::Serialize;

use super::{is_keyword, write};
use crate::cli::NewProject;
use crate::failure::Failure;
use crate::generate::unusable;
use crate::view::{Page, Tone};

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        [$(($path, include_str!(concat!("../../../examples/starter/", $path)))),*]
    };
}

/// Every file of `examples/starter`; a test sees that none is missing.
const FILES: [(&str, &str); 13] = files![
    ".gitignore",
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "api/pulse.rs",
    "public/robots.txt",
    "src/bin/worker.rs",
    "src/lib.rs",
    "src/tasks/greeting.rs",
    "src/tasks/index.rs",
    "src/tasks/sign_of_life.rs",
    "tests/tasks.rs",
    "vercel.json",
];
/// What the example is called, where it is named.
const NAMED: [(&str, &str); 3] =
    [("Cargo.toml", "name = \"starter\""), ("Cargo.lock", "name = \"starter\""), ("README.md", "# starter\n")];
/// The folders of the crates it depends on, as it names them.
const CRATES: [&str; 3] = ["shared", "vercel", "worker"];

/// What was written.
#[derive(Debug, Serialize)]
pub(crate) struct Written {
    name: String,
    folder: PathBuf,
    files: Vec<&'static str>,
}

/// Where the project finds our crates.
enum Source {
    Git(String),
    Checkout(PathBuf),
}

/// Writes a project into a folder that is empty, or not there yet.
pub(crate) fn new_project(options: &NewProject, locale: Locale) -> Result<Written, Failure> {
    let folder = &options.folder;
    let whole = absolute(folder).map_err(|error| unusable(folder, &error, locale))?;
    let source = Source::of(options, locale)?;
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Ok(false) => {
            let message = locale.render(&msg::new_folder_in_use(folder.display().to_string()));
            return Err(Failure::new("conflict", "folder_in_use", message));
        }
        Err(error) => return Err(unusable(folder, &error, locale)),
    }
    let name = package(whole.components().next_back().map(|last| last.as_os_str().to_string_lossy()).as_deref());
    for (path, text) in FILES {
        let file = folder.join(path);
        let made = file.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| write(&file, &own(path, text, &name, &source)))
            .map_err(|error| unusable(&file, &error, locale))?;
    }
    Ok(Written { name, folder: folder.clone(), files: FILES.map(|(path, _)| path).to_vec() })
}

/// What was done, and what comes next.
pub(crate) fn view(page: &Page, written: &Written) -> String {
    let folder = written.folder.display().to_string();
    let done = page.say(&msg::new_project_written(folder.as_str(), written.name.as_str()));
    let files = written.files.iter().map(|file| format!("  {file}"));
    let next = [format!("cd {folder}"), "cargo test".to_owned(), "cargo run -- dev".to_owned()];
    let next = next.into_iter().map(|line| format!("  {line}"));
    let lines = std::iter::once(Tone::Good.paint(&done, page.colours)).chain(files);
    lines.chain([page.say(&msg::new_next())]).chain(next).collect::<Vec<_>>().join("\n")
}

impl Source {
    fn of(options: &NewProject, locale: Locale) -> Result<Self, Failure> {
        if let Some(url) = &options.git {
            return Ok(Self::Git(url.clone()));
        }
        let refused = |message| Failure::new("validation_failed", "no_checkout", locale.render(&message));
        let checkout = match &options.path {
            Some(path) => path.clone(),
            None => {
                let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("/"));
                // Cargo notes in a checkout of its own that it is whole. It removes such a one when it likes to.
                if !built_from.is_dir() || built_from.join(".cargo-ok").exists() {
                    return Err(refused(msg::new_source_unknown()));
                }
                built_from.to_owned()
            }
        };
        // As cargo reads it from the project, wherever this was typed.
        let whole = absolute(&checkout).map_err(|error| unusable(&checkout, &error, locale))?;
        match CRATES.iter().map(|name| whole.join(name).join("Cargo.toml")).find(|manifest| !manifest.is_file()) {
            Some(lacking) => Err(refused(msg::new_no_checkout(lacking.display().to_string()))),
            None => Ok(Self::Checkout(whole)),
        }
    }

    /// What stands in the manifest for the crate in that folder of ours.
    fn of_crate(&self, folder: &str) -> String {
        let (key, place) = match self {
            Self::Git(url) => ("git", url.clone()),
            Self::Checkout(checkout) => ("path", checkout.join(folder).to_string_lossy().into_owned()),
        };
        // Quoted and escaped as TOML does it, too.
        format!("{key} = {}", serde_json::Value::from(place))
    }
}

/// A file of the example as the project has it.
fn own(path: &str, text: &str, name: &str, source: &Source) -> String {
    let mut text = text.to_owned();
    for (_, called) in NAMED.iter().filter(|(file, _)| *file == path) {
        text = text.replacen(called, &called.replace("starter", name), 1);
    }
    if path == "Cargo.toml" {
        for folder in CRATES {
            text = text.replace(&format!("path = \"../../{folder}\""), &source.of_crate(folder));
        }
    }
    text
}

/// What the package is called: as its folder, as far as cargo takes that.
fn package(folder: Option<&str>) -> String {
    let letters = folder.unwrap_or_default().to_lowercase();
    let allowed = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    let name: String = letters.chars().map(allowed).collect();
    let name = name.trim_matches(['-', '_']);
    let dependencies = FILES.iter().filter(|(path, _)| *path == "Cargo.toml").flat_map(|(_, text)| text.lines());
    let is_dependency = dependencies.filter_map(|line| line.split_once(" = ")).any(|(key, _)| key == name);
    match name.chars().next() {
        None => "my-tasks".to_owned(),
        Some(first) if !first.is_ascii_alphabetic() || is_dependency || is_keyword(name) => format!("my-{name}"),
        Some(_) => name.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// What lies in a folder, by its path in it; nothing that builds leave behind.
    fn files(folder: &Path) -> BTreeMap<String, String> {
        fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let name = path.strip_prefix(root).expect("beneath it").to_string_lossy().into_owned();
                if ["target", ".downbeat", ".vercel"].contains(&name.as_str()) {
                    continue;
                } else if path.is_dir() {
                    collect(root, &path, found);
                } else {
                    found.insert(name, fs::read_to_string(&path).expect("text"));
                }
            }
        }
        let mut found = BTreeMap::new();
        collect(folder, folder, &mut found);
        found
    }

    fn checkout() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it lies in a checkout")
    }

    fn temporary(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("downbeat-project-{}-{name}", std::process::id()))
    }

    #[test]
    fn a_new_project_is_the_example_but_for_where_its_dependencies_lie() {
        let root = temporary("same");
        let folder = root.join("starter");
        let options = NewProject { folder: folder.clone(), git: None, path: None };
        new_project(&options, Locale::ENGLISH).expect("a project");

        let mut expected = files(&checkout().join("examples/starter"));
        let manifest = expected.get_mut("Cargo.toml").expect("a manifest");
        *manifest = manifest.replace("../..", &checkout().to_string_lossy());
        let written = files(&folder);
        assert_eq!(written.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        assert_eq!(written, expected);

        let again = new_project(&options, Locale::ENGLISH).expect_err("nothing is overwritten");
        assert_eq!(again.exit(), crate::Exit::Failed);
        assert_eq!(files(&folder), expected);
        fs::remove_dir_all(root).expect("ours to remove");
    }

    #[test]
    fn a_project_of_another_name_that_takes_us_from_git_says_so() {
        let root = temporary("git");
        let url = "https://git.example.org/downbeat.git".to_owned();
        let options = NewProject { folder: root.join("My Billing"), git: Some(url), path: None };
        assert_eq!(new_project(&options, Locale::ENGLISH).expect("a project").name, "my-billing");
        let written = files(&options.folder);
        let manifest = &written["Cargo.toml"];
        assert!(manifest.starts_with("[package]\nname = \"my-billing\"\n"), "{manifest}");
        assert_eq!(manifest.matches("git = \"https://git.example.org/downbeat.git\"").count(), 3, "{manifest}");
        assert!(!manifest.contains("path = \"../") && written["README.md"].starts_with("# my-billing\n"));
        assert!(written["Cargo.lock"].contains("name = \"my-billing\"\n"));
        fs::remove_dir_all(root).expect("ours to remove");
    }

    #[test]
    fn where_our_crates_are_not_nothing_is_written() {
        let folder = temporary("nowhere");
        let options = NewProject { folder: folder.clone(), git: None, path: Some("/nowhere".into()) };
        let failure = new_project(&options, Locale::ENGLISH).expect_err("there is nothing");
        assert_eq!(failure.exit(), crate::Exit::Input);
        assert!(failure.message.contains("/nowhere/shared/Cargo.toml") && !folder.exists(), "{}", failure.message);
    }

    #[test]
    fn a_package_is_called_as_its_folder_as_far_as_cargo_takes_that() {
        for (folder, name) in [
            ("billing", "billing"),
            ("Meine Aufgaben", "meine-aufgaben"),
            ("2fa", "my-2fa"),
            ("worker", "my-worker"),
            ("serde", "my-serde"),
            ("match", "my-match"),
            ("…", "my-tasks"),
        ] {
            assert_eq!(package(Some(folder)), name);
        }
    }
}
