//! Errors in the form of RFC 6749, section 5.2, which device clients read.

use crate::{Code, Error};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use os_api::device::DeviceError;
use os_http::extract::{Bare, NO_STORE};

/// The failure of a step of the device flow.
#[derive(Debug)]
pub enum FlowError {
    /// In the words of the RFCs.
    Flow { status: StatusCode, error: &'static str, description: String },
    /// None of the flow's own: the rate limit, a database that does not answer.
    Other(Error),
}

impl FlowError {
    fn flow(error: &'static str, description: impl Into<String>) -> Self {
        Self::Flow { status: StatusCode::BAD_REQUEST, error, description: description.into() }
    }

    pub fn invalid_request(description: impl Into<String>) -> Self {
        Self::flow("invalid_request", description)
    }

    pub fn invalid_grant() -> Self {
        Self::flow("invalid_grant", "the device code is unknown or was used; start again")
    }

    pub fn slow_down() -> Self {
        Self::flow("slow_down", "polling too often; wait five seconds longer between polls")
    }

    pub fn pending() -> Self {
        Self::flow("authorization_pending", "nobody has approved the code yet")
    }

    pub fn expired() -> Self {
        Self::flow("expired_token", "the code has expired; start again")
    }

    pub fn denied() -> Self {
        Self::flow("access_denied", "the code was denied")
    }

    /// The problem in words, for pages.
    pub fn description(&self) -> &str {
        match self {
            Self::Flow { description, .. } => description,
            Self::Other(error) => error.message(),
        }
    }
}

impl From<Error> for FlowError {
    fn from(error: Error) -> Self {
        if error.code().is_any_of(&[Code::ValidationError, Code::MissingRequiredField]) {
            return Self::invalid_request(error.message());
        }
        if error.code() == Code::Unauthenticated {
            return Self::Flow {
                status: StatusCode::UNAUTHORIZED,
                error: "unauthorized",
                description: error.message().to_owned(),
            };
        }
        Self::Other(error)
    }
}

impl From<os_db::Error> for FlowError {
    fn from(error: os_db::Error) -> Self {
        Self::Other(error.into())
    }
}

impl IntoResponse for FlowError {
    fn into_response(self) -> Response {
        match self {
            Self::Flow { status, error, description } => {
                let body = DeviceError { error: error.to_owned(), error_description: description };
                (status, NO_STORE, Bare(body)).into_response()
            }
            Self::Other(error) => error.into_response(),
        }
    }
}
