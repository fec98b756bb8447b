//! The file that a form sends.

use std::ops::Range;

/// The first file of a `multipart/form-data` body: its type, and where its bytes
/// are.
pub fn file_of(content_type: &str, body: &[u8]) -> Option<(String, Range<usize>)> {
    part(body, &boundary(content_type)?)
}

fn boundary(content_type: &str) -> Option<String> {
    let (_, boundary) =
        content_type.strip_prefix("multipart/form-data")?.split_once("boundary=")?;
    let boundary = boundary.split(';').next()?.trim().trim_matches('"');
    (!boundary.is_empty()).then(|| format!("--{boundary}"))
}

/// The type of the first part, and where its bytes begin and end.
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
