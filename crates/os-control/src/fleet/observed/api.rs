use crate::http::extract::{Data, Json};
use crate::http::guards::BoundRuntime;
use crate::{Code, Control, Result};
use axum::extract::State;
use os_api::desired as wire;

/// The longest reason, in characters.
const REASON: usize = 4096;
/// How many packages a report may be about.
const PACKAGES: usize = 10_000;

pub async fn report(
    State(control): State<Control>,
    BoundRuntime { access, connection }: BoundRuntime,
    Json(state): Json<wire::ObservedState>,
) -> Result<Data<wire::Noted>> {
    check(&state)?;
    let place = (access.environment, connection);
    let mut tx = control.db.write().await?;
    let generation = super::report(&mut tx, &access.actor, place, state).await?;
    tx.commit().await?;
    Ok(Data(wire::Noted { generation }))
}

/// Refuses what could not be kept.
fn check(state: &wire::ObservedState) -> Result<()> {
    let errors = state.packages.iter().map(|it| &it.error).chain([&state.error]);
    if errors.flatten().any(|it| it.chars().count() > REASON) {
        return Err(
            Code::ValidationError.error(format!("`error` must have at most {REASON} characters"))
        );
    }
    if state.packages.len() > PACKAGES {
        return Err(
            Code::ValidationError.error(format!("`packages` must have at most {PACKAGES} entries"))
        );
    }
    Ok(())
}
