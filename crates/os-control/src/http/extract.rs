//! The bodies that only the control plane takes; the others are `os_http`'s.

use crate::{Code, Control, Error, Result};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use bytes::BytesMut;
pub use os_http::extract::{Bare, Data, Form, Json, Path, Query, typed, without_nul};
pub use os_http::lenient::{Lenient, Members};
use std::future::poll_fn;
use std::pin::Pin;

/// The bytes of a body, up to `LIMIT`. What is over the limit is read and
/// dropped for a while: a client that is still sending would never see the answer.
pub struct Raw<const LIMIT: usize>(pub Bytes);

impl<const LIMIT: usize> FromRequest<Control> for Raw<LIMIT> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, _: &Control) -> Result<Self> {
        let mut body = request.into_body();
        let expected = usize::try_from(body.size_hint().lower()).unwrap_or(LIMIT).min(LIMIT);
        let mut bytes = BytesMut::with_capacity(expected);
        let mut length = 0;
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            let frame =
                frame.map_err(|_| Code::ValidationError.error("the request body ended early"))?;
            let Ok(data) = frame.into_data() else { continue };
            length += data.len();
            if length <= LIMIT {
                bytes.extend_from_slice(&data);
            } else if length > 4 * LIMIT {
                break;
            }
        }
        if length > LIMIT {
            return Err(Code::PayloadTooLarge
                .error(format!("the body is larger than the limit of {LIMIT} bytes")));
        }
        Ok(Self(bytes.freeze()))
    }
}
