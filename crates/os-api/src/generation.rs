//! Bodies of the `generation` endpoints.
