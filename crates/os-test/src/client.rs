//! A client: someone who sends requests to a server.

use crate::Response;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use http_body_util::BodyExt;
use serde_json::Value;
use std::marker::PhantomData;
use tower::ServiceExt;
use uuid::Uuid;

/// Sends requests to a server of the kind `S`, in this process and without a port.
pub struct Client<S> {
    /// The account; nil for clients without one.
    pub id: Uuid,
    /// The account's address; empty for clients without one.
    pub email: String,
    /// The secret sent as a bearer token, if any.
    pub token: Option<String>,
    routes: Router,
    kind: PhantomData<fn() -> S>,
}

// Not derived: that would ask for `S: Clone`.
impl<S> Clone for Client<S> {
    fn clone(&self) -> Self {
        Self {
            id: self.id,
            email: self.email.clone(),
            token: self.token.clone(),
            routes: self.routes.clone(),
            kind: PhantomData,
        }
    }
}

impl<S> Client<S> {
    /// A client of these routes, without a credential.
    pub fn new(routes: Router) -> Self {
        Self { id: Uuid::nil(), email: String::new(), token: None, routes, kind: PhantomData }
    }

    /// The same client with this secret as its bearer token.
    pub fn with_token(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    /// The same client, known to have this account.
    pub fn with_account(self, id: Uuid, email: &str) -> Self {
        Self { id, email: email.to_owned(), ..self }
    }

    /// Sends a `GET` request.
    pub async fn get(&self, url: &str) -> Response {
        self.json(Method::GET, url, None).await
    }

    /// Sends a `POST` request with a JSON body.
    pub async fn post(&self, url: &str, body: Value) -> Response {
        self.json(Method::POST, url, Some(body)).await
    }

    /// Sends a `PATCH` request with a JSON body.
    pub async fn patch(&self, url: &str, body: Value) -> Response {
        self.json(Method::PATCH, url, Some(body)).await
    }

    /// Sends a `DELETE` request.
    pub async fn delete(&self, url: &str) -> Response {
        self.json(Method::DELETE, url, None).await
    }

    /// Sends a request as programs do, with a JSON body if there is one.
    pub async fn json(&self, method: Method, url: &str, body: Option<Value>) -> Response {
        let body = body.map(|it| it.to_string().into_bytes()).unwrap_or_default();
        self.send(method, url, &[("content-type", "application/json")], body).await
    }

    /// Sends a request with these headers; `host` is `localhost` unless given.
    pub async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Response {
        let mut request = Request::builder().method(method).uri(url);
        if headers.iter().all(|(name, _)| *name != "host") {
            request = request.header("host", "localhost");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let response =
            self.routes.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        Response { status, headers, bytes }
    }
}
