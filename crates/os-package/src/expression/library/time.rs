//! Timestamps and durations. A day counts from its midnight in UTC.

use super::Arguments;
use crate::expression::value::{EvaluationError, Outcome, Value};
use chrono::{DateTime, Datelike, FixedOffset, Months, NaiveTime, TimeDelta, Timelike, Utc};

fn out_of_range() -> EvaluationError {
    EvaluationError::new("the timestamp is out of range")
}

fn midnight(arguments: &Arguments<'_>) -> DateTime<Utc> {
    arguments.now.date_naive().and_time(NaiveTime::MIN).and_utc()
}

fn time_at(arguments: &Arguments<'_>, at: usize) -> Result<DateTime<Utc>, EvaluationError> {
    let value = arguments.value(at);
    value.as_timestamp().ok_or_else(|| EvaluationError::expected("a date", value))
}

fn shifted(time: DateTime<Utc>, days: i64) -> Outcome {
    let shifted = TimeDelta::try_days(days).and_then(|shift| time.checked_add_signed(shift));
    shifted.map(Value::Timestamp).ok_or_else(out_of_range)
}

/// `now()`
pub fn now(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Timestamp(arguments.now))
}

/// `today()`
pub fn today(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Timestamp(midnight(arguments)))
}

/// `daysAgo(count)`
pub fn days_ago(arguments: &Arguments<'_>) -> Outcome {
    shifted(midnight(arguments), arguments.integer(0)?.saturating_neg())
}

/// `daysFromNow(count)`
pub fn days_from_now(arguments: &Arguments<'_>) -> Outcome {
    shifted(midnight(arguments), arguments.integer(0)?)
}

/// `addDays(date, count)`
pub fn add_days(arguments: &Arguments<'_>) -> Outcome {
    shifted(time_at(arguments, 0)?, arguments.integer(1)?)
}

/// `addMonths(date, count)`; the day is cut to the length of the month.
pub fn add_months(arguments: &Arguments<'_>) -> Outcome {
    let (time, count) = (time_at(arguments, 0)?, arguments.integer(1)?);
    let months = u32::try_from(count.unsigned_abs()).map_err(|_| out_of_range())?;
    let months = Months::new(months);
    let moved = match count < 0 {
        true => time.checked_sub_months(months),
        false => time.checked_add_months(months),
    };
    moved.map(Value::Timestamp).ok_or_else(out_of_range)
}

/// `daysBetween(from, to)`, rounded.
pub fn days_between(arguments: &Arguments<'_>) -> Outcome {
    const DAY_MS: f64 = 86_400_000.0;
    let length = time_at(arguments, 1)? - time_at(arguments, 0)?;
    Ok(Value::Number((length.num_milliseconds() as f64 / DAY_MS).round()))
}

/// `date(x)`, `datetime(x)`, `timestamp(x)`: a string or, as seconds since 1970, a number.
pub fn timestamp(arguments: &Arguments<'_>) -> Outcome {
    if let Value::Number(seconds) = arguments.value(0) {
        let time = DateTime::from_timestamp(*seconds as i64, 0);
        return time.map(Value::Timestamp).ok_or_else(out_of_range);
    }
    Ok(Value::Timestamp(time_at(arguments, 0)?))
}

/// `duration('1h30m')`, in `d`, `h`, `m`, `s` and `ms`.
pub fn duration(arguments: &Arguments<'_>) -> Outcome {
    let text = arguments.text(0)?;
    let length = duration_of(&text);
    length.map(Value::Duration).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        EvaluationError::new(format!("`{shown}` is no duration, such as `1h30m`"))
    })
}

fn duration_of(text: &str) -> Option<TimeDelta> {
    let (is_negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut total = TimeDelta::zero();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|it: char| !it.is_ascii_digit() && it != '.')?;
        let count: f64 = rest[..digits].parse().ok()?;
        let units = &rest[digits..];
        let unit =
            &units[..units.find(|it: char| !it.is_ascii_alphabetic()).unwrap_or(units.len())];
        let unit_ms = match unit {
            "d" => 86_400_000.0,
            "h" => 3_600_000.0,
            "m" => 60_000.0,
            "s" => 1000.0,
            "ms" => 1.0,
            _ => return None,
        };
        let milliseconds = count * unit_ms;
        if milliseconds > i64::MAX as f64 / 2.0 {
            return None;
        }
        total = total.checked_add(&TimeDelta::try_milliseconds(milliseconds as i64)?)?;
        rest = &units[unit.len()..];
    }
    Some(if is_negative { -total } else { total })
}

/// Returns the offset of a time zone: `UTC` or `+02:00`.
///
/// # Errors
/// It has another form; zones by name change over the years and are not known here.
pub fn zone(name: &str) -> Result<FixedOffset, EvaluationError> {
    let offset = match name {
        "UTC" | "Z" => "+00:00",
        other => other,
    };
    offset.parse().map_err(|_| {
        let shown: String = name.chars().take(40).collect();
        EvaluationError::new(format!(
            "the time zone `{shown}` is not supported; use `UTC` or an offset, such as `+02:00`"
        ))
    })
}

/// Returns the receiver in the time zone of the argument.
fn local(arguments: &Arguments<'_>) -> Result<DateTime<FixedOffset>, EvaluationError> {
    let zone = match arguments.count() > 1 {
        true => zone(&arguments.text(1)?)?,
        false => zone("UTC")?,
    };
    Ok(time_at(arguments, 0)?.with_timezone(&zone))
}

fn part(arguments: &Arguments<'_>, part: fn(&DateTime<FixedOffset>) -> i64) -> Outcome {
    Ok(Value::Number(part(&local(arguments)?) as f64))
}

/// Returns a part of a timestamp, or the whole of a duration in that unit.
fn clock_part(
    arguments: &Arguments<'_>,
    of_time: fn(&DateTime<FixedOffset>) -> i64,
    of_duration: fn(&TimeDelta) -> i64,
) -> Outcome {
    match arguments.value(0) {
        Value::Duration(length) => Ok(Value::Number(of_duration(length) as f64)),
        _ => part(arguments, of_time),
    }
}

/// `time.getFullYear()`
pub fn year(arguments: &Arguments<'_>) -> Outcome {
    part(arguments, |time| i64::from(time.year()))
}

/// `time.getMonth()`; January is 0.
pub fn month_from_zero(arguments: &Arguments<'_>) -> Outcome {
    part(arguments, |time| i64::from(time.month0()))
}

/// `time.getDate()`; the first is 1.
pub fn day_of_month(arguments: &Arguments<'_>) -> Outcome {
    part(arguments, |time| i64::from(time.day()))
}

/// `time.getDayOfMonth()`; the first is 0.
pub fn day_of_month_from_zero(arguments: &Arguments<'_>) -> Outcome {
    part(arguments, |time| i64::from(time.day0()))
}

/// `time.getDayOfWeek()`; Sunday is 0.
pub fn day_of_week(arguments: &Arguments<'_>) -> Outcome {
    part(arguments, |time| i64::from(time.weekday().num_days_from_sunday()))
}

/// `time.getDayOfYear()`; the first of January is 0.
pub fn day_of_year_from_zero(arguments: &Arguments<'_>) -> Outcome {
    part(arguments, |time| i64::from(time.ordinal0()))
}

/// `time.getHours()`
pub fn hours(arguments: &Arguments<'_>) -> Outcome {
    clock_part(arguments, |time| i64::from(time.hour()), TimeDelta::num_hours)
}

/// `time.getMinutes()`
pub fn minutes(arguments: &Arguments<'_>) -> Outcome {
    clock_part(arguments, |time| i64::from(time.minute()), TimeDelta::num_minutes)
}

/// `time.getSeconds()`
pub fn seconds(arguments: &Arguments<'_>) -> Outcome {
    clock_part(arguments, |time| i64::from(time.second()), TimeDelta::num_seconds)
}

/// `time.getMilliseconds()`
pub fn milliseconds(arguments: &Arguments<'_>) -> Outcome {
    clock_part(
        arguments,
        |time| i64::from(time.timestamp_subsec_millis()),
        TimeDelta::num_milliseconds,
    )
}
