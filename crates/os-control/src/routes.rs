//! Every URL of the control plane, in one place.
//!
//! The list is also the reference: the OpenAPI document is made from it, and
//! tests walk it, so that no endpoint can be added without its door being tried
//! (`tests/it/doors.rs`).

use crate::{Control, error, health};
use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// One line of the list below.
pub struct Endpoint {
    pub method: Method,
    pub path: &'static str,
    /// What it does, in a sentence; the operation's summary.
    pub summary: &'static str,
    /// Its body, where it takes one.
    pub body: Option<SchemaOf>,
    /// Its answer, without the envelope.
    pub answer: Option<SchemaOf>,
    /// Whether anybody may call it, signed in or not.
    pub open: bool,
    /// Whether its answer has no envelope.
    pub bare: bool,
    handler: MethodRouter<Control>,
}

/// Makes the schema of a type.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

#[rustfmt::skip]
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        // Health and reference
        get("/api/v1/health", "Tells that the process lives", health::health).open(),
        get("/api/v1/ready",  "Tells whether requests can be served", health::ready).open(),

        // Sessions and accounts (contract §3.1)

        // Device flow (§3.1.3)

        // Organizations, members, invitations (§3.1.2)

        // API keys (§3.1.1)

        // Packages (§3.2)

        // Versions (§3.2.3, §3.2.4)

        // Review (§3.3)

        // Catalog (§3.8)

        // Environments (§3.4)

        // Environment members

        // Installations (§3.5, §3.6)

        // Generations

        // Runtimes (§3.7)

        // Events

        // Reads for consoles (§3.9)

        // Console
    ]
}

/// The whole control plane as one service.
pub fn routes(control: Control) -> Router {
    endpoints()
        .into_iter()
        .fold(Router::new(), |router, it| router.route(it.path, it.handler))
        .layer(from_fn(faces))
        .with_state(control)
}

/// Gives refusals the form that clients of the path expect.
async fn faces(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    error::face(&path, next.run(request).await)
}

impl Endpoint {
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
}

macro_rules! methods {
    ($($name:ident $method:ident),*) => {$(
        #[allow(dead_code, reason = "one function for each method")]
        fn $name<T: 'static>(
            path: &'static str,
            summary: &'static str,
            handler: impl Handler<T, Control>,
        ) -> Endpoint {
            Endpoint {
                method: Method::$method,
                path,
                summary,
                body: None,
                answer: None,
                open: false,
                bare: false,
                handler: on(MethodFilter::$method, handler),
            }
        }
    )*};
}
methods!(get GET, post POST, put PUT, patch PATCH, delete DELETE);
