//! What load balancers and people ask first.

use crate::{Result, Runtime};
use axum::extract::State;
use os_db::now;
use os_http::extract::Data;
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::time::Instant;

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The clock of `uptime` runs from here on.
pub fn start_clock() {
    LazyLock::force(&STARTED);
}

/// The process lives; packages that could not be loaded are named.
pub async fn health(State(runtime): State<Runtime>) -> Data<Value> {
    Data(json!({
        "status": "ok",
        "timestamp": now(),
        "version": env!("CARGO_PKG_VERSION"),
        "uptime": STARTED.elapsed().as_secs_f64(),
        "connection": runtime.connection.state(),
        "setAside": runtime.kernel().set_aside(),
    }))
}

/// The database answers.
pub async fn ready(State(runtime): State<Runtime>) -> Result<Data<Value>> {
    runtime.db.peek().await?.query("SELECT 1").run().await?;
    Ok(Data(json!({ "status": "ready", "state": "running", "database": runtime.db.kind() })))
}
