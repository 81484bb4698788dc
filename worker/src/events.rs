//! `worker events`: what happens, as it happens, from here or from a deployment.
//!
//! The API's stream of Server-Sent Events, a line each. One that is cut off goes on where it was: nothing is told twice, and
//! nothing is lost.

use std::time::Duration;

use clap::Args;
use downbeat::http::EventAnswer;
use downbeat::locale::{Argument, msg};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::sleep;

use crate::call::{Api, Call, Coming};
use crate::failure::{Exit, Failure};
use crate::printer::Printer;
use crate::view;

/// How soon a deployment that went away is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// What of it all, and for how long.
#[derive(Clone, Debug, Args)]
pub(crate) struct EventsOptions {
    #[arg(long)]
    task: Option<String>,
    #[arg(long, value_name = "ID")]
    after: Option<String>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    #[arg(long)]
    once: bool,
}

impl EventsOptions {
    /// Where it goes on `after` that.
    fn call(&self, after: Option<&str>) -> Call {
        Call::of("events")
            .query("task", self.task.as_deref())
            .query("after", after)
            .query("follow", self.once.then_some(false))
    }
}

/// Tells it all until Ctrl-C, or as much as is asked for.
pub(crate) async fn tell(api: &Api, options: &EventsOptions, printer: &mut Printer) -> Result<Exit, Failure> {
    tokio::select! {
        told = follow(api, options, printer) => told,
        // Where signals cannot be listened to, this one ends the process without us.
        Ok(()) = tokio::signal::ctrl_c() => Ok(Exit::Done),
    }
}

async fn follow(api: &Api, options: &EventsOptions, printer: &mut Printer) -> Result<Exit, Failure> {
    let mut left = options.limit.unwrap_or(u32::MAX);
    let mut after = options.after.clone();
    // What is wrong from the start stays wrong.
    let mut coming = api.open(&options.call(after.as_deref()), printer.locale).await?;
    loop {
        let ended = read(&mut coming, &mut after, &mut left, printer).await;
        if left == 0 || (options.once && ended.is_ok()) {
            return Ok(Exit::Done);
        }
        if let Err(reason) = ended {
            printer.note(&msg::cli_follow_lost(reason));
        }
        coming = loop {
            sleep(AGAIN).await;
            match api.open(&options.call(after.as_deref()), printer.locale).await {
                Ok(coming) => break coming,
                Err(failure) if failure.is_passing() => {}
                Err(failure) => return Err(failure),
            }
        };
    }
}

/// Prints what comes until it ends or is enough; where it was cut off, why.
async fn read(
    coming: &mut Coming,
    after: &mut Option<String>,
    left: &mut u32,
    printer: &mut Printer,
) -> Result<(), Argument> {
    let mut lines = Lines::default();
    let (mut id, mut data) = (None, String::new());
    while let Some(bytes) = coming.next().await? {
        for line in lines.take(&bytes) {
            if let Some(written) = line.strip_prefix("id:") {
                id = Some(written.trim_start().to_owned());
            } else if let Some(more) = line.strip_prefix("data:") {
                data.push_str(more.trim_start());
            } else if line.is_empty() {
                // Only now it is whole: what is cut off before comes again.
                *after = id.take().or_else(|| after.take());
                if !data.is_empty() {
                    let is_read = print(&std::mem::take(&mut data), printer);
                    *left = if is_read { *left - 1 } else { 0 };
                }
                if *left == 0 {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

/// `false`: nobody reads any more.
fn print(data: &str, printer: &mut Printer) -> bool {
    let event: Value = serde_json::from_str(data).unwrap_or_default();
    printer.entry(&event, |page, event| match EventAnswer::deserialize(event) {
        Ok(answer) => view::events::line(page, &answer.event),
        // A newer deployment may tell of kinds that this version does not know.
        Err(_) => event.to_string(),
    })
}

/// Cuts what comes into lines, however it comes.
#[derive(Debug, Default)]
struct Lines {
    rest: Vec<u8>,
}

impl Lines {
    fn take(&mut self, bytes: &[u8]) -> Vec<String> {
        self.rest.extend_from_slice(bytes);
        let mut lines = Vec::new();
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            lines.push(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned());
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_however_they_come() {
        let mut lines = Lines::default();
        assert_eq!(lines.take(b"id: 1\nda"), ["id: 1"]);
        assert_eq!(lines.take("ta: \u{e4}".as_bytes()), [""; 0]);
        assert_eq!(lines.take(b"\r\n\n:\n"), ["data: \u{e4}", "", ":"]);
    }
}
