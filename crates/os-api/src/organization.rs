//! Bodies of the `organization` endpoints.
