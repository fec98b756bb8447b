//! From a record of a dataset to a row.

use super::dataset::{Dataset, Mode};
use super::reference::{self, Resolved};
use super::row::{Action, Row};
use super::sql;
use super::state::{Deferred, State};
use crate::Result;
use crate::object::{Field, FieldError, ID, Object, cell_of, new_record_id};
use crate::records::change::{Change, Operation, field_cell, pipeline};
use os_api::runtime::install::{DatasetResult, SeedError};
use os_db::{Cell, Name, Tx};
use os_package::FieldType;
use os_package::expression::{self, EvaluationError, Expression, Scope, cel_source};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Planning the rows of one dataset.
pub struct Planning<'p> {
    pub dataset: &'p Dataset,
    pub object: &'p Arc<Object>,
    /// The index of the record in the dataset.
    pub index: usize,
    /// `true` if the table is empty, so that nothing in it can match.
    pub is_new: bool,
    pub report: &'p mut DatasetResult,
}

impl Planning<'_> {
    /// Plans a record; the inner error is the record's.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn row(
        &mut self,
        tx: &mut Tx,
        state: &mut State<'_>,
        record: &Value,
    ) -> Result<std::result::Result<Row, Box<SeedError>>> {
        let Value::Object(fields) = record else {
            return Ok(Err(self.error(None, record, "a record must be an object")));
        };
        let key = self.dataset.key_of(fields);
        let existing = self.existing(tx, state, fields, key.as_deref()).await?;
        let action = match (existing.is_some(), self.dataset.mode) {
            (false, Mode::Update) | (true, Mode::Ignore) => Action::Skip,
            (true, Mode::Upsert | Mode::Update) => Action::Update,
            _ => Action::Insert,
        };
        let given = fields.get(ID).and_then(Value::as_str).map(str::to_owned);
        let id = match (action, existing) {
            (Action::Insert, _) | (_, None) => given.unwrap_or_else(new_record_id),
            (_, Some(existing)) => existing,
        };
        let mut row =
            Row { index: self.index, action, id, key, cells: Vec::new(), record: record.clone() };
        if action == Action::Skip {
            state.remember(self.dataset.object.as_str(), &row);
            return Ok(Ok(row));
        }
        if let Err(fault) = self.cells(tx, state, fields, &mut row).await? {
            state.forget(self.dataset.object.as_str(), &row);
            return Ok(Err(fault));
        }
        state.remember(self.dataset.object.as_str(), &row);
        Ok(Ok(row))
    }

    /// Returns the id of the existing record with this key.
    async fn existing(
        &self,
        tx: &mut Tx,
        state: &State<'_>,
        fields: &Map<String, Value>,
        key: Option<&str>,
    ) -> Result<Option<String>> {
        if matches!(self.dataset.mode, Mode::Insert | Mode::Replace) {
            return Ok(None);
        }
        let Some(key) = key else { return Ok(None) };
        if let Some(id) = state.loaded_id(&self.dataset.object, key) {
            return Ok(Some(id.clone()));
        }
        if self.is_new {
            return Ok(None);
        }
        let mut wanted = Vec::with_capacity(self.dataset.key.len());
        for field in &self.dataset.key {
            let Some(column) = self.object.column(field) else { return Ok(None) };
            let value = fields.get(field).unwrap_or(&Value::Null);
            let reference = self.object.field(field).filter(|field| field.kind.is_reference());
            let value = match (reference, value) {
                (Some(field), Value::String(text)) => {
                    let Some(id) = reference::find(tx, state, field, text).await? else {
                        return Ok(None);
                    };
                    Value::String(id)
                }
                _ => value.clone(),
            };
            let Ok(cell) = cell_of(column.kind, &value) else { return Ok(None) };
            wanted.push((column.name, cell));
        }
        Ok(sql::find(tx, &self.object.name, wanted).await?)
    }

    async fn cells(
        &mut self,
        tx: &mut Tx,
        state: &mut State<'_>,
        fields: &Map<String, Value>,
        row: &mut Row,
    ) -> Result<std::result::Result<(), Box<SeedError>>> {
        for (name, value) in fields.iter().filter(|(name, _)| *name != ID) {
            let value = match self.value(state, name, value) {
                Ok(value) => value,
                Err(error) => return Ok(Err(error)),
            };
            let cell = match self.object.field(name) {
                Some(field) if field.kind.is_computed() => continue,
                Some(field) if field.kind.is_reference() && !value.is_null() => {
                    self.refer(tx, state, field, value, row).await?
                }
                Some(field) => field_cell(field, &value).map(Some),
                None => self.system(name, &value).map(Some),
            };
            match cell {
                Ok(Some(cell)) => row.cells.push((name_of(self.object, name), cell)),
                Ok(None) => {}
                Err(FieldError { message, .. }) => {
                    let message = format!("`{name}` {message}");
                    return Ok(Err(self.error(Some(name), &fields[name], &message)));
                }
            }
        }
        if row.action == Action::Insert {
            return self.complete(tx, state, row).await;
        }
        Ok(Ok(()))
    }

    /// Returns the value, or that of the expression in its place.
    fn value(
        &self,
        state: &State<'_>,
        name: &str,
        value: &Value,
    ) -> std::result::Result<Value, Box<SeedError>> {
        let Some(source) = cel_source(value) else { return Ok(value.clone()) };
        let outcome = Expression::compile(source)
            .map_err(|error| error.message)
            .and_then(|it| it.evaluate(&NoNames, state.seeding.now).map_err(|error| error.message));
        let is_date = self.object.field(name).is_some_and(|field| field.kind == FieldType::Date);
        match outcome {
            Ok(expression::Value::Timestamp(time)) if is_date => {
                Ok(Value::String(time.date_naive().to_string()))
            }
            Ok(expression::Value::Timestamp(time)) => Ok(Value::String(time.to_rfc3339())),
            Ok(value) => Ok(value.to_json()),
            Err(reason) => {
                let message =
                    format!("`{name}`: the expression `{source}` cannot be evaluated: {reason}");
                Err(self.error(Some(name), value, &message))
            }
        }
    }

    /// Returns a system column that the record sets itself.
    fn system(&self, name: &str, value: &Value) -> std::result::Result<Cell, FieldError> {
        let Some(column) = self.object.column(name) else {
            let object = &self.object.name;
            return Err(FieldError::new("unknown_field", format!("is not a field of {object}")));
        };
        if value.is_null() { Ok(column.kind.null()) } else { cell_of(column.kind, value) }
    }

    /// Returns the ids of a reference; what is not known yet is resolved in the second pass.
    async fn refer(
        &mut self,
        tx: &mut Tx,
        state: &mut State<'_>,
        field: &Field,
        value: Value,
        row: &Row,
    ) -> Result<std::result::Result<Option<Cell>, FieldError>> {
        Ok(match reference::resolve(tx, state, field, &value).await? {
            Resolved::Ids(ids) => {
                self.report.references_resolved += 1;
                field.cell(&ids).map(Some)
            }
            Resolved::Unknown => {
                self.report.references_deferred += 1;
                state.deferred.push(Deferred {
                    object: self.object.clone(),
                    id: row.id.clone(),
                    field: field.name.clone(),
                    value,
                    record_index: row.index,
                    dataset: state.report.datasets.len(),
                    is_new: row.action == Action::Insert,
                });
                Ok(None)
            }
            Resolved::Wrong(message) => Err(FieldError::new("invalid_reference", message)),
        })
    }

    /// Runs the stages before a new record is written; refuses one that lacks a required
    /// field.
    async fn complete(
        &self,
        tx: &mut Tx,
        state: &State<'_>,
        row: &mut Row,
    ) -> Result<std::result::Result<(), Box<SeedError>>> {
        let (id, cells) = (row.id.clone(), std::mem::take(&mut row.cells));
        let now = state.seeding.now;
        let mut change = Change::seed(self.object, Operation::Insert, id, cells, now);
        let pending = state.deferred.iter().filter(|it| it.id == row.id);
        change.draft.pending = pending.map(|it| it.field.clone()).collect();
        let outcome = pipeline::prepare(tx, &mut change, None).await;
        if let Some(error) = change.errors.into_first() {
            let message = format!("`{}` {}", error.field, error.message);
            return Ok(Err(self.error(Some(&error.field), &Value::Null, &message)));
        }
        outcome?;
        row.cells = change.draft.cells;
        Ok(Ok(()))
    }

    fn error(&self, field: Option<&str>, value: &Value, message: &str) -> Box<SeedError> {
        let reference = field.and_then(|name| self.object.field(name)?.reference.as_ref());
        Box::new(SeedError {
            source_object: self.dataset.object.clone(),
            field: field.map(str::to_owned),
            target_object: reference.map(Name::to_string),
            target_field: None,
            attempted_value: value.clone(),
            record_index: self.index,
            message: message.to_owned(),
        })
    }
}

/// Returns the name of a column that the object is known to have.
fn name_of(object: &Object, name: &str) -> Name {
    object.column(name).expect("the caller has looked it up").name
}

/// Expressions of seeds read no record.
struct NoNames;

impl Scope for NoNames {
    fn name(&self, _: &str) -> Option<expression::Value> {
        None
    }

    fn member(
        &self,
        _: &str,
        _: &str,
    ) -> Option<std::result::Result<expression::Value, EvaluationError>> {
        None
    }
}
