//! Every error code of the runtime, and which form an error takes on a path.
//!
//! The error itself is [`os_http::Error`].

use axum::response::Response;
use os_http::Form;
pub use os_http::{Error, Result};

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
    InvalidResetToken = "INVALID_TOKEN" 400,
    ResetPasswordDisabled = "RESET_PASSWORD_DISABLED" 400,
    InvalidEmailOrPassword = "INVALID_EMAIL_OR_PASSWORD" 401,
    RateLimitExceeded = "RATE_LIMIT_EXCEEDED" 429,
    Forbidden = "FORBIDDEN" 403,
    InvalidOrigin = "INVALID_ORIGIN" 403,
    SelfRegistrationClosed = "SELF_REGISTRATION_CLOSED" 403,
    UserAlreadyExists = "USER_ALREADY_EXISTS" 422,

    // Installing (docs/wire/runtime-install.md#install-local, docs/wire/dependencies.md#resolution,
    // docs/wire/dependencies.md#platform, docs/wire/manifest.md#settings,
    // docs/wire/names.md#namespaces)
    ManifestInvalid = "PLUGIN_MANIFEST_INVALID" 400,
    CatalogManifestInvalid = "PLUGIN_MANIFEST_INVALID" 502,
    ManifestConflict = "MANIFEST_CONFLICT" 409,
    PackageManaged = "PACKAGE_MANAGED" 409,
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
    SettingsTooComplex = "SETTINGS_TOO_COMPLEX" 422,
    MigrationFailed = "MIGRATION_FAILED" 422,
    ChecksumMismatch = "CHECKSUM_MISMATCH" 502,
    NotFound = "RESOURCE_NOT_FOUND" 404,

    // Seeds
    ReseedSkipped = "RESEED_SKIPPED" 400,
    ReseedNoRows = "RESEED_NO_ROWS" 422,
    NothingToPurge = "NOTHING_TO_PURGE" 400,

    // The registry (docs/wire/registry.md#registry-endpoints)
    PackageManifestInvalid = "PACKAGE_MANIFEST_INVALID" 400,

    // Files (docs/wire/files.md)
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

    // Requests to the control plane
    MarketplaceUnavailable = "MARKETPLACE_UNAVAILABLE" 503,
    MarketplaceProxyFailed = "MARKETPLACE_PROXY_FAILED" 502,
    RequestLoop = "REQUEST_LOOP" 508,
    CloudNotFound = "CLOUD_FETCH_FAILED" 404,
    CloudFetchFailed = "CLOUD_FETCH_FAILED" 502,

    // The connection to the control plane (docs/wire/runtime-connection.md#routes-of-the-runtime)
    CloudUnconfigured = "CLOUD_UNCONFIGURED" 503,
    DeviceCodeFailed = "DEVICE_CODE_FAILED" 400,
    DeviceCodeUnavailable = "DEVICE_CODE_FAILED" 502,
    EnvironmentBindFailed = "ENVIRONMENT_BIND_FAILED" 502,
    EnvironmentNotFound = "ENVIRONMENT_NOT_FOUND" 404,
    PluginInstallFailed = "PLUGIN_INSTALL_FAILED" 502,

    // Metadata and records (docs/wire/runtime-install.md#packages-of-a-runtime,
    // docs/wire/records.md#record-endpoints)
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

    // Failures of the server
    StorageFailed = "MARKETPLACE_STORAGE_FAILED" 500,
    StorageFull = "STORAGE_FULL" 507,
    Unavailable = "SERVICE_UNAVAILABLE" 503,
    SlowBody = "REQUEST_TIMEOUT" 408,
    Timeout = "TIMEOUT" 504,
    Internal = "INTERNAL_ERROR" 500,
}

/// Gives an error the form that clients of its path expect: enveloped JSON, or that
/// of authentication, metadata and records.
pub fn render_error(path: &str, response: Response) -> Response {
    let Some(error) = Error::of(&response) else { return response };
    match error_form(path) {
        Form::Enveloped => response,
        form => error.respond(form),
    }
}

/// Returns the form of errors on a path.
pub fn error_form(path: &str) -> Form {
    let takes_data =
        ["/api/v1/auth/", "/api/v1/meta", "/api/v1/ui/", "/api/v1/data/", "/api/v1/batch"];
    if takes_data.iter().any(|prefix| path.starts_with(prefix)) {
        Form::Data
    } else {
        Form::Enveloped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_every_code_that_os_http_answers_with() {
        for code in os_http::Code::ALL {
            assert!(Code::ALL.iter().any(|it| os_http::ErrorCode::from(*code) == *it), "{code:?}");
        }
    }
}
