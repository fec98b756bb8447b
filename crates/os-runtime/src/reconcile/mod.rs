//! Keeping up with a control plane: what it desires comes to run here, and it is
//! told what does (design §8.4, §8.5).
//!
//! What the control plane names wins over what somebody installed here under the
//! same id; everything else that was installed here is left alone.
//!
//! **Invariant:** a generation is applied in one transaction, wholly or not at
//! all. Bytes whose SHA-256 is not the one that the control plane names go no
//! further. Without the control plane everything keeps running.

mod apply;
mod backoff;
mod observe;
mod plan;
mod sql;
mod task;

pub use task::run;

use crate::{Result, Runtime};
use os_api::desired::InstallOutcome;
use os_db::Tx;
use os_package::ManifestId;
use std::collections::HashMap;

/// What a control plane has put here.
#[derive(Debug, Default)]
pub struct Delivered {
    /// The generation that runs; `None` before the first.
    pub generation: Option<i64>,
    /// Its packages.
    pub packages: HashMap<ManifestId, Delivery>,
}

/// A package that a control plane has put here.
#[derive(Debug)]
pub struct Delivery {
    /// The checksum of its artifact, as the control plane names it.
    pub checksum: String,
    /// What its install did; `None` where it was installed before outcomes were kept.
    pub outcome: Option<InstallOutcome>,
}

impl Delivered {
    /// What came from one environment.
    async fn of(tx: &mut Tx, environment: &str) -> Result<Self> {
        let rows = sql::packages(tx, environment).await?;
        let packages = rows.into_iter().filter_map(|(id, checksum, outcome)| {
            let outcome = outcome.and_then(|text| serde_json::from_str(&text).ok());
            Some((id.parse().ok()?, Delivery { checksum, outcome }))
        });
        let generation = sql::generation(tx, environment).await?;
        Ok(Self { generation, packages: packages.collect() })
    }
}

/// Makes everything that was delivered this runtime's own.
pub async fn forget(runtime: &Runtime) -> Result<()> {
    let mut tx = runtime.db.write().await?;
    sql::forget(&mut tx).await?;
    Ok(tx.commit().await?)
}
