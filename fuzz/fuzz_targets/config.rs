//! Any environment is a configuration, or its mistakes are said in every language. A line is a variable.
#![no_main]

use std::ffi::OsString;

use downbeat::config::Config;
use downbeat::locale::Locale;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    let pairs = pairs.map(|(name, value)| (OsString::from(name), OsString::from(value)));
    if let Err(mistakes) = Config::from_pairs(pairs) {
        for locale in Locale::all() {
            assert!(mistakes.messages().all(|message| !locale.render(&message).is_empty()));
        }
    }
});
