//! Requests of members of organizations.

use super::Client;
use crate::PASSWORD;
use serde_json::{Value, json};
use uuid::Uuid;

const ORGANIZATION: &str = "/api/v1/auth/organization";

impl Client {
    /// Creates an organization, which the client owns and then works in.
    pub async fn create_organization(&self, slug: &str) -> Uuid {
        let body = json!({ "name": slug, "slug": slug });
        id(&self.organization_request("create", body).await["id"])
    }

    /// Invites a user, who accepts.
    pub async fn add_member(&self, organization: Uuid, user: &Client, role: &str) {
        let body = json!({ "organizationId": organization, "email": user.email, "role": role });
        let invitation = self.organization_request("invite-member", body).await;
        let body = json!({ "invitationId": invitation["id"] });
        user.organization_request("accept-invitation", body).await;
    }

    /// Makes an organization the one that the session works in.
    pub async fn work_in(&self, organization: Uuid) {
        let body = json!({ "organizationId": organization });
        self.organization_request("set-active", body).await;
    }

    /// Signs in once more; returns a client with the new session. It works in the
    /// organization that the user joined first, or in none.
    pub async fn another_session(&self) -> Client {
        let body = json!({ "email": self.email, "password": PASSWORD });
        let session = self.post("/api/v1/auth/sign-in/email", body).await.success();
        self.clone().with_token(session["token"].as_str().unwrap())
    }

    /// Creates an API key, and returns a client that presents it.
    pub async fn create_api_key(&self, scopes: &[&str]) -> Client {
        let key = self.post("/api/v1/keys", json!({ "name": "test", "scopes": scopes })).await;
        self.clone().with_token(key.data()["key"].as_str().unwrap())
    }

    /// Binds a runtime to an organization, and returns a client that presents its token.
    pub async fn bind_runtime(&self, organization: Uuid) -> Client {
        self.work_in(organization).await;
        let url = "/api/v1/cloud-connection/bind";
        let bound = self.post(url, json!({ "name": "test" })).await.data();
        self.clone().with_token(bound["runtime_token"].as_str().unwrap())
    }

    async fn organization_request(&self, operation: &str, body: Value) -> Value {
        self.post(&format!("{ORGANIZATION}/{operation}"), body).await.success()
    }
}

/// The id in a response.
pub(super) fn id(value: &Value) -> Uuid {
    value.as_str().unwrap().parse().unwrap()
}
