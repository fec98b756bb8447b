//! Bodies of the `installation` endpoints.
