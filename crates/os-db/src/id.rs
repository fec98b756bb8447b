/// Declares a row id: a UUIDv7 with its own type, so that ids of different tables cannot
/// be confused.
#[macro_export]
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $crate::uuid::Uuid);

        impl $name {
            /// Returns a new id, greater than all before it.
            #[expect(clippy::new_without_default, reason = "a new id is not a default value")]
            pub fn new() -> Self {
                Self($crate::uuid::Uuid::now_v7())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<$name> for $crate::uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<D: $crate::sqlx::Database> $crate::sqlx::Type<D> for $name
        where
            $crate::uuid::Uuid: $crate::sqlx::Type<D>,
        {
            fn type_info() -> D::TypeInfo {
                <$crate::uuid::Uuid as $crate::sqlx::Type<D>>::type_info()
            }

            fn compatible(kind: &D::TypeInfo) -> bool {
                <$crate::uuid::Uuid as $crate::sqlx::Type<D>>::compatible(kind)
            }
        }

        impl<'q, D: $crate::sqlx::Database> $crate::sqlx::Encode<'q, D> for $name
        where
            $crate::uuid::Uuid: $crate::sqlx::Encode<'q, D>,
        {
            fn encode_by_ref(
                &self,
                buffer: &mut <D as $crate::sqlx::Database>::ArgumentBuffer,
            ) -> Result<$crate::sqlx::encode::IsNull, $crate::sqlx::error::BoxDynError> {
                $crate::sqlx::Encode::<D>::encode_by_ref(&self.0, buffer)
            }
        }

        impl<'r, D: $crate::sqlx::Database> $crate::sqlx::Decode<'r, D> for $name
        where
            $crate::uuid::Uuid: $crate::sqlx::Decode<'r, D>,
        {
            fn decode(
                value: <D as $crate::sqlx::Database>::ValueRef<'r>,
            ) -> Result<Self, $crate::sqlx::error::BoxDynError> {
                <$crate::uuid::Uuid as $crate::sqlx::Decode<'r, D>>::decode(value).map(Self)
            }
        }
    )*};
}

/// Declares a row id that is stored as a string, like the ids of records: for our tables
/// that are also read as objects.
#[macro_export]
macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $crate::uuid::Uuid);

        impl $name {
            /// Returns a new id, greater than all before it.
            #[expect(clippy::new_without_default, reason = "a new id is not a default value")]
            pub fn new() -> Self {
                Self($crate::uuid::Uuid::now_v7())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<$name> for $crate::uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<D: $crate::sqlx::Database> $crate::sqlx::Type<D> for $name
        where
            String: $crate::sqlx::Type<D>,
        {
            fn type_info() -> D::TypeInfo {
                <String as $crate::sqlx::Type<D>>::type_info()
            }

            fn compatible(kind: &D::TypeInfo) -> bool {
                <String as $crate::sqlx::Type<D>>::compatible(kind)
            }
        }

        impl<'q, D: $crate::sqlx::Database> $crate::sqlx::Encode<'q, D> for $name
        where
            String: $crate::sqlx::Encode<'q, D>,
        {
            fn encode_by_ref(
                &self,
                buffer: &mut <D as $crate::sqlx::Database>::ArgumentBuffer,
            ) -> Result<$crate::sqlx::encode::IsNull, $crate::sqlx::error::BoxDynError> {
                <String as $crate::sqlx::Encode<'q, D>>::encode(self.0.to_string(), buffer)
            }
        }

        impl<'r, D: $crate::sqlx::Database> $crate::sqlx::Decode<'r, D> for $name
        where
            String: $crate::sqlx::Decode<'r, D>,
        {
            fn decode(
                value: <D as $crate::sqlx::Database>::ValueRef<'r>,
            ) -> Result<Self, $crate::sqlx::error::BoxDynError> {
                let text = <String as $crate::sqlx::Decode<'r, D>>::decode(value)?;
                Ok(Self(text.parse()?))
            }
        }
    )*};
}
