//! The order of records: `-created_at,name`, `name desc`, `[{"field", "order"}]`,
//! `["-name"]`, `{"name": "asc"}`.

use crate::records::rights::ObjectAccess;
use crate::records::store::filter::column;
use crate::{Code, Error, Result};
use os_db::{Name, Sql};
use serde_json::Value;

/// The most fields of one order.
const MAX_SORT_FIELDS: usize = 10;

/// A column that records are sorted by.
#[derive(Debug, Clone)]
pub struct Sort {
    pub column: Name,
    pub descending: bool,
}

/// Reads an order in any of its forms.
///
/// # Errors
/// `INVALID_SORT`.
pub fn read(access: &ObjectAccess<'_>, value: &Value) -> Result<Vec<Sort>> {
    let mut sorts = Vec::new();
    match value {
        Value::Null => {}
        Value::String(text) if text.trim_start().starts_with(['[', '{']) => {
            let value = serde_json::from_str(text)
                .map_err(|error| invalid(format!("`sort` is not JSON: {error}")))?;
            return read(access, &value);
        }
        Value::String(text) => {
            for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
                sorts.push(term(access, part)?);
            }
        }
        Value::Array(items) => {
            for item in items {
                sorts.push(match item {
                    Value::String(text) => term(access, text.trim())?,
                    _ => {
                        let field = item.get("field").and_then(Value::as_str);
                        let field = field.ok_or_else(|| {
                            invalid("`sort` must be names, or objects with `field` and `order`")
                        })?;
                        let order = item.get("order").or(item.get("direction"));
                        sort(access, field, order.and_then(Value::as_str).unwrap_or("asc"))?
                    }
                });
            }
        }
        Value::Object(map) => {
            for (field, order) in map {
                let order = match order {
                    Value::Number(number) if number.as_i64() == Some(-1) => "desc",
                    Value::Number(_) => "asc",
                    _ => order.as_str().unwrap_or_default(),
                };
                sorts.push(sort(access, field, order)?);
            }
        }
        _ => return Err(invalid("`sort` must be names, such as `-created_at,name`")),
    }
    if sorts.len() > MAX_SORT_FIELDS {
        return Err(invalid(format!("`sort` may name {MAX_SORT_FIELDS} fields")));
    }
    Ok(sorts)
}

/// `-name`, `name desc`, `name:desc`.
fn term(access: &ObjectAccess<'_>, text: &str) -> Result<Sort> {
    if let Some(name) = text.strip_prefix('-') {
        return sort(access, name, "desc");
    }
    match text.split_once([' ', ':']) {
        Some((name, order)) => sort(access, name, order.trim()),
        None => sort(access, text.strip_prefix('+').unwrap_or(text), "asc"),
    }
}

fn sort(access: &ObjectAccess<'_>, name: &str, order: &str) -> Result<Sort> {
    let descending = match order.to_ascii_lowercase().as_str() {
        "asc" | "ascending" => false,
        "desc" | "descending" => true,
        _ => return Err(invalid("an order is `asc` or `desc`")),
    };
    let column = access.column(name, "sort").map_err(|error| {
        Code::InvalidSort.error(error.message()).with("object", access.object().name.as_str())
    })?;
    Ok(Sort { column: column.name, descending })
}

/// Appends the order. The id comes last, so that pages neither overlap nor leave
/// gaps where values repeat.
pub fn write(sql: &mut Sql, table: &Name, sorts: &[Sort]) {
    let id = crate::records::store::id_column();
    sql.push(" ORDER BY ");
    for sort in sorts {
        column(sql, table, &sort.column).push(if sort.descending { " DESC, " } else { ", " });
    }
    let descending = sorts.last().is_some_and(|sort| sort.descending);
    column(sql, table, &id).push(if descending { " DESC" } else { "" });
}

fn invalid(message: impl Into<String>) -> Error {
    Code::InvalidSort.error(message)
}
