//! Fields that a condition locks (`readonlyWhen`): a change leaves them as they are and reports them.

use super::parent::Parent;
use super::pipeline::{Change, Operation, Origin};
use super::rules::RecordScope;
use crate::Result;
use crate::object::Compiled;
use os_db::Tx;
use os_package::expression::Value;

/// The names that conditions read; `parent` is one where the record belongs to another.
const NAMES: [&str; 7] = ["record", "previous", "old", "current_user", "user", "os", "ctx"];

impl Change<'_, '_> {
    /// Drops the fields that their condition locks. It is tested on the record as it would be.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn drop_locked(&mut self, tx: &mut Tx) -> Result<()> {
        let (Origin::Request(access), Operation::Update, Some(before)) =
            (self.origin, self.operation, &self.before)
        else {
            return Ok(());
        };
        let conditional = || self.object.fields.iter().filter(|it| it.readonly_when.is_some());
        if !conditional().any(|field| self.draft.get(field.name.as_str()).is_some()) {
            return Ok(());
        }
        let mut record = before.clone();
        for (name, cell) in &self.draft.cells {
            if let Some(at) = self.object.position(name.as_str()) {
                record[at] = cell.clone();
            }
        }
        let parent = Parent::load(tx, access, &record).await?;
        let scope = RecordScope {
            object: self.object,
            record: &record,
            previous: Some(before),
            user: Some(access.caller()),
            parent: parent.as_ref(),
        };
        let is_locked = |condition: &Compiled| locks(condition, &scope, self.now);
        let locked: Vec<String> = conditional()
            .filter(|field| field.readonly_when.as_ref().is_some_and(is_locked))
            .map(|field| field.name.to_string())
            .filter(|name| self.draft.get(name).is_some())
            .collect();
        self.draft.cells.retain(|(name, _)| !locked.iter().any(|it| it == name.as_str()));
        self.draft.dropped.extend(locked);
        Ok(())
    }
}

/// Returns whether a condition locks its field. One that reads a name that there is not does; one
/// that has no value for another reason does not.
fn locks(
    condition: &Compiled,
    scope: &RecordScope<'_>,
    now: chrono::DateTime<chrono::Utc>,
) -> bool {
    let Ok(expression) = condition else { return true };
    let is_known =
        |name: &str| NAMES.contains(&name) || (name == "parent" && scope.parent.is_some());
    if !expression.references().iter().all(|reference| is_known(reference.name)) {
        return true;
    }
    match expression.evaluate(scope, now) {
        Ok(value) => value == Value::Bool(true),
        Err(error) => error.missing_key.is_some(),
    }
}
