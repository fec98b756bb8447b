//! Row policies as filters on records.

use crate::object::{Object, RowUser, row_cell, sql_operator};
use crate::records::store::Filter;
use crate::records::store::filter::Test;
use os_db::Cell;
use os_package::row_policy::{Comparison, RowCondition, TextTest};

/// The account that rules are applied for.
#[derive(Clone, Copy)]
pub struct RowCaller<'a> {
    pub user: RowUser<'a>,
    pub positions: &'a [String],
}

impl RowCaller<'_> {
    /// The records of an object that meet a condition; none where it does not fit the object.
    pub fn filter(self, object: &Object, condition: &RowCondition) -> Filter {
        self.read(object, condition).unwrap_or_else(|_| Filter::nothing())
    }

    fn read(self, object: &Object, condition: &RowCondition) -> Result<Filter, String> {
        let parts = |parts: &[RowCondition]| {
            parts.iter().map(|part| self.read(object, part)).collect::<Result<Vec<_>, _>>()
        };
        let among = |cells: Vec<Cell>, column| match cells.is_empty() {
            true => Filter::nothing(),
            false => Filter::Column(column, Test::Among(cells)),
        };
        Ok(match condition {
            RowCondition::All(all) => Filter::All(parts(all)?),
            RowCondition::Any(any) => Filter::Any(parts(any)?),
            RowCondition::Not(part) => Filter::Not(Box::new(self.read(object, part)?)),
            RowCondition::Compare(field, comparison, value) => {
                let column = object.row_column(field)?;
                let cell = row_cell(&column, value, self.user)?;
                let test = match comparison {
                    Comparison::Equal if cell.is_null() => Test::IsNull,
                    Comparison::Equal => Test::Is(cell),
                    Comparison::Unequal if cell.is_null() => Test::IsNotNull,
                    Comparison::Unequal => Test::IsNot(cell),
                    ordered => Test::Compare(sql_operator(*ordered), cell),
                };
                Filter::Column(column.name, test)
            }
            RowCondition::Among(field, values) => {
                let column = object.row_column(field)?;
                let cells = values.iter().map(|it| row_cell(&column, it, self.user));
                let cells: Vec<Cell> = cells.collect::<Result<_, _>>()?;
                let has_null = cells.iter().any(Cell::is_null);
                let cells: Vec<Cell> = cells.into_iter().filter(|it| !it.is_null()).collect();
                let name = column.name.clone();
                match has_null {
                    true => {
                        let is_null = Filter::Column(column.name, Test::IsNull);
                        Filter::Any(vec![is_null, among(cells, name)])
                    }
                    false => among(cells, name),
                }
            }
            RowCondition::AmongPositions(field) => {
                let cells = self.positions.iter().map(|it| Cell::text(it.as_str())).collect();
                among(cells, object.row_column(field)?.name)
            }
            RowCondition::HoldsPosition(name) => match self.positions.contains(name) {
                true => Filter::everything(),
                false => Filter::nothing(),
            },
            RowCondition::Text(field, test, text) => {
                let text = text.clone();
                let test = match test {
                    TextTest::StartsWith => Test::StartsWith(text),
                    TextTest::EndsWith => Test::EndsWith(text),
                    TextTest::Contains => Test::Contains(text),
                };
                Filter::Column(object.row_column(field)?.name, test)
            }
        })
    }
}
