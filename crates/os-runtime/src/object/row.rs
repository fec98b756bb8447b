//! The columns and values that conditions of row policies compare.

use super::value::cell_of;
use super::{Column, Object};
use os_db::{Cell, CellType};
use os_package::row_policy::{Comparison, RowCondition, RowValue};
use serde_json::{Value, json};

/// The account that a row policy is applied for.
#[derive(Clone, Copy)]
pub struct RowUser<'a> {
    pub id: &'a str,
    pub email: &'a str,
}

impl Object {
    /// Returns the column that a row policy compares.
    ///
    /// # Errors
    /// The reason, where there is none that can be compared.
    pub fn row_column(&self, name: &str) -> Result<Column, String> {
        match (self.column(name), self.field(name)) {
            (Some(_), Some(field)) if field.is_json() => {
                Err(format!("`{name}` holds several values and cannot be compared"))
            }
            (Some(column), _) => Ok(column),
            (None, Some(_)) => Err(format!("`{name}` is computed and cannot be compared")),
            (None, None) => Err(format!("it has no field `{name}`")),
        }
    }

    /// Checks that a condition compares fields of the object with values of their types.
    ///
    /// # Errors
    /// The reason, where it does not.
    pub fn check_row_condition(&self, condition: &RowCondition) -> Result<(), String> {
        let nobody = RowUser { id: "", email: "" };
        match condition {
            RowCondition::All(parts) | RowCondition::Any(parts) => {
                parts.iter().try_for_each(|part| self.check_row_condition(part))
            }
            RowCondition::Not(part) => self.check_row_condition(part),
            RowCondition::Compare(field, comparison, value) => {
                let column = self.row_column(field)?;
                if column.kind == CellType::Bool && comparison.is_order() {
                    return Err(format!("`{field}` is a flag and has no order"));
                }
                row_cell(&column, value, nobody).map(drop)
            }
            RowCondition::Among(field, values) => {
                let column = self.row_column(field)?;
                values.iter().try_for_each(|it| row_cell(&column, it, nobody).map(drop))
            }
            RowCondition::AmongPositions(field) | RowCondition::Text(field, ..) => {
                match self.row_column(field)?.kind {
                    CellType::Text => Ok(()),
                    _ => Err(format!("`{field}` holds no text")),
                }
            }
            RowCondition::HoldsPosition(_) => Ok(()),
        }
    }
}

/// Returns the value of a row policy as a cell of a column; NULL for `null`.
///
/// # Errors
/// The reason, where the value is of another type.
pub fn row_cell(column: &Column, value: &RowValue, user: RowUser<'_>) -> Result<Cell, String> {
    let of_text = |text: &str| match column.kind {
        CellType::Text => Ok(Cell::text(text)),
        _ => Err(format!("`{}` holds no text", column.name)),
    };
    let of_json = |value: Value| {
        cell_of(column.kind, &value).map_err(|error| format!("`{}` {}", column.name, error.message))
    };
    match value {
        // One organization owns all records here, and no record names it.
        RowValue::Null | RowValue::UserOrganization => Ok(column.kind.null()),
        RowValue::UserId => of_text(user.id),
        RowValue::UserEmail => of_text(user.email),
        RowValue::String(text) => of_json(json!(text)),
        RowValue::Bool(flag) => of_json(json!(flag)),
        RowValue::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
            of_json(json!(*number as i64))
        }
        RowValue::Number(number) => of_json(json!(number)),
    }
}

/// Returns the operator in SQL, with spaces around it.
pub fn sql_operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => " = ",
        Comparison::Unequal => " <> ",
        Comparison::Less => " < ",
        Comparison::AtMost => " <= ",
        Comparison::More => " > ",
        Comparison::AtLeast => " >= ",
    }
}
