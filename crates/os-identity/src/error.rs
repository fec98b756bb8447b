//! The error codes of identity. Servers list them among their own.

pub use os_http::{Error, Result};

os_http::codes! {
    ValidationError = "VALIDATION_ERROR" 400,
    MissingRequiredField = "MISSING_REQUIRED_FIELD" 400,
    InvalidToken = "INVALID_TOKEN" 400,
    ResetPasswordDisabled = "RESET_PASSWORD_DISABLED" 400,
    Unauthenticated = "UNAUTHENTICATED" 401,
    InvalidEmailOrPassword = "INVALID_EMAIL_OR_PASSWORD" 401,
    PermissionDenied = "PERMISSION_DENIED" 403,
    SelfRegistrationClosed = "SELF_REGISTRATION_CLOSED" 403,
    NotFound = "RESOURCE_NOT_FOUND" 404,
    DuplicateRecord = "DUPLICATE_RECORD" 409,
    InvalidState = "INVALID_STATE" 409,
    Conflict = "RESOURCE_CONFLICT" 409,
    UserAlreadyExists = "USER_ALREADY_EXISTS" 422,
    Unavailable = "SERVICE_UNAVAILABLE" 503,
}
