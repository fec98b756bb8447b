//! The people behind the ids that answers name as actors.

use super::{rows, text};
use os_api::client::Client;
use std::collections::HashMap;

/// Email addresses by user id.
pub struct People(HashMap<String, String>);

impl People {
    /// Those whom the caller shares an organization with. A server that does not
    /// tell is no reason to fail: then ids are shown.
    pub fn known_to(client: &Client) -> Self {
        let answer = client.people().unwrap_or_default();
        let known = rows(&answer, "records").iter();
        Self(known.map(|it| (text(it, "id").to_owned(), text(it, "email").to_owned())).collect())
    }

    /// What to call an actor.
    pub fn name(&self, id: &str) -> String {
        self.0.get(id).map_or(id, String::as_str).to_owned()
    }
}
