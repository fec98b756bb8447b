//! Bodies of the `session` endpoints.
