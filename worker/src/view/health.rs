//! Whether a deployment lives, and whether it can work.

use downbeat::http::HealthAnswer;
use downbeat::locale::msg;

use super::{Page, Tone};

/// What is fine; what is not comes as an error.
#[allow(clippy::needless_pass_by_value, reason = "views take what was read for them")]
pub(crate) fn health(page: &Page, HealthAnswer { status }: HealthAnswer) -> String {
    let said = if status == HealthAnswer::READY { msg::cli_is_ready() } else { msg::cli_is_live() };
    page.tell(&said, Tone::Good)
}
