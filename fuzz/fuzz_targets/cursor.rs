//! Any text as a cursor stands for nothing, or for one place.
#![no_main]

use downbeat::testing::input::{cursor, read_cursor};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some((at, id)) = read_cursor(text) {
        assert_eq!(read_cursor(&cursor(at, id)), Some((at, id)));
    }
});
