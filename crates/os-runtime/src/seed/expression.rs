//! The expressions that seeds hold: dates around today.
//!
//! `daysAgo(9) + duration("6h20m")`, `daysFromNow(30)`, `today()`, `now()`, as
//! CEL writes them. A day counts from its midnight in UTC.

use chrono::{DateTime, Duration, NaiveTime, Utc};
use serde_json::Value;

/// The source text, if a value is an expression.
pub fn source(value: &Value) -> Option<&str> {
    let is_cel = value.get("dialect").and_then(Value::as_str) == Some("cel");
    value.get("source").and_then(Value::as_str).filter(|_| is_cel)
}

/// The moment that an expression means; `None` if it is not one of those above.
pub fn evaluate(source: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let (term, shift) = match source.split_once(['+', '-']) {
        Some((term, shift)) => {
            let shift = duration(argument(shift.trim(), "duration")?.trim_matches(['"', '\'']))?;
            (term.trim(), if source.contains('+') { shift } else { -shift })
        }
        None => (source.trim(), Duration::zero()),
    };
    let midnight = now.date_naive().and_time(NaiveTime::MIN).and_utc();
    let count = |name| argument(term, name)?.trim().parse::<u32>().ok().map(i64::from);
    let base = if term == "today()" {
        midnight
    } else if term == "now()" {
        now
    } else if let Some(days) = count("daysAgo") {
        midnight.checked_sub_signed(Duration::try_days(days)?)?
    } else {
        midnight.checked_add_signed(Duration::try_days(count("daysFromNow")?)?)?
    };
    base.checked_add_signed(shift)
}

/// What stands in the parentheses of a call.
fn argument<'t>(term: &'t str, name: &str) -> Option<&'t str> {
    term.strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')')
}

/// `6h20m`, `90s`, `2d`.
fn duration(text: &str) -> Option<Duration> {
    let mut total = Duration::zero();
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: i64 = rest[..digits].parse().ok()?;
        let step = match rest[digits..].chars().next()? {
            'd' => Duration::try_days(count)?,
            'h' => Duration::try_hours(count)?,
            'm' => Duration::try_minutes(count)?,
            's' => Duration::try_seconds(count)?,
            _ => return None,
        };
        total = total.checked_add(&step)?;
        rest = &rest[digits + 1..];
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_from_midnight() {
        let now: DateTime<Utc> = "2026-03-10T15:30:00Z".parse().unwrap();
        for (source, moment) in [
            ("today()", "2026-03-10T00:00:00Z"),
            ("now()", "2026-03-10T15:30:00Z"),
            ("daysAgo(10)", "2026-02-28T00:00:00Z"),
            (" daysFromNow( 30 ) ", "2026-04-09T00:00:00Z"),
            (r#"daysAgo(9) + duration("6h20m")"#, "2026-03-01T06:20:00Z"),
            ("today() - duration('90s')", "2026-03-09T23:58:30Z"),
        ] {
            assert_eq!(evaluate(source, now), Some(moment.parse().unwrap()), "{source}");
        }
        for source in [
            "",
            "daysAgo()",
            "daysAgo(-1)",
            "daysAgo(99999999999)",
            "record.x",
            "today() + 1",
            "daysAgo(4294967295)",
            r#"now() + duration("é")"#,
            "now() + duration(\"9999999999999999d\")",
        ] {
            assert_eq!(evaluate(source, now), None, "{source}");
        }
    }
}
