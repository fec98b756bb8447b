use crate::actor::{Actor, Principal};
use crate::ids::{OrganizationId, UserId};

/// The organizations that somebody sees; `None` leaves a side open.
#[derive(Debug, Clone, Copy)]
pub struct Visible {
    /// Those that this user belongs to.
    pub member: Option<UserId>,
    /// This one.
    pub organization: Option<OrganizationId>,
}

impl Visible {
    /// What a credential may read: a session all organizations of its user, a key or
    /// runtime token its own, the service key every one.
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
