//! Running the migrations of a manifest (docs/wire/manifest.md#migrations).
//!
//! They run before the tables are brought up to date with the objects, one step
//! after the other, on the tables as they are. A step on a table that does not exist
//! does nothing, so a first install runs them all without effect.
//!
//! **Invariant:** each runs once, in the transaction that records it. A value that
//! cannot be converted fails its step, and with it the install; an existing
//! value is not copied over.

use super::change::{PLAIN_INDEX_PREFIX, UNIQUE_INDEX_PREFIX};
use super::found::{Found, Table};
use super::sql;
use crate::object::{cell_of, number};
use crate::{Code, Error, Result};
use os_db::{Cell, CellType, Name, Sql, Tx};
use os_package::{Convert, Manifest, Migration, Step, system};
use serde_json::Value;

/// Tables besides objects of the platform whose column `object` names objects.
const TABLES_WITH_OBJECT_NAMES: [&str; 2] = ["sys_seeded_row", "sys_autonumber"];

/// Runs the migrations of a package that have not run yet.
///
/// # Errors
/// `MIGRATION_FAILED`, naming the migration and the step.
pub async fn migrate(tx: &mut Tx, manifest: &Manifest) -> Result<()> {
    if manifest.migrations.is_empty() {
        return Ok(());
    }
    let package = manifest.id.as_str();
    let ran = sql::migrations(tx, package).await?;
    for item in &manifest.migrations {
        let Ok(migration) = Migration::read(item) else { continue };
        if ran.iter().any(|(id,)| *id == migration.id) {
            continue;
        }
        for (index, step) in migration.steps.iter().enumerate() {
            run(tx, step).await.map_err(|failed| failed.at(&migration.id, index))?;
        }
        sql::record_migration(tx, manifest, &migration.id).await?;
        tracing::info!(package, migration = migration.id, "migrated");
    }
    Ok(())
}

/// The reason why a step cannot run.
enum Failed {
    /// The reason.
    Refused(String),
    Database(os_db::Error),
}

impl From<os_db::Error> for Failed {
    fn from(error: os_db::Error) -> Self {
        Self::Database(error)
    }
}

impl Failed {
    fn at(self, migration: &str, step: usize) -> Error {
        match self {
            Self::Database(error) => error.into(),
            Self::Refused(reason) => Code::MigrationFailed.error(format!(
                "step {} of the migration `{}` cannot run: {reason}; nothing was changed",
                step + 1,
                migration.escape_default()
            )),
        }
    }
}

async fn run(tx: &mut Tx, step: &Step) -> Result<(), Failed> {
    match step {
        Step::RenameObject { from, to } => rename_object(tx, &name(from), &name(to)).await,
        Step::RenameField { object, from, to } => {
            rename_field(tx, &name(object), &name(from), &name(to)).await
        }
        Step::CopyField { object, from, to, convert } => {
            copy_field(tx, &name(object), &name(from), &name(to), *convert).await
        }
        Step::FillDefault { object, field, value } => {
            fill_default(tx, &name(object), &name(field), value).await
        }
        Step::DropField { object, field } => drop_field(tx, &name(object), &name(field)).await,
    }
}

fn name(text: &str) -> Name {
    text.parse().expect("the names of a step were checked when it was read")
}

async fn table(tx: &mut Tx, object: &Name) -> Result<Option<Table>, Failed> {
    Ok(Found::named(tx, &[object.as_str()]).await?.table(object.as_str()))
}

async fn rename_object(tx: &mut Tx, from: &Name, to: &Name) -> Result<(), Failed> {
    if table(tx, from).await?.is_none() {
        return Ok(());
    }
    if table(tx, to).await?.is_some() {
        return Err(Failed::Refused(format!("there are records of `{from}` and of `{to}`")));
    }
    let mut sql = Sql::new("ALTER TABLE ");
    sql.name(from).push(" RENAME TO ").name(to);
    tx.query_dynamic(sql).run().await?;
    let objects = system::OBJECTS.iter().filter(|object| object.follows_renames);
    for referring in TABLES_WITH_OBJECT_NAMES.into_iter().chain(objects.map(|it| it.name)) {
        let mut sql = Sql::new("UPDATE ");
        sql.name(&name(referring)).push(" SET object = ").bind(Cell::text(to.as_str()));
        sql.push(" WHERE object = ").bind(Cell::text(from.as_str()));
        tx.query_dynamic(sql).run().await?;
    }
    Ok(())
}

async fn rename_field(tx: &mut Tx, object: &Name, from: &Name, to: &Name) -> Result<(), Failed> {
    let Some(table) = table(tx, object).await? else { return Ok(()) };
    if !table.columns.contains_key(from.as_str()) {
        return Ok(());
    }
    if table.columns.contains_key(to.as_str()) {
        return Err(Failed::Refused(format!("`{object}` has values of `{from}` and of `{to}`")));
    }
    let mut sql = Sql::new("ALTER TABLE ");
    sql.name(object).push(" RENAME COLUMN ").name(from).push(" TO ").name(to);
    tx.query_dynamic(sql).run().await?;
    number::rename_field(tx, object, from, to).await?;
    Ok(())
}

async fn add(tx: &mut Tx, object: &Name, field: &Name, kind: CellType) -> Result<(), Failed> {
    let mut sql = Sql::new("ALTER TABLE ");
    sql.name(object).push(" ADD COLUMN ").name(field).push(" ").push(kind.as_sql());
    tx.query_dynamic(sql).run().await?;
    Ok(())
}

/// Copies record by record: the two databases convert and fail differently.
async fn copy_field(
    tx: &mut Tx,
    object: &Name,
    from: &Name,
    to: &Name,
    convert: Option<Convert>,
) -> Result<(), Failed> {
    let Some(table) = table(tx, object).await? else { return Ok(()) };
    let Some(Some(kind)) = table.columns.get(from.as_str()).copied() else { return Ok(()) };
    let wanted = match convert {
        None => kind,
        Some(Convert::Text) => CellType::Text,
        Some(Convert::Number) => CellType::Real,
        Some(Convert::Boolean) => CellType::Bool,
    };
    let target = match table.columns.get(to.as_str()) {
        Some(Some(target)) if convert.is_none() || *target == wanted => *target,
        Some(_) => {
            return Err(Failed::Refused(format!("`{to}` exists with another type")));
        }
        None => {
            add(tx, object, to, wanted).await?;
            wanted
        }
    };
    let mut sql = Sql::new("SELECT id, ");
    sql.name(from).push(" FROM ").name(object).push(" WHERE ").name(from);
    sql.push(" IS NOT NULL AND ").name(to).push(" IS NULL");
    for row in tx.query_dynamic(sql).rows().await? {
        let (Some(id), cell) = (row.text(0)?.map(str::to_owned), row.cell(1, kind)?) else {
            continue;
        };
        let Some(cell) = converted(cell, target) else {
            return Err(Failed::Refused(format!(
                "`{from}` of the record {id} in `{object}` cannot be converted to `{to}`; change the record, or convert to another type"
            )));
        };
        let mut sql = Sql::new("UPDATE ");
        sql.name(object).push(" SET ").name(to).push(" = ").bind(cell);
        sql.push(" WHERE id = ").bind(Cell::text(id));
        tx.query_dynamic(sql).run().await?;
    }
    Ok(())
}

/// Returns the value in another type, where it can be converted.
fn converted(cell: Cell, kind: CellType) -> Option<Cell> {
    let text = match &cell {
        Cell::Text(text) => text.clone()?,
        Cell::Integer(number) => (*number)?.to_string(),
        Cell::Real(number) => (*number)?.to_string(),
        Cell::Bool(is_so) => (*is_so)?.to_string(),
        Cell::Time(time) => (*time)?.to_rfc3339(),
    };
    let text = text.trim();
    Some(match (kind, &cell) {
        (CellType::Text, Cell::Text(_))
        | (CellType::Integer, Cell::Integer(_))
        | (CellType::Real, Cell::Real(_))
        | (CellType::Bool, Cell::Bool(_))
        | (CellType::Time, Cell::Time(_)) => cell,
        (CellType::Text, _) => Cell::text(text),
        (CellType::Real, Cell::Bool(is_so)) => Cell::Real(Some(f64::from(u8::from((*is_so)?)))),
        (CellType::Real, _) => {
            Cell::Real(Some(text.parse().ok().filter(|it: &f64| it.is_finite())?))
        }
        (CellType::Integer, _) => Cell::Integer(Some(text.parse().ok()?)),
        (CellType::Bool, _) => Cell::Bool(Some(match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => true,
            "false" | "no" | "0" => false,
            _ => return None,
        })),
        (CellType::Time, _) => cell_of(CellType::Time, &Value::String(text.to_owned())).ok()?,
    })
}

async fn fill_default(
    tx: &mut Tx,
    object: &Name,
    field: &Name,
    value: &Value,
) -> Result<(), Failed> {
    let Some(table) = table(tx, object).await? else { return Ok(()) };
    let kind = match (table.columns.get(field.as_str()), value) {
        (Some(Some(kind)), _) => *kind,
        (Some(None), _) => return Err(Failed::Refused(format!("`{field}` has another type"))),
        (None, value) => {
            let kind = match value {
                Value::Number(_) => CellType::Real,
                Value::Bool(_) => CellType::Bool,
                _ => CellType::Text,
            };
            add(tx, object, field, kind).await?;
            kind
        }
    };
    let cell = cell_of(kind, value)
        .map_err(|fault| Failed::Refused(format!("the value of `{field}` {}", fault.message)))?;
    let mut sql = Sql::new("UPDATE ");
    sql.name(object).push(" SET ").name(field).push(" = ").bind(cell);
    sql.push(" WHERE ").name(field).push(" IS NULL");
    tx.query_dynamic(sql).run().await?;
    Ok(())
}

/// Drops a column that was copied. The indexes of its table go, too; those that
/// are wanted are created again with the tables.
async fn drop_field(tx: &mut Tx, object: &Name, field: &Name) -> Result<(), Failed> {
    let Some(table) = table(tx, object).await? else { return Ok(()) };
    if !table.columns.contains_key(field.as_str()) {
        return Ok(());
    }
    let is_ours = |it: &&String| {
        [UNIQUE_INDEX_PREFIX, PLAIN_INDEX_PREFIX]
            .iter()
            .any(|kind| it.starts_with(&format!("{kind}_")))
    };
    for index in table.indexes.iter().filter(is_ours) {
        let mut sql = Sql::new("DROP INDEX ");
        sql.name(&name(index));
        tx.query_dynamic(sql).run().await?;
    }
    let mut sql = Sql::new("ALTER TABLE ");
    sql.name(object).push(" DROP COLUMN ").name(field);
    tx.query_dynamic(sql).run().await?;
    Ok(())
}
