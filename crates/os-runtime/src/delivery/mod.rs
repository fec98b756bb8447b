//! The packages that a control plane installed here: the generation that runs, and its packages.

mod sql;

use crate::Result;
use crate::install::Applied;
use anyhow::Context;
use os_api::desired::{DesiredState, InstallOutcome};
use os_db::{Db, Tx};
use os_package::ManifestId;
use std::collections::HashMap;

/// The packages that a control plane installed here.
#[derive(Debug, Default)]
pub struct Delivered {
    /// The generation that runs; `None` before the first.
    pub generation: Option<i64>,
    /// Its packages.
    pub packages: HashMap<ManifestId, Delivery>,
}

/// A package that a control plane has installed here.
#[derive(Debug)]
pub struct Delivery {
    /// The checksum of its artifact, as the control plane names it.
    pub checksum: String,
    /// The outcome of its install; `None` where it was installed before outcomes were kept.
    pub outcome: Option<InstallOutcome>,
}

impl Delivered {
    /// Returns the packages that one environment delivered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn from(tx: &mut Tx, environment: &str) -> Result<Self> {
        let packages = by_id(sql::packages(tx, environment).await?);
        let generation = sql::generation(tx, environment).await?;
        Ok(Self { generation, packages })
    }

    /// Records what runs once the transaction is committed. A package that did not change keeps the
    /// outcome of its install, one that was refused its delivery; the generation is recorded once
    /// none was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace(
        mut self,
        tx: &mut Tx,
        state: &DesiredState,
        applied: &Applied,
    ) -> Result<()> {
        let environment = state.environment_id.to_string();
        sql::delete_all(tx).await?;
        for package in &state.packages {
            let Ok(id) = package.package_id.parse::<ManifestId>() else { continue };
            let earlier = self.packages.remove(&id);
            let delivery = if applied.is_refused(&id) {
                earlier
            } else {
                let outcome = applied.outcomes.get(&id).cloned();
                let outcome = outcome.or_else(|| earlier?.outcome);
                Some(Delivery { checksum: package.checksum.clone(), outcome })
            };
            if let Some(delivery) = delivery {
                insert(tx, &environment, &id, &delivery).await?;
            }
        }
        let is_kept = |id: &ManifestId| applied.kept.contains(id) || applied.is_refused(id);
        for (id, delivery) in self.packages.iter().filter(|(id, _)| is_kept(id)) {
            insert(tx, &environment, id, delivery).await?;
        }
        let generation = match applied.refused.is_empty() {
            true => Some(state.generation),
            false => self.generation,
        };
        match generation {
            Some(generation) => Ok(sql::insert_generation(tx, &environment, generation).await?),
            None => Ok(()),
        }
    }
}

async fn insert(
    tx: &mut Tx,
    environment: &str,
    id: &ManifestId,
    Delivery { checksum, outcome }: &Delivery,
) -> Result<()> {
    let outcome = outcome.as_ref().map(serde_json::to_string).transpose();
    let outcome = outcome.context("writing the outcome of an install")?;
    let package = sql::NewDelivery { manifest_id: id.as_str(), checksum, outcome };
    Ok(sql::insert_package(tx, environment, package).await?)
}

/// Returns every package that a control plane has installed here, for pages.
///
/// # Errors
/// When the database fails.
pub async fn deliveries(db: &Db) -> Result<HashMap<ManifestId, Delivery>> {
    Ok(by_id(sql::all_packages(&mut db.read().await?).await?))
}

fn by_id(rows: Vec<sql::Row>) -> HashMap<ManifestId, Delivery> {
    let delivery = |(id, checksum, outcome): sql::Row| {
        let outcome = outcome.and_then(|text| serde_json::from_str(&text).ok());
        Some((id.parse().ok()?, Delivery { checksum, outcome }))
    };
    rows.into_iter().filter_map(delivery).collect()
}

/// Makes everything that was delivered this runtime's own.
///
/// # Errors
/// When the database fails.
pub async fn forget(db: &Db) -> Result<()> {
    let mut tx = db.write().await?;
    sql::delete_all(&mut tx).await?;
    Ok(tx.commit().await?)
}
