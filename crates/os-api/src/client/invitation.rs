//! Invitations to an organization (docs/wire/organizations.md#invitations).

use super::{Call, Client, Result};
use serde_json::{Value, json};
use ureq::http::Method;

impl Client {
    /// Invites an email address; the link comes once. Without an organization the active one is
    /// meant.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn invite(&self, email: &str, role: &str, organization: Option<&str>) -> Result<Value> {
        let mut body = json!({ "email": email, "role": role });
        if let Some(organization) = organization {
            body["organizationId"] = organization.into();
        }
        self.change(&["auth", "organization", "invite-member"], body)
    }

    /// Lists the invitations of an organization, newest first.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn invitations(&self, organization: Option<&str>) -> Result<Value> {
        let call = Call::new(Method::GET, &["auth", "organization", "list-invitations"]);
        self.value(call.query("organizationId", organization))
    }

    /// Cancels an invitation: its link stops working.
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn cancel_invitation(&self, id: &str) -> Result<Value> {
        let body = json!({ "invitationId": id });
        self.change(&["auth", "organization", "cancel-invitation"], body)
    }

    fn change(&self, path: &[&str], body: Value) -> Result<Value> {
        self.value(Call::new(Method::POST, path).json(body).with_origin())
    }
}
