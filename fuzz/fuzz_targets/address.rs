//! Any text as an address is read, or refused in words.
#![no_main]

use downbeat::repository::ConnectionSettings;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match ConnectionSettings::new(&text.to_owned().into(), None, None, false, 4) {
        Ok(settings) => drop((settings.hosts(), settings.encryption(), settings.pooler())),
        Err(refused) => assert!(!refused.to_string().is_empty()),
    }
});
