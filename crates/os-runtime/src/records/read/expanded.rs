//! JSON of the records that replace their ids.

use super::json;
use super::limit::{MAX_LIST_BYTES, too_large};
use crate::Result;
use std::collections::HashMap;

/// The records that columns refer to, as JSON.
#[derive(Default)]
pub struct Expanded(pub Vec<(usize, Records)>);

/// JSON by the id of its record.
#[derive(Default)]
pub struct Records(pub HashMap<String, Vec<u8>>);

impl Expanded {
    /// Returns the records for the column at this place; `None` where ids stay ids.
    pub fn of(&self, at: usize) -> Option<&Records> {
        self.0.iter().find(|(column, _)| *column == at).map(|(_, records)| records)
    }
}

impl Records {
    /// Appends the record of an id. Without a record that may be seen the id stays.
    pub fn one(&self, out: &mut Vec<u8>, id: Option<&str>) {
        match id {
            None => out.extend_from_slice(b"null"),
            Some(id) => match self.0.get(id) {
                Some(record) => out.extend_from_slice(record),
                None => json::text(out, id),
            },
        }
    }

    /// Appends the records of a list of ids.
    ///
    /// # Errors
    /// `PAYLOAD_TOO_LARGE`: a list may name one large record many times.
    pub fn list(&self, out: &mut Vec<u8>, ids: Option<&str>) -> Result<()> {
        let Some(ids) = ids else {
            out.extend_from_slice(b"null");
            return Ok(());
        };
        out.push(b'[');
        for (index, id) in listed(ids).iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            self.one(out, Some(id));
            if out.len() > MAX_LIST_BYTES {
                return Err(too_large());
            }
        }
        out.push(b']');
        Ok(())
    }
}

/// Returns the ids in a column that holds a list of them.
pub fn listed(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}
