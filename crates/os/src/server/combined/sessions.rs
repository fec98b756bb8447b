//! The sessions of the control plane, for the runtime beside it.
//!
//! **Invariant:** an answer holds while this process commits nothing to the database of the
//! control plane, and for a second at most, because another process may. So signing out, a ban or
//! a lost membership counts at once (docs/wire/runtime-connection.md#who-is-admitted).

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header;
use os_api::session::CurrentSession;
use os_db::{Db, instant, now};
use os_package::Checksum;
use os_runtime::{AuthorityAnswer, Binding, RemoteSession, SessionAuthority};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tower::ServiceExt;

/// The longest time that an answer holds.
const ANSWER_TTL: Duration = Duration::from_secs(1);

/// The most answers that are kept.
const MAX_ANSWERS: usize = 10_000;

/// The most bytes of an answer.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// The sessions of the control plane, as anybody may ask for them. The runtime admits platform
/// administrators and those who may see its environment.
pub struct Sessions(Arc<Authority>);

struct Authority {
    control: Router,
    /// Of the control plane.
    db: Db,
    binding: Binding,
    answers: Mutex<HashMap<Checksum, Answer>>,
}

/// An answer of the control plane about a token.
struct Answer {
    session: RemoteSession,
    state: State,
    at: Instant,
}

/// The state that an answer depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    /// The commits of this process to the database of the control plane.
    commits: u64,
    environment: Option<String>,
    organization: Option<String>,
}

impl Sessions {
    /// Returns the sessions of a control plane, for the runtime with this binding.
    pub fn new(control: Router, db: Db, binding: Binding) -> Self {
        Self(Arc::new(Authority { control, db, binding, answers: Mutex::default() }))
    }
}

impl SessionAuthority for Sessions {
    fn session(&self, token: String) -> AuthorityAnswer {
        let authority = Arc::clone(&self.0);
        Box::pin(async move { authority.session(&token).await })
    }
}

impl Authority {
    async fn session(&self, token: &str) -> Result<Option<RemoteSession>> {
        // Read first: what is committed meanwhile makes the answer an old one.
        let state = State {
            commits: self.db.commits(),
            environment: self.binding.environment(),
            organization: self.binding.organization(),
        };
        let key = Checksum::of(token.as_bytes());
        if let Some(session) = self.known(&key, &state) {
            return Ok(Some(session));
        }
        let Some(current) = self.current(token).await? else { return Ok(None) };
        let is_admitted = current.user.is_platform_admin || self.may_see(token, &state).await?;
        let session = RemoteSession { current, is_admitted };
        self.keep(key, Answer { session: session.clone(), state, at: instant() });
        Ok(Some(session))
    }

    /// Returns the answer of before, while it holds.
    fn known(&self, key: &Checksum, state: &State) -> Option<RemoteSession> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.get(key).filter(|it| it.state == *state)?;
        let is_live = answer.session.current.session.expires_at.is_none_or(|end| end > now());
        let is_young = instant().saturating_duration_since(answer.at) < ANSWER_TTL;
        (is_live && is_young).then(|| answer.session.clone())
    }

    fn keep(&self, key: Checksum, answer: Answer) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= MAX_ANSWERS {
            answers.clear();
        }
        answers.insert(key, answer);
    }

    async fn current(&self, token: &str) -> Result<Option<CurrentSession>> {
        let session = self.ask("/api/v1/auth/get-session", token).await?.context("no answer")?;
        serde_json::from_value(session).context("its answer is no session")
    }

    /// Returns whether the owner of the token may see the environment of the runtime, or belongs to
    /// its organization where it has no environment. Nobody belongs to a runtime that is not bound.
    async fn may_see(&self, token: &str, state: &State) -> Result<bool> {
        if let Some(environment) = &state.environment {
            let path = format!("/api/v1/cloud/environments/{environment}");
            return Ok(self.ask(&path, token).await?.is_some());
        }
        let Some(organization) = &state.organization else { return Ok(false) };
        let own = self.ask("/api/v1/auth/organization/list", token).await?.unwrap_or_default();
        Ok(own.as_array().is_some_and(|all| all.iter().any(|it| it["id"] == organization.as_str())))
    }

    /// Sends a request to the control plane as the owner of the token; `None` for a refusal.
    async fn ask(&self, path: &str, token: &str) -> Result<Option<Value>> {
        let request = Request::get(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty())?;
        let Ok(response) = self.control.clone().oneshot(request).await;
        let status = response.status();
        if status.is_client_error() {
            return Ok(None);
        }
        anyhow::ensure!(status.is_success(), "it answers {status}");
        let body = to_bytes(response.into_body(), MAX_ANSWER_BYTES).await?;
        Ok(Some(serde_json::from_slice(&body)?))
    }
}
