//! What is told of a change: rows of `sys_audit_log` and of `sys_activity`.
//!
//! `enable.trackHistory` of an object, or `trackHistory` of a field, writes a row
//! for each field that changed. A record that is made or deleted is one row
//! without a field, whose new or old value is the JSON of what was tracked.
//! `enable.feeds` writes a line of activity.

use crate::Result;
use crate::object::{Field, FieldType, new_record_id};
use crate::records::read::encode::moment;
use crate::records::rights::Ask;
use crate::records::store::sql::{self, Stored};
use chrono::{DateTime, Utc};
use os_db::{Cell, Name, Tx};
use serde_json::{Map, Value, json};

/// A record before and after.
pub struct Told<'a> {
    pub ask: &'a Ask<'a>,
    pub id: &'a str,
    pub before: Option<&'a Stored>,
    pub after: Option<&'a Stored>,
    pub now: DateTime<Utc>,
}

/// A field that is different now.
struct Changed<'a> {
    field: &'a Field,
    old: Value,
    new: Value,
}

impl Told<'_> {
    /// Writes all of it, in the transaction of the change.
    pub async fn tell(&self, tx: &mut Tx) -> Result<()> {
        let changes = self.changes();
        let is_update = self.before.is_some() && self.after.is_some();
        if is_update && changes.is_empty() {
            return Ok(());
        }
        self.audit(tx, &changes).await?;
        self.activity(tx, &changes).await
    }

    /// The fields that are different now.
    fn changes(&self) -> Vec<Changed<'_>> {
        let object = self.ask.object;
        let value = |row: Option<&Stored>, at: usize, field: &Field| match row {
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
        let tracks_all = self.ask.object.enable.track_history;
        let tracked = || changes.iter().filter(|it| tracks_all || it.field.tracks_history);
        let tracks = tracks_all || self.ask.object.fields.iter().any(|field| field.tracks_history);
        let Ok(log) = self.ask.kernel.object("sys_audit_log") else { return Ok(()) };
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
        let object = self.ask.object;
        if !object.enable.feeds {
            return Ok(());
        }
        let Ok(feed) = self.ask.kernel.object("sys_activity") else { return Ok(()) };
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

    /// A row of a log: what all of them hold, and `more`.
    fn row(
        &self,
        log: &crate::object::Object,
        by: &str,
        more: &[(&str, Value)],
    ) -> Vec<(Name, Cell)> {
        let me = self.ask.caller.id().to_string();
        let now = Cell::Time(Some(self.now));
        let mut cells = vec![
            ("id", Cell::text(new_record_id())),
            ("object", Cell::text(self.ask.object.name.as_str())),
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

/// The value of a field; what is secret is told to be there, and no more.
pub fn json_of(field: &Field, cell: &Cell) -> Value {
    match cell {
        _ if cell.is_null() => Value::Null,
        _ if matches!(field.kind, FieldType::Password | FieldType::Secret) => json!("(secret)"),
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
        Cell::Time(time) => json!(time.map(moment)),
    }
}
