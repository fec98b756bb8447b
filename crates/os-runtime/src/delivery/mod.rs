//! The packages that a control plane installed here: the generation that runs, and its packages.

mod sql;

use crate::Result;
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

    /// Records the generation that runs once the transaction is committed. A package that it
    /// did not change keeps the outcome of its install.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace(
        mut self,
        tx: &mut Tx,
        state: &DesiredState,
        mut outcomes: HashMap<ManifestId, InstallOutcome>,
    ) -> Result<()> {
        let environment = state.environment_id.to_string();
        sql::delete_all(tx).await?;
        for package in &state.packages {
            let outcome = package.package_id.parse::<ManifestId>().ok().and_then(|id| {
                let earlier = self.packages.remove(&id).and_then(|it| it.outcome);
                outcomes.remove(&id).or(earlier)
            });
            let outcome = outcome.map(|it| serde_json::to_string(&it)).transpose();
            let package = sql::NewDelivery {
                manifest_id: &package.package_id,
                checksum: &package.checksum,
                outcome: outcome.context("writing the outcome of an install")?,
            };
            sql::insert_package(tx, &environment, package).await?;
        }
        Ok(sql::insert_generation(tx, &environment, state.generation).await?)
    }
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
