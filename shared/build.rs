//! Turns `locales/` into the table of languages and the module `msg`, and `../migrations` into the table of migrations;
//! a language that lacks something and a migration out of order fail the build.

use std::fmt::Display;
use std::path::Path;
use std::{env, fs, io};

use messages::Source;

#[path = "build/messages.rs"]
mod messages;
#[path = "build/migrations.rs"]
mod migrations;
#[path = "src/locale/source.rs"]
mod source;
#[path = "src/repository/migrate/statements.rs"]
mod statements;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=../migrations");
    write("messages.rs", messages::generate(&sources(Path::new("locales"))?))?;
    write("migrations.rs", migrations::generate(&sql_files(Path::new("../migrations"))?))
}

#[allow(clippy::disallowed_methods, reason = "cargo tells build scripts by the environment")]
fn write(file: &str, code: Result<String, Vec<impl Display>>) -> io::Result<()> {
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    match code {
        Ok(code) => fs::write(Path::new(&out).join(file), code),
        Err(problems) => {
            // Cargo prints each as an error of this package and fails the build.
            problems.iter().for_each(|problem| println!("cargo::error={problem}"));
            Ok(())
        }
    }
}

/// Every `.ftl` file of every language, sorted, for the same sources shall give the same code.
fn sources(root: &Path) -> io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for language in fs::read_dir(root)?.collect::<io::Result<Vec<_>>>()? {
        if !language.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(language.path())?.collect::<io::Result<Vec<_>>>()? {
            let path = file.path();
            if path.extension().is_some_and(|extension| extension == "ftl") {
                sources.push(Source {
                    language: language.file_name().to_string_lossy().into_owned(),
                    path: path.to_string_lossy().replace('\\', "/"),
                    text: fs::read_to_string(&path)?,
                });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

/// Every `.sql` file of a folder as name and text, sorted.
fn sql_files(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for file in fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()? {
        if file.path().extension().is_some_and(|extension| extension == "sql") {
            files.push((file.file_name().to_string_lossy().into_owned(), fs::read_to_string(file.path())?));
        }
    }
    files.sort();
    Ok(files)
}
