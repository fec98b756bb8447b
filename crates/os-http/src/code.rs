//! Error codes: the closed lists of a crate, and one code out of any of them.

use axum::http::StatusCode;

/// One error code: its name on the wire and its HTTP status. Each crate lists its
/// own with [`codes!`](crate::codes); two codes with the same name and status are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorCode {
    name: &'static str,
    status: StatusCode,
}

impl ErrorCode {
    /// A code of a closed list; [`codes!`](crate::codes) calls it.
    ///
    /// # Panics
    /// If `status` is not an HTTP status.
    pub fn new(name: &'static str, status: u16) -> Self {
        let status = StatusCode::from_u16(status).expect("the table holds valid statuses");
        Self { name, status }
    }

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        self.name
    }

    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        self.status
    }

    /// Returns whether the code is one of these.
    pub fn is_any_of<C: Copy>(self, codes: &[C]) -> bool
    where
        Self: PartialEq<C>,
    {
        codes.iter().any(|code| self == *code)
    }
}

/// Declares the enum `Code`: every way a request can fail, with its name on the
/// wire and its HTTP status.
///
/// ```
/// os_http::codes! {
///     NotFound = "RESOURCE_NOT_FOUND" 404,
/// }
/// let error = Code::NotFound.error("there is no package `com.acme.crm`; check its id");
/// assert_eq!(error.code(), Code::NotFound);
/// assert_eq!(Code::NotFound.status().as_u16(), 404);
/// ```
#[macro_export]
macro_rules! codes {
    ($($name:ident = $text:literal $status:literal),* $(,)?) => {
        /// Every way a request can fail. The names are public API; see `docs/errors.md`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $($name),* }

        impl Code {
            /// Every code, for documents.
            pub const ALL: &[Code] = &[$(Self::$name),*];

            /// The name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// The HTTP status.
            pub fn status(self) -> $crate::StatusCode {
                $crate::ErrorCode::from(self).status()
            }

            /// Makes an error of a message that names the problem and the remedy.
            pub fn error(self, message: impl Into<String>) -> $crate::Error {
                $crate::Error::new(self, message)
            }
        }

        impl From<Code> for $crate::ErrorCode {
            fn from(code: Code) -> Self {
                match code { $(Code::$name => Self::new($text, $status)),* }
            }
        }

        impl PartialEq<Code> for $crate::ErrorCode {
            fn eq(&self, other: &Code) -> bool {
                *self == Self::from(*other)
            }
        }
    };
}
