//! The one error of the control plane.
//!
//! An [`Error`] is a [`Code`], which programs read, and a message, which people
//! read. Both are public. What went wrong inside stays in `source`, goes to the
//! log, and never into a response.
//!
//! The same error has several faces, chosen by where it leaves ([`face`]):
//! enveloped JSON, the bare JSON of the authentication and data routes, and a
//! page for people.

use crate::console::{self, Asked};
use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use os_http::Refused;
use os_http::log::Reason;
use serde_json::{Value, json};
use std::sync::Arc;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request was refused.
#[derive(Debug, Clone)]
pub struct Error(Box<Refusal>);

#[derive(Debug, Clone)]
struct Refusal {
    code: Code,
    message: String,
    details: Option<Value>,
    violations: Vec<String>,
    /// Seconds after which it may be tried again.
    retry_after: Option<u64>,
    source: Option<Arc<anyhow::Error>>,
}

os_http::codes! {
    // What is wrong with the request itself
    ValidationError = "VALIDATION_ERROR" 400,
    MissingRequiredField = "MISSING_REQUIRED_FIELD" 400,
    InvalidFormat = "INVALID_FORMAT" 400,
    InvalidCursor = "INVALID_CURSOR" 400,
    InvalidArtifact = "PACKAGE_MANIFEST_INVALID" 400,
    PayloadTooLarge = "PAYLOAD_TOO_LARGE" 413,
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE" 415,
    MethodNotAllowed = "METHOD_NOT_ALLOWED" 405,
    EndpointNotFound = "ENDPOINT_NOT_FOUND" 404,
    NotImplemented = "NOT_IMPLEMENTED" 501,

    // Who is asking
    Unauthenticated = "UNAUTHENTICATED" 401,
    InvalidEmailOrPassword = "INVALID_EMAIL_OR_PASSWORD" 401,
    PermissionDenied = "PERMISSION_DENIED" 403,
    PublisherRequired = "PUBLISHER_REQUIRED" 403,
    InvalidOrigin = "INVALID_ORIGIN" 403,
    SelfRegistrationClosed = "SELF_REGISTRATION_CLOSED" 403,
    UserAlreadyExists = "USER_ALREADY_EXISTS" 422,
    RateLimitExceeded = "RATE_LIMIT_EXCEEDED" 429,

    // What does not exist, or may not be known to the caller
    NotFound = "RESOURCE_NOT_FOUND" 404,
    ObjectNotFound = "OBJECT_NOT_FOUND" 404,
    EnvironmentNotFound = "ENVIRONMENT_NOT_FOUND" 404,
    PackageNotFound = "PACKAGE_NOT_FOUND" 404,
    VersionNotFound = "VERSION_NOT_FOUND" 404,
    PackageNotInstalled = "PACKAGE_NOT_INSTALLED" 404,

    // Packages and versions
    PackageOwnedByOtherOrg = "PACKAGE_OWNED_BY_OTHER_ORG" 409,
    PackageInUse = "PACKAGE_IN_USE" 409,
    VersionImmutable = "VERSION_IMMUTABLE" 409,
    VersionAlreadyPublished = "VERSION_ALREADY_PUBLISHED" 409,
    VersionDeprecated = "VERSION_DEPRECATED" 409,
    DuplicateRecord = "DUPLICATE_RECORD" 409,
    InvalidState = "INVALID_STATE" 409,
    InstallationBusy = "INSTALLATION_BUSY" 409,
    ChecksumMismatch = "CHECKSUM_MISMATCH" 409,
    ReservedName = "RESERVED_NAME" 422,
    NamespaceReservedPlatform = "NAMESPACE_RESERVED_PLATFORM" 403,
    NamespaceAlreadyReserved = "NAMESPACE_ALREADY_RESERVED" 409,
    ListingPolicyViolation = "LISTING_POLICY_VIOLATION" 422,

    // Environments and installations
    EnvironmentNotActive = "ENVIRONMENT_NOT_ACTIVE" 409,
    EnvironmentProtected = "ENVIRONMENT_PROTECTED" 409,
    HostnameTaken = "HOSTNAME_TAKEN" 409,
    PackageAlreadyInstalled = "PACKAGE_ALREADY_INSTALLED" 409,
    PlatformScoped = "PLATFORM_SCOPED_PACKAGE" 403,
    DraftNotAllowed = "DRAFT_NOT_ALLOWED" 403,
    DependencyMissing = "DEPENDENCY_MISSING" 422,
    DependencyVersionMismatch = "DEPENDENCY_VERSION_MISMATCH" 422,
    DependencyDisabled = "DEPENDENCY_DISABLED" 422,
    DependencyCycle = "DEPENDENCY_CYCLE" 422,
    DependentConflict = "DEPENDENT_CONFLICT" 422,
    DependentPackages = "DEPENDENT_PACKAGES" 409,
    PlatformIncompatible = "PLATFORM_INCOMPATIBLE" 422,
    SettingsInvalid = "SETTINGS_INVALID" 422,
    ConcurrentModification = "CONCURRENT_MODIFICATION" 409,
    Conflict = "RESOURCE_CONFLICT" 409,

    // Ours to mend
    Timeout = "TIMEOUT" 504,
    Unavailable = "SERVICE_UNAVAILABLE" 503,
    Internal = "INTERNAL_ERROR" 500,
}

impl Code {
    /// Refuses with this code and a message that says what is wrong and what to do.
    pub fn error(self, message: impl Into<String>) -> Error {
        Error(Box::new(Refusal {
            code: self,
            message: message.into(),
            details: None,
            violations: Vec::new(),
            retry_after: None,
            source: None,
        }))
    }
}

impl Error {
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What the caller is told.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Facts for programs beside the message.
    pub fn with_details(mut self, details: Value) -> Self {
        self.0.details = Some(details);
        self
    }

    /// Why a version may not be listed; answered at the top level of the body.
    pub fn with_violations(mut self, violations: Vec<String>) -> Self {
        self.0.violations = violations;
        self
    }

    /// What [`Self::with_violations`] said.
    pub fn violations(&self) -> &[String] {
        &self.0.violations
    }

    /// When it may be tried again, in seconds.
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// What went wrong inside; for the log only.
    pub fn source(&self) -> Option<String> {
        self.0.source.as_ref().map(|source| format!("{source:#}"))
    }

    /// What the log says of it.
    pub fn reason(&self) -> Reason {
        Reason { code: self.0.code.as_str(), source: self.source() }
    }

    /// `{success:false, error:{…}}`, contract §3.0.1.
    fn enveloped(&self) -> Value {
        let Refusal { code, message, details, violations, .. } = &*self.0;
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

    /// `{code, message}` of the authentication routes, contract §3.1.
    fn bare(&self) -> Value {
        json!({ "code": self.0.code.as_str(), "message": self.0.message })
    }

    /// `{error, code, message}` of the data routes, contract §3.15.
    fn data(&self) -> Value {
        json!({ "error": self.0.message, "code": self.0.code.as_str(), "message": self.0.message })
    }

    fn respond(&self, body: Value) -> Response {
        self.marked((self.0.code.status(), Json(body)).into_response())
    }

    /// Leaves the error in the response, for the log and for [`face`].
    fn marked(&self, mut response: Response) -> Response {
        if let Some(seconds) = self.0.retry_after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            // The name that clients of better-auth look for.
            headers.insert("x-retry-after", HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self.clone());
        response
    }
}

/// What we cannot foresee is internal, and says nothing to the caller. The list
/// is closed on purpose: `?` on any other error does not compile, so that each
/// gets a decision.
macro_rules! internal {
    ($($source:ty),*) => {$(
        impl From<$source> for Error {
            fn from(source: $source) -> Self {
                let message = "something went wrong on the server; its log has the details under the request id";
                let mut error = Code::Internal.error(message);
                error.0.source = Some(Arc::new(source.into()));
                error
            }
        }
    )*};
}
internal!(anyhow::Error, askama::Error);

impl From<os_db::Error> for Error {
    fn from(source: os_db::Error) -> Self {
        let mut error = if os_db::is_unavailable(&source) {
            Code::Unavailable
                .error("the database does not answer; try again in a moment")
                .with_retry_after(1)
        } else {
            Code::Internal.error(
                "something went wrong on the server; its log has the details under the request id",
            )
        };
        error.0.source = Some(Arc::new(source.into()));
        error
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Invalid(text) => Code::ValidationError.error(text),
            Refused::MissingField(text) => Code::MissingRequiredField.error(text),
            Refused::TooLarge(text) => Code::PayloadTooLarge.error(text),
            Refused::UnsupportedMediaType(text) => Code::UnsupportedMediaType.error(text),
            Refused::ForeignOrigin(text) => Code::InvalidOrigin.error(text),
            Refused::TooManyTries(seconds) => Code::RateLimitExceeded
                .error(format!("too many tries; try again in {seconds} s"))
                .with_retry_after(seconds),
            Refused::Failed(source) => source.into(),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.respond(self.enveloped())
    }
}

/// Gives a refusal the form that clients of its path expect.
pub fn face(asked: &Asked, request_id: &str, response: Response) -> Response {
    let Some(error) = response.extensions().get::<Error>().cloned() else { return response };
    let path = asked.path();
    if path.starts_with("/api/v1/auth/") && path != "/api/v1/auth/config" {
        error.respond(error.bare())
    } else if path.starts_with("/api/v1/data/") {
        error.respond(error.data())
    } else if asked.is_page() {
        error.marked(console::page_of(&error, asked, request_id))
    } else {
        response
    }
}
