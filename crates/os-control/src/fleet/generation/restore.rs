//! Making an older generation current again, as a new one.

use super::{Generation, diff};
use crate::events::{Event, Kind};
use crate::fleet::environment::EnvironmentRole;
use crate::fleet::{environment, installation};
use crate::http::guards::{self, EnvironmentAccess};
use crate::{Code, Config, EnvironmentId, Result};
use anyhow::Context;
use os_db::Tx;
use os_identity::{Actor, Scope};
use serde_json::{Value, json};

/// Makes all packages as they were. Answers the generation that is current
/// then, and why nothing was done where nothing had to be.
///
/// # Errors
/// `CONCURRENT_MODIFICATION` when another generation is current than the caller
/// believes, and those of [`installation::replace`].
pub async fn restore(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    config: &Config,
    number: i64,
    expected: Option<i64>,
) -> Result<(Generation, Option<String>)> {
    let mut locked = environment::lock_for_people(tx, access).await?;
    let current = locked.generation;
    if expected.is_some_and(|expected| expected != current) {
        return Err(Code::ConcurrentModification.error(format!(
            "`expected_current`: generation {current} is current by now; look again"
        )));
    }
    let target = super::get(tx, locked.id, number).await?;
    let before = installation::entries(tx, locked.id).await?;
    if before == target.packages {
        let message = format!("Already as in generation {number}");
        return Ok((super::get(tx, locked.id, current).await?, Some(message)));
    }
    locked.advance(tx).await?;
    let cause = format!("restore generation {number}");
    let list = (target.packages.as_slice(), cause.as_str());
    installation::replace::replace(tx, access, config, &locked, list).await?;
    let now = installation::entries(tx, locked.id).await?;
    super::record(tx, access, &locked, (&cause, Some(number)), &now).await?;
    let changes = serde_json::to_value(diff(&before, &target.packages)).context("a diff")?;
    let after =
        json!({ "generation": locked.generation, "restored_from": number, "changes": changes });
    event(access, json!({ "generation": current }), after).record(tx, &access.actor).await?;
    Ok((super::get(tx, locked.id, locked.generation).await?, None))
}

/// Installs in a new environment what another one runs, as one generation.
///
/// # Errors
/// `ENVIRONMENT_NOT_FOUND` and `PERMISSION_DENIED` for either environment, and
/// those of [`installation::replace`].
pub async fn copy(
    tx: &mut Tx,
    config: &Config,
    actor: &Actor,
    (from, to): (&str, EnvironmentId),
) -> Result<()> {
    let maker = EnvironmentRole::Maker;
    let from = guards::environment(tx, actor, from, maker, Scope::Install).await?;
    let to = &guards::environment(tx, actor, &to.to_string(), maker, Scope::Admin).await?;
    let list = installation::entries(tx, from.environment).await?;
    if list.is_empty() {
        return Ok(());
    }
    let mut locked = environment::lock(tx, to).await?;
    locked.advance(tx).await?;
    let cause = format!("copy of environment {}", from.environment);
    let target = (list.as_slice(), cause.as_str());
    installation::replace::replace(tx, to, config, &locked, target).await?;
    let now = installation::entries(tx, locked.id).await?;
    super::record(tx, to, &locked, (&cause, None), &now).await?;
    let changes = serde_json::to_value(diff(&[], &list)).context("a diff")?;
    let after = json!({
        "generation": locked.generation, "copied_from": from.environment.to_string(),
        "changes": changes,
    });
    event(to, Value::Null, after).record(tx, &to.actor).await
}

fn event(access: &EnvironmentAccess, before: Value, after: Value) -> Event {
    let subject = json!({ "environment_id": access.environment.to_string() });
    Event::new(Kind::GenerationRestored, subject)
        .organization(access.organization)
        .environment(access.environment)
        .change(before, after)
}
