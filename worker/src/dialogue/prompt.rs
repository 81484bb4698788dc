//! Asks, on the terminal. Questions stand on stderr: stdout is for data.

use downbeat::locale::{Locale, Message, msg};
use downbeat::task::CronExpr;
use inquire::ui::{RenderConfig, Styled};
use inquire::validator::{ErrorMessage, Validation};
use inquire::{Confirm, InquireError, Select, Text};

use super::Unanswered;
use super::choice::Choice;
use crate::failure::Failure;
use crate::new;

/// How many choices are seen at once.
const PAGE: usize = 10;

/// Who is asked, in which language and looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prompt {
    pub(crate) locale: Locale,
    pub(crate) colours: bool,
}

impl Prompt {
    /// One of several; typing finds it.
    pub(super) async fn choose(self, question: String, choices: Vec<Choice>) -> Result<String, Unanswered> {
        self.ask(move |locale, looks| {
            let help = locale.render(&msg::cli_ask_choice_help());
            let select = Select::new(&question, choices).with_help_message(&help).with_page_size(PAGE);
            let shown = |chosen: inquire::list_option::ListOption<&Choice>| chosen.value.value.clone();
            select.with_formatter(&shown).with_render_config(looks).prompt().map(|chosen| chosen.value)
        })
        .await
    }

    /// A cron expression.
    pub(super) async fn expression(self, question: String) -> Result<String, Unanswered> {
        let mistake = |written: &str| CronExpr::parse(written).err().map(|error| error.message());
        self.text(question, "0 9 * * MON-FRI", mistake).await
    }

    /// A name for a task that is not there yet.
    pub(super) async fn task_name(self, question: String) -> Result<String, Unanswered> {
        self.text(question, "invoice-mailer", new::mistake).await
    }

    /// A folder, which need not be there.
    pub(super) async fn folder(self, question: String) -> Result<String, Unanswered> {
        let mistake = |written: &str| written.trim().is_empty().then(msg::new_folder_unnamed);
        self.text(question, "../billing", mistake).await
    }

    /// A line without a mistake.
    async fn text(
        self,
        question: String,
        example: &'static str,
        mistake: fn(&str) -> Option<Message>,
    ) -> Result<String, Unanswered> {
        self.ask(move |locale, looks| {
            let valid = move |written: &str| {
                Ok(match mistake(written) {
                    None => Validation::Valid,
                    Some(mistake) => Validation::Invalid(ErrorMessage::Custom(locale.render(&mistake))),
                })
            };
            let text = Text::new(&question).with_placeholder(example).with_validator(valid);
            text.with_render_config(looks).prompt()
        })
        .await
    }

    /// Yes or no; no, unless it is said.
    pub(crate) async fn confirm(self, question: String) -> Result<bool, Unanswered> {
        self.ask(move |locale, looks| {
            let say = |message| locale.render(&message);
            let (yes, no) = (say(msg::cli_yes()), say(msg::cli_no()));
            let wrong = say(msg::cli_confirm_unclear(no.as_str(), yes.as_str()));
            let read = |written: &str| understood(written, &yes, &no).ok_or(());
            let written = |answer| if answer { yes.clone() } else { no.clone() };
            let default = |_| format!("{}/{}", initial(&yes), initial(&no).to_uppercase());
            Confirm::new(&question)
                .with_default(false)
                .with_parser(&read)
                .with_formatter(&written)
                .with_default_value_formatter(&default)
                .with_error_message(&wrong)
                .with_render_config(looks)
                .prompt()
        })
        .await
    }

    /// On a thread of its own: it waits for a person.
    async fn ask<T: Send + 'static>(
        self,
        question: impl FnOnce(Locale, RenderConfig<'_>) -> Result<T, InquireError> + Send + 'static,
    ) -> Result<T, Unanswered> {
        let asked = tokio::task::spawn_blocking(move || {
            let broken_off = self.locale.render(&msg::cli_ask_broken_off());
            let looks = if self.colours { RenderConfig::default_colored() } else { RenderConfig::empty() };
            question(self.locale, looks.with_canceled_prompt_indicator(Styled::new(&broken_off)))
        });
        let unusable = |reason: String| {
            let message = self.locale.render(&msg::cli_terminal_unusable(reason));
            Unanswered::Failed(Failure::new("server_error", "terminal_unusable", message))
        };
        match asked.await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(InquireError::OperationCanceled | InquireError::OperationInterrupted)) => Err(Unanswered::BrokenOff),
            Ok(Err(error)) => Err(unusable(error.to_string())),
            Err(error) => Err(unusable(error.to_string())),
        }
    }
}

/// Whether that is yes or no, in the person's language or in English, whole or by its first letter.
fn understood(written: &str, yes: &str, no: &str) -> Option<bool> {
    let written = written.trim().to_lowercase();
    let means = |word: &str| written == word || written == initial(word);
    match (means(yes) || means("yes"), means(no) || means("no")) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        (true, true) | (false, false) => None,
    }
}

fn initial(word: &str) -> String {
    word.chars().take(1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_understood_in_the_language_of_the_person_and_in_english() {
        for (written, yes, no, understood_as) in [
            ("y", "yes", "no", Some(true)),
            ("JA", "ja", "nein", Some(true)),
            ("j", "ja", "nein", Some(true)),
            (" yes ", "ja", "nein", Some(true)),
            ("n", "tak", "nie", Some(false)),
            ("t", "tak", "nie", Some(true)),
            ("maybe", "yes", "no", None),
            ("", "yes", "no", None),
        ] {
            assert_eq!(understood(written, yes, no), understood_as, "{written:?}");
        }
    }
}
