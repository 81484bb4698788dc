//! Writes the index of a folder of tasks, and the tables of `docs/api.md` where there is one ([`page`]): what the folder holds is what the program knows.
//!
//! A task is found by its `impl CronTask for …` or `impl SideTask for …` at the outermost level of its file. That is read
//! from the text, with comments and literals taken out: a generator that had to compile first could not mend a broken
//! index.

mod page;
mod scan;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use clap::Args;
use downbeat::locale::{Locale, Message, msg};
use downbeat::model::TaskType;
use serde::Serialize;

use crate::failure::Failure;
use crate::view::{Page, Tone};

/// What `worker generate` takes.
#[derive(Debug, Args)]
pub(crate) struct GenerateOptions {
    #[arg(long)]
    pub(crate) check: bool,
    #[arg(long, value_name = "FOLDER")]
    pub(crate) dir: Option<PathBuf>,
}

/// Where tasks are looked for, from the current folder upward.
const USUAL_FOLDERS: [&str; 2] = ["shared/src/tasks", "src/tasks"];
/// Files of the folder that hold no task.
const NOT_TASKS: [&str; 2] = ["mod.rs", INDEX];
const INDEX: &str = "index.rs";

/// What was written, or would not have been changed.
#[derive(Debug, Serialize)]
pub(crate) struct Generated {
    file: PathBuf,
    changed: bool,
    tasks: Vec<Found>,
    /// The page of the API's documentation, where there is one and it was not what is written there now.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<PathBuf>,
}

/// A task, and where it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Found {
    module: String,
    #[serde(rename = "type")]
    kind: TaskType,
    name: String,
}

/// Writes the index and the page, or with `--check` only says whether it is what would be written.
pub(crate) fn generate(options: &GenerateOptions, locale: Locale) -> Result<Generated, Failure> {
    let folder = folder(options.dir.as_deref(), locale)?;
    let tasks = find_tasks(&folder, locale)?;
    let file = folder.join(INDEX);
    let wanted = index(&tasks, library(&folder));
    let present = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(unusable(&file, &error, locale)),
    };
    let changed = present != wanted;
    if changed && options.check {
        let message = locale.render(&msg::cli_index_stale(file.display().to_string()));
        return Err(
            Failure::new("conflict", "index_stale", message).with_lines("difference", difference(&present, &wanted))
        );
    }
    let page = page::generate(&folder, options.check, locale)?;
    if changed {
        fs::write(&file, wanted).map_err(|error| unusable(&file, &error, locale))?;
    }
    Ok(Generated { file, changed, tasks, page })
}

/// What was done, in a line.
pub(crate) fn view(page: &Page, generated: &Generated) -> String {
    let file = generated.file.display().to_string();
    let count = msg::cli_count_tasks(generated.tasks.len());
    let (done, tone) = match generated.changed {
        true => (msg::cli_index_written(count, file), Tone::Good),
        false => (msg::cli_index_current(count, file), Tone::Plain),
    };
    let index = tone.paint(&page.say(&done), page.colours);
    let written = generated.page.iter().map(|file| page.say(&msg::cli_page_written(file.display().to_string())));
    std::iter::once(index).chain(written).collect::<Vec<_>>().join("\n")
}

/// The folder of tasks that is named, else the usual one.
pub(crate) fn folder(named: Option<&Path>, locale: Locale) -> Result<PathBuf, Failure> {
    named.map(Path::to_owned).or_else(usual_folder).ok_or_else(|| {
        let places = USUAL_FOLDERS.join(", ");
        Failure::new("validation_failed", "folder_not_found", locale.render(&msg::cli_no_task_folder(places)))
    })
}

/// Whether a file of the folder defines a task of that name.
pub(crate) fn defines(folder: &Path, name: &str, locale: Locale) -> Result<bool, Failure> {
    let definition = format!("TaskDefinition::new(\"{name}\")");
    for task in find_tasks(folder, locale)? {
        let file = folder.join(task.module).with_extension("rs");
        let text = fs::read_to_string(&file).map_err(|error| unusable(&file, &error, locale))?;
        if text.contains(&definition) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A file or folder that cannot be read or written.
pub(crate) fn unusable(path: &Path, error: &io::Error, locale: Locale) -> Failure {
    let message = msg::cli_file_unusable(path.display().to_string(), error.to_string());
    Failure::new("server_error", "file_unusable", locale.render(&message))
}

fn usual_folder() -> Option<PathBuf> {
    let current = env::current_dir().ok()?;
    let candidates = current.ancestors().flat_map(|folder| USUAL_FOLDERS.map(|usual| folder.join(usual)));
    candidates.into_iter().find(|folder| folder.join("mod.rs").is_file() || folder.join(INDEX).is_file())
}

/// Every task of the folder, by file; or all that is wrong with the files.
fn find_tasks(folder: &Path, locale: Locale) -> Result<Vec<Found>, Failure> {
    let unusable = |error: io::Error| unusable(folder, &error, locale);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unusable)? {
        let path = entry.map_err(unusable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_file() && name.ends_with(".rs") && !NOT_TASKS.contains(&name.as_str()) {
            files.push((name, path));
        }
    }
    files.sort();
    let mut tasks = Vec::new();
    let mut mistakes = Vec::new();
    for (name, path) in files {
        let text = fs::read_to_string(&path).map_err(unusable)?;
        match task_in(&name, &text) {
            Ok(task) => tasks.push(task),
            Err(mistake) => mistakes.push(locale.render(&mistake)),
        }
    }
    if mistakes.is_empty() {
        return Ok(tasks);
    }
    let message = locale.render(&msg::cli_task_files_wrong(folder.display().to_string()));
    Err(Failure::new("conflict", "task_files_wrong", message).with_lines("files", mistakes))
}

fn task_in(file: &str, text: &str) -> Result<Found, Message> {
    let module = file.trim_end_matches(".rs");
    let is_module = module.starts_with(|c: char| c.is_ascii_lowercase())
        && module.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !is_module {
        return Err(msg::cli_task_file_misnamed(file));
    }
    let mut found = scan::implementations(text);
    match (found.pop(), found.is_empty()) {
        (Some((kind, name)), true) => Ok(Found { module: module.to_owned(), kind, name }),
        (None, _) => Err(msg::cli_task_file_empty(file)),
        (Some((_, last)), false) => {
            let names: Vec<_> = found.into_iter().map(|(_, name)| name).chain([last]).collect();
            Err(msg::cli_task_file_crowded(file, names.join(", ")))
        }
    }
}

/// What the index calls the library: the library's own tasks cannot use its name.
pub(crate) fn library(folder: &Path) -> &'static str {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let manifest = folder.ancestors().find_map(|folder| fs::read_to_string(folder.join("Cargo.toml")).ok());
    let is_ours = manifest.is_some_and(|text| text.lines().any(|line| line.trim() == r#"name = "downbeat""#));
    if is_ours { "crate" } else { "downbeat" }
}

/// The text of the index. The comments in the chain keep it a line a task, whatever rustfmt is set to.
fn index(tasks: &[Found], library: &str) -> String {
    let modules: String = tasks.iter().map(|task| format!("pub mod {};\n", task.module)).collect();
    let group = |kind: TaskType, comment: &str| {
        let calls: String = tasks
            .iter()
            .filter(|task| task.kind == kind)
            .map(|task| format!("        .{kind}({}::{})\n", task.module, task.name))
            .collect();
        if calls.is_empty() { calls } else { format!("        // {comment}\n{calls}") }
    };
    let chain = group(TaskType::Cron, "Cron tasks.") + &group(TaskType::Side, "Side tasks.");
    let body =
        if chain.is_empty() { "Registry::builder()\n".to_owned() } else { format!("Registry::builder()\n{chain}") };
    let modules = if modules.is_empty() { modules } else { format!("{modules}\n") };
    format!(
        "// Generated by worker generate from the files in this folder; do not edit.\n\n\
         {modules}use {library}::task::{{Registry, RegistryBuilder}};\n\n\
         /// The tasks of this folder.\n\
         #[must_use]\n\
         pub fn registry() -> RegistryBuilder {{\n    {body}}}\n"
    )
}

/// Lines that would go and lines that would come, in order of the index.
fn difference(present: &str, wanted: &str) -> Vec<String> {
    let lacks = |text: &str, line: &str| !line.trim().is_empty() && text.lines().all(|other| other != line);
    let gone = present.lines().filter(|line| lacks(wanted, line)).map(|line| format!("- {}", line.trim()));
    gone.chain(wanted.lines().filter(|line| lacks(present, line)).map(|line| format!("+ {}", line.trim()))).collect()
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test may fail")]
mod tests;
