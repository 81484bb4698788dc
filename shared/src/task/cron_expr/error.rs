//! What was wrong with an expression, where it stands, and what would have been right.

use super::CronExpr;
use super::field::Field;
use crate::locale::{Message, msg};

/// An expression that was refused. `Display` is for logs; a person gets [`CronExprError::message`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CronExprError {
    #[error("nothing is written")]
    Empty,
    #[error("{length} bytes are too long, at most {} are read", CronExpr::MAX_LENGTH)]
    TooLong { length: usize },
    #[error("{count} fields instead of five or six")]
    FieldCount { count: usize },
    #[error("unknown nickname {written}")]
    UnknownNickname { written: String },
    #[error("@reboot has no slots")]
    Reboot,
    /// One part of one field: `text.get(offset..)` begins with it; `written` is cut short with `…` where it is long.
    #[error("{field:?} at byte {offset}, `{written}`: {fault}")]
    InField { field: Field, offset: usize, written: String, fault: FieldFault },
}

/// What can be wrong with a part of a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldFault {
    #[error("an empty part")]
    EmptyPart,
    #[error("not readable")]
    Unreadable,
    #[error("{value} is out of range")]
    OutOfRange { value: String },
    #[error("the range runs backwards")]
    Backwards { from: u8, to: u8 },
    /// `FRI-SUN`: Sunday's name is 0. Debian's cron takes it and never runs it.
    #[error("the range runs backwards, since SUN is 0")]
    BackwardsToSunday { from: u8 },
    #[error("step {step} is out of range")]
    StepOutOfRange { step: String },
    #[error("a step without a star or a range before it")]
    StepWithoutRange,
    #[error("week {nth} of the month is out of range")]
    NthOutOfRange { nth: String },
}

impl CronExprError {
    /// The sentence for a person: which field, what was written, what is allowed.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Empty => msg::schedule_empty(),
            Self::TooLong { length } => msg::schedule_too_long(*length, CronExpr::MAX_LENGTH),
            Self::FieldCount { count } => msg::schedule_field_count(*count),
            Self::UnknownNickname { written } => msg::schedule_unknown_nickname(written.as_str()),
            Self::Reboot => msg::schedule_reboot(),
            Self::InField { field, written, fault, .. } => fault.message(*field, written),
        }
    }
}

impl FieldFault {
    fn message(&self, field: Field, written: &str) -> Message {
        let name = field.message();
        match self {
            Self::EmptyPart => msg::schedule_empty_part(name),
            Self::Unreadable => msg::schedule_unreadable(field.allowed(), name, written),
            Self::OutOfRange { value } => {
                let allowed = format!("{}–{}", field.range().start(), field.range().end());
                msg::schedule_out_of_range(allowed, name, value.as_str())
            }
            Self::Backwards { from, to } => msg::schedule_backwards(name, *from, *to, written),
            Self::BackwardsToSunday { from } => msg::schedule_backwards_to_sunday(name, format!("{from}-7"), written),
            Self::StepOutOfRange { step } => {
                msg::schedule_step_out_of_range(format!("1–{}", field.largest_step()), name, step.as_str())
            }
            Self::StepWithoutRange => msg::schedule_step_without_range(name, written),
            Self::NthOutOfRange { nth } => msg::schedule_nth_out_of_range(name, nth.as_str()),
        }
    }
}
