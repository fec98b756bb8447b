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
        let boundary = kind.and_then(boundary).ok_or_else(unreadable)?;
        let too_large =
            |_| Code::PayloadTooLarge.error(format!("the file is larger than {MAX} bytes"));
        let body = to_bytes(request.into_body(), MAX + AROUND).await.map_err(too_large)?;
        let (content_type, from, to) = part(&body, &boundary).ok_or_else(unreadable)?;
        Ok(Self { content_type, bytes: body.slice(from..to) })
    }
}

fn unreadable() -> Error {
    Code::ValidationError.error("choose a file and send the form again: there was none in it")
}

fn boundary(content_type: &str) -> Option<String> {
    let (_, boundary) =
        content_type.strip_prefix("multipart/form-data")?.split_once("boundary=")?;
    let boundary = boundary.split(';').next()?.trim().trim_matches('"');
    (!boundary.is_empty()).then(|| format!("--{boundary}"))
}

/// The type of the first part, and where its bytes begin and end.
fn part(body: &[u8], boundary: &str) -> Option<(String, usize, usize)> {
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
    (to > from).then_some((kind, from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_a_form_is_found() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"icon\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n\r\nbytes\r\n--x--\r\n";
        let boundary = boundary("multipart/form-data; boundary=x").expect("a boundary");
        let (kind, from, to) = part(body, &boundary).expect("a part");
        assert_eq!((kind.as_str(), &body[from..to]), ("image/png", &b"PNG\r\n\r\nbytes"[..]));
        assert!(part(b"--x\r\n\r\n\r\n--x--", "--x").is_none());
    }
}
