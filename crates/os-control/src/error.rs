//! Every error code of the control plane, and which form an error takes on a path.
//!
//! The error itself is [`os_http::Error`].

use axum::response::Response;
use os_http::Form;
pub use os_http::{Error, Result};

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

    // Authentication and rights
    Unauthenticated = "UNAUTHENTICATED" 401,
    InvalidToken = "INVALID_TOKEN" 400,
    ResetPasswordDisabled = "RESET_PASSWORD_DISABLED" 400,
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
    SettingsTooComplex = "SETTINGS_TOO_COMPLEX" 422,
    ConcurrentModification = "CONCURRENT_MODIFICATION" 409,
    Conflict = "RESOURCE_CONFLICT" 409,

    // The server's own
    SlowBody = "REQUEST_TIMEOUT" 408,
    Timeout = "TIMEOUT" 504,
    StorageFull = "STORAGE_FULL" 507,
    Unavailable = "SERVICE_UNAVAILABLE" 503,
    Internal = "INTERNAL_ERROR" 500,
}

/// Renders an error in the form that clients of its path expect: enveloped JSON, the bare
/// JSON of authentication, or that of records. The Console makes pages of the others.
pub fn render_error(path: &str, response: Response) -> Response {
    let Some(error) = Error::of(&response) else { return response };
    match error_form(path) {
        Form::Enveloped => response,
        form => error.respond(form),
    }
}

/// The form of errors on a path of the API.
pub fn error_form(path: &str) -> Form {
    if path.starts_with("/api/v1/auth/device") {
        Form::Device
    } else if path.starts_with("/api/v1/auth/") && path != "/api/v1/auth/config" {
        Form::Bare
    } else if path.starts_with("/api/v1/data/") {
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
