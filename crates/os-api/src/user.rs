//! Bodies of the `user` endpoints.
