//! The stages of a change, in their order.
//!
//! Behaviour of packages that runs before or after a change (hooks, flows) belongs
//! between these stages and nowhere else: "before insert" at the start of
//! [`prepare`], "after insert" at the end of [`finish`].
//!
//! | Stage | Insert | Update | Delete |
//! |---|---|---|---|
//! | read input, with the rights on fields | request | request | |
//! | drop fields that a condition locks | | request | |
//! | defaults | all | | |
//! | stamp | all | all | |
//! | required fields | all | | |
//! | references | request | request | |
//! | validation rules | request, seed | request | |
//! | record that it belongs to | request | | |
//! | unique values | request | request | |
//! | numbers | all | | |
//! | files | request | request | |
//! | write | all | all | all |
//! | row policies on the written row | request | request | |
//! | release of files | | request | all |
//! | history | request, cascade | request, cascade | request, cascade |
//!
//! Seeds write many rows with one statement, so they call [`prepare`] and [`finish`]
//! for each row and write themselves; see `seed::write`.
//!
//! **Invariant:** a change compares and sets: it is written over the row that was
//! checked, or not at all, so that no change is lost and the history is true.

use super::history::AuditEntry;
use super::parent::Parent;
use super::rules::{RecordScope, RuleCheck};
use super::value::is_blank;
use super::{Draft, ValidationErrors, files, reference, unique};
use crate::object::{ID, Object};
use crate::records::rights::{ObjectAccess, Verb, denied};
use crate::records::store::sql::{self, StoredRow};
use crate::records::store::{Filter, of_id, of_version, version_of};
use crate::{Code, Result};
use chrono::{DateTime, Duration, Utc};
use os_db::{Cell, Name, Tx, now};
use os_package::system::Feature;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The operation on a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Insert,
    Update,
    Delete,
}

/// The origin of a change. It decides which stages apply.
#[derive(Clone, Copy)]
pub enum Origin<'c, 'k> {
    /// A caller, who may send anything.
    Request(&'c ObjectAccess<'k>),
    /// A deletion of a record that this one refers to, by the same caller.
    Cascade(&'c ObjectAccess<'k>),
    /// A package that is installed.
    Seed,
}

/// A change of one row on its way through the stages.
pub struct Change<'c, 'k> {
    pub object: &'c Arc<Object>,
    pub origin: Origin<'c, 'k>,
    pub operation: Operation,
    pub now: DateTime<Utc>,
    /// The id of the record; of a new one once it is known.
    pub id: Option<String>,
    /// The row as it is; `None` where it is new.
    pub before: Option<StoredRow>,
    /// The row as it will be; `None` where it is deleted.
    pub after: Option<StoredRow>,
    /// The cells to write.
    pub draft: Draft,
    /// Everything that is wrong with the record.
    pub errors: ValidationErrors,
}

/// A record that was written.
pub struct Written {
    pub id: String,
    /// The fields that were sent and not written, for clients.
    pub dropped: Option<Value>,
}

impl<'c, 'k> Change<'c, 'k> {
    /// Returns a new record.
    pub fn insert(object: &'c Arc<Object>, origin: Origin<'c, 'k>, now: DateTime<Utc>) -> Self {
        Self {
            object,
            origin,
            operation: Operation::Insert,
            now,
            id: None,
            before: None,
            after: Some(object.columns().iter().map(|column| column.kind.null()).collect()),
            draft: Draft::default(),
            errors: ValidationErrors::default(),
        }
    }

    /// Returns a change of a row. Its time is later than the version of the row, also where the
    /// clock stands still.
    pub fn update(object: &'c Arc<Object>, origin: Origin<'c, 'k>, row: StoredRow) -> Self {
        let earliest = version_of(object, &row).map(|version| version + Duration::microseconds(1));
        let now = earliest.map_or_else(now, |earliest| earliest.max(now()));
        Self {
            operation: Operation::Update,
            id: id_of(object, &row),
            before: Some(row.clone()),
            after: Some(row),
            ..Self::insert(object, origin, now)
        }
    }

    /// Returns a row of a seed: a new one, or cells for one that exists.
    pub fn seed(
        object: &'c Arc<Object>,
        operation: Operation,
        id: String,
        cells: Vec<(Name, Cell)>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            operation,
            id: Some(id),
            draft: Draft { cells, ..Draft::default() },
            ..Self::insert(object, Origin::Seed, now)
        }
    }

    /// Returns the deletion of a row.
    pub fn delete(object: &'c Arc<Object>, origin: Origin<'c, 'k>, row: StoredRow) -> Self {
        Self {
            operation: Operation::Delete,
            id: id_of(object, &row),
            before: Some(row),
            after: None,
            ..Self::insert(object, origin, now())
        }
    }
}

/// Runs a change through all stages. Returns `None` where another change was faster.
///
/// # Errors
/// `INVALID_FIELD`, `VALIDATION_FAILED`, `DUPLICATE_RECORD`, `PERMISSION_DENIED`.
pub async fn run(
    tx: &mut Tx,
    mut change: Change<'_, '_>,
    input: Option<&Map<String, Value>>,
) -> Result<Option<Written>> {
    prepare(tx, &mut change, input).await?;
    if !write(tx, &mut change).await? {
        return Ok(None);
    }
    change.check_row_policies(tx).await?;
    finish(tx, change).await.map(Some)
}

/// The stages before the row is written.
///
/// # Errors
/// As [`run`].
pub async fn prepare(
    tx: &mut Tx,
    change: &mut Change<'_, '_>,
    input: Option<&Map<String, Value>>,
) -> Result<()> {
    // Behaviour "before insert", "before update" and "before delete" belongs here.
    if let Some(input) = input {
        change.read_input(input)?;
    }
    change.drop_locked(tx).await?;
    change.fill_defaults();
    change.stamp();
    change.check_required();
    change.check_references(tx).await?;
    change.update_row();
    change.check_rules(tx).await?;
    change.refuse_errors()?;
    change.check_target(tx).await?;
    change.check_unique(tx).await?;
    change.take_numbers(tx).await?;
    change.claim_files(tx).await?;
    change.update_row();
    Ok(())
}

/// Writes the row. Returns whether it was there as it was checked.
async fn write(tx: &mut Tx, change: &mut Change<'_, '_>) -> Result<bool> {
    let table = &change.object.name;
    let filter = change.filter();
    let cells = std::mem::take(&mut change.draft.cells);
    let written = match change.operation {
        Operation::Insert => sql::insert(tx, table, vec![cells]).await.map(|()| 1),
        Operation::Update => sql::update(tx, table, cells, &filter).await,
        Operation::Delete => sql::delete(tx, table, &filter).await,
    };
    Ok(written.map_err(|error| unique::raced(change.object, change.access(), error))? > 0)
}

/// Returns the stages after the row is written.
///
/// # Errors
/// Those of the database.
pub async fn finish(tx: &mut Tx, change: Change<'_, '_>) -> Result<Written> {
    change.release_files(tx).await?;
    change.record_history(tx).await?;
    // Behaviour "after insert", "after update" and "after delete" belongs here.
    let dropped = change.draft.dropped_fields(&change.object.name);
    Ok(Written { id: change.id.unwrap_or_default(), dropped })
}

/// Checks the rules of a seed that is written, now that its references are there.
///
/// # Errors
/// Those of the database; what the record breaks is returned.
pub async fn check_seeded(
    tx: &mut Tx,
    object: &Arc<Object>,
    id: &str,
    now: DateTime<Utc>,
) -> Result<ValidationErrors> {
    let Some(row) = sql::stored(tx, object, &of_id(id)).await? else {
        return Ok(ValidationErrors::default());
    };
    let mut change = Change::seed(object, Operation::Insert, id.to_owned(), Vec::new(), now);
    change.after = Some(row);
    change.check_rules(tx).await?;
    Ok(change.errors)
}

impl<'k> Change<'_, 'k> {
    /// Returns the access of the caller, where there is one.
    fn access(&self) -> Option<&ObjectAccess<'k>> {
        match self.origin {
            Origin::Request(access) | Origin::Cascade(access) => Some(access),
            Origin::Seed => None,
        }
    }

    /// Returns the access of the caller, where their request itself is this change.
    pub fn request(&self) -> Option<&ObjectAccess<'k>> {
        match self.origin {
            Origin::Request(access) => Some(access),
            Origin::Cascade(_) | Origin::Seed => None,
        }
    }

    /// Returns the access of the caller, where they insert or update this record themselves.
    fn checked(&self) -> Option<&ObjectAccess<'k>> {
        self.request().filter(|_| self.operation != Operation::Delete)
    }

    fn read_input(&mut self, input: &Map<String, Value>) -> Result<()> {
        if let Origin::Request(access) = self.origin {
            let is_new = self.operation == Operation::Insert;
            self.draft = Draft::read(access, input, is_new, &mut self.errors)?;
        }
        Ok(())
    }

    fn fill_defaults(&mut self) {
        if self.operation != Operation::Insert {
            return;
        }
        self.update_row();
        let user = match self.origin {
            Origin::Request(access) | Origin::Cascade(access) => Some(access.caller()),
            Origin::Seed => None,
        };
        if let Some(row) = &self.after {
            self.draft.fill_defaults(self.object, row, user, self.now);
        }
    }

    /// Sets who changes the record and when; the owner of a new one is its creator,
    /// unless it names another. Seeds keep the times that they name.
    pub fn stamp(&mut self) {
        let time = Cell::Time(Some(self.now));
        let Some(user) = self.access().map(|access| Cell::text(access.caller().id().to_string()))
        else {
            let times = match self.operation {
                Operation::Insert => ["created_at", "updated_at"].as_slice(),
                Operation::Update => &["updated_at"],
                Operation::Delete => &[],
            };
            return times.iter().for_each(|name| self.draft.set_if_null(self.object, name, &time));
        };
        if self.operation == Operation::Insert {
            let authors = ["author", "uploaded_by"].into_iter();
            let author = authors.filter(|_| self.object.is_feed());
            let author = author.filter(|name| self.object.column(name).is_some()).take(1);
            for name in ["created_by"].into_iter().chain(author) {
                self.draft.set_column(self.object, name, &user);
            }
            self.draft.set_column(self.object, "created_at", &time);
            self.draft.set_if_null(self.object, "owner_id", &user);
        }
        if self.operation != Operation::Delete {
            self.draft.set_column(self.object, "updated_at", &time);
            self.draft.set_column(self.object, "updated_by", &user);
        }
    }

    fn check_required(&mut self) {
        if self.operation == Operation::Insert {
            // A seed may set an empty string.
            let is_missing = if self.access().is_some() { is_blank } else { Cell::is_null };
            self.draft.check_required(self.object, is_missing, &mut self.errors);
        }
    }

    /// The row as it was written must be one that the row policies let the caller write. The
    /// database tests it, as it does where records are read.
    async fn check_row_policies(&self, tx: &mut Tx) -> Result<()> {
        let Some(access) = self.checked() else { return Ok(()) };
        let rule = match self.operation {
            Operation::Insert => access.rights().created(),
            _ => access.rights().edited(),
        };
        if rule.is_everything() {
            return Ok(());
        }
        let written = of_id(self.id.as_deref().unwrap_or_default()).and(rule.clone());
        match sql::exists(tx, &self.object.name, &written).await? {
            true => Ok(()),
            false => Err(denied(self.object)),
        }
    }

    async fn check_references(&mut self, tx: &mut Tx) -> Result<()> {
        match self.origin {
            Origin::Request(access) if self.operation != Operation::Delete => {
                reference::check(tx, access, &self.draft, &mut self.errors).await
            }
            _ => Ok(()),
        }
    }

    /// Applies the cells to the row.
    fn update_row(&mut self) {
        if let Some(row) = &mut self.after {
            for (name, cell) in &self.draft.cells {
                if let Some(at) = self.object.position(name.as_str()) {
                    row[at] = cell.clone();
                }
            }
        }
    }

    /// Checks the validation rules of the object. Those of a seed wait for the references that are
    /// not resolved yet; rules that read the master of a record are not asked of seeds.
    async fn check_rules(&mut self, tx: &mut Tx) -> Result<()> {
        let Some(after) = &self.after else { return Ok(()) };
        let (user, parent) = match self.origin {
            Origin::Request(access) => {
                (Some(access.caller()), Parent::load(tx, access, after).await?)
            }
            Origin::Seed if self.draft.pending.is_empty() && !self.object.reads_parent => {
                (None, None)
            }
            Origin::Seed | Origin::Cascade(_) => return Ok(()),
        };
        let scope = RecordScope {
            object: self.object,
            record: after,
            previous: self.before.as_ref(),
            user,
            parent: parent.as_ref(),
        };
        let with_states = matches!(self.origin, Origin::Request(_));
        RuleCheck { scope, now: self.now, with_states }.run(&mut self.errors);
        Ok(())
    }

    pub fn refuse_errors(&self) -> Result<()> {
        self.errors.check(self.object)
    }

    /// A comment or attachment belongs to a record that the caller may see, of an
    /// object that takes them.
    async fn check_target(&self, tx: &mut Tx) -> Result<()> {
        let feature = self.object.system.and_then(|system| system.enabled_by);
        let (Some(access), Some(feature), Operation::Insert) =
            (self.request(), feature, self.operation)
        else {
            return Ok(());
        };
        let (object, record) = (self.draft.text("object"), self.draft.text("record_id"));
        let target = access.scope().access(&object, Verb::Read)?;
        let enable = target.object().enable;
        let takes = match feature {
            Feature::Feeds => enable.feeds,
            Feature::Files => enable.files,
        };
        if !takes {
            let key = feature.key();
            let message =
                format!("`{object}` has no {key}; its package enables them with `enable.{key}`");
            let error = Code::ValidationFailed.error(message);
            return Err(error.with("object", self.object.name.as_str()));
        }
        let reads = target.rights().reads();
        let found =
            sql::kept(tx, &target.object().name, std::slice::from_ref(&record), reads).await?;
        if found.is_empty() { Err(target.no_record(&record)) } else { Ok(()) }
    }

    async fn check_unique(&self, tx: &mut Tx) -> Result<()> {
        match (self.checked(), &self.after) {
            (Some(_), Some(row)) => {
                let own_id = self.id.as_deref();
                let candidate = unique::Candidate { row, draft: &self.draft, own_id };
                unique::check(tx, self.object, &candidate).await
            }
            _ => Ok(()),
        }
    }

    async fn claim_files(&mut self, tx: &mut Tx) -> Result<()> {
        match (self.origin, self.operation, &self.id) {
            (Origin::Request(access), Operation::Insert | Operation::Update, Some(id)) => {
                files::claim(tx, access, id, self.before.as_ref(), &mut self.draft).await
            }
            _ => Ok(()),
        }
    }

    /// Returns the row that is written over.
    fn filter(&self) -> Filter {
        let of_id = of_id(self.id.as_deref().unwrap_or_default());
        match (&self.before, self.origin, self.operation) {
            (Some(_), Origin::Cascade(_), Operation::Update) | (None, ..) => of_id,
            (Some(row), ..) => of_id.and(of_version(self.object, version_of(self.object, row))),
        }
    }

    async fn release_files(&self, tx: &mut Tx) -> Result<()> {
        let holds_others = matches!(
            (self.origin, self.operation),
            (_, Operation::Delete) | (Origin::Request(_), Operation::Update)
        );
        match &self.id {
            Some(id) if holds_others => {
                files::release(tx, self.object, id, self.after.as_ref()).await
            }
            _ => Ok(()),
        }
    }

    async fn record_history(&self, tx: &mut Tx) -> Result<()> {
        let (Some(access), Some(id)) = (self.access(), &self.id) else { return Ok(()) };
        let (before, after) = (self.before.as_ref(), self.after.as_ref());
        AuditEntry { access, id, before, after, now: self.now }.record(tx).await
    }
}

/// Returns the id in a row.
fn id_of(object: &Object, row: &StoredRow) -> Option<String> {
    match &row[object.position(ID)?] {
        Cell::Text(id) => id.clone(),
        _ => None,
    }
}
