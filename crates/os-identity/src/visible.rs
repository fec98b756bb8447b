use crate::actor::{Actor, Principal};
use crate::ids::{OrganizationId, UserId};

/// The organizations that an actor may read; `None` does not restrict.
#[derive(Debug, Clone, Copy)]
pub struct Visible {
    /// Only those that this user belongs to.
    pub member: Option<UserId>,
    /// Only this one.
    pub organization: Option<OrganizationId>,
}

impl Visible {
    /// Returns the organizations that a credential may read: a session those of its user, a
    /// key or runtime token its own, the service key all.
    pub fn to(actor: &Actor) -> Self {
        match actor.principal() {
            Principal::User(user) => {
                Self { member: Some(user.id()), organization: user.confined_to() }
            }
            Principal::Runtime(runtime) => {
                Self { member: None, organization: Some(runtime.organization()) }
            }
            Principal::Service | Principal::System(_) => Self { member: None, organization: None },
        }
    }
}
