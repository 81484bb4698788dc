//! Any words are a command, or their mistake is told in the reader's language. The first line names that language, each other
//! one is a word. A command is not carried out.
#![no_main]

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex};

use downbeat::config::Config;
use downbeat::locale::Locale;
use downbeat::task::Registry;
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};
use worker::{Exit, Printer};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().expect("a runtime"));

fuzz_target!(|text: &str| {
    // `cron:list` is taken for two words, and might then be a command.
    let text = text.replace(':', " ");
    let (locale, words) = text.split_once('\n').unwrap_or((&text, ""));
    let locale = Locale::all().find(|known| known.to_string() == locale).unwrap_or_default();
    let arguments: Vec<OsString> = std::iter::once("worker").chain(words.lines()).map(OsString::from).collect();
    let Err(error) = worker::command(locale).try_get_matches_from(&arguments) else { return };
    let (out, told) = (Told::default(), Told::default());
    let mut printer = Printer::to(out.clone(), told.clone());
    let config = Config { locale: Some(locale), ..Config::default() };
    let run = worker::run(arguments, Ok(config), Registry::builder(), &mut printer);
    let exit = RUNTIME.block_on(run);
    let expected = if error.use_stderr() { Exit::Input } else { Exit::Done };
    assert_eq!(exit, expected, "{words:?}: {error}");
    assert!(!out.is_empty() || !told.is_empty(), "{words:?} is told nothing");
});

/// What was written.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<u8>>>);

impl Told {
    fn is_empty(&self) -> bool {
        self.0.lock().expect("no writer panics").is_empty()
    }
}

impl Write for Told {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no writer panics").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
