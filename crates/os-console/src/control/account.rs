//! The accounts of the control plane, for the pages that sign in and out.

use crate::account::{Accounts, Registration, SignInForm, SignUpForm, Words};
use crate::frame::{Host, Person};
use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::request::Parts;
use os_control::auth::Actor;
use os_control::client::Client;
use os_control::http::guards::Visitor;
use os_control::session::cookie;
use os_control::{Control, Result, session, user};

impl Host for Control {
    /// A guard may have been passed before: then the actor is there already.
    async fn person(&self, parts: &mut Parts) -> Result<Option<Person>> {
        let actor = match parts.extensions.get::<Actor>().cloned() {
            Some(actor) => Some(actor),
            None => Visitor::from_request_parts(parts, self).await?.0,
        };
        let is_admin = actor.as_ref().is_some_and(Actor::is_platform_admin);
        let user = actor.as_ref().and_then(Actor::user);
        Ok(user.map(|user| Person { email: user.email.clone(), is_admin }))
    }

    fn base_url(&self) -> Option<&str> {
        self.config.base_url.as_deref()
    }
}

impl Accounts for Control {
    const WORDS: Words = Words {
        start: "/environments",
        sign_in: "to the control plane of your packages.",
        sign_up: "to publish, install and upgrade packages.",
        first: "This server has no account yet. The first one owns it.",
        closed: "You need an invitation. Ask an administrator of this server.",
    };

    async fn registration(&self) -> Result<Registration> {
        let is_first = !user::any(&mut self.db.read().await?).await?;
        Ok(Registration { is_first, is_open: self.config.open_registration })
    }

    async fn sign_in(&self, parts: &mut Parts, form: &SignInForm) -> Result<HeaderValue> {
        let client = Client::from_request_parts(parts, self).await?;
        let (opened, _) = session::enter(self, &client, &form.email, &form.password).await?;
        Ok(cookie::set(&self.config, &opened.token, true))
    }

    async fn sign_up(&self, parts: &mut Parts, form: &SignUpForm) -> Result<HeaderValue> {
        let client = Client::from_request_parts(parts, self).await?;
        let SignUpForm { name, email, password } = form;
        let (opened, _) = session::register(self, &client, Some(name), email, password).await?;
        Ok(cookie::set(&self.config, &opened.token, true))
    }

    async fn sign_out(&self, parts: &mut Parts) -> Result<HeaderValue> {
        if let Visitor(Some(actor)) = Visitor::from_request_parts(parts, self).await? {
            let mut tx = self.db.write().await?;
            session::close(&mut tx, &actor).await?;
            tx.commit().await?;
        }
        Ok(cookie::remove(&self.config))
    }
}
