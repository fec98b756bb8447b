//! The value of a field in a new record that has none.

use super::reading::Reading;
use os_package::FieldType;
use os_package::expression::{Expression, cel_source};
use serde_json::Value;

/// A default value.
#[derive(Debug)]
pub enum DefaultValue {
    /// A value.
    Value(Value),
    /// The account that creates the record.
    CurrentUser,
    /// The time at which the record is created.
    Now,
    /// An expression, evaluated when the record is created.
    Expression(Expression),
}

/// Reads a default: as declared, or else the option that is marked as default. An
/// expression that cannot be compiled is no default, with a warning.
pub fn read(reading: &mut Reading<'_>, kind: FieldType, source: &Value) -> Option<DefaultValue> {
    let declared = source.get("defaultValue").filter(|it| !it.is_null());
    let value = declared.or_else(|| marked_option(source))?;
    if let Some(text) = cel_source(value) {
        return match Expression::compile(text) {
            Ok(expression) => Some(DefaultValue::Expression(expression)),
            Err(error) => {
                reading.within("defaultValue", |reading| {
                    reading
                        .warn(format!("cannot be evaluated, so that there is no default: {error}"));
                });
                None
            }
        };
    }
    Some(match value.as_str() {
        Some("current_user") if kind == FieldType::User => DefaultValue::CurrentUser,
        Some("NOW()" | "now()") => DefaultValue::Now,
        _ => DefaultValue::Value(value.clone()),
    })
}

fn marked_option(source: &Value) -> Option<&Value> {
    let options = source.get("options")?.as_array()?;
    let is_list = source.get("multiple") == Some(&Value::Bool(true));
    let marked = options.iter().find(|option| option.get("default") == Some(&true.into()))?;
    marked.get("value").filter(|_| !is_list)
}
