//! What is scheduled next, for the person who has just started `worker dev`.

use chrono::{DateTime, Utc};
use downbeat::app::{App, AppError};
use downbeat::locale::{Message, format, msg};
use downbeat::model::CronTaskRow;
use downbeat::repository::TaskFilter;
use downbeat::task::{CronExpr, Zone};

use super::Say;

/// How many tasks are told of: enough to see that it works.
const TOLD: usize = 5;

/// Says which enabled tasks come next, when, and by what schedule.
pub(super) async fn tell(app: &App, say: &mut Say<'_>) -> Result<(), AppError> {
    let now = app.repository().now().await?;
    let enabled = TaskFilter { enabled: Some(true), ..TaskFilter::default() };
    let lines = lines(app.repository().cron_tasks(&enabled).await?, now);
    let heading = if lines.is_empty() { msg::start_nothing_next() } else { msg::start_next() };
    say(heading.into());
    lines.into_iter().for_each(|line| say(line.into()));
    Ok(())
}

fn lines(tasks: Vec<CronTaskRow>, now: DateTime<Utc>) -> Vec<Message> {
    let scheduled = tasks.into_iter().filter(|task| task.retired_at.is_none());
    let mut scheduled: Vec<_> = scheduled.filter_map(|task| Some((task.next_execution_at?, task))).collect();
    scheduled.sort_by(|(a, left), (b, right)| a.cmp(b).then_with(|| left.name.cmp(&right.name)));
    scheduled.iter().take(TOLD).map(|(slot, task)| line(*slot, task, now)).collect()
}

fn line(slot: DateTime<Utc>, task: &CronTaskRow, now: DateTime<Utc>) -> Message {
    let zone: Zone = task.timezone.parse().unwrap_or_default();
    let at = zone.written(slot);
    let wait = format::duration((slot - now).to_std().unwrap_or_default());
    let expression = task.schedule.as_deref().and_then(|text| CronExpr::parse(text).ok());
    let explanation = expression.map_or_else(msg::start_asked, |expression| expression.explain().message());
    msg::start_next_slot(at, explanation, task.name.as_str(), wait)
}
