//! From JSON to cells.
//!
//! **Invariant:** a [`Cell`] made here has the type of its column, whatever the
//! JSON was.

use super::{Field, format};
use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, Utc};
use os_db::{Cell, CellType};
use os_package::FieldType;
use serde_json::Value;

/// The reason why a value does not fit a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// For programs: `invalid_type`, `required`, `invalid_option`, ….
    pub code: &'static str,
    /// For people; follows the label of the field.
    pub message: String,
}

impl FieldError {
    /// Creates an error with this code.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl Field {
    /// Returns the cell for a value of this field; null is a missing value.
    ///
    /// # Errors
    /// The type, the options, the length or the limits do not fit.
    pub fn cell(&self, value: &Value) -> Result<Cell, FieldError> {
        let Some(kind) = self.cell_type() else {
            return Err(FieldError::new("readonly", "is computed and cannot be written"));
        };
        if value.is_null() {
            return Ok(kind.null());
        }
        if self.is_json() {
            return self.list_or_document(value).map(Cell::text);
        }
        let cell = cell_of(kind, value)?;
        match &cell {
            Cell::Real(Some(number)) => self.within(*number)?,
            Cell::Text(Some(text)) => self.fits(text)?,
            _ => {}
        }
        match cell {
            // One form, so that times compare as strings.
            Cell::Text(Some(text)) if self.kind == FieldType::Time => {
                Ok(Cell::Text(time(&text).map(|time| time.format("%H:%M:%S%.f").to_string())))
            }
            cell => Ok(cell),
        }
    }

    fn within(&self, number: f64) -> Result<(), FieldError> {
        match (self.min, self.max) {
            (Some(min), _) if number < min => {
                Err(FieldError::new("min_value", format!("must be {min} or more")))
            }
            (_, Some(max)) if number > max => {
                Err(FieldError::new("max_value", format!("must be {max} or less")))
            }
            _ => self.has_digits(number),
        }
    }

    /// Checks the digits of a number as it is written in decimals.
    fn has_digits(&self, number: f64) -> Result<(), FieldError> {
        if self.scale.is_none() && self.precision.is_none() {
            return Ok(());
        }
        let text = number.abs().to_string();
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
        let whole = whole.trim_start_matches('0');
        if let Some(scale) = self.scale
            && decimals.len() > scale as usize
        {
            let message = match scale {
                0 => "must be a whole number".to_owned(),
                _ => format!("must have {scale} decimals at most"),
            };
            return Err(FieldError::new("max_scale", message));
        }
        // The decimals that a number may have are not free for its whole part.
        let whole_digits =
            self.precision.map(|precision| precision.saturating_sub(self.scale.unwrap_or(0)));
        match (self.precision, whole_digits) {
            (Some(precision), Some(most))
                if whole.len() > most as usize
                    || whole.len() + decimals.len() > precision as usize =>
            {
                let message = format!(
                    "must have {precision} digits at most, {most} of them before the decimal point"
                );
                Err(FieldError::new("max_precision", message))
            }
            _ => Ok(()),
        }
    }

    fn fits(&self, text: &str) -> Result<(), FieldError> {
        if let Some(most) = self.max_length
            && text.chars().count() > most
        {
            return Err(FieldError::new(
                "max_length",
                format!("must have {most} characters at most"),
            ));
        }
        if let Some(least) = self.min_length
            && !text.is_empty()
            && text.chars().count() < least
        {
            let message = format!("must have {least} characters at least");
            return Err(FieldError::new("min_length", message));
        }
        match self.kind {
            FieldType::Select | FieldType::Radio => self.option(text),
            FieldType::Date if text.parse::<NaiveDate>().is_err() || text.len() != 10 => {
                Err(FieldError::new("invalid_date", "must be a date, such as `2026-12-31`"))
            }
            FieldType::Time if time(text).is_none() => {
                Err(FieldError::new("invalid_time", "must be a time, such as `17:30`"))
            }
            FieldType::Email if !format::is_email(text) => {
                Err(FieldError::new("invalid_email", "must be an email address"))
            }
            FieldType::Phone if !format::is_phone(text) => Err(FieldError::new(
                "invalid_phone",
                "must be a telephone number, such as `+1 555 0101`",
            )),
            FieldType::Url if !format::is_url(text) => Err(FieldError::new(
                "invalid_url",
                "must be an address, such as `https://example.com`; http, https, ftp, mailto and tel are allowed, and paths on this server",
            )),
            _ => Ok(()),
        }
    }

    fn option(&self, text: &str) -> Result<(), FieldError> {
        if self.options.is_empty() || self.options.iter().any(|option| option == text) {
            return Ok(());
        }
        let shown: Vec<&str> = self.options.iter().take(20).map(String::as_str).collect();
        Err(FieldError::new("invalid_option", format!("must be one of {}", shown.join(", "))))
    }

    /// Checks what names a file. Whether there is one, and whose, is checked where the record is
    /// written.
    fn file(&self, value: &Value) -> Result<(), FieldError> {
        match value.as_str().is_some_and(format::is_file) {
            true => Ok(()),
            false => Err(FieldError::new(
                "invalid_file",
                "must be the id of a file, an http address or a path on this server",
            )),
        }
    }

    fn list_or_document(&self, value: &Value) -> Result<String, FieldError> {
        if let (FieldType::Vector, Some(count)) = (self.kind, self.dimensions) {
            let numbers = value.as_array().filter(|it| it.iter().all(Value::is_number));
            if numbers.is_none_or(|it| it.len() != count) {
                let message = format!("must be a list of {count} numbers");
                return Err(FieldError::new("invalid_type", message));
            }
        }
        let is_list = self.is_multiple || self.kind.is_list();
        if !is_list {
            return match self.kind.is_file() {
                true => self.file(value).map(|()| value.to_string()),
                false => Ok(value.to_string()),
            };
        }
        let Value::Array(items) = value else {
            return Err(FieldError::new("invalid_type", "must be a list"));
        };
        for item in items {
            let plain = matches!(item, Value::String(_) | Value::Number(_));
            match item {
                _ if self.kind.is_file() => self.file(item)?,
                Value::String(text) if self.kind != FieldType::Tags => self.option(text)?,
                _ if plain => {}
                _ => return Err(FieldError::new("invalid_type", "must be a list of strings")),
            }
        }
        Ok(value.to_string())
    }
}

/// Returns the cell of this type for a value that is not null.
///
/// # Errors
/// The type that it should have.
pub fn cell_of(kind: CellType, value: &Value) -> Result<Cell, FieldError> {
    let wrong = |what: &str| FieldError::new("invalid_type", format!("must be {what}"));
    Ok(match kind {
        CellType::Text => match value {
            Value::String(text) if text.contains('\0') => {
                return Err(wrong("a string without the character U+0000"));
            }
            Value::String(text) => Cell::text(text.as_str()),
            Value::Number(number) => Cell::text(number.to_string()),
            _ => return Err(wrong("a string")),
        },
        CellType::Integer => {
            Cell::Integer(Some(value.as_i64().ok_or_else(|| wrong("an integer"))?))
        }
        CellType::Real => Cell::Real(Some(value.as_f64().ok_or_else(|| wrong("a number"))?)),
        CellType::Bool => Cell::Bool(Some(value.as_bool().ok_or_else(|| wrong("true or false"))?)),
        CellType::Time => {
            let instant = value.as_str().and_then(instant);
            let what = "an RFC 3339 timestamp, such as `2026-12-31T17:30:00Z`";
            Cell::Time(Some(instant.ok_or_else(|| wrong(what))?))
        }
    })
}

/// Returns a timestamp in RFC 3339; a date alone is its midnight, no zone is UTC.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let parsed = DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .or_else(|_| text.parse::<chrono::NaiveDateTime>().map(|time| time.and_utc()))
        .or_else(|_| text.parse::<NaiveDate>().map(|day| day.and_time(NaiveTime::MIN).and_utc()))
        .ok()?;
    // The range of both databases and of RFC 3339.
    (0..=9999).contains(&chrono::Datelike::year(&parsed)).then(|| parsed.trunc_subsecs(6))
}

fn time(text: &str) -> Option<NaiveTime> {
    ["%H:%M", "%H:%M:%S", "%H:%M:%S%.f"]
        .iter()
        .find_map(|format| NaiveTime::parse_from_str(text, format).ok())
}
