//! The response with the bytes of a file.
//!
//! **Invariant:** a browser never runs a file: types that could run are downloads, types are not
//! sniffed, and scripts are off.

use super::{File, Files, name, no_file};
use crate::{Code, Result};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The part of a file that a request asks for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    /// From the first position to before the second.
    Range(u64, u64),
    /// A range outside of the file.
    Outside,
}

/// Answers the file, or the part of it that the request asks for.
///
/// # Errors
/// `FILE_NOT_FOUND` while its bytes are missing, `RANGE_NOT_SATISFIABLE`.
pub async fn respond(files: &Files, request: &HeaderMap, file: &File) -> Result<Response> {
    let checksum = file.checksum.as_deref().ok_or_else(|| no_file(&file.id))?;
    let (size, etag) = (file.bytes(), format!("\"{checksum}\""));
    if text(request, header::IF_NONE_MATCH).is_some_and(|given| names(given, &etag)) {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        describe(response.headers_mut(), file, &etag)?;
        return Ok(response);
    }
    let is_same = text(request, header::IF_RANGE).is_none_or(|given| given == etag);
    let range = text(request, header::RANGE).filter(|_| is_same);
    let (status, start, end) = match range.map_or(Part::Whole, |range| part(range, size)) {
        Part::Whole => (StatusCode::OK, 0, size),
        Part::Range(start, end) => (StatusCode::PARTIAL_CONTENT, start, end),
        Part::Outside => {
            let error = Code::RangeNotSatisfiable
                .error(format!("the file has {size} bytes; ask for a range within them"));
            let mut response = error.into_response();
            let whole = HeaderValue::try_from(format!("bytes */{size}"));
            response
                .headers_mut()
                .insert(header::CONTENT_RANGE, whole.map_err(anyhow::Error::from)?);
            return Ok(response);
        }
    };
    let body =
        if end == start { Body::empty() } else { files.read(checksum, start, end - start).await? };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    describe(headers, file, &etag)?;
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(end - start));
    if status == StatusCode::PARTIAL_CONTENT {
        let range = HeaderValue::try_from(format!("bytes {start}-{}/{size}", end - 1));
        headers.insert(header::CONTENT_RANGE, range.map_err(anyhow::Error::from)?);
    }
    Ok(response)
}

/// Sets the headers of every response about a file.
fn describe(headers: &mut HeaderMap, file: &File, etag: &str) -> Result<()> {
    let (content_type, is_shown) = name::served_type(&file.mime_type);
    let disposition = name::disposition(is_shown, &file.name);
    for (name, value) in [
        (header::CONTENT_TYPE, content_type),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
        (header::ETAG, etag),
        (header::ACCEPT_RANGES, "bytes"),
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::try_from(value).map_err(anyhow::Error::from)?);
    }
    Ok(())
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn names(given: &str, etag: &str) -> bool {
    given.split(',').map(str::trim).any(|it| it == "*" || it.trim_start_matches("W/") == etag)
}

/// Parses a header with one range. A malformed header, or one with several ranges, stands for the
/// whole file, as the standard allows.
fn part(range: &str, size: u64) -> Part {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|it| it.split_once('-')) else {
        return Part::Whole;
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let (start, end) = match (number(first), number(last)) {
        (Some(start), Some(last)) if start <= last => (start, last.saturating_add(1).min(size)),
        (Some(start), None) if last.trim().is_empty() => (start, size),
        (None, Some(0)) if first.is_empty() => return Part::Outside,
        (None, Some(count)) if first.is_empty() => (size.saturating_sub(count), size),
        _ => return Part::Whole,
    };
    if start < end { Part::Range(start, end) } else { Part::Outside }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_the_standard() {
        for (range, wanted) in [
            ("bytes=0-0", Part::Range(0, 1)),
            ("bytes=2-5", Part::Range(2, 6)),
            ("bytes=2-", Part::Range(2, 10)),
            ("bytes=-3", Part::Range(7, 10)),
            ("bytes=-99", Part::Range(0, 10)),
            ("bytes=5-99", Part::Range(5, 10)),
            ("bytes=10-", Part::Outside),
            ("bytes=-0", Part::Outside),
            ("bytes=5-2", Part::Whole),
            ("bytes=0-1,4-5", Part::Whole),
            ("bytes=x-y", Part::Whole),
            ("lines=0-1", Part::Whole),
        ] {
            assert_eq!(part(range, 10), wanted, "{range}");
        }
        assert_eq!(part("bytes=0-", 0), Part::Outside);
    }
}
