//! Bodies of the `package` endpoints.
