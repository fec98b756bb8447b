//! The one error of the runtime.
//!
//! An [`Error`] is a [`Code`], which programs read, and a message, which people
//! read. Both are public. What went wrong inside stays in `source`, goes to the
//! log, and never into a response.
//!
//! It has two faces, chosen by the path where it leaves ([`face`]): enveloped
//! JSON, and the bare JSON of the authentication, metadata and data routes.

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use os_http::Refused;
use os_http::log::Reason;
use serde_json::{Map, Value, json};
use std::fmt;
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
    /// Members of a bare refusal beside `error` and `code`.
    extra: Map<String, Value>,
    /// Seconds after which it may be tried again.
    retry_after: Option<u64>,
    source: Option<Arc<anyhow::Error>>,
}

os_http::codes! {
    // What is wrong with the request itself
    ValidationError = "VALIDATION_ERROR" 400,
    MissingRequiredField = "MISSING_REQUIRED_FIELD" 400,
    InvalidRequest = "INVALID_REQUEST" 400,
    NotImplemented = "NOT_IMPLEMENTED" 501,
    PayloadTooLarge = "PAYLOAD_TOO_LARGE" 413,
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE" 415,
    MethodNotAllowed = "METHOD_NOT_ALLOWED" 405,
    EndpointNotFound = "ENDPOINT_NOT_FOUND" 404,

    // Who is asking
    Unauthenticated = "UNAUTHENTICATED" 401,
    InvalidEmailOrPassword = "INVALID_EMAIL_OR_PASSWORD" 401,
    RateLimitExceeded = "RATE_LIMIT_EXCEEDED" 429,
    Forbidden = "FORBIDDEN" 403,
    InvalidOrigin = "INVALID_ORIGIN" 403,
    SelfRegistrationClosed = "SELF_REGISTRATION_CLOSED" 403,
    UserAlreadyExists = "USER_ALREADY_EXISTS" 422,

    // Installing (contract §3.10, §4.3, §4.4, §4.7, §4.8)
    ManifestInvalid = "PLUGIN_MANIFEST_INVALID" 400,
    CatalogManifestInvalid = "PLUGIN_MANIFEST_INVALID" 502,
    ManifestConflict = "MANIFEST_CONFLICT" 409,
    RegisterFailed = "PLUGIN_REGISTER_FAILED" 422,
    ReservedName = "RESERVED_NAME" 422,
    DependencyMissing = "DEPENDENCY_MISSING" 422,
    DependencyVersionMismatch = "DEPENDENCY_VERSION_MISMATCH" 422,
    DependencyDisabled = "DEPENDENCY_DISABLED" 422,
    DependencyCycle = "DEPENDENCY_CYCLE" 422,
    DependentConflict = "DEPENDENT_CONFLICT" 422,
    DependentPackages = "DEPENDENT_PACKAGES" 409,
    PlatformIncompatible = "PLATFORM_INCOMPATIBLE" 422,
    ProtocolIncompatible = "OS_PROTOCOL_INCOMPATIBLE" 422,
    SettingsInvalid = "SETTINGS_INVALID" 422,
    MigrationFailed = "MIGRATION_FAILED" 422,
    ChecksumMismatch = "CHECKSUM_MISMATCH" 502,
    NotFound = "RESOURCE_NOT_FOUND" 404,

    // Seeds
    ReseedSkipped = "RESEED_SKIPPED" 400,
    ReseedNoRows = "RESEED_NO_ROWS" 422,
    NothingToPurge = "NOTHING_TO_PURGE" 400,

    // The registry (contract §3.16)
    PackageManifestInvalid = "PACKAGE_MANIFEST_INVALID" 400,

    // Files (design §8.23)
    FileNotFound = "FILE_NOT_FOUND" 404,
    FileInUse = "FILE_IN_USE" 409,
    FileAlreadyStored = "FILE_ALREADY_STORED" 409,
    FileStorageFailed = "FILE_STORAGE_FAILED" 507,
    InvalidToken = "INVALID_TOKEN" 403,
    RangeNotSatisfiable = "RANGE_NOT_SATISFIABLE" 416,
    UploadIncomplete = "UPLOAD_INCOMPLETE" 409,
    UploadSessionNotFound = "UPLOAD_SESSION_NOT_FOUND" 404,
    UploadSessionExpired = "UPLOAD_SESSION_EXPIRED" 410,
    InvalidResumeToken = "INVALID_RESUME_TOKEN" 403,

    // The control plane, asked by us
    MarketplaceUnavailable = "MARKETPLACE_UNAVAILABLE" 503,
    MarketplaceProxyFailed = "MARKETPLACE_PROXY_FAILED" 502,
    CloudNotFound = "CLOUD_FETCH_FAILED" 404,
    CloudFetchFailed = "CLOUD_FETCH_FAILED" 502,

    // The connection to the control plane (contract §3.12)
    CloudUnconfigured = "CLOUD_UNCONFIGURED" 503,
    DeviceCodeFailed = "DEVICE_CODE_FAILED" 400,
    DeviceCodeUnavailable = "DEVICE_CODE_FAILED" 502,
    EnvironmentBindFailed = "ENVIRONMENT_BIND_FAILED" 502,
    EnvironmentNotFound = "ENVIRONMENT_NOT_FOUND" 404,
    PluginInstallFailed = "PLUGIN_INSTALL_FAILED" 502,

    // Metadata and records (contract §3.14, §3.15)
    ObjectNotFound = "OBJECT_NOT_FOUND" 404,
    ObjectPackageDisabled = "OBJECT_PACKAGE_DISABLED" 409,
    RecordNotFound = "RECORD_NOT_FOUND" 404,
    ObjectApiDisabled = "OBJECT_API_DISABLED" 404,
    ObjectMethodNotAllowed = "OBJECT_API_METHOD_NOT_ALLOWED" 405,
    PermissionDenied = "PERMISSION_DENIED" 403,
    InvalidField = "INVALID_FIELD" 400,
    InvalidFilter = "INVALID_FILTER" 400,
    FilterTokenUnknown = "FILTER_TOKEN_UNKNOWN" 400,
    InvalidSort = "INVALID_SORT" 400,
    InvalidQuery = "INVALID_QUERY" 400,
    BatchNotAtomic = "BATCH_NOT_ATOMIC" 400,
    BatchUnresolvedRef = "BATCH_UNRESOLVED_REF" 400,
    MaxRecordsExceeded = "MAX_RECORDS_EXCEEDED" 400,
    DeleteRestricted = "DELETE_RESTRICTED" 409,
    ValidationFailed = "VALIDATION_FAILED" 400,
    DuplicateRecord = "DUPLICATE_RECORD" 409,
    ConcurrentModification = "CONCURRENT_MODIFICATION" 409,
    WritablePackageRequired = "WRITABLE_PACKAGE_REQUIRED" 422,
    ResourceConflict = "RESOURCE_CONFLICT" 409,
    NamespaceConflict = "NAMESPACE_CONFLICT" 422,
    ObjectOwnershipConflict = "OBJECT_OWNERSHIP_CONFLICT" 422,

    // Ours to mend
    StorageFailed = "MARKETPLACE_STORAGE_FAILED" 500,
    StorageFull = "STORAGE_FULL" 507,
    Unavailable = "SERVICE_UNAVAILABLE" 503,
    Timeout = "TIMEOUT" 504,
    Internal = "INTERNAL_ERROR" 500,
}

const INTERNAL: &str =
    "something went wrong on the server; its log has the details under the request id";

impl Code {
    /// Refuses with this code and a message that says what is wrong and what to do.
    pub fn error(self, message: impl Into<String>) -> Error {
        Error(Box::new(Refusal {
            code: self,
            message: message.into(),
            details: None,
            extra: Map::new(),
            retry_after: None,
            source: None,
        }))
    }
}

impl Error {
    /// Why, for programs.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Why, for people.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// More for programs, where there is more.
    pub fn details(&self) -> Option<&Value> {
        self.0.details.as_ref()
    }

    /// The same refusal under the code that another surface has for it.
    pub fn with_code(mut self, code: Code) -> Self {
        self.0.code = code;
        self
    }

    /// More for programs: what is missing, what is in the way.
    pub fn with_details(mut self, details: Value) -> Self {
        self.0.details = Some(details);
        self
    }

    /// A member that bare refusals carry beside the code: the object, the fields.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.extra.insert(key.to_owned(), value.into());
        self
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

    /// `{success: false, error: {…}}`, contract §3.0.1.
    fn enveloped(&self) -> Value {
        let Refusal { code, message, details, .. } = &*self.0;
        let mut error = json!({
            "code": code.as_str(), "message": message, "httpStatus": code.status().as_u16(),
        });
        if let Some(details) = details {
            error["details"] = details.clone();
        }
        json!({ "success": false, "error": error })
    }

    /// `{error, code, message, …}` of metadata, data and authentication, §3.1 and §3.15.
    fn bare(&self) -> Value {
        let Refusal { code, message, details, extra, .. } = &*self.0;
        let mut body = json!({ "error": message, "code": code.as_str(), "message": message });
        if let Some(details) = details {
            body["details"] = details.clone();
        }
        for (key, value) in extra {
            body[key] = value.clone();
        }
        body
    }

    fn respond(&self, body: Value) -> Response {
        let mut response = (self.0.code.status(), Json(body)).into_response();
        if let Some(seconds) = self.0.retry_after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            // The name that clients of better-auth look for.
            headers.insert("x-retry-after", HeaderValue::from(seconds));
        }
        // For the log and for `face`.
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0.message, self.0.code.as_str())
    }
}

impl std::error::Error for Error {}

impl From<anyhow::Error> for Error {
    fn from(source: anyhow::Error) -> Self {
        let mut error = Code::Internal.error(INTERNAL);
        error.0.source = Some(Arc::new(source));
        error
    }
}

impl From<os_db::Error> for Error {
    fn from(source: os_db::Error) -> Self {
        let mut error = if os_db::is_unavailable(&source) {
            Code::Unavailable
                .error("the database does not answer; try again in a moment")
                .with_retry_after(1)
        } else if os_db::is_full(&source) {
            Code::StorageFull.error(
                "the disk of the database is full and nothing was changed; make room and try again",
            )
        } else {
            Code::Internal.error(INTERNAL)
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

impl From<BytesRejection> for Error {
    fn from(rejection: BytesRejection) -> Self {
        Refused::from(rejection).into()
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.respond(self.enveloped())
    }
}

/// Gives a refusal the form that clients of its path expect.
pub fn face(path: &str, response: Response) -> Response {
    let Some(error) = response.extensions().get::<Error>().cloned() else { return response };
    let is_bare =
        ["/api/v1/auth/", "/api/v1/meta", "/api/v1/ui/", "/api/v1/data/", "/api/v1/batch"];
    if is_bare.iter().any(|prefix| path.starts_with(prefix)) {
        error.respond(error.bare())
    } else {
        response
    }
}
