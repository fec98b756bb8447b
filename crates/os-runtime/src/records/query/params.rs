//! The parameters of a query, in a URL or in a body, under their many names.

use crate::{Code, Result};
use serde_json::{Map, Value};

/// The parameters of a query, not yet parsed.
#[derive(Debug, Default)]
pub struct QueryParams {
    pub filter: Option<Value>,
    /// Parameters that are fields: `status=open`.
    pub fields_equal: Vec<(String, Value)>,
    pub select: Option<Value>,
    pub sort: Option<Value>,
    pub limit: Option<Value>,
    pub offset: Option<Value>,
    pub search: Option<Value>,
    pub search_fields: Option<Value>,
    pub expand: Option<Value>,
    pub count: Option<Value>,
    pub group_by: Option<Value>,
    pub aggregations: Option<Value>,
}

impl QueryParams {
    /// Reads the parameters of a URL.
    ///
    /// # Errors
    /// `INVALID_REQUEST` for a parameter that is given twice.
    pub fn of_url(query: Option<&str>) -> Result<Self> {
        let mut params = Self::default();
        let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        for (name, value) in pairs {
            params.take(&name, Value::String(value.into_owned()))?;
        }
        Ok(params)
    }

    /// Reads the body of `POST …/query`.
    ///
    /// # Errors
    /// `INVALID_REQUEST` for two names of one parameter; `INVALID_QUERY` where the
    /// body names another object.
    pub fn of_body(body: Map<String, Value>, object: &str) -> Result<Self> {
        let mut params = Self::default();
        for (name, value) in body {
            if name == "object" {
                if value.as_str() != Some(object) {
                    let message = format!("the body names another object than the URL, `{object}`");
                    return Err(Code::InvalidQuery.error(message));
                }
            } else {
                params.take(&name, value)?;
            }
        }
        Ok(params)
    }

    fn take(&mut self, name: &str, value: Value) -> Result<()> {
        let place = match name {
            "filter" | "filters" | "where" | "$filter" => &mut self.filter,
            "select" | "fields" | "$select" => &mut self.select,
            "sort" | "orderBy" | "orderby" | "order_by" | "$orderby" => &mut self.sort,
            "limit" | "top" | "$top" => &mut self.limit,
            "offset" | "skip" | "$skip" => &mut self.offset,
            "search" | "$search" => &mut self.search,
            "searchFields" | "$searchFields" => &mut self.search_fields,
            "expand" | "populate" | "$expand" => &mut self.expand,
            "count" | "$count" => &mut self.count,
            "groupBy" => &mut self.group_by,
            "aggregations" => &mut self.aggregations,
            "context" => return Ok(()),
            _ => {
                if self.fields_equal.iter().any(|(other, _)| other == name) {
                    return Err(given_twice(name));
                }
                self.fields_equal.push((name.to_owned(), value));
                return Ok(());
            }
        };
        if place.is_some() {
            return Err(given_twice(name));
        }
        *place = Some(value);
        Ok(())
    }
}

fn given_twice(name: &str) -> crate::Error {
    let name: String = name.chars().take(80).collect();
    let name = name.escape_debug();
    Code::InvalidRequest.error(format!("`{name}` is given twice; keep one of them"))
}
