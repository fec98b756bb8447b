//! Bodies of the `catalog` endpoints.
