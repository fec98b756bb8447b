//! `#[derive(TextEnum)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Ident, Result};

/// Implements `Type`, `Encode` and `Decode` for both databases.
pub fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "`TextEnum` is for enums"));
    };
    let (mut variants, mut strings) = (Vec::new(), Vec::new());
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(variant, "a variant of a `TextEnum` has no fields"));
        }
        variants.push(&variant.ident);
        strings.push(snake_case(&variant.ident));
    }
    let name = &input.ident;
    let unknown = format!("`{{}}` is no {name}");
    Ok(quote! {
        impl<D: ::os_db::sqlx::Database> ::os_db::sqlx::Type<D> for #name
        where
            ::std::string::String: ::os_db::sqlx::Type<D>,
        {
            fn type_info() -> D::TypeInfo {
                <::std::string::String as ::os_db::sqlx::Type<D>>::type_info()
            }

            fn compatible(kind: &D::TypeInfo) -> bool {
                <::std::string::String as ::os_db::sqlx::Type<D>>::compatible(kind)
            }
        }

        impl<'q, D: ::os_db::sqlx::Database> ::os_db::sqlx::Encode<'q, D> for #name
        where
            &'q str: ::os_db::sqlx::Encode<'q, D>,
        {
            fn encode_by_ref(
                &self,
                buffer: &mut <D as ::os_db::sqlx::Database>::ArgumentBuffer,
            ) -> ::core::result::Result<
                ::os_db::sqlx::encode::IsNull,
                ::os_db::sqlx::error::BoxDynError,
            > {
                let string = match self { #(Self::#variants => #strings,)* };
                <&'q str as ::os_db::sqlx::Encode<'q, D>>::encode(string, buffer)
            }
        }

        impl<'r, D: ::os_db::sqlx::Database> ::os_db::sqlx::Decode<'r, D> for #name
        where
            &'r str: ::os_db::sqlx::Decode<'r, D>,
        {
            fn decode(
                value: <D as ::os_db::sqlx::Database>::ValueRef<'r>,
            ) -> ::core::result::Result<Self, ::os_db::sqlx::error::BoxDynError> {
                match <&'r str as ::os_db::sqlx::Decode<'r, D>>::decode(value)? {
                    #(#strings => ::core::result::Result::Ok(Self::#variants),)*
                    other => ::core::result::Result::Err(format!(#unknown, other).into()),
                }
            }
        }
    })
}

/// `DelegatedAdmin` as `delegated_admin`.
fn snake_case(name: &Ident) -> String {
    let mut snake = String::new();
    for c in name.to_string().chars() {
        if c.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}
