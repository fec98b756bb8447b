/// Makes the enum `Code`: every way a request to a server can fail, with its
/// name on the wire and the HTTP status it is answered with.
///
/// ```
/// os_http::codes! {
///     NotFound = "RESOURCE_NOT_FOUND" 404,
/// }
/// assert_eq!(Code::NotFound.status().as_u16(), 404);
/// ```
#[macro_export]
macro_rules! codes {
    ($($name:ident = $text:literal $status:literal),* $(,)?) => {
        /// Every way a request can fail. The names are public API; see `docs/errors.md`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $($name),* }

        impl Code {
            /// The name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// The HTTP status it is answered with.
            pub fn status(self) -> $crate::StatusCode {
                let status = match self { $(Self::$name => $status),* };
                $crate::StatusCode::from_u16(status).expect("the table holds valid statuses")
            }

            /// All of them, for documents.
            pub const ALL: &[Code] = &[$(Self::$name),*];
        }
    };
}
