//! Bodies of the `api_key` endpoints.
