//! The only place that prints. Data goes to stdout, what went wrong to stderr; with `--json`, one document to stdout.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::pin::pin;

use anstream::{AutoStream, ColorChoice};
use clap::builder::StyledStr;
use clap::error::ErrorKind;
use downbeat::clock;
use downbeat::locale::{Locale, Message, msg};
use serde::Serialize;

use crate::dialogue::Prompt;
use crate::failure::{Exit, Failure};
use crate::mistake;
use crate::progress::Progress;
use crate::start::News;
use crate::view::{Page, Tone};

/// Where a command prints, and how.
pub struct Printer {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    out_colours: bool,
    err_colours: bool,
    width: Option<u16>,
    /// Whether these are the process's own streams.
    pub(crate) is_standard: bool,
    pub(crate) locale: Locale,
    pub(crate) json: bool,
}

/// To the beginning of the line, and nothing on it.
const CLEAR: &str = "\r\u{1b}[2K";

/// The envelope of an answer, in the order in which it is read.
#[derive(Serialize)]
struct Envelope<'a, T> {
    success: bool,
    data: &'a T,
}

/// Where `worker dev` and `worker start` are to be found.
#[derive(Serialize)]
struct Listening {
    address: String,
}

impl Printer {
    /// The process's own streams. Colours only on a terminal, and not where `NO_COLOR` is set.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            out_colours: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            err_colours: AutoStream::choice(&io::stderr()) != ColorChoice::Never,
            width: comfy_table::Table::new().width(),
            is_standard: true,
            ..Self::to(io::stdout(), io::stderr())
        }
    }

    /// Other streams, without colours and as wide as need be.
    #[must_use]
    pub fn to(out: impl Write + Send + 'static, err: impl Write + Send + 'static) -> Self {
        Self {
            out: Box::new(out),
            err: Box::new(err),
            out_colours: false,
            err_colours: false,
            width: None,
            is_standard: false,
            locale: Locale::ENGLISH,
            json: false,
        }
    }

    /// Says a sentence in the person's language.
    #[must_use]
    pub fn say(&self, message: &Message) -> String {
        self.locale.render(message)
    }

    /// The page that data is laid out on.
    pub(crate) fn page(&self) -> Page {
        Page { locale: self.locale, now: clock::machine_now(), colours: self.out_colours, width: self.width }
    }

    /// Data, laid out for a person.
    pub(crate) fn data(&mut self, text: &str) {
        let text = text.trim_end_matches('\n');
        // Whoever stops reading, as `head` does, has seen enough.
        let _ = writeln!(self.out, "{text}").and_then(|()| self.out.flush());
    }

    /// Data as it comes, a line each; with `--json` an object. `false`: nobody reads any more.
    #[must_use]
    pub(crate) fn entry<T: Serialize>(&mut self, data: &T, view: impl FnOnce(&Page, &T) -> String) -> bool {
        let line = if self.json { serde_json::to_string(data).unwrap_or_default() } else { view(&self.page(), data) };
        writeln!(self.out, "{line}").and_then(|()| self.out.flush()).is_ok()
    }

    /// Whether there is a person who could be asked.
    pub(crate) fn may_ask(&self) -> bool {
        self.is_standard && !self.json && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks them.
    pub(crate) fn prompt(&self) -> Prompt {
        Prompt { locale: self.locale, colours: self.err_colours }
    }

    /// Does the work, and shows on a terminal that it goes on where that takes longer than a moment.
    pub(crate) async fn while_at<T>(&mut self, progress: &Progress<'_>, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        if !self.is_standard || !io::stderr().is_terminal() {
            return work.await;
        }
        let mut frames = progress.frames(self.page());
        let mut is_drawn = false;
        let done = loop {
            tokio::select! {
                biased;
                done = &mut work => break done,
                frame = frames.next() => {
                    let width = self.width.map_or(usize::MAX, |width| usize::from(width).saturating_sub(1));
                    let frame: String = frame.chars().take(width).collect();
                    let _ = write!(self.err, "{CLEAR}{}", Tone::Busy.paint(&frame, self.err_colours));
                    let _ = self.err.flush();
                    is_drawn = true;
                }
            }
        };
        if is_drawn {
            let _ = write!(self.err, "{CLEAR}").and_then(|()| self.err.flush());
        }
        done
    }

    /// What a program that stays has to tell. With `--json`, stdout is for one document: where it listens.
    pub(crate) fn tell(&mut self, news: News) {
        match news {
            News::Sentence(message) if self.json => self.line(&self.say(&message)),
            News::Sentence(message) => self.data(&self.say(&message)),
            News::Listening { address } => {
                self.answer(&Listening { address }, |page, Listening { address }| {
                    page.say(&msg::start_listening(address.as_str()))
                });
            }
        }
    }

    /// An answer of our own: the document in the API's envelope, or what `view` makes of it.
    pub(crate) fn answer<T: Serialize>(&mut self, data: &T, view: impl FnOnce(&Page, &T) -> String) {
        if !self.json {
            let text = view(&self.page(), data);
            return self.data(&text);
        }
        match serde_json::to_string(&Envelope { success: true, data }) {
            Ok(document) => self.data(&document),
            Err(error) => {
                let message = self.say(&msg::cli_answer_broken(error.to_string()));
                self.failure(&Failure::new("server_error", "answer_broken", message));
            }
        }
    }

    /// What went wrong.
    pub(crate) fn failure(&mut self, failure: &Failure) {
        if self.json {
            self.data(&failure.envelope());
            return;
        }
        self.remark(&msg::cli_error(failure.message.as_str()), Tone::Bad);
        for line in &failure.lines {
            self.line(&format!("  {line}"));
        }
        if failure.exit() == Exit::Refused {
            self.line(&self.say(&msg::cli_hint_token()));
        }
    }

    /// What happens to a command that stays, for a person.
    pub(crate) fn note(&mut self, message: &Message) {
        self.line(&self.say(message));
    }

    /// Something a person should know of that stops nothing.
    pub(crate) fn warning(&mut self, message: &Message) {
        self.remark(&msg::cli_warning(message.clone()), Tone::Warn);
    }

    /// What the parser of the arguments says: help goes to stdout, mistakes to stderr.
    pub(crate) fn arguments(&mut self, error: &clap::Error, command: &clap::Command, words: &[OsString]) -> Exit {
        let text = error.render();
        if !error.use_stderr() {
            let text = self.in_words(&written(&text, self.out_colours));
            self.data(&text);
            return Exit::Done;
        }
        // Who typed a noun alone is shown its help, in their language; a program reads none.
        let is_half = error.kind() == ErrorKind::MissingSubcommand || self.json;
        let half = || is_half.then(|| mistake::missing_command(command, words));
        if let Some(message) = mistake::sentence(error, command).or_else(half) {
            if self.json {
                let sentence = self.say(&message);
                self.data(&Failure::new("validation_failed", "arguments_invalid", sentence).envelope());
            } else {
                self.remark(&msg::cli_error(message), Tone::Bad);
                if let Some(usage) = mistake::usage(error) {
                    let usage = self.in_words(&usage);
                    self.line(&format!("\n{} {usage}", self.say(&msg::cli_heading_usage())));
                }
                self.line(&format!("\n{}", self.say(&msg::cli_hint_help())));
            }
        } else {
            let text = self.in_words(&written(&text, self.err_colours));
            self.line(text.trim_end());
        }
        Exit::Input
    }

    /// A text of clap's with the one word of usage lines that it takes from nobody.
    fn in_words(&self, text: &str) -> String {
        text.replace("[OPTIONS]", &self.say(&msg::cli_usage_options()))
    }

    /// `error:` in its colour, and what follows in none.
    fn remark(&mut self, message: &Message, tone: Tone) {
        let text = self.say(message);
        let (word, rest) = text.split_once(' ').unwrap_or((&text, ""));
        let word = tone.paint(word, self.err_colours);
        self.line(&format!("{word} {rest}"));
    }

    fn line(&mut self, text: &str) {
        // There is nowhere left to complain to.
        let _ = writeln!(self.err, "{text}").and_then(|()| self.err.flush());
    }
}

fn written(text: &StyledStr, colours: bool) -> String {
    if colours { text.ansi().to_string() } else { text.to_string() }
}
