//! Our scalars: time as RFC 3339, numbers that must be exact as decimal strings, never floats.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{NaiveDate, SecondsFormat, SubsecRound as _, Utc};
use rust_decimal::Decimal as Number;

/// A moment in UTC, as RFC 3339 with microseconds at most: `2026-05-01T08:30:00Z`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// A moment in UTC, as RFC 3339 with microseconds at most: `2026-05-01T08:30:00Z`.
#[Scalar(name = "DateTime", specified_by_url = "https://scalars.graphql.org/andimarek/date-time")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let time = chrono::DateTime::parse_from_rfc3339(text)
            .map_err(|_| InputValueError::custom("not a moment in RFC 3339"))?;
        Ok(Self(time.with_timezone(&Utc).trunc_subsecs(6)))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl From<chrono::DateTime<Utc>> for DateTime {
    fn from(time: chrono::DateTime<Utc>) -> Self {
        Self(time)
    }
}

/// A calendar day: `2026-05-01`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Date(pub NaiveDate);

/// A calendar day: `2026-05-01`.
#[Scalar(name = "Date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d");
        day.map(Self).map_err(|_| InputValueError::custom("not a day as YYYY-MM-DD"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A time of day where the community is, as `HH:MM`, from `00:00` to `24:00`, which ends a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LocalTime {
    /// Minutes after midnight, 0 to 1,440.
    pub minute: i32,
}

/// A time of day where the community is, as `HH:MM`, from `00:00` to `24:00`, which ends a day.
#[Scalar(name = "LocalTime")]
impl ScalarType for LocalTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let digits = |part: &str| {
            let two_digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            two_digits.then(|| part.parse::<i32>().ok()).flatten()
        };
        let parts = text.split_once(':').and_then(|(hours, minutes)| digits(hours).zip(digits(minutes)));
        parts
            .filter(|(hours, minutes)| *minutes < 60 && hours * 60 + minutes <= 1440)
            .map(|(hours, minutes)| Self { minute: hours * 60 + minutes })
            .ok_or_else(|| InputValueError::custom("not a time of day as HH:MM"))
    }

    fn to_value(&self) -> Value {
        Value::String(format!("{:02}:{:02}", self.minute / 60, self.minute % 60))
    }
}

/// An exact decimal number as a string: `"1.25"`. JSON numbers are refused, since they pass through floats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decimal(pub Number);

/// An exact decimal number as a string: `"1.25"`. JSON numbers are refused, since they pass through floats.
#[Scalar(name = "Decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        text.parse().map(Self).map_err(|_| InputValueError::custom("not a decimal number"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

impl Decimal {
    /// A scaled integer, without trailing zeros: 12,500 of scale 4 is 1.25.
    pub fn scaled(value: i64, scale: u32) -> Self {
        Self(Number::new(value, scale).normalize())
    }
}
