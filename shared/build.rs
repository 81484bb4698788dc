//! Turns `locales/` into the table of languages and the module `msg`; a language that lacks something fails the build.

use std::path::Path;
use std::{env, fs, io};

use messages::Source;

#[path = "build/messages.rs"]
mod messages;
#[path = "src/locale/source.rs"]
mod source;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=locales");
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    match messages::generate(&sources(Path::new("locales"))?) {
        Ok(code) => fs::write(Path::new(&out).join("messages.rs"), code),
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
