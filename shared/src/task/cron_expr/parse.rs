//! Reads the text of an expression, with the meaning of Debian's `entry.c`.

use super::CronExpr;
use super::days::DayRule;
use super::error::{CronExprError, FieldFault};
use super::field::Field;
use super::times::TimesOfDay;

const FIVE: [Field; 5] = [Field::Minute, Field::Hour, Field::DayOfMonth, Field::Month, Field::DayOfWeek];

/// How much of a faulty text a message repeats, in characters.
const SHOWN_LENGTH: usize = 40;

/// What one field allows. A bit stands for a value: bit 5 of the hours is 5 o'clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct FieldSet {
    pub values: u64,
    /// Whether the field's text begins with `*`: what Debian's day rule and clock-change rule go by.
    pub begins_with_star: bool,
    /// `L` as a day of the month.
    pub last_day: bool,
    /// `LW` as a day of the month.
    pub last_workday: bool,
    /// The `n` of `nW`.
    pub nearest_workday: u64,
    /// The weekdays of `5L`.
    pub last_weekday: u64,
    /// The weekdays of `MON#2`, by their week: `nth_weekday[1]` has Monday.
    pub nth_weekday: [u64; 5],
}

pub(super) fn parse(text: &str) -> Result<CronExpr, CronExprError> {
    if text.len() > CronExpr::MAX_LENGTH {
        return Err(CronExprError::TooLong { length: text.len() });
    }
    let trimmed = text.trim_ascii();
    match trimmed.strip_prefix('@') {
        Some(nickname) => parse_fields(trimmed, fields_of_nickname(nickname)?),
        None => parse_fields(trimmed, text),
    }
}

fn fields_of_nickname(nickname: &str) -> Result<&'static str, CronExprError> {
    match nickname.to_ascii_lowercase().as_str() {
        "yearly" | "annually" => Ok("0 0 1 1 *"),
        "monthly" => Ok("0 0 1 * *"),
        "weekly" => Ok("0 0 * * 0"),
        "daily" | "midnight" => Ok("0 0 * * *"),
        "hourly" => Ok("0 * * * *"),
        "reboot" => Err(CronExprError::Reboot),
        _ => Err(CronExprError::UnknownNickname { written: shown(&format!("@{nickname}")) }),
    }
}

fn parse_fields(as_written: &str, fields: &str) -> Result<CronExpr, CronExprError> {
    let parts = words(fields);
    let (second, five) = match parts.as_slice() {
        [] => return Err(CronExprError::Empty),
        five if five.len() == 5 => (None, five),
        [second, five @ ..] if five.len() == 5 => (Some(second), five),
        _ => return Err(CronExprError::FieldCount { count: parts.len() }),
    };
    let second_set = second.map(|word| parse_field(Field::Second, word)).transpose()?;
    let mut sets = [FieldSet::default(); 5];
    for ((set, field), word) in sets.iter_mut().zip(FIVE).zip(five) {
        *set = parse_field(field, word)?;
    }
    let [minute, hour, day_of_month, month, day_of_week] = sets;
    let seconds = second_set.map_or(1, |set| set.values);
    Ok(CronExpr {
        text: as_written.into(),
        days: DayRule::new(&day_of_month, &month, &day_of_week),
        times: TimesOfDay::new(seconds, minute.values, hour.values).ok_or(CronExprError::Empty)?,
        fixed_time: second.is_none() && !minute.begins_with_star && !hour.begins_with_star,
    })
}

/// A run of text and where it begins.
#[derive(Clone, Copy)]
struct Word<'a> {
    offset: usize,
    text: &'a str,
}

fn words(text: &str) -> Vec<Word<'_>> {
    split(Word { offset: 0, text }, |c| c.is_ascii_whitespace()).filter(|word| !word.text.is_empty()).collect()
}

fn split<'a>(word: Word<'a>, at: impl Fn(char) -> bool + 'a) -> impl Iterator<Item = Word<'a>> {
    let mut offset = word.offset;
    word.text.split(at).map(move |text| {
        let part = Word { offset, text };
        offset += text.len() + 1;
        part
    })
}

fn parse_field(field: Field, word: &Word<'_>) -> Result<FieldSet, CronExprError> {
    let mut set = FieldSet { begins_with_star: word.text.starts_with('*'), ..FieldSet::default() };
    for part in split(*word, |c| c == ',') {
        parse_part(field, part.text, &mut set).map_err(|fault| CronExprError::InField {
            field,
            offset: part.offset,
            written: shown(part.text),
            fault,
        })?;
    }
    Ok(set)
}

/// One part of a list: `*`, `a`, `a-b`, the latter two with `/n`, or an extension of ours.
fn parse_part(field: Field, part: &str, set: &mut FieldSet) -> Result<(), FieldFault> {
    if part.is_empty() {
        return Err(FieldFault::EmptyPart);
    }
    if parse_extension(field, part, set)? {
        return Ok(());
    }
    let (range, step) = match part.split_once('/') {
        None => (part, None),
        Some((range, step)) => (range, Some(step)),
    };
    let (from, to) = match range.split_once('-') {
        None if range == "*" => (*field.range().start(), *field.range().end()),
        None => {
            let value = parse_value(field, range)?;
            if step.is_some() {
                return Err(FieldFault::StepWithoutRange);
            }
            (value, value)
        }
        Some((from, to)) => parse_range(field, from, to)?,
    };
    let step = step.map_or(Ok(1), |step| parse_step(field, step))?;
    for value in (from..=to).step_by(step) {
        set.values |= 1 << value;
    }
    Ok(())
}

fn parse_range(field: Field, from_text: &str, to_text: &str) -> Result<(u8, u8), FieldFault> {
    let (from, to) = (parse_value(field, from_text)?, parse_value(field, to_text)?);
    if from <= to {
        return Ok((from, to));
    }
    if field == Field::DayOfWeek && to == 0 {
        return Err(FieldFault::BackwardsToSunday { from });
    }
    Err(FieldFault::Backwards { from, to })
}

fn parse_value(field: Field, text: &str) -> Result<u8, FieldFault> {
    if let Some(value) = field.value_of_name(text) {
        return Ok(value);
    }
    match parse_number(text)? {
        Some(value) if field.range().contains(&value) => Ok(value),
        _ => Err(FieldFault::OutOfRange { value: shown(text) }),
    }
}

fn parse_step(field: Field, text: &str) -> Result<usize, FieldFault> {
    match parse_number(text)? {
        Some(step) if (1..=field.largest_step()).contains(&step) => Ok(usize::from(step)),
        _ => Err(FieldFault::StepOutOfRange { step: shown(text) }),
    }
}

/// Digits alone, leading zeros allowed; `None` where the number is larger than any field's.
fn parse_number(text: &str) -> Result<Option<u8>, FieldFault> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FieldFault::Unreadable);
    }
    Ok(text.parse().ok())
}

/// `L`, `LW`, `15W`, `5L`, `MON#2`. Debian's cron refuses them, but for `#`, which it silently reads as the field's end.
fn parse_extension(field: Field, part: &str, set: &mut FieldSet) -> Result<bool, FieldFault> {
    let upper = part.to_ascii_uppercase();
    match field {
        Field::DayOfMonth => {
            if upper == "L" {
                set.last_day = true;
            } else if upper == "LW" {
                set.last_workday = true;
            } else if let Some(day) = upper.strip_suffix('W') {
                set.nearest_workday |= 1 << parse_value(field, day)?;
            } else {
                return Ok(false);
            }
            Ok(true)
        }
        Field::DayOfWeek => {
            if let Some((weekday, nth_text)) = upper.split_once('#') {
                let weekday = parse_value(field, weekday)? % 7;
                let nth = parse_number(nth_text)?.map_or(0, usize::from);
                let week = nth.checked_sub(1).and_then(|index| set.nth_weekday.get_mut(index));
                *week.ok_or_else(|| FieldFault::NthOutOfRange { nth: shown(nth_text) })? |= 1 << weekday;
            } else if let Some(weekday) = upper.strip_suffix('L') {
                set.last_weekday |= 1 << (parse_value(field, weekday)? % 7);
            } else {
                return Ok(false);
            }
            Ok(true)
        }
        Field::Second | Field::Minute | Field::Hour | Field::Month => Ok(false),
    }
}

/// A piece of the text that is safe to repeat in a message.
fn shown(text: &str) -> String {
    if text.chars().count() <= SHOWN_LENGTH {
        return text.to_owned();
    }
    text.chars().take(SHOWN_LENGTH).chain(['…']).collect()
}
