//! A file that a form sends.

use crate::{Code, Error, Result};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;

/// Room for the lines around the file, so that a file of just the limit fits.
const AROUND: usize = 1024;

/// The first file of a `multipart/form-data` body of about `MAX` bytes.
pub struct Upload<const MAX: usize> {
    pub content_type: String,
    pub bytes: Bytes,
}

impl<S: Send + Sync, const MAX: usize> FromRequest<S> for Upload<MAX> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, _: &S) -> Result<Self> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let kind = kind.ok_or_else(unreadable)?.to_owned();
        let too_large =
            |_| Code::PayloadTooLarge.error(format!("the file is larger than {MAX} bytes"));
        let body = to_bytes(request.into_body(), MAX + AROUND).await.map_err(too_large)?;
        let (content_type, at) = os_console::file_of(&kind, &body).ok_or_else(unreadable)?;
        Ok(Self { content_type, bytes: body.slice(at) })
    }
}

fn unreadable() -> Error {
    Code::ValidationError.error("choose a file and send the form again: there was none in it")
}
