//! The derives of `os-db`.
//!
//! They stand in for those of `sqlx`, which compile both database drivers a second
//! time, for the host: a fifth of a fresh build, SQLite's C code included.

mod row;
mod text;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Reads a struct from a row, each field from the column of its name.
///
/// `#[row(column = "organization_id")]` names another column;
/// `#[row(flatten)]` reads a field that is itself a row from the same columns.
#[proc_macro_derive(FromRow, attributes(row))]
pub fn from_row(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    row::expand(&input).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Stores an enum without fields as a string: the variant's name in snake case.
#[proc_macro_derive(TextEnum)]
pub fn text_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    text::expand(&input).unwrap_or_else(|error| error.into_compile_error()).into()
}
