//! Names for the actor ids in responses.

use super::{rows, text};
use os_api::client::Client;
use std::collections::HashMap;

/// Email addresses by user id.
pub struct People(HashMap<String, String>);

impl People {
    /// Fetches the users who share an organization with the caller. If the server refuses, ids
    /// are shown instead.
    pub fn known_to(client: &Client) -> Self {
        let answer = client.people().unwrap_or_default();
        let known = rows(&answer, "records").iter();
        Self(known.map(|it| (text(it, "id").to_owned(), text(it, "email").to_owned())).collect())
    }

    /// Returns the display name of an actor.
    pub fn name(&self, id: &str) -> String {
        self.0.get(id).map_or(id, String::as_str).to_owned()
    }
}
