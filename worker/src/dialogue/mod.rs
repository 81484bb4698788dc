//! What a person at a terminal is asked: for an argument that is missing, and whether they mean it.
//!
//! [`missing`] finds what is missing and what it may be, [`choice`] reads the choices out of the API's answers, [`prompt`]
//! asks. Without a terminal nobody is asked, and with `--json` neither: scripts get an error, or their way.

mod choice;
mod meant;
mod missing;
mod prompt;

use std::ffi::OsString;

use downbeat::locale::msg;

use crate::Program;
use crate::failure::Failure;
use crate::printer::Printer;

pub(crate) use choice::{Choice, Source};
pub(crate) use meant::confirmation;
use missing::{Missing, Wanted};
pub(crate) use prompt::Prompt;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// The person left, by Ctrl-C or Esc.
    BrokenOff,
    /// It could not even be asked.
    Failed(Failure),
}

impl From<Failure> for Unanswered {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The arguments with what a person answered for the one that is missing; `None` where none is.
pub(crate) async fn complete(
    program: &mut Program,
    missing: Missing,
    printer: &mut Printer,
) -> Result<OsString, Unanswered> {
    let prompt = printer.prompt();
    let question = missing.question.clone();
    let choices = match missing.wanted {
        Wanted::Word(words) => words.into_iter().map(choice::word).collect(),
        Wanted::Expression => return prompt.expression(question).await.map(OsString::from),
        Wanted::TaskName => return prompt.task_name(question).await.map(OsString::from),
        Wanted::Folder => return prompt.folder(question).await.map(OsString::from),
        Wanted::OfApi(source) => {
            let call = source.call();
            let answer = program.connect(true, printer).await?.ask(&call, printer.locale).await?;
            source.choices(&printer.page(), &answer.data).map_err(|error| {
                let message = printer.say(&msg::cli_answer_broken(error.to_string()));
                Failure::new("server_error", "answer_broken", message)
            })?
        }
    };
    if choices.is_empty() {
        let message = printer.say(&msg::cli_nothing_to_choose(missing.argument));
        return Err(Failure::new("validation_failed", "nothing_to_choose", message).into());
    }
    prompt.choose(question, choices).await.map(OsString::from)
}

pub(crate) use missing::find as missing_argument;
