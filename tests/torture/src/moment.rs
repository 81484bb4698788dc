//! The machine's clocks, asked past the C library, so that a faked clock changes nothing here.

use rustix::time::{ClockId, Timespec, clock_gettime};

/// Nanoseconds since the machine started: the same for all its processes, and never set.
#[must_use]
pub fn monotonic_ns() -> i64 {
    nanoseconds(clock_gettime(ClockId::Monotonic))
}

/// Microseconds since 1970, as the database's clock tells them too: it runs on this machine.
#[must_use]
pub fn wall_us() -> i64 {
    nanoseconds(clock_gettime(ClockId::Realtime)) / 1_000
}

fn nanoseconds(time: Timespec) -> i64 {
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}
