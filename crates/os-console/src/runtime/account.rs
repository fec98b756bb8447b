//! The accounts of a runtime, for the pages that sign in and out.

use crate::account::{Accounts, Registration, SignInForm, SignUpForm, Words};
use crate::frame::{Host, Person};
use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::request::Parts;
use os_runtime::auth::{self, OwnOrigin, Visitor, forget_cookie, session_cookie};
use os_runtime::{Result, Runtime};

impl Host for Runtime {
    async fn person(&self, parts: &mut Parts) -> Result<Option<Person>> {
        let caller = Visitor::from_request_parts(parts, self).await?.caller;
        Ok(caller
            .map(|caller| Person { email: caller.email().to_owned(), is_admin: caller.is_admin() }))
    }

    fn base_url(&self) -> Option<&str> {
        self.config.base_url.as_deref()
    }
}

impl Accounts for Runtime {
    const WORDS: Words = Words {
        start: "/installed",
        sign_in: "to this runtime.",
        sign_up: "to work with the records of this runtime.",
        first: "This runtime has no account yet. The first one owns it.",
        closed: "Ask the owner of this runtime for an account.",
    };

    async fn registration(&self) -> Result<Registration> {
        let is_first = !auth::has_accounts(self).await?;
        Ok(Registration { is_first, is_open: self.config.open_registration })
    }

    async fn sign_in(&self, parts: &mut Parts, form: &SignInForm) -> Result<HeaderValue> {
        OwnOrigin::from_request_parts(parts, self).await?;
        let opened = auth::sign_in(self, &form.email, &form.password).await?;
        Ok(session_cookie(self, &opened.token))
    }

    async fn sign_up(&self, parts: &mut Parts, form: &SignUpForm) -> Result<HeaderValue> {
        OwnOrigin::from_request_parts(parts, self).await?;
        let SignUpForm { name, email, password } = form;
        let opened = auth::register(self, email, password, Some(name)).await?;
        Ok(session_cookie(self, &opened.token))
    }

    async fn sign_out(&self, parts: &mut Parts) -> Result<HeaderValue> {
        let visitor = Visitor::from_request_parts(parts, self).await?;
        if let Some(token) = &visitor.token {
            auth::sign_out(self, token).await?;
        }
        Ok(forget_cookie(self))
    }
}
