//! Bodies of the `event` endpoints.
