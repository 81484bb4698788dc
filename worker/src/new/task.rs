//! `worker new task`: a file to begin with, and the index that knows it.

use std::path::PathBuf;
use std::{fs, io};

use downbeat::locale::{Locale, Message, format, msg};
use downbeat::model::{TaskName, TaskType};
use downbeat::task::{RESERVED_NAMES, Registry};
use serde::Serialize;

use super::{is_keyword, write};
use crate::cli::NewTask;
use crate::failure::Failure;
use crate::generate::{self, GenerateOptions, Generated};
use crate::view::{Page, Tone};

/// A task of `examples/starter`, and what is called otherwise in another.
struct Template {
    text: &'static str,
    type_name: &'static str,
    task_name: &'static str,
}

const CRON: Template = Template {
    text: include_str!("../../../examples/starter/src/tasks/greeting.rs"),
    type_name: "Greeting",
    task_name: "greeting",
};
const SIDE: Template = Template {
    text: include_str!("../../../examples/starter/src/tasks/sign_of_life.rs"),
    type_name: "SignOfLife",
    task_name: "sign-of-life",
};

/// What was written.
#[derive(Debug, Serialize)]
pub(crate) struct Written {
    name: String,
    #[serde(rename = "type")]
    kind: TaskType,
    file: PathBuf,
    index: Generated,
}

/// Writes the file of a task and the index of its folder. Where either cannot be, neither is touched.
pub(crate) fn new_task(options: &NewTask, known: Option<&Registry>, locale: Locale) -> Result<Written, Failure> {
    let name = options.name.as_str();
    if let Some(mistake) = mistake(name) {
        return Err(Failure::new("validation_failed", "task_name_invalid", locale.render(&mistake)));
    }
    let folder = generate::folder(options.dir.as_deref(), locale)?;
    let taken = |message: Message| Failure::new("conflict", "task_name_taken", locale.render(&message));
    let is_known = known.is_some_and(|tasks| tasks.tasks_by_name().contains_key(name));
    if is_known || generate::defines(&folder, name, locale)? {
        return Err(taken(msg::new_task_taken(name)));
    }
    let (kind, template) = if options.side { (TaskType::Side, SIDE) } else { (TaskType::Cron, CRON) };
    let file = folder.join(format!("{}.rs", module(name)));
    write(&file, &template.named(name, generate::library(&folder))).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => taken(msg::new_file_exists(file.display().to_string())),
        _ => generate::unusable(&file, &error, locale),
    })?;
    let indexed = generate::generate(&GenerateOptions { check: false, dir: Some(folder) }, locale);
    let index = indexed.inspect_err(|_| {
        // Another file is wrong, or the index cannot be written: as if nothing had been asked.
        let _ = fs::remove_file(&file);
    })?;
    Ok(Written { name: name.to_owned(), kind, file, index })
}

/// What was done, and what comes next.
pub(crate) fn view(page: &Page, written: &Written) -> String {
    let Written { name, kind, file, index } = written;
    let done = page.say(&msg::new_task_written(file.display().to_string(), name.as_str()));
    let next = match kind {
        TaskType::Cron => msg::new_task_next_cron(name.as_str()),
        TaskType::Side => msg::new_task_next_side(),
    };
    [Tone::Good.paint(&done, page.colours), generate::view(page, index), page.say(&next)].join("\n")
}

/// What is wrong with a name for a task.
pub(crate) fn mistake(name: &str) -> Option<Message> {
    if name.parse::<TaskName>().is_err() {
        Some(msg::registry_invalid_name(name))
    } else if RESERVED_NAMES.contains(&name) {
        Some(msg::registry_reserved_name(format::all_of(RESERVED_NAMES), name))
    } else {
        None
    }
}

impl Template {
    fn named(&self, name: &str, library: &str) -> String {
        let text = self.text.replace(self.type_name, &self.type_for(name)).replace(self.task_name, name);
        text.replace("use downbeat::", &format!("use {library}::"))
    }

    /// The name as a type, which is none the file uses for something else.
    fn type_for(&self, name: &str) -> String {
        let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
        let written: String = name.split('-').filter(|word| !word.is_empty()).map(capital).collect();
        let mut words = self.text.split(|c: char| !c.is_alphanumeric() && c != '_');
        let is_used = written != self.type_name && words.any(|word| word == written);
        if is_used || written == "Self" { written + "Task" } else { written }
    }
}

/// The name as a module.
fn module(name: &str) -> String {
    let written = name.replace('-', "_");
    if is_keyword(&written) { written + "_task" } else { written }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_named_as_it_is_stays_as_it_is() {
        for template in [CRON, SIDE] {
            assert_eq!(template.named(template.task_name, "downbeat"), template.text);
        }
    }

    #[test]
    fn a_name_becomes_a_module_and_a_type_that_mean_nothing_else() {
        for (name, module_name, type_name) in [
            ("invoice-mailer", "invoice_mailer", "InvoiceMailer"),
            ("http-2-check", "http_2_check", "Http2Check"),
            ("loop", "loop_task", "Loop"),
            ("self", "self_task", "SelfTask"),
            ("index", "index_task", "Index"),
            ("config", "config", "ConfigTask"),
            ("cron-task", "cron_task", "CronTaskTask"),
            ("a-", "a_", "A"),
        ] {
            assert_eq!((module(name).as_str(), CRON.type_for(name).as_str()), (module_name, type_name));
        }
    }

    #[test]
    fn nothing_of_the_template_s_name_is_left() {
        let text = CRON.named("invoice-mailer", "crate");
        assert!(!text.contains("Greeting") && !text.contains("greeting"), "{text}");
        assert!(text.contains("use crate::task::prelude::*") && text.contains("\"invoice-mailer\""), "{text}");
        assert!(SIDE.named("queue-watch", "downbeat").contains("impl SideTask for QueueWatch"));
    }

    #[test]
    fn names_that_no_task_may_have_are_told() {
        assert_eq!(mistake("invoice-mailer").map(|message| message.to_string()), None);
        for wrong in ["", "Invoice", "a_b", "history"] {
            assert!(mistake(wrong).is_some(), "{wrong}");
        }
    }
}
