//! The file that a form sends.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use os_http::{Code, Error, Result};
use std::ops::Range;

/// Room for the lines around the file, so that a file of just the limit fits.
const MAX_MULTIPART_OVERHEAD_BYTES: usize = 1024;

/// The first file of a `multipart/form-data` body of about `MAX` bytes.
pub struct Upload<const MAX: usize> {
    pub content_type: String,
    pub bytes: Bytes,
}

impl<S: Send + Sync, const MAX: usize> FromRequest<S> for Upload<MAX> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, _: &S) -> Result<Self> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let kind = kind.ok_or_else(no_file)?.to_owned();
        let too_large =
            |_| Code::PayloadTooLarge.error(format!("the file is larger than {MAX} bytes"));
        let limit = MAX + MAX_MULTIPART_OVERHEAD_BYTES;
        let body = to_bytes(request.into_body(), limit).await.map_err(too_large)?;
        let (content_type, range) = find(&kind, &body).ok_or_else(no_file)?;
        Ok(Self { content_type, bytes: body.slice(range) })
    }
}

fn no_file() -> Error {
    Code::ValidationError.error("the form has no file; choose one and send the form again")
}

/// Finds the first file: its type, and the range of its bytes.
fn find(content_type: &str, body: &[u8]) -> Option<(String, Range<usize>)> {
    part(body, &boundary(content_type)?)
}
fn boundary(content_type: &str) -> Option<String> {
    let (_, boundary) =
        content_type.strip_prefix("multipart/form-data")?.split_once("boundary=")?;
    let boundary = boundary.split(';').next()?.trim().trim_matches('"');
    (!boundary.is_empty()).then(|| format!("--{boundary}"))
}

/// The type of the first part, and the range of its bytes.
fn part(body: &[u8], boundary: &str) -> Option<(String, Range<usize>)> {
    let find = |needle: &[u8], from: usize| {
        let rest = body.get(from..)?;
        Some(from + rest.windows(needle.len()).position(|window| window == needle)?)
    };
    let head = find(boundary.as_bytes(), 0)? + boundary.len();
    let from = find(b"\r\n\r\n", head)? + 4;
    let to = find(format!("\r\n{boundary}").as_bytes(), from)?;
    let head = std::str::from_utf8(&body[head..from]).ok()?;
    let kind = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-type").then(|| value.trim().to_owned())
    })?;
    (to > from).then_some((kind, from..to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_a_form_is_found() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"icon\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n\r\nbytes\r\n--x--\r\n";
        let boundary = boundary("multipart/form-data; boundary=x").expect("a boundary");
        let (kind, at) = part(body, &boundary).expect("a part");
        assert_eq!((kind.as_str(), &body[at]), ("image/png", &b"PNG\r\n\r\nbytes"[..]));
        assert!(part(b"--x\r\n\r\n\r\n--x--", "--x").is_none());
    }
}
