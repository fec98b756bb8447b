//! From JSON to cells.
//!
//! **Invariant:** a [`Cell`] made here has the type of its column, whatever the
//! JSON was.

use super::Field;
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
        match self.kind {
            FieldType::Select | FieldType::Radio => self.option(text),
            FieldType::Date if text.parse::<NaiveDate>().is_err() || text.len() != 10 => {
                Err(FieldError::new("invalid_date", "must be a date, such as `2026-12-31`"))
            }
            FieldType::Time if time(text).is_none() => {
                Err(FieldError::new("invalid_time", "must be a time, such as `17:30`"))
            }
            FieldType::Email if !text.contains('@') => {
                Err(FieldError::new("invalid_email", "must be an email address"))
            }
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

    fn list_or_document(&self, value: &Value) -> Result<String, FieldError> {
        let is_list = self.is_multiple || self.kind.is_list();
        if !is_list {
            return Ok(value.to_string());
        }
        let Value::Array(items) = value else {
            return Err(FieldError::new("invalid_type", "must be a list"));
        };
        for item in items {
            let plain = matches!(item, Value::String(_) | Value::Number(_));
            match item {
                Value::String(text) if self.kind != FieldType::Tags => self.option(text)?,
                _ if plain || matches!(self.kind, FieldType::Image | FieldType::File) => {}
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
