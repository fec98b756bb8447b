//! The handlers of `/api/v1/health` and `/api/v1/ready`.

use super::{STARTED_AT, quarantined};
use crate::{Result, Runtime};
use axum::extract::State;
use os_api::runtime::health::{Health, Ready};
use os_db::now;
use os_http::extract::Data;

/// Shows that the process lives, and which packages could not be loaded.
pub async fn show_health(State(runtime): State<Runtime>) -> Data<Health> {
    Data(Health {
        status: "ok".to_owned(),
        timestamp: now(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime: STARTED_AT.elapsed().as_secs_f64(),
        connection: runtime.connection.state(),
        quarantined: quarantined(&runtime.kernel()),
    })
}

/// Shows that the database answers.
pub async fn show_readiness(State(runtime): State<Runtime>) -> Result<Data<Ready>> {
    runtime.db.ping().await?;
    Ok(Data(Ready {
        status: "ready".to_owned(),
        state: "running".to_owned(),
        database: runtime.db.kind().to_string(),
    }))
}
