//! The error of a request, the same in every server.
//!
//! An [`Error`] is a code, which programs read, and a message, which people read.
//! Both are public. The cause inside the server goes to the log, and never into a
//! response.
//!
//! An error has several forms ([`Form`]); the server chooses by path which one clients
//! expect. A response carries its error until it leaves, for the log and for that choice.

use crate::ErrorCode;
use axum::Json;
use axum::extract::rejection::{BytesRejection, FormRejection, PathRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use std::fmt;
use std::sync::Arc;

/// The result of a rule or a handler.
pub type Result<T, E = Error> = std::result::Result<T, E>;

crate::codes! {
    ValidationError = "VALIDATION_ERROR" 400,
    MissingRequiredField = "MISSING_REQUIRED_FIELD" 400,
    PayloadTooLarge = "PAYLOAD_TOO_LARGE" 413,
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE" 415,
    InvalidOrigin = "INVALID_ORIGIN" 403,
    RateLimitExceeded = "RATE_LIMIT_EXCEEDED" 429,
    SlowBody = "REQUEST_TIMEOUT" 408,
    Timeout = "TIMEOUT" 504,
    StorageFull = "STORAGE_FULL" 507,
    Unavailable = "SERVICE_UNAVAILABLE" 503,
    Internal = "INTERNAL_ERROR" 500,
}

/// The message of an error that the caller cannot correct.
const INTERNAL: &str =
    "something went wrong on the server; its log has the details under the request id";

/// The failure of a request.
#[derive(Debug, Clone)]
pub struct Error(Box<Failure>);

#[derive(Debug, Clone)]
struct Failure {
    code: ErrorCode,
    message: String,
    details: Option<Value>,
    /// Members of a data error beside `error` and `code`.
    members: Map<String, Value>,
    violations: Vec<String>,
    /// Seconds.
    retry_after: Option<u64>,
    cause: Option<Arc<anyhow::Error>>,
}

/// The JSON of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `{success: false, error: {…}}`, docs/wire/envelopes-and-errors.md#envelope.
    Enveloped,
    /// `{code, message}` of the control plane's authentication,
    /// docs/wire/envelopes-and-errors.md#other-forms-of-a-refusal.
    Bare,
    /// That of RFC 6749 in the device flow, and [`Form::Bare`] for what the flow has no word for,
    /// docs/wire/envelopes-and-errors.md#other-forms-of-a-refusal.
    Device,
    /// `{error, code, message, …}` of metadata, data and the runtime's authentication,
    /// docs/wire/metadata.md#metadata-items.
    Data,
}

impl Error {
    /// Makes an error with this code; `Code::error` of a closed list calls it.
    pub fn new(code: impl Into<ErrorCode>, message: impl Into<String>) -> Self {
        Self(Box::new(Failure {
            code: code.into(),
            message: message.into(),
            details: None,
            members: Map::new(),
            violations: Vec::new(),
            retry_after: None,
            cause: None,
        }))
    }

    /// Returns the reason, for programs.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// Returns the reason, for people.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns facts for programs beside the message.
    pub fn details(&self) -> Option<&Value> {
        self.0.details.as_ref()
    }

    /// Returns the reasons why a version may not be listed.
    pub fn violations(&self) -> &[String] {
        &self.0.violations
    }

    /// Returns the seconds to wait before another attempt.
    pub fn retry_after(&self) -> Option<u64> {
        self.0.retry_after
    }

    /// Returns the cause inside the server, for the log only.
    pub fn cause(&self) -> Option<String> {
        self.0.cause.as_ref().map(|cause| format!("{cause:#}"))
    }

    /// Replaces the code by the one that another part of the API uses.
    pub fn with_code(mut self, code: impl Into<ErrorCode>) -> Self {
        self.0.code = code.into();
        self
    }

    /// Adds facts for programs: the missing packages, the dependents.
    pub fn with_details(mut self, details: Value) -> Self {
        self.0.details = Some(details);
        self
    }

    /// Adds a member of [`Form::Data`] beside the code: the object, the fields.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.members.insert(key.to_owned(), value.into());
        self
    }

    /// Adds the reasons why a version may not be listed; a member of [`Form::Enveloped`] beside `error`.
    pub fn with_violations(mut self, violations: Vec<String>) -> Self {
        self.0.violations = violations;
        self
    }

    /// Adds the seconds to wait before another attempt.
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    fn with_cause(mut self, cause: anyhow::Error) -> Self {
        self.0.cause = Some(Arc::new(cause));
        self
    }

    /// Returns the error that a response carries.
    pub fn of(response: &Response) -> Option<&Self> {
        response.extensions().get()
    }

    /// Makes a response of this form.
    pub fn respond(&self, form: Form) -> Response {
        let body = match form {
            Form::Enveloped => self.enveloped(),
            Form::Bare | Form::Device => {
                json!({ "code": self.0.code.as_str(), "message": self.0.message })
            }
            Form::Data => self.data(),
        };
        self.mark((self.0.code.status(), Json(body)).into_response())
    }

    /// Adds this error and its headers to a response.
    pub fn mark(&self, response: Response) -> Response {
        let mut response = self.add_headers(response);
        response.extensions_mut().insert(self.clone());
        response
    }

    /// Adds `Retry-After` to a response if this error has a time to wait.
    pub fn add_headers(&self, mut response: Response) -> Response {
        if let Some(seconds) = self.0.retry_after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            // The name that clients of better-auth look for.
            headers.insert("x-retry-after", HeaderValue::from(seconds));
        }
        response
    }

    fn enveloped(&self) -> Value {
        let Failure { code, message, details, violations, .. } = &*self.0;
        let mut error = json!({
            "code": code.as_str(), "message": message, "httpStatus": code.status().as_u16(),
        });
        if let Some(details) = details {
            error["details"] = details.clone();
        }
        let mut body = json!({ "success": false, "error": error });
        if !violations.is_empty() {
            body["violations"] = json!(violations);
        }
        body
    }

    fn data(&self) -> Value {
        let Failure { code, message, details, members, .. } = &*self.0;
        let mut body = json!({ "error": message, "code": code.as_str(), "message": message });
        if let Some(details) = details {
            body["details"] = details.clone();
        }
        for (key, value) in members {
            body[key] = value.clone();
        }
        body
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0.message, self.0.code.as_str())
    }
}

impl std::error::Error for Error {}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.respond(Form::Enveloped)
    }
}

// The list of conversions is closed on purpose: `?` on any other error does not compile, so
// each error needs a decision.

impl From<anyhow::Error> for Error {
    fn from(cause: anyhow::Error) -> Self {
        Code::Internal.error(INTERNAL).with_cause(cause)
    }
}

impl From<os_db::Error> for Error {
    fn from(cause: os_db::Error) -> Self {
        let error = if os_db::is_overdue(&cause) {
            Code::Timeout.error(
                "the database took too long for one statement, which was ended; nothing was changed. Ask for less: a narrower filter, a shorter search, fewer records",
            )
        } else if os_db::is_unavailable(&cause) {
            Code::Unavailable
                .error("the database does not answer; try again in a moment")
                .with_retry_after(1)
        } else if os_db::is_full(&cause) {
            Code::StorageFull.error(
                "the disk of the database is full and nothing was changed; free some space and try again",
            )
        } else {
            Code::Internal.error(INTERNAL)
        };
        error.with_cause(cause.into())
    }
}

macro_rules! rejections {
    ($($rejection:ty),*) => {$(
        impl From<$rejection> for Error {
            fn from(rejection: $rejection) -> Self {
                let code = match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => Code::PayloadTooLarge,
                    StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
                    _ => Code::ValidationError,
                };
                code.error(rejection.body_text())
            }
        }
    )*};
}
rejections!(BytesRejection, FormRejection, PathRejection);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_has_its_members() {
        let error = Code::ValidationError
            .error("`name` is missing; name it")
            .with_details(json!({ "field": "name" }))
            .with("object", "crm_account")
            .with_violations(vec!["no icon".to_owned()]);
        assert_eq!(
            error.enveloped(),
            json!({
                "success": false,
                "error": {
                    "code": "VALIDATION_ERROR", "message": "`name` is missing; name it",
                    "httpStatus": 400, "details": {"field": "name"},
                },
                "violations": ["no icon"],
            })
        );
        assert_eq!(
            error.data(),
            json!({
                "error": "`name` is missing; name it", "code": "VALIDATION_ERROR",
                "message": "`name` is missing; name it", "details": {"field": "name"},
                "object": "crm_account",
            })
        );
    }

    #[test]
    fn a_database_failure_shows_whether_to_retry() {
        let gone = Error::from(os_db::Error::PoolTimedOut);
        assert_eq!((gone.code(), gone.retry_after()), (Code::Unavailable.into(), Some(1)));
        let unforeseen = Error::from(os_db::Error::RowNotFound);
        assert_eq!(unforeseen.code(), Code::Internal);
        assert!(!unforeseen.message().contains("row") && unforeseen.cause().is_some());
    }
}
