//! What is asked for when records are listed.
//!
//! **Invariant:** a [`Query`] names only columns that exist and that the caller
//! may read, and bounds what it answers. SQL is made of it and of nothing else.

pub mod condition;
mod params;
mod sort;

pub use params::Asked;
pub use sort::{Sort, write as write_order};

use crate::object::Field;
use crate::records::rights::Ask;
use crate::records::store::filter::{Filter, Test, pattern};
use crate::{Code, Error, Result};
use condition::Reading;
use os_db::Name;
use serde_json::Value;

/// The most records of one answer, and how many there are when nobody says.
pub const MOST_RECORDS: i64 = 10_000;
const USUAL_RECORDS: i64 = 1000;

/// A list that is asked for, understood.
pub struct Query<'k> {
    /// What each record shows: names of columns and of computed fields.
    pub fields: Option<Vec<Name>>,
    pub filter: Filter,
    pub sort: Vec<Sort>,
    pub limit: i64,
    pub offset: i64,
    /// Whether the answer tells how many there are in all.
    pub with_total: bool,
    /// References whose records stand in place of their ids.
    pub expand: Vec<&'k Field>,
}

impl<'k> Query<'k> {
    /// Understands what was asked for.
    ///
    /// # Errors
    /// `INVALID_QUERY`, `INVALID_FILTER`, `INVALID_SORT`, `INVALID_FIELD`, each
    /// naming what is wrong.
    pub fn read(ask: &Ask<'k>, asked: &Asked) -> Result<Self> {
        let mut reading = Reading::new(ask);
        let mut filter = match &asked.filter {
            Some(value) => reading.filter(json_of(value)?.as_ref(), 0)?,
            None => Filter::everything(),
        };
        for (name, value) in &asked.fields_equal {
            filter = filter.and(reading.field(name, value, 0)?);
        }
        if let Some(search) = &asked.search {
            filter = filter.and(searching(ask, search, asked.search_fields.as_ref())?);
        }
        Ok(Self {
            fields: fields(ask, asked.select.as_ref())?,
            filter,
            sort: match &asked.sort {
                Some(value) => sort::read(ask, value)?,
                None => Vec::new(),
            },
            limit: number("limit", asked.limit.as_ref(), MOST_RECORDS)?.unwrap_or(USUAL_RECORDS),
            offset: number("offset", asked.offset.as_ref(), i64::MAX)?.unwrap_or(0),
            with_total: !matches!(&asked.count, Some(it) if is_false(it)),
            expand: expand(ask, asked.expand.as_ref())?,
        })
    }
}

/// What each record shows; all it has, where nothing is said.
///
/// # Errors
/// `INVALID_FIELD`.
pub fn fields(ask: &Ask<'_>, asked: Option<&Value>) -> Result<Option<Vec<Name>>> {
    let Some(names) = asked.map(|it| names("select", it)).transpose()? else { return Ok(None) };
    if names.is_empty() {
        return Ok(None);
    }
    let mut fields: Vec<Name> = Vec::with_capacity(names.len());
    for name in names {
        let name = match ask.computed(name) {
            Some(field) => field.name.clone(),
            None => ask.column(name, "select")?.name,
        };
        if !fields.contains(&name) {
            fields.push(name);
        }
    }
    Ok(Some(fields))
}

/// The references to follow: names in a text or a list, or an object whose
/// members are named like them.
///
/// # Errors
/// `INVALID_FIELD`.
pub fn expand<'k>(ask: &Ask<'k>, asked: Option<&Value>) -> Result<Vec<&'k Field>> {
    let names: Vec<&str> = match asked {
        None => return Ok(Vec::new()),
        Some(Value::Object(map)) => map.keys().map(String::as_str).collect(),
        Some(value) => names("expand", value)?,
    };
    let mut fields: Vec<&Field> = Vec::with_capacity(names.len());
    for name in names {
        let column = ask.column(name, "expand")?;
        let field = ask.object.field(column.name.as_str());
        let Some(field) = field.filter(|field| field.kind.is_reference()) else {
            return Err(
                ask.invalid_field(name, "it refers to no other record; `expand` takes lookups")
            );
        };
        if !fields.iter().any(|other| other.name == field.name) {
            fields.push(field);
        }
    }
    Ok(fields)
}

/// The words of a search in the fields that are searched.
fn searching(ask: &Ask<'_>, search: &Value, fields: Option<&Value>) -> Result<Filter> {
    let refuse = || invalid("`search` must be a text, or an object with a `query` and `fields`");
    let (text, fields) = match search {
        Value::String(text) => (text.as_str(), fields),
        Value::Object(map) => {
            let text = map.get("query").and_then(Value::as_str).ok_or_else(refuse)?;
            (text, map.get("fields").or(fields))
        }
        _ => return Err(refuse()),
    };
    if text.chars().count() > 200 {
        return Err(invalid("`search` may have 200 characters"));
    }
    let columns: Vec<Name> = match fields {
        Some(value) => {
            let names = names("searchFields", value)?.into_iter();
            names
                .map(|name| ask.column(name, "searchFields").map(|it| it.name))
                .collect::<Result<_>>()?
        }
        None => ask.searched(),
    };
    let words = text.split_whitespace().take(8).map(|word| {
        let test = |name: &Name| Filter::Column(name.clone(), Test::LikeAnyCase(pattern(word)));
        Filter::Any(columns.iter().map(test).collect())
    });
    Ok(Filter::All(words.collect()))
}

/// Names in a text with commas, or in a list.
fn names<'v>(place: &str, value: &'v Value) -> Result<Vec<&'v str>> {
    match value {
        Value::String(text) => {
            Ok(text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect())
        }
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().or_else(|| item.get("field")?.as_str()))
            .collect::<Option<_>>()
            .ok_or_else(|| invalid(format!("`{place}` must be a list of names"))),
        Value::Null => Ok(Vec::new()),
        _ => Err(invalid(format!("`{place}` must be names with commas between, or a list"))),
    }
}

/// JSON that stands in a text, as in a URL.
fn json_of(value: &Value) -> Result<std::borrow::Cow<'_, Value>> {
    use std::borrow::Cow;
    let Value::String(text) = value else { return Ok(Cow::Borrowed(value)) };
    if text.trim().is_empty() {
        return Ok(Cow::Owned(Value::Null));
    }
    match serde_json::from_str(text) {
        Ok(value) if !matches!(value, Value::String(_)) => Ok(Cow::Owned(value)),
        Ok(_) => {
            Err(Code::InvalidFilter.error("`filter` must be an object or a list of conditions"))
        }
        Err(error) => Err(Code::InvalidFilter.error(format!("`filter` is not JSON: {error}"))),
    }
}

fn number(place: &str, value: Option<&Value>, most: i64) -> Result<Option<i64>> {
    let number = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    match number.filter(|number| (0..=most).contains(number)) {
        Some(number) => Ok(Some(number)),
        None if most == MOST_RECORDS => Err(invalid(format!(
            "`{place}` must be a whole number from 0 to {most}; go on with `offset`"
        ))),
        None => Err(invalid(format!("`{place}` must be a whole number, 0 or more"))),
    }
}

fn is_false(value: &Value) -> bool {
    matches!(value, Value::Bool(false)) || value.as_str() == Some("false")
}

fn invalid(message: impl Into<String>) -> Error {
    Code::InvalidQuery.error(message)
}
