//! Making and changing records.
//!
//! **Invariant:** a change compares and sets: it is written over the row that was
//! checked, or not at all, so that no change is lost and history tells what
//! happened.

use super::history::Told;
use super::record::{Draft, Faults, duplicate};
use super::rules::Change;
use super::{files, reference};
use crate::object::{Field, FieldType, Object, new_record_id, number};
use crate::records::read::encode;
use crate::records::rights::Ask;
use crate::records::rights::{FEEDS, Verb, denied};
use crate::records::store::filter::Test;
use crate::records::store::sql::{self, Stored};
use crate::records::store::{Filter, id as id_column};
use crate::{Code, Error, Result};
use chrono::{DateTime, Duration, Utc};
use os_db::{Cell, Name, Tx, is_duplicate, now};
use serde_json::{Map, Value};

/// A record that was written.
pub struct Written {
    pub id: String,
    /// Fields that were sent and not written, as clients read them.
    pub dropped: Option<Value>,
}

/// How often a change is tried again when another one was faster.
const ATTEMPTS: usize = 3;

/// Makes a record.
///
/// # Errors
/// `INVALID_FIELD`, `VALIDATION_FAILED`, `DUPLICATE_RECORD`, `PERMISSION_DENIED`.
pub async fn create(tx: &mut Tx, ask: &Ask<'_>, input: &Map<String, Value>) -> Result<Written> {
    let now = now();
    let mut faults = Faults::default();
    let mut draft = Draft::read(ask, input, true, &mut faults)?;
    draft.defaults(ask, now);
    stamp(ask, &mut draft, now);
    draft.required(ask, &mut faults);
    reference::check(tx, ask, &draft, &mut faults).await?;
    let mut row = blank(ask.object);
    overlay(ask.object, &mut row, &draft.cells);
    Change { ask, before: None, after: &row, now }.check(&mut faults);
    faults.check(ask)?;
    if FEEDS.contains(&ask.object.name.as_str()) {
        belongs(tx, ask, &draft).await?;
    }
    unique(tx, ask, &row, &draft, None).await?;
    let id = draft.id.take().unwrap_or_else(new_record_id);
    for field in ask.object.fields.iter().filter(|it| it.kind == FieldType::Autonumber) {
        let next = number::next(tx, ask.object, field).await?;
        draft.set(field.name.clone(), Cell::text(next));
    }
    draft.set(id_column(), Cell::text(id.as_str()));
    files::claim(tx, ask, &id, &mut draft).await?;
    overlay(ask.object, &mut row, &draft.cells);
    let dropped = draft.told(&ask.object.name);
    sql::insert(tx, &ask.object.name, vec![draft.cells])
        .await
        .map_err(|error| raced(ask, error))?;
    Told { ask, id: &id, before: None, after: Some(&row), now }.tell(tx).await?;
    Ok(Written { id, dropped })
}

/// Who made it, and when; the owner is whoever made it, unless it says otherwise.
fn stamp(ask: &Ask<'_>, draft: &mut Draft, now: DateTime<Utc>) {
    let me = Cell::text(ask.caller.id().to_string());
    let time = Cell::Time(Some(now));
    let author = ["author", "uploaded_by"].into_iter().find(|name| {
        FEEDS.contains(&ask.object.name.as_str()) && ask.object.column(name).is_some()
    });
    let always =
        [("created_at", &time), ("updated_at", &time), ("created_by", &me), ("updated_by", &me)];
    let always = always.into_iter().chain(author.map(|name| (name, &me)));
    for (name, cell) in always {
        if let Some(column) = ask.object.column(name) {
            draft.set(column.name, cell.clone());
        }
    }
    if draft.get("owner_id").is_none_or(Cell::is_null)
        && let Some(column) = ask.object.column("owner_id")
    {
        draft.set(column.name, me);
    }
}

/// A comment or attachment belongs to a record that the caller may see, of an
/// object that takes them.
async fn belongs(tx: &mut Tx, ask: &Ask<'_>, draft: &Draft) -> Result<()> {
    let text = |name: &str| match draft.get(name) {
        Some(Cell::Text(Some(text))) => text.clone(),
        _ => String::new(),
    };
    let (object, record) = (text("object"), text("record_id"));
    let target = Ask::new(ask.kernel, ask.sets, ask.caller, &object, Verb::Read)?;
    let Object { enable, .. } = target.object.as_ref();
    let takes =
        if ask.object.name.as_str() == "sys_attachment" { enable.files } else { enable.feeds };
    if !takes {
        let flag = if ask.object.name.as_str() == "sys_attachment" { "files" } else { "feeds" };
        let message =
            format!("`{object}` has no {flag}; its package enables them with `enable.{flag}`");
        return Err(Code::ValidationFailed.error(message).with("object", ask.object.name.as_str()));
    }
    let filter = of_id(&record).and(target.rights.reads.clone());
    if sql::exists(tx, &target.object.name, &filter).await? {
        return Ok(());
    }
    Err(target.no_record(&record))
}

/// Changes a record. `expected` is the version that the client has read.
///
/// # Errors
/// `RECORD_NOT_FOUND`, `CONCURRENT_MODIFICATION`, and those of [`create`].
pub async fn update(
    tx: &mut Tx,
    ask: &Ask<'_>,
    id: &str,
    input: &Map<String, Value>,
    expected: Option<&str>,
) -> Result<Written> {
    for _ in 0..ATTEMPTS {
        let before = current(tx, ask, id, expected).await?;
        if let Some(written) = over(tx, ask, id, input, &before).await? {
            return Ok(written);
        }
    }
    Err(Code::ConcurrentModification
        .error(format!("Record {}/{id} is being changed by others; try again", ask.object.name))
        .with("object", ask.object.name.as_str()))
}

/// The row to change, if the caller may change it and its version is right.
///
/// # Errors
/// `RECORD_NOT_FOUND`, `PERMISSION_DENIED`, `CONCURRENT_MODIFICATION`.
pub async fn current(
    tx: &mut Tx,
    ask: &Ask<'_>,
    id: &str,
    expected: Option<&str>,
) -> Result<Stored> {
    let visible = of_id(id).and(ask.rights.reads.clone());
    let Some(row) = sql::stored(tx, ask.object, &visible).await? else {
        return Err(ask.no_record(id));
    };
    if !ask.rights.changes.is_everything() {
        let changeable = of_id(id).and(ask.rights.changes.clone());
        if !sql::exists(tx, &ask.object.name, &changeable).await? {
            return Err(denied(ask.object));
        }
    }
    let version = version_of(ask.object, &row);
    match (expected, version) {
        (Some(expected), Some(version)) if !is_version(expected, version)? => {
            let version = encode::moment(version);
            Err(Code::ConcurrentModification
                .error(format!(
                    "Record {}/{id} was modified by another user (current version {version}, expected {})",
                    ask.object.name,
                    expected.chars().take(80).collect::<String>().escape_debug()
                ))
                .with("currentVersion", version)
                .with("object", ask.object.name.as_str()))
        }
        _ => Ok(row),
    }
}

/// Writes a change over a row; `None` if another change was faster.
async fn over(
    tx: &mut Tx,
    ask: &Ask<'_>,
    id: &str,
    input: &Map<String, Value>,
    before: &Stored,
) -> Result<Option<Written>> {
    let object = ask.object;
    let version = version_of(object, before);
    // Later than the version before, also where the clock stands still.
    let earliest = version.map(|version| version + Duration::microseconds(1));
    let now = earliest.map_or_else(now, |earliest| earliest.max(now()));
    let mut faults = Faults::default();
    let mut draft = Draft::read(ask, input, false, &mut faults)?;
    reference::check(tx, ask, &draft, &mut faults).await?;
    let mut after = before.clone();
    overlay(object, &mut after, &draft.cells);
    Change { ask, before: Some(before), after: &after, now }.check(&mut faults);
    faults.check(ask)?;
    unique(tx, ask, &after, &draft, Some(id)).await?;
    let stamps = [
        ("updated_at", Cell::Time(Some(now))),
        ("updated_by", Cell::text(ask.caller.id().to_string())),
    ];
    for (name, cell) in stamps {
        if let Some(column) = object.column(name) {
            draft.set(column.name, cell);
        }
    }
    files::claim(tx, ask, id, &mut draft).await?;
    overlay(object, &mut after, &draft.cells);
    let dropped = draft.told(&object.name);
    let filter = of_id(id).and(of_version(object, version));
    let count = sql::update(tx, &object.name, draft.cells, &filter).await;
    if count.map_err(|error| raced(ask, error))? == 0 {
        return Ok(None);
    }
    files::release(tx, ask, id, Some(&after)).await?;
    Told { ask, id, before: Some(before), after: Some(&after), now }.tell(tx).await?;
    Ok(Some(Written { id: id.to_owned(), dropped }))
}

/// The filter for one record.
pub fn of_id(id: &str) -> Filter {
    Filter::Column(id_column(), Test::Is(Cell::text(id)))
}

/// The filter for a version of a record.
pub fn of_version(object: &Object, version: Option<DateTime<Utc>>) -> Filter {
    match (object.column("updated_at"), version) {
        (Some(column), Some(version)) => {
            Filter::Column(column.name, Test::Is(Cell::Time(Some(version))))
        }
        _ => Filter::everything(),
    }
}

/// When a row was last changed: its version.
pub fn version_of(object: &Object, row: &Stored) -> Option<DateTime<Utc>> {
    match row[object.position("updated_at")?] {
        Cell::Time(time) => time,
        _ => None,
    }
}

/// Whether what a client sends names this version: `updated_at` as it was read,
/// with or without quotes. Programs that keep milliseconds only may send those.
fn is_version(expected: &str, version: DateTime<Utc>) -> Result<bool> {
    let text = expected.trim().trim_start_matches("W/").trim_matches('"');
    if text.is_empty() {
        return Err(Code::ValidationFailed
            .error("If-Match is empty; send the `updated_at` that was read, or leave it out"));
    }
    if text == "*" {
        return Ok(true);
    }
    let Ok(moment) = DateTime::parse_from_rfc3339(text) else { return Ok(false) };
    let (given, kept) = (moment.timestamp_micros(), version.timestamp_micros());
    Ok(given == kept || (given % 1000 == 0 && given == kept - kept.rem_euclid(1000)))
}

/// Refuses values that another record has and that must be unique.
async fn unique(
    tx: &mut Tx,
    ask: &Ask<'_>,
    row: &Stored,
    draft: &Draft,
    own: Option<&str>,
) -> Result<()> {
    let object = ask.object;
    let is_unique = |field: &&Field| field.is_unique && !field.is_json();
    let of_fields = object.fields.iter().filter(is_unique).map(|field| vec![&field.name]);
    let of_indexes = object.indexes.iter().filter(|index| index.is_unique);
    let of_indexes = of_indexes.map(|index| index.fields.iter().collect());
    for names in of_fields.chain(of_indexes) {
        let names: Vec<&Name> = names;
        let is_touched = names.iter().any(|name| draft.get(name.as_str()).is_some());
        let cells: Option<Vec<(Name, Cell)>> = names
            .iter()
            .map(|name| Some(((*name).clone(), row[object.position(name.as_str())?].clone())))
            .collect();
        let Some(cells) = cells else { continue };
        // A key with nothing in it repeats nothing.
        if !is_touched || cells.iter().any(|(_, cell)| cell.is_null()) {
            continue;
        }
        let tests = cells.into_iter().map(|(name, cell)| Filter::Column(name, Test::Is(cell)));
        let mut filter = Filter::All(tests.collect());
        if let Some(id) = own {
            filter = filter.and(Filter::Column(id_column(), Test::IsNot(Cell::text(id))));
        }
        if sql::exists(tx, &object.name, &filter).await? {
            let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            return Err(duplicate(ask, &names));
        }
    }
    if own.is_none()
        && let Some(id) = &draft.id
        && sql::exists(tx, &object.name, &of_id(id)).await?
    {
        return Err(duplicate(ask, &["id"]));
    }
    Ok(())
}

/// What was unique a moment ago, and is not any more.
fn raced(ask: &Ask<'_>, error: os_db::Error) -> Error {
    if !is_duplicate(&error) {
        return error.into();
    }
    let fields = ask.object.fields.iter().filter(|field| field.is_unique);
    duplicate(ask, &fields.map(|field| field.name.as_str()).collect::<Vec<_>>())
}

fn blank(object: &Object) -> Stored {
    object.columns().iter().map(|column| column.kind.null()).collect()
}

fn overlay(object: &Object, row: &mut Stored, cells: &[(Name, Cell)]) {
    for (name, cell) in cells {
        if let Some(at) = object.position(name.as_str()) {
            row[at] = cell.clone();
        }
    }
}
