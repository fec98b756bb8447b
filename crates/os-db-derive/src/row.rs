//! `#[derive(FromRow)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Field, Fields, LitStr, Result};

/// The source of a field.
enum Source {
    /// The column of this name.
    Column(String),
    /// All columns: the field is a row, too.
    Row,
}

/// Implements `FromRow` for the rows of both databases.
pub fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "`FromRow` is for structs"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(&input.ident, "`FromRow` needs named fields"));
    };
    let name = &input.ident;
    let reads = fields.named.iter().map(read).collect::<Result<Vec<_>>>()?;
    let reads = quote!(#(#reads)*);
    let implement = |row: TokenStream| {
        quote! {
            impl<'r> ::os_db::sqlx::FromRow<'r, #row> for #name {
                fn from_row(row: &'r #row) -> ::os_db::Result<Self> {
                    ::core::result::Result::Ok(Self { #reads })
                }
            }
        }
    };
    let sqlite = implement(quote!(::os_db::sqlx::sqlite::SqliteRow));
    let postgres = implement(quote!(::os_db::sqlx::postgres::PgRow));
    Ok(quote!(#sqlite #postgres))
}

fn read(field: &Field) -> Result<TokenStream> {
    let name = &field.ident;
    Ok(match source(field)? {
        Source::Column(column) => quote! {
            #name: ::os_db::sqlx::Row::try_get(row, #column)?,
        },
        Source::Row => quote! { #name: ::os_db::sqlx::FromRow::from_row(row)?, },
    })
}

fn source(field: &Field) -> Result<Source> {
    let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut source = Source::Column(name.trim_start_matches("r#").to_owned());
    for attribute in field.attrs.iter().filter(|it| it.path().is_ident("row")) {
        attribute.parse_nested_meta(|meta| {
            source = if meta.path.is_ident("flatten") {
                Source::Row
            } else if meta.path.is_ident("column") {
                Source::Column(meta.value()?.parse::<LitStr>()?.value())
            } else {
                return Err(meta.error("use `flatten` or `column = \"…\"`"));
            };
            Ok(())
        })?;
    }
    Ok(source)
}
