//! One line of a server's list of URLs.

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// A URL with its method, what it does, and what goes in and out.
pub struct Endpoint<S> {
    pub method: Method,
    pub path: &'static str,
    /// What it does, in a sentence; the operation's summary.
    pub summary: &'static str,
    /// What may stand behind `?` in its URL.
    pub query: Option<SchemaOf>,
    /// Its body, where it takes one.
    pub body: Option<SchemaOf>,
    /// Its answer, without the envelope.
    pub answer: Option<SchemaOf>,
    /// Whether anybody may call it, signed in or not.
    pub open: bool,
    /// Whether its answer has no envelope.
    pub bare: bool,
    /// Whether people look at it rather than programs call it.
    pub page: bool,
    pub handler: MethodRouter<S>,
}

/// Makes the schema of a type.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

impl<S> Endpoint<S> {
    /// Names the type of the query.
    pub fn asks<T: JsonSchema>(mut self) -> Self {
        self.query = Some(|generator| T::json_schema(generator));
        self
    }

    /// Names the type of the body.
    pub fn takes<T: JsonSchema>(mut self) -> Self {
        self.body = Some(|generator| generator.subschema_for::<T>());
        self
    }

    /// Names the type of the answer.
    pub fn gives<T: JsonSchema>(mut self) -> Self {
        self.answer = Some(|generator| generator.subschema_for::<T>());
        self
    }

    /// Anybody may call it.
    pub fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// Its answer has no envelope.
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// It is a page, or a form of one: no part of the HTTP API.
    pub fn page(mut self) -> Self {
        self.page = true;
        self
    }
}

macro_rules! methods {
    ($($name:ident $method:ident),*) => {$(
        #[doc = concat!("A URL that takes ", stringify!($method), ".")]
        pub fn $name<S: Clone + Send + Sync + 'static, T: 'static>(
            path: &'static str,
            summary: &'static str,
            handler: impl Handler<T, S>,
        ) -> Endpoint<S> {
            Endpoint {
                method: Method::$method,
                path,
                summary,
                query: None,
                body: None,
                answer: None,
                open: false,
                bare: false,
                page: false,
                handler: on(MethodFilter::$method, handler),
            }
        }
    )*};
}
methods!(get GET, post POST, put PUT, patch PATCH, delete DELETE);
