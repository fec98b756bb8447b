//! Restoring an older generation as a new one, and copying the current one of another environment.

use super::change::Change;
use super::replace::replace;
use crate::events::{Event, Kind};
use crate::fleet::environment::EnvironmentAccess;
use crate::fleet::generation::{self, Cause, Generation, diff};
use crate::{Code, Config, Result};
use anyhow::Context;
use os_db::Tx;
use serde_json::{Value, json};

/// Restores all packages of a generation. Returns the generation that is current afterwards, with
/// a message when it was current already.
///
/// # Errors
/// `CONCURRENT_MODIFICATION` when the current generation is not `expected`, and those of an installation, for the list as a whole.
pub async fn restore(
    tx: &mut Tx,
    access: &EnvironmentAccess,
    config: &Config,
    number: i64,
    expected: Option<i64>,
) -> Result<(Generation, Option<String>)> {
    let mut change = Change::begin(tx, access).await?;
    let current = change.locked().generation();
    if expected.is_some_and(|expected| expected != current) {
        return Err(Code::ConcurrentModification.error(format!(
            "`expected_current`: generation {current} is current; reload and try again"
        )));
    }
    let target = generation::get(change.tx, access, number).await?;
    let before = super::entries(change.tx, access).await?;
    if before == target.packages {
        let message = format!("Already as in generation {number}");
        return Ok((generation::get(change.tx, access, current).await?, Some(message)));
    }
    change.advance().await?;
    let text = format!("restore generation {number}");
    replace(&mut change, config, &target.packages, &text).await?;
    let now = super::entries(change.tx, access).await?;
    let cause = Cause { text, restored_from: Some(number) };
    change.record_generation(cause, &now).await?;
    let changes = serde_json::to_value(diff(&before, &target.packages)).context("a diff")?;
    let made = change.locked().generation();
    let after = json!({ "generation": made, "restored_from": number, "changes": changes });
    event(access, json!({ "generation": current }), after)
        .record(change.tx, access.actor())
        .await?;
    Ok((generation::get(change.tx, access, made).await?, None))
}

/// Installs the packages of an environment in a new one, as one generation.
///
/// # Errors
/// Those of an installation, for the list as a whole.
pub async fn copy(
    tx: &mut Tx,
    config: &Config,
    from: &EnvironmentAccess,
    to: &EnvironmentAccess,
) -> Result<()> {
    let list = super::entries(tx, from).await?;
    if list.is_empty() {
        return Ok(());
    }
    let mut change = Change::begin_install(tx, to).await?;
    change.advance().await?;
    let text = format!("copy of environment {}", from.environment());
    replace(&mut change, config, &list, &text).await?;
    let now = super::entries(change.tx, to).await?;
    let cause = Cause { text, restored_from: None };
    change.record_generation(cause, &now).await?;
    let changes = serde_json::to_value(diff(&[], &list)).context("a diff")?;
    let after = json!({
        "generation": change.locked().generation(), "copied_from": from.environment().to_string(),
        "changes": changes,
    });
    event(to, Value::Null, after).record(change.tx, to.actor()).await
}

fn event(access: &EnvironmentAccess, before: Value, after: Value) -> Event {
    let subject = json!({ "environment_id": access.environment().to_string() });
    Event::new(Kind::GenerationRestored, subject)
        .organization(access.organization())
        .environment(access.environment())
        .change(before, after)
}
