//! The history of a record: rows of `sys_audit_log` and of `sys_activity`.
//!
//! `enable.trackHistory` of an object, or `trackHistory` of a field, writes a row
//! for each field that changed. A record that is created or deleted is one row
//! without a field, whose new or old value is the JSON of the tracked fields.
//! `enable.activities` writes a row of activity.

use crate::Result;
use crate::object::{Field, Object, new_record_id};
use crate::records::read::timestamp;
use crate::records::rights::ObjectAccess;
use crate::records::store::sql::{self, StoredRow};
use chrono::{DateTime, Utc};
use os_db::{Cell, Name, Tx};
use os_package::system;
use serde_json::{Map, Value, json};

/// A record before and after a change.
pub struct AuditEntry<'a, 'k> {
    pub access: &'a ObjectAccess<'k>,
    pub id: &'a str,
    pub before: Option<&'a StoredRow>,
    pub after: Option<&'a StoredRow>,
    pub now: DateTime<Utc>,
}

/// A field whose value changed.
struct Changed<'a> {
    field: &'a Field,
    old: Value,
    new: Value,
}

impl AuditEntry<'_, '_> {
    /// Writes the rows, in the transaction of the change.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record(&self, tx: &mut Tx) -> Result<()> {
        let changes = self.changes();
        let is_update = self.before.is_some() && self.after.is_some();
        if is_update && changes.is_empty() {
            return Ok(());
        }
        self.audit(tx, &changes).await?;
        self.activity(tx, &changes).await
    }

    /// Returns the fields whose values changed.
    fn changes(&self) -> Vec<Changed<'_>> {
        let object = self.access.object();
        let value = |row: Option<&StoredRow>, at: usize, field: &Field| match row {
            Some(row) => json_of(field, &row[at]),
            None => Value::Null,
        };
        let changed = object.fields.iter().filter_map(|field| {
            let at = object.position(field.name.as_str())?;
            let (old, new) = (value(self.before, at, field), value(self.after, at, field));
            (old != new).then_some(Changed { field, old, new })
        });
        changed.collect()
    }

    async fn audit(&self, tx: &mut Tx, changes: &[Changed<'_>]) -> Result<()> {
        let tracks_all = self.access.object().enable.track_history;
        let tracked = || changes.iter().filter(|it| tracks_all || it.field.tracks_history);
        let tracks =
            tracks_all || self.access.object().fields.iter().any(|field| field.tracks_history);
        let Ok(log) = self.access.kernel().object(system::AUDIT_LOG) else { return Ok(()) };
        if !tracks {
            return Ok(());
        }
        let whole = |pick: fn(&Changed<'_>) -> Value| -> Value {
            let all: Map<String, Value> =
                tracked().map(|it| (it.field.name.to_string(), pick(it))).collect();
            Value::Object(all)
        };
        let rows: Vec<[(&str, Value); 3]> = match (self.before, self.after) {
            (None, _) => {
                vec![[
                    ("field", Value::Null),
                    ("old_value", Value::Null),
                    ("new_value", whole(|it| it.new.clone())),
                ]]
            }
            (_, None) => {
                vec![[
                    ("field", Value::Null),
                    ("old_value", whole(|it| it.old.clone())),
                    ("new_value", Value::Null),
                ]]
            }
            _ => tracked()
                .map(|it| {
                    [
                        ("field", json!(it.field.name.as_str())),
                        ("old_value", it.old.clone()),
                        ("new_value", it.new.clone()),
                    ]
                })
                .collect(),
        };
        let rows = rows.into_iter().map(|row| self.row(&log.object, "user", &row)).collect();
        sql::insert(tx, &log.object.name, rows).await.map_err(Into::into)
    }

    async fn activity(&self, tx: &mut Tx, changes: &[Changed<'_>]) -> Result<()> {
        let object = self.access.object();
        if !object.enable.activities {
            return Ok(());
        }
        let Ok(feed) = self.access.kernel().object(system::ACTIVITIES) else { return Ok(()) };
        let (kind, verb) = match (self.before, self.after) {
            (None, _) => ("created", "Created"),
            (_, None) => ("deleted", "Deleted"),
            _ => ("updated", "Updated"),
        };
        let name = object.name_field.as_ref().and_then(|name| {
            let row = self.after.or(self.before)?;
            match &row[object.position(name.as_str())?] {
                Cell::Text(Some(text)) => Some(format!(" \"{text}\"")),
                _ => None,
            }
        });
        let summary = format!("{verb} {}{}", object.label, name.unwrap_or_default());
        let fields: Vec<&str> = changes.iter().map(|it| it.field.name.as_str()).collect();
        let row = [
            ("type", json!(kind)),
            ("summary", json!(summary)),
            ("data", json!({ "fields": fields })),
        ];
        let rows = vec![self.row(&feed.object, "actor", &row)];
        sql::insert(tx, &feed.object.name, rows).await.map_err(Into::into)
    }

    /// Returns a row of a log: the columns that all of them have, and `more`.
    fn row(&self, log: &Object, by: &str, more: &[(&str, Value)]) -> Vec<(Name, Cell)> {
        let me = self.access.caller().id().to_string();
        let now = Cell::Time(Some(self.now));
        let mut cells = vec![
            ("id", Cell::text(new_record_id())),
            ("object", Cell::text(self.access.object().name.as_str())),
            ("record_id", Cell::text(self.id)),
            ("at", now.clone()),
            ("created_at", now.clone()),
            ("updated_at", now),
            ("created_by", Cell::text(me.as_str())),
            ("updated_by", Cell::text(me.as_str())),
            (by, Cell::text(me)),
        ];
        for (name, value) in more {
            let cell = match value {
                Value::Null => Cell::Text(None),
                Value::String(text) => Cell::text(text.as_str()),
                other => Cell::text(other.to_string()),
            };
            cells.push((name, cell));
        }
        let column = |(name, cell): (&str, Cell)| Some((log.column(name)?.name, cell));
        cells.into_iter().filter_map(column).collect()
    }
}

/// Returns the value of a field as JSON; a secret is named and not shown.
pub fn json_of(field: &Field, cell: &Cell) -> Value {
    match cell {
        _ if cell.is_null() => Value::Null,
        _ if field.is_secret() => json!("(secret)"),
        Cell::Text(Some(text)) if field.is_json() => {
            serde_json::from_str(text).unwrap_or_else(|_| json!(text))
        }
        Cell::Text(text) => json!(text),
        Cell::Integer(number) => json!(number),
        Cell::Real(Some(number)) if number.fract() == 0.0 && number.abs() < 9e15 => {
            json!(*number as i64)
        }
        Cell::Real(number) => json!(number),
        Cell::Bool(flag) => json!(flag),
        Cell::Time(time) => json!(time.map(timestamp)),
    }
}
