//! Bodies of the `version` endpoints.
