//! Names of the users that the reader may know.

use os_api::event::EventActor;
use os_control::Result;
use os_db::Tx;
use os_identity::pagination::Pagination;
use os_identity::{Actor, Visible, user};
use std::collections::HashMap;

/// The names of people who share an organization with the reader, by id.
pub struct People(HashMap<String, String>);

impl People {
    /// Reads the names that an actor may know.
    pub async fn known_to(tx: &mut Tx, actor: &Actor) -> Result<Self> {
        let (users, _) =
            user::list(tx, Visible::to(actor), Pagination { limit: 500, offset: 0 }).await?;
        Ok(Self(users.into_iter().map(|user| (user.id.to_string(), user.name)).collect()))
    }

    /// The name behind what columns such as `created_by` keep ([`Actor::label`]).
    pub fn name(&self, label: &str) -> String {
        match label {
            "service" => "the service key".to_owned(),
            "system" => "the server".to_owned(),
            _ if label.starts_with("runtime:") => "a runtime".to_owned(),
            _ => self.0.get(label).cloned().unwrap_or_else(|| "somebody".to_owned()),
        }
    }

    /// Returns the name of the actor of an event.
    pub fn actor(&self, actor: &EventActor) -> String {
        match (actor.kind.as_str(), &actor.id) {
            ("user", Some(id)) => self.name(id),
            ("runtime", _) => "a runtime".to_owned(),
            (kind, _) => self.name(kind),
        }
    }
}
