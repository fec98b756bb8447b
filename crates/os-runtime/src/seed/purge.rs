//! Purging sample data (docs/wire/seeds.md#purge).

use super::dataset::Dataset;
use super::sql;
use crate::kernel::Kernel;
use crate::object::ID;
use os_db::{Name, Result, Tx};
use os_package::ManifestId;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashSet;

/// The outcome of purging.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Purged {
    pub deleted: u64,
    /// Records that are gone already, or were there before seeding.
    pub skipped: u64,
    pub errors: u64,
}

/// Deletes exactly the rows that seeding inserted, the last first, so that
/// children go before their parents; even those that people changed.
pub async fn purge(
    tx: &mut Tx,
    package: &ManifestId,
    kernel: &Kernel,
    datasets: &[Dataset],
) -> Result<Purged> {
    let mut purged = Purged::default();
    let mut known = HashSet::new();
    for (object, id, key) in sql::seeded(tx, package).await? {
        let Ok(table) = object.parse::<Name>() else { continue };
        if sql::delete(tx, &table, &id).await? {
            purged.deleted += 1;
        } else {
            purged.skipped += 1;
        }
        sql::forget(tx, package, &object, &id).await?;
        known.insert((object, key));
    }
    for dataset in datasets.iter().rev() {
        let is_own = kernel.owner_of(&dataset.object) == Some(package);
        let table = kernel.object(&dataset.object).ok();
        let table = table.filter(|it| is_own && !it.object.is_external);
        for record in dataset.records.iter().filter_map(Value::as_object) {
            let key = dataset.key_of(record).unwrap_or_default().replace('\0', "\u{1f}");
            if known.contains(&(dataset.object.clone(), key)) {
                continue;
            }
            let given = record.get(ID).and_then(Value::as_str);
            let is_deleted = match (table, given) {
                (Some(owned), Some(id)) => sql::delete(tx, &owned.object.name, id).await?,
                _ => false,
            };
            purged.deleted += u64::from(is_deleted);
            purged.skipped += u64::from(!is_deleted);
        }
    }
    Ok(purged)
}
