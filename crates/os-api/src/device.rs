//! Bodies of the `device` endpoints.
