//! References of a record that is written: the records must be there.

use super::record::{Draft, Faults};
use crate::Result;
use crate::object::{Fault, Field};
use crate::records::rights::Ask;
use crate::records::rights::Verb;
use crate::records::store::sql;
use os_db::{Cell, Tx};

/// Finds references to records that are not there, or that the caller may not
/// see. What another database holds is not looked up.
pub async fn check(tx: &mut Tx, ask: &Ask<'_>, draft: &Draft, faults: &mut Faults) -> Result<()> {
    for field in ask.object.fields.iter().filter(|field| field.kind.is_reference()) {
        let Some(target) = &field.reference else { continue };
        let wanted =
            draft.get(field.name.as_str()).map(|cell| ids(field, cell)).unwrap_or_default();
        let Ok(owned) = ask.kernel.object(target.as_str()) else { continue };
        if wanted.is_empty() || owned.object.is_external {
            continue;
        }
        let target = Ask::inside(ask.kernel, ask.sets, ask.caller, &owned.object);
        if !target.rights.grants(Verb::Read) {
            faults.add(field, &missing(&target, &wanted[0]));
            continue;
        }
        let found = sql::existing(tx, &owned.object.name, &wanted, &target.rights.reads).await?;
        if let Some(id) = wanted.iter().find(|id| !found.contains(id)) {
            faults.add(field, &missing(&target, id));
        }
    }
    Ok(())
}

/// The ids that a cell of a reference holds.
pub fn ids(field: &Field, cell: &Cell) -> Vec<String> {
    match cell {
        Cell::Text(Some(text)) if field.is_multiple => {
            serde_json::from_str(text).unwrap_or_default()
        }
        Cell::Text(Some(text)) => vec![text.clone()],
        _ => Vec::new(),
    }
}

fn missing(target: &Ask<'_>, id: &str) -> Fault {
    let shown: String = id.chars().take(80).collect();
    let message =
        format!("refers to {} `{}`, which is not there", target.object.name, shown.escape_debug());
    Fault::new("reference_not_found", message)
}
