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
use os_db::Tx;
use os_package::ManifestId;
use std::collections::HashMap;

/// What a control plane has put here.
#[derive(Debug, Default)]
pub struct Delivered {
    /// The generation that runs; `None` before the first.
    pub generation: Option<i64>,
    /// The checksums of its packages, as the control plane names them.
    pub packages: HashMap<ManifestId, String>,
}

impl Delivered {
    /// What came from one environment.
    async fn of(tx: &mut Tx, environment: &str) -> Result<Self> {
        let packages = sql::packages(tx, environment).await?;
        let parsed = packages.into_iter().filter_map(|(id, sum)| Some((id.parse().ok()?, sum)));
        let generation = sql::generation(tx, environment).await?;
        Ok(Self { generation, packages: parsed.collect() })
    }
}

/// Makes everything that was delivered this runtime's own.
pub async fn forget(runtime: &Runtime) -> Result<()> {
    let mut tx = runtime.db.write().await?;
    sql::forget(&mut tx).await?;
    Ok(tx.commit().await?)
}
