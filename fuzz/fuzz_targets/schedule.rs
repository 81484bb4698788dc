//! Any text as a schedule is refused, or says what it means and when it comes, each time later than before.
#![no_main]

use downbeat::task::cron_expr::CronExpr;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(schedule) = CronExpr::parse(text) else { return };
    let zone = "Europe/Berlin".parse().unwrap();
    let mut at = "2027-03-27T12:00:00Z".parse().unwrap();
    for _ in 0..5 {
        let Some(next) = schedule.next_after(at, zone) else { return };
        assert!(next > at, "{next} does not follow {at}");
        at = next;
    }
});
