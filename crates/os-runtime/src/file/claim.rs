//! The record that a file belongs to.

use super::{File, Holder, PENDING, access, name, sql};
use crate::Result;
use crate::object::{Field, FieldError, is_file_id};
use os_db::{Tx, now};
use os_identity::UserPrincipal;

/// A field of a record that holds files.
pub struct Slot<'s> {
    pub object: &'s str,
    pub record: &'s str,
    pub field: &'s Field,
}

impl Slot<'_> {
    fn holder(&self) -> Holder<'_> {
        Holder { object: self.object, record: self.record, field: self.field.name.as_str() }
    }
}

/// Assigns a file to a field of a record; returns the id that the field holds then, which is that
/// of a copy where another field holds the file. An address, which can be no id, is returned
/// unchanged.
///
/// # Errors
/// When the database fails; a [`FieldError`] for a file that does not exist, is not the caller's, or
/// that the field does not accept.
pub async fn claim(
    tx: &mut Tx,
    caller: &UserPrincipal,
    slot: &Slot<'_>,
    id: &str,
) -> Result<std::result::Result<String, FieldError>> {
    let missing = || {
        let shown: String = id.chars().take(80).collect();
        let message = format!("names the file `{}`, which does not exist", shown.escape_debug());
        FieldError::new("reference_not_found", message)
    };
    let Some(file) = sql::get(tx, id).await? else {
        return Ok(if is_file_id(id) { Err(missing()) } else { Ok(id.to_owned()) });
    };
    let holder = slot.holder();
    if file.holder() == Some(holder) {
        return Ok(Ok(id.to_owned()));
    }
    if file.status == PENDING || !access::is_owned_by(&file, caller) {
        return Ok(Err(missing()));
    }
    if let Err(fault) = fits(slot.field, &file) {
        return Ok(Err(fault));
    }
    if sql::claim(tx, id, holder).await? {
        return Ok(Ok(id.to_owned()));
    }
    let (at, owner_id) = (now(), caller.id().to_string());
    let copy = uuid::Uuid::new_v4().to_string();
    let file = File { id: copy.clone(), owner_id, created_at: at, updated_at: at, ..file };
    sql::insert(tx, &file).await?;
    sql::claim(tx, &copy, holder).await?;
    Ok(Ok(copy))
}

/// Deletes the files that a field of a record no longer holds. Their bytes are removed at the
/// next start.
pub async fn release(tx: &mut Tx, slot: &Slot<'_>, held: &[&str]) -> Result<()> {
    let holder = slot.holder();
    for (id,) in sql::held(tx, holder).await? {
        if !held.contains(&id.as_str()) && !sql::is_attached(tx, &id).await? {
            sql::delete(tx, &id).await?;
        }
    }
    Ok(())
}

/// Refuses a file that the field does not accept: by its `maxSize`, in bytes, or its `accept`, a
/// list of media types and file extensions.
fn fits(field: &Field, file: &File) -> std::result::Result<(), FieldError> {
    if let Some(most) = field.max_file_bytes.filter(|most| file.size > *most) {
        let message =
            format!("accepts files of at most {most} bytes; this one has {}", file.bytes());
        return Err(FieldError::new("file_too_large", message));
    }
    let accept = &field.accepted_files;
    if accept.is_empty()
        || accept.iter().any(|it| name::is_accepted(it, &file.name, &file.mime_type))
    {
        return Ok(());
    }
    let message = format!("accepts {}; this file is {}", accept.join(", "), file.mime_type);
    Err(FieldError::new("file_type_not_accepted", message))
}
