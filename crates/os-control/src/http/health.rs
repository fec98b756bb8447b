//! Health checks, for load balancers.

use crate::http::extract::Data;
use crate::{Control, Result};
use axum::extract::State;
use os_api::health::{Health, Readiness};
use os_db::now;
use std::sync::LazyLock;
use std::time::Instant;

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Starts the clock of `uptime`.
pub fn start_clock() {
    LazyLock::force(&STARTED);
}

/// Reports that the process answers, without asking the database.
pub async fn health() -> Data<Health> {
    Data(Health {
        status: "ok".to_owned(),
        timestamp: now(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime: STARTED.elapsed().as_secs_f64(),
    })
}

/// Reports that the database answers.
pub async fn ready(State(control): State<Control>) -> Result<Data<Readiness>> {
    control.db.ping().await?;
    Ok(Data(Readiness {
        status: "ready".to_owned(),
        state: "running".to_owned(),
        database: control.db.kind().to_owned(),
    }))
}
