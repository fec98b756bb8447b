//! Bodies of the `listing` endpoints.
