//! Bodies of the `environment` endpoints.
