//! Queries of lists: parameters, checked against the object and the rights of the caller.
//!
//! **Invariant:** a [`Query`] names only columns that exist and that the caller
//! may read, and its limit is bounded. SQL is made of it and of nothing else.

mod bind;
mod params;
mod sort;

pub use bind::Binder;
pub use params::QueryParams;
pub use sort::{Sort, write as write_order};

use crate::object::{ConditionParser, Field, MAX_PATTERN_BYTES};
use crate::records::rights::ObjectAccess;
use crate::records::store::filter::{Filter, Test, pattern};
use crate::{Code, Error, Result};
use os_db::{CellType, Name};
use serde_json::Value;

/// The most records of one list, and how many it has without `limit`.
pub const MAX_LIST_RECORDS: i64 = 10_000;
const DEFAULT_LIST_RECORDS: i64 = 1000;

/// The longest search, and the most words of it that count.
const MAX_SEARCH_CHARS: usize = 200;
const MAX_SEARCH_WORDS: usize = 8;

/// The most fields of a search that a caller names.
const MAX_SEARCH_FIELDS: usize = 50;

/// A query of a list, checked.
pub struct Query<'k> {
    /// The columns and computed fields that each record shows; all where there are none.
    pub fields: Option<Vec<Name>>,
    pub filter: Filter,
    pub sort: Vec<Sort>,
    pub limit: i64,
    pub offset: i64,
    /// `true` if the response holds the total.
    pub with_total: bool,
    /// References whose records replace their ids.
    pub expand: Vec<&'k Field>,
}

impl<'k> Query<'k> {
    /// Checks the parameters of a query.
    ///
    /// # Errors
    /// `INVALID_QUERY`, `INVALID_FILTER`, `INVALID_SORT`, `INVALID_FIELD`, each
    /// naming what is wrong.
    pub fn read(access: &ObjectAccess<'k>, params: &QueryParams) -> Result<Self> {
        let (mut parser, binder) = (ConditionParser::default(), Binder::new(access));
        let mut filter = match &params.filter {
            Some(value) => {
                binder.bind(&parser.filter(json_of(value)?.as_ref()).map_err(bind::invalid)?)?
            }
            None => Filter::everything(),
        };
        for (name, value) in &params.fields_equal {
            let condition = parser.field(name, value).map_err(bind::invalid)?;
            filter = filter.and(binder.bind(&condition)?);
        }
        if let Some(search) = &params.search {
            filter = filter.and(searching(access, search, params.search_fields.as_ref())?);
        }
        Ok(Self {
            fields: fields(access, params.select.as_ref())?,
            filter,
            sort: match &params.sort {
                Some(value) => sort::read(access, value)?,
                None => Vec::new(),
            },
            limit: number("limit", params.limit.as_ref(), MAX_LIST_RECORDS)?
                .unwrap_or(DEFAULT_LIST_RECORDS),
            offset: number("offset", params.offset.as_ref(), i64::MAX)?.unwrap_or(0),
            with_total: !matches!(&params.count, Some(it) if is_false(it)),
            expand: expand(access, params.expand.as_ref())?,
        })
    }
}

/// Returns the fields that each record shows; `None` for all.
///
/// # Errors
/// `INVALID_FIELD`.
pub fn fields(access: &ObjectAccess<'_>, params: Option<&Value>) -> Result<Option<Vec<Name>>> {
    let Some(names) = params.map(|it| names("select", it)).transpose()? else { return Ok(None) };
    if names.is_empty() {
        return Ok(None);
    }
    let mut fields: Vec<Name> = Vec::with_capacity(names.len());
    for name in names {
        let name = match access.computed(name) {
            Some(field) => field.name.clone(),
            None => access.column(name, "select")?.name,
        };
        if !fields.contains(&name) {
            fields.push(name);
        }
    }
    Ok(Some(fields))
}

/// Returns the references to expand: names in a string or a list, or an object whose
/// members are named like them.
///
/// # Errors
/// `INVALID_FIELD`.
pub fn expand<'k>(access: &ObjectAccess<'k>, params: Option<&Value>) -> Result<Vec<&'k Field>> {
    let names: Vec<&str> = match params {
        None => return Ok(Vec::new()),
        Some(Value::Object(map)) => map.keys().map(String::as_str).collect(),
        Some(value) => names("expand", value)?,
    };
    let mut fields: Vec<&Field> = Vec::with_capacity(names.len());
    for name in names {
        let column = access.column(name, "expand")?;
        let field = access.object().field(column.name.as_str());
        let Some(field) = field.filter(|field| field.kind.is_reference()) else {
            return Err(
                access.invalid_field(name, "it refers to no other record; `expand` takes lookups")
            );
        };
        if !fields.iter().any(|other| other.name == field.name) {
            fields.push(field);
        }
    }
    Ok(fields)
}

/// Returns the filter for the words of a search.
fn searching(access: &ObjectAccess<'_>, search: &Value, fields: Option<&Value>) -> Result<Filter> {
    let refuse = || invalid("`search` must be a string, or an object with a `query` and `fields`");
    let (text, fields) = match search {
        Value::String(text) => (text.as_str(), fields),
        Value::Object(map) => {
            let text = map.get("query").and_then(Value::as_str).ok_or_else(refuse)?;
            (text, map.get("fields").or(fields))
        }
        _ => return Err(refuse()),
    };
    if text.chars().count() > MAX_SEARCH_CHARS {
        return Err(invalid(format!("`search` may have {MAX_SEARCH_CHARS} characters")));
    }
    if text.len() > MAX_PATTERN_BYTES {
        return Err(invalid(format!("`search` may have {MAX_PATTERN_BYTES} bytes")));
    }
    let columns = match fields {
        Some(value) => search_columns(access, value)?,
        None => access.searched(),
    };
    let words = text.split_whitespace().take(MAX_SEARCH_WORDS).map(|word| {
        let test = |name: &Name| Filter::Column(name.clone(), Test::LikeAnyCase(pattern(word)));
        Filter::Any(columns.iter().map(test).collect())
    });
    Ok(Filter::All(words.collect()))
}

/// Returns the columns of `searchFields`, each once.
fn search_columns(access: &ObjectAccess<'_>, value: &Value) -> Result<Vec<Name>> {
    let mut columns = Vec::new();
    for name in names("searchFields", value)? {
        let column = access.column(name, "searchFields")?;
        if column.kind != CellType::Text {
            let why = "a search looks into strings, and this field holds none; use `filter`";
            return Err(access.invalid_field(name, why));
        }
        if !columns.contains(&column.name) {
            columns.push(column.name);
        }
    }
    if columns.len() > MAX_SEARCH_FIELDS {
        return Err(invalid(format!("`searchFields` may name {MAX_SEARCH_FIELDS} fields")));
    }
    Ok(columns)
}

/// Names in a string with commas, or in a list.
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

/// JSON that is given as a string, as in a URL.
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
        None if most == MAX_LIST_RECORDS => Err(invalid(format!(
            "`{place}` must be an integer from 0 to {most}; use `offset` for more"
        ))),
        None => Err(invalid(format!("`{place}` must be an integer, 0 or more"))),
    }
}

fn is_false(value: &Value) -> bool {
    matches!(value, Value::Bool(false)) || value.as_str() == Some("false")
}

fn invalid(message: impl Into<String>) -> Error {
    Code::InvalidQuery.error(message)
}
