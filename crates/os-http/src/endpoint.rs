//! The endpoints of a server's list.

use crate::body_memory;
pub use crate::body_memory::MAX_OPEN_BODY_BYTES;
use crate::unread::refuse_query;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn;
use axum::routing::{MethodFilter, MethodRouter, on};
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// A URL with its method, its summary, and the types of its query, body and response.
pub struct Endpoint<S> {
    pub method: Method,
    pub path: &'static str,
    /// A sentence that starts with a verb: `Lists the packages of an organization`.
    pub summary: &'static str,
    /// The type of the query string.
    pub query: Option<SchemaOf>,
    /// The request body.
    pub body: Option<Content>,
    /// The response, without the envelope.
    pub response: Option<Content>,
    /// True where it needs no credential.
    pub open: bool,
    /// True where its response has no envelope.
    pub bare: bool,
    /// True for a page of the Console, and for a form on one.
    pub page: bool,
    /// True where it always responds with an error.
    pub unsupported: bool,
    /// True where it passes on errors of another server, with codes of that one.
    pub relays: bool,
    /// The largest request body. A handler that takes a body as a stream has its own limit.
    pub max_body_bytes: usize,
    pub handler: MethodRouter<S>,
}
/// The largest body of other requests.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Makes the schema of a type.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// The content of a body.
#[derive(Debug, Clone, Copy)]
pub enum Content {
    Json(SchemaOf),
    /// Bytes of one of these media types.
    Bytes(&'static [&'static str]),
    /// Nothing but another address.
    Redirect,
}

impl<S> Endpoint<S> {
    /// Declares the type of the query string.
    pub fn asks<T: JsonSchema>(mut self) -> Self {
        self.query = Some(|generator| T::json_schema(generator));
        self
    }

    /// Declares the type of the request body.
    pub fn takes<T: JsonSchema>(mut self) -> Self {
        self.body = Some(Content::Json(|generator| generator.subschema_for::<T>()));
        self
    }

    /// Declares that the request body is bytes of any media type.
    pub fn takes_bytes(mut self) -> Self {
        self.body = Some(Content::Bytes(&["*/*"]));
        self
    }

    /// Declares the type of the response.
    pub fn gives<T: JsonSchema>(mut self) -> Self {
        self.response = Some(Content::Json(|generator| generator.subschema_for::<T>()));
        self
    }

    /// Declares that the response is bytes of one of these media types.
    pub fn gives_bytes(mut self, types: &'static [&'static str]) -> Self {
        self.response = Some(Content::Bytes(types));
        self
    }

    /// Declares that the response is another address.
    pub fn redirects(mut self) -> Self {
        self.response = Some(Content::Redirect);
        self
    }

    /// Declares that it needs no credential.
    pub fn open(mut self) -> Self {
        self.open = true;
        self.max_body_bytes = MAX_OPEN_BODY_BYTES;
        self
    }

    /// Declares the largest request body, after the other declarations.
    pub fn accepts(mut self, max_body_bytes: usize) -> Self {
        self.max_body_bytes = max_body_bytes;
        self
    }

    /// Returns the handler with the limits of its body. A change with a query that the handler does
    /// not read is refused.
    pub fn limited(self) -> MethodRouter<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let is_change = self.method != Method::GET && !self.page && !self.unsupported;
        let handler = match is_change && self.query.is_none() {
            true => self.handler.layer(from_fn(refuse_query)),
            false => self.handler,
        };
        let handler = handler.layer(DefaultBodyLimit::max(self.max_body_bytes));
        match self.body {
            // It goes to a file as it arrives.
            Some(Content::Bytes(_)) => handler,
            _ => handler.layer(from_fn(body_memory::bounded)),
        }
    }

    /// Declares that its response has no envelope.
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// Declares that it is a page of the Console, or a form on one, and no part of the HTTP API.
    pub fn page(mut self) -> Self {
        self.page = true;
        self
    }

    /// Declares that it passes on errors of another server.
    pub fn relays(mut self) -> Self {
        self.relays = true;
        self
    }

    /// Declares that it always responds with an error: clients of the original call it, and
    /// this server does not implement it.
    pub fn unsupported(mut self) -> Self {
        self.unsupported = true;
        self
    }

    /// Returns whether its response has a type, or it never succeeds.
    pub fn is_typed(&self) -> bool {
        self.response.is_some() || self.unsupported
    }
}

macro_rules! methods {
    ($($name:ident $method:ident),*) => {$(
        #[doc = concat!("An endpoint of the method ", stringify!($method), ".")]
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
                response: None,
                open: false,
                bare: false,
                page: false,
                unsupported: false,
                relays: false,
                max_body_bytes: match MethodFilter::$method {
                    MethodFilter::POST | MethodFilter::PUT | MethodFilter::PATCH => MAX_BODY_BYTES,
                    _ => MAX_OPEN_BODY_BYTES,
                },
                handler: on(MethodFilter::$method, handler),
            }
        }
    )*};
}
methods!(get GET, post POST, put PUT, patch PATCH, delete DELETE);
