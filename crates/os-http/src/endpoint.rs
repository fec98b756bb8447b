//! One endpoint of a server's list of URLs.

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// A URL with its method, its summary, and the types of its query, body and response.
pub struct Endpoint<S> {
    pub method: Method,
    pub path: &'static str,
    /// What it does, in a sentence that starts with a verb.
    pub summary: &'static str,
    /// The type of the query string.
    pub query: Option<SchemaOf>,
    /// The request body.
    pub body: Option<Content>,
    /// The response, without the envelope.
    pub answer: Option<Content>,
    /// Whether anybody may call it, signed in or not.
    pub open: bool,
    /// Whether its response has no envelope.
    pub bare: bool,
    /// Whether it is a page for people, or a form of one.
    pub page: bool,
    /// Whether it always answers with an error.
    pub unsupported: bool,
    pub handler: MethodRouter<S>,
}

/// Makes the schema of a type.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// What a body holds.
#[derive(Debug, Clone, Copy)]
pub enum Content {
    Json(SchemaOf),
    /// Bytes of any media type.
    Bytes,
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

    /// Declares that the request body is bytes.
    pub fn takes_bytes(mut self) -> Self {
        self.body = Some(Content::Bytes);
        self
    }

    /// Declares the type of the response.
    pub fn gives<T: JsonSchema>(mut self) -> Self {
        self.answer = Some(Content::Json(|generator| generator.subschema_for::<T>()));
        self
    }

    /// Declares that the response is bytes.
    pub fn gives_bytes(mut self) -> Self {
        self.answer = Some(Content::Bytes);
        self
    }

    /// Declares that anybody may call it.
    pub fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// Declares that its response has no envelope.
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// Declares that it is a page, or a form of one: no part of the HTTP API.
    pub fn page(mut self) -> Self {
        self.page = true;
        self
    }

    /// Declares that it always answers with an error: clients of the original call it, and
    /// this server does not do what they ask for.
    pub fn unsupported(mut self) -> Self {
        self.unsupported = true;
        self
    }

    /// Whether its response has a type, or it never succeeds.
    pub fn is_typed(&self) -> bool {
        self.answer.is_some() || self.unsupported
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
                answer: None,
                open: false,
                bare: false,
                page: false,
                unsupported: false,
                handler: on(MethodFilter::$method, handler),
            }
        }
    )*};
}
methods!(get GET, post POST, put PUT, patch PATCH, delete DELETE);
