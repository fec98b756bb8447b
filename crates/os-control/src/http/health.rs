//! What load balancers and people ask first.

use crate::http::extract::Data;
use crate::{Control, Result};
use axum::extract::State;
use os_db::now;
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::time::Instant;

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The clock of `uptime` runs from here on.
pub fn start_clock() {
    LazyLock::force(&STARTED);
}

/// The process lives; nothing else is looked at.
pub async fn health() -> Data<Value> {
    Data(json!({
        "status": "ok",
        "timestamp": now(),
        "version": env!("CARGO_PKG_VERSION"),
        "uptime": STARTED.elapsed().as_secs_f64(),
    }))
}

/// The database answers.
pub async fn ready(State(control): State<Control>) -> Result<Data<Value>> {
    control.db.ping().await?;
    Ok(Data(json!({ "status": "ready", "state": "running", "database": control.db.kind() })))
}
