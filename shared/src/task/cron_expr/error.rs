//! What was wrong with an expression, where it stands, and what would have been right.

use super::CronExpr;
use super::field::Field;
use crate::locale::{Message, msg};

/// An expression that was refused. `Display` is for logs; a person gets [`CronExprError::message`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CronExprError {
    /// Nothing but blanks.
    #[error("nothing is written")]
    Empty,
    /// Longer than [`CronExpr::MAX_LENGTH`]; nothing was read.
    #[error("{length} bytes are too long, at most {} are read", CronExpr::MAX_LENGTH)]
    TooLong {
        /// In bytes.
        length: usize,
    },
    /// Neither five fields nor six.
    #[error("{count} fields instead of five or six")]
    FieldCount {
        /// How many there are.
        count: usize,
    },
    /// An `@` and then none of the nicknames.
    #[error("unknown nickname {written}")]
    UnknownNickname {
        /// With its `@`; cut short with `…` where it is long.
        written: String,
    },
    /// `@reboot`, which has no slots.
    #[error("@reboot has no slots")]
    Reboot,
    /// One part of one field.
    #[error("{field:?} at byte {offset}, `{written}`: {fault}")]
    InField {
        /// Which field.
        field: Field,
        /// Where the part begins in the text, in bytes.
        offset: usize,
        /// The part; cut short with `…` where it is long.
        written: String,
        /// What is wrong with it.
        fault: FieldFault,
    },
}

/// What can be wrong with a part of a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldFault {
    /// `1,,2`
    #[error("an empty part")]
    EmptyPart,
    /// No number, name, star, range or step, or something after it.
    #[error("not readable")]
    Unreadable,
    /// A number this field does not have.
    #[error("{value} is out of range")]
    OutOfRange {
        /// As written.
        value: String,
    },
    /// `10-5`. Debian's cron takes it and never runs it.
    #[error("the range from {from} to {to} runs backwards")]
    Backwards {
        /// The larger value.
        from: u8,
        /// The smaller one.
        to: u8,
    },
    /// `FRI-SUN`: the name stands for 0. Debian's cron takes this, too, and never runs it.
    #[error("the range from {from} to SUN runs backwards, since SUN is 0")]
    BackwardsToSunday {
        /// The range's first weekday.
        from: u8,
    },
    /// 0, or more than once round the field.
    #[error("step {step} is out of range")]
    StepOutOfRange {
        /// As written.
        step: String,
    },
    /// `5/15`
    #[error("a step without a star or a range before it")]
    StepWithoutRange,
    /// `MON#6`
    #[error("week {nth} of the month is out of range")]
    NthOutOfRange {
        /// As written.
        nth: String,
    },
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
