//! Autonumbers: `HD-00042`, `INV-2026-0001` (docs/wire/records.md#autonumbers).
//!
//! **Invariant:** a number is used once. It is taken in the transaction that writes
//! the record, and it is higher than every number that the records have.

use super::sql::{self, MAX_DIGITS};
use super::{Field, Object};
use chrono::{DateTime, Utc};
use os_db::{Name, Result, Tx};
use os_package::InvalidArtifact;

/// The format of a field that declares none.
const DEFAULT_FORMAT: &str = "{0000}";

/// The format of an autonumber: text, one counter, and parts that depend on the record or the day.
/// Each text before the counter has numbers of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberFormat {
    before: Vec<Part>,
    /// The fewest digits; longer numbers are not cut.
    width: usize,
    after: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// A date of now, as `chrono` formats it.
    Date(&'static str),
    Field(String),
}

/// A number of one record: the texts around it.
pub struct Rendered {
    before: String,
    width: usize,
    after: String,
    /// The text that the numbers are counted in: the one before, where it depends on the record or the day.
    scope: String,
}

impl NumberFormat {
    /// Reads a format. `is_stored` tells which names are fields with a column.
    ///
    /// # Errors
    /// A name that is no stored field.
    pub fn read(
        path: &str,
        text: Option<&str>,
        is_stored: impl Fn(&str) -> bool,
    ) -> std::result::Result<Self, InvalidArtifact> {
        let mut rest = text.filter(|it| !it.is_empty()).unwrap_or(DEFAULT_FORMAT);
        let (mut before, mut counter, mut after) = (Vec::new(), None, Vec::new());
        while !rest.is_empty() {
            let (part, tail) = next_part(rest, counter.is_none());
            rest = tail;
            match part {
                Token::Counter(width) => counter = Some(width),
                Token::Part(Part::Field(name)) if !is_stored(&name) => {
                    let message = format!(
                        "`{{{name}}}` must name a field of the object that is stored; besides fields, `{{0000}}`, `{{YYYY}}`, `{{YY}}`, `{{MM}}`, `{{DD}}` and `{{YYYYMMDD}}` have a meaning"
                    );
                    return Err(InvalidArtifact::at(path, message));
                }
                Token::Part(part) if counter.is_none() => before.push(part),
                Token::Part(part) => after.push(part),
            }
        }
        Ok(Self { before, width: counter.unwrap_or(1), after })
    }

    /// Renders the texts around the number of a record. `value` returns the text in a field.
    ///
    /// # Errors
    /// The field that has no value.
    pub fn render(
        &self,
        value: impl Fn(&str) -> Option<String>,
        now: DateTime<Utc>,
    ) -> std::result::Result<Rendered, &str> {
        let text = |parts: &'_ [Part]| -> std::result::Result<String, String> {
            let mut text = String::new();
            for part in parts {
                match part {
                    Part::Text(literal) => text.push_str(literal),
                    Part::Date(format) => text.push_str(&now.format(format).to_string()),
                    Part::Field(name) => text.push_str(
                        &value(name).filter(|it| !it.is_empty()).ok_or_else(|| name.clone())?,
                    ),
                }
            }
            Ok(text)
        };
        let missing = |name: String| self.field(&name);
        let before = text(&self.before).map_err(missing)?;
        let after = text(&self.after).map_err(missing)?;
        let mut all = self.before.iter().chain(&self.after);
        let is_dynamic = all.any(|part| !matches!(part, Part::Text(_)));
        let scope = if is_dynamic { before.clone() } else { String::new() };
        Ok(Rendered { before, width: self.width, after, scope })
    }

    fn field(&self, name: &str) -> &str {
        let mut all = self.before.iter().chain(&self.after);
        let found = all.find_map(|part| match part {
            Part::Field(field) if field == name => Some(field.as_str()),
            _ => None,
        });
        found.unwrap_or_default()
    }
}

impl Rendered {
    fn text(&self, number: i64) -> String {
        format!("{}{number:0width$}{}", self.before, self.after, width = self.width)
    }

    /// Returns the number in a text of this format.
    fn number(&self, text: &str) -> Option<i64> {
        let digits = text.strip_prefix(&self.before)?.strip_suffix(&self.after)?;
        let is_number = (1..=MAX_DIGITS).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|_| is_number)
    }
}

enum Token {
    Counter(usize),
    Part(Part),
}

/// Returns the first part of a format, and what follows it.
fn next_part(format: &str, takes_counter: bool) -> (Token, &str) {
    let literal = |end: usize| (Token::Part(Part::Text(format[..end].to_owned())), &format[end..]);
    let Some(open) = format.find('{') else { return literal(format.len()) };
    if open > 0 {
        return literal(open);
    }
    let body = &format[1..];
    let Some(end) = body.find(['{', '}']).filter(|end| body[*end..].starts_with('}')) else {
        return literal(1);
    };
    let (body, rest) = (&body[..end], &body[end + 1..]);
    let is_name = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !text.starts_with(|first: char| first.is_ascii_digit())
    };
    let part = match body {
        "YYYY" => Part::Date("%Y"),
        "YY" => Part::Date("%y"),
        "MM" => Part::Date("%m"),
        "DD" => Part::Date("%d"),
        "YYYYMMDD" => Part::Date("%Y%m%d"),
        "" => return literal(2),
        zeros if takes_counter && zeros.bytes().all(|byte| byte == b'0') => {
            return (Token::Counter(zeros.len().min(MAX_DIGITS)), rest);
        }
        name if is_name(name) => Part::Field(name.to_owned()),
        _ => return literal(end + 2),
    };
    (Token::Part(part), rest)
}

/// The counter of one field of an object.
#[derive(Clone, Copy)]
pub struct Counter<'a> {
    pub object: &'a Object,
    pub field: &'a Field,
}

impl<'a> Counter<'a> {
    /// Takes the next number.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next(self, tx: &mut Tx, form: &Rendered) -> Result<String> {
        let place = self.place(form);
        if let Some(number) = sql::count_up(tx, &place).await? {
            return Ok(form.text(number));
        }
        let highest = self.highest(tx, form).await?;
        Ok(form.text(sql::start(tx, &place, highest).await?))
    }

    /// Goes on after a number that a record brings along.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn keep(self, tx: &mut Tx, form: &Rendered, text: &str) -> Result<()> {
        let Some(number) = form.number(text) else { return Ok(()) };
        let highest = self.highest(tx, form).await?;
        sql::raise(tx, &self.place(form), number.max(highest)).await
    }

    async fn highest(self, tx: &mut Tx, form: &Rendered) -> Result<i64> {
        let (object, field) = (&self.object.name, &self.field.name);
        sql::highest_number(tx, object, field, (&form.before, &form.after)).await
    }

    fn place(self, form: &Rendered) -> sql::Place<'a> {
        let (object, field) = (self.object.name.as_str(), self.field.name.as_str());
        sql::Place { object, field, scope: form.scope.clone() }
    }
}

/// Has the records of an object looked at before its next numbers are given: it has got records
/// in another way, or its fields have changed.
///
/// # Errors
/// Those of the database.
pub async fn recount(tx: &mut Tx, object: &Name) -> Result<()> {
    sql::mark_stale(tx, object.as_str()).await
}

/// Follows a field that is renamed: its numbers go on under the new name.
///
/// # Errors
/// Those of the database.
pub async fn rename_field(tx: &mut Tx, object: &Name, from: &Name, to: &Name) -> Result<()> {
    sql::rename_field(tx, object.as_str(), from.as_str(), to.as_str()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(format: &str) -> std::result::Result<String, String> {
        let format = NumberFormat::read("f", Some(format), |name| ["kind", "zone"].contains(&name))
            .map_err(|error| error.to_string())?;
        let now = "2026-03-09T23:00:00Z".parse().unwrap();
        let value = |name: &str| (name == "kind").then(|| "WO".to_owned());
        format.render(value, now).map(|form| form.text(42)).map_err(|name| format!("no {name}"))
    }

    #[test]
    fn a_format_has_a_counter_dates_and_fields() {
        for (form, text) in [
            ("HD-{00000}", "HD-00042"),
            ("{0}", "42"),
            ("{0000}/x", "0042/x"),
            ("N", "N42"),
            ("", "0042"),
            ("INV-{YYYY}-{0000}", "INV-2026-0042"),
            ("{YYYYMMDD}-{YY}{MM}{DD}-{00}", "20260309-260309-42"),
            ("{kind}-{000}", "WO-042"),
            ("{000}/{kind}", "042/WO"),
            ("A{00}B{00}", "A42B{00}"),
            ("A{{00}}", "A{42}"),
            ("{}{0000", "{}{000042"),
            ("{YYYY-MM}-{0}", "{YYYY-MM}-42"),
            ("INV-####", "INV-####42"),
        ] {
            assert_eq!(rendered(form).as_deref(), Ok(text), "{form}");
        }
        assert_eq!(rendered("{zone}{0}"), Err("no zone".to_owned()));
        assert!(rendered("{knid}{0}").unwrap_err().contains("`{knid}` must name a field"));
    }

    #[test]
    fn a_number_is_found_in_its_text() {
        let format = NumberFormat::read("f", Some("A-{000}/x"), |_| false).unwrap();
        let form = format.render(|_| None, os_db::now()).unwrap();
        for (text, number) in [
            ("A-007/x", Some(7)),
            ("A-12345/x", Some(12345)),
            ("A-/x", None),
            ("A-1", None),
            ("B-1/x", None),
            ("A--1/x", None),
            ("A-1234567890123456789/x", None),
        ] {
            assert_eq!(form.number(text), number, "{text}");
        }
    }
}
