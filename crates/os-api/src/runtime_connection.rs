//! Bodies of the `runtime_connection` endpoints.
