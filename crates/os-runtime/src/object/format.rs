//! Forms of strings that fields hold: addresses, and files.

/// The schemes of addresses that a link may have. What runs in the page that shows it
/// (`javascript:`, `data:`, `vbscript:`, `blob:`) or reads the reader's disk (`file:`) is none.
const SCHEMES: [&str; 6] = ["http", "https", "ftp", "ftps", "mailto", "tel"];

/// The longest id of a file, in bytes.
const MAX_FILE_ID_BYTES: usize = 64;

/// Returns whether a string is an address with a scheme of [`SCHEMES`], or a path on this server.
/// Browsers drop control characters and spaces within a scheme, so an address has none.
pub fn is_url(text: &str) -> bool {
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return false;
    }
    if let Some(path) = text.strip_prefix('/') {
        return !path.starts_with(['/', '\\']);
    }
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let scheme = scheme.to_ascii_lowercase();
    let is_direct = ["mailto", "tel"].contains(&scheme.as_str());
    let rest = if is_direct { Some(rest) } else { rest.strip_prefix("//") };
    SCHEMES.contains(&scheme.as_str()) && rest.is_some_and(|it| !it.is_empty())
}

/// Returns whether a string has the form of an email address.
pub fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let is_plain =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
    let labels = domain.split('.').count();
    is_plain(name) && labels > 1 && domain.split('.').all(is_plain)
}

/// Returns whether a string has the form of a telephone number: digits with the signs around them.
pub fn is_phone(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+()-.".contains(c);
    text.chars().count() >= 5 && text.chars().all(legal)
}

/// Returns whether a string can be the id of a file.
pub fn is_file_id(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (1..=MAX_FILE_ID_BYTES).contains(&text.len()) && text.bytes().all(legal)
}

/// Returns whether a string can name a file: by its id, by an address on the web, or by a path on
/// this server.
pub fn is_file(text: &str) -> bool {
    let is_web = || {
        let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        scheme.is_none_or(|it| it == "http" || it == "https")
    };
    is_file_id(text) || (is_url(text) && is_web())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_links() {
        for good in [
            "https://example.com",
            "HTTP://example.com/a?b=c#d",
            "ftp://example.com/x",
            "mailto:ada@example.com",
            "tel:+49-30-1234",
            "/docs/page",
            "https://bücher.example/ä",
        ] {
            assert!(is_url(good), "{good}");
        }
        for bad in [
            "",
            "example.com",
            "https://",
            "https:example.com",
            "javascript://example.com/%0aalert(1)",
            "JavaScript:alert(1)",
            "java\nscript://x",
            " javascript://x",
            "\u{1}javascript://x",
            "data:text/html,<script>",
            "data://text/html,x",
            "vbscript://x",
            "blob:https://example.com/x",
            "file:///etc/passwd",
            "//example.com",
            "/\\example.com",
            "https://a b",
            "mailto:",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
    }

    #[test]
    fn mail_and_phone_have_a_form() {
        for good in ["ada@example.com", "a+b@x.y.z", "ädä@bücher.example"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["no", "a@b", "@b.c", "a@", "a@b.", "a@.c", "a b@c.d", "a@b@c.d", "a@b..c"] {
            assert!(!is_email(bad), "{bad}");
        }
        for good in ["+1-555-0101", "+44 (20) 555 0202", "12345", "555.010.2030"] {
            assert!(is_phone(good), "{good}");
        }
        for bad in ["", "1234", "call me", "+1-555-CALL", "12345x", "<12345>"] {
            assert!(!is_phone(bad), "{bad}");
        }
    }

    #[test]
    fn files_are_ids_and_addresses() {
        for good in
            ["0199aaaa-0000-7000-8000-000000000000", "file_1", "https://x.y/a.png", "/a.png"]
        {
            assert!(is_file(good), "{good}");
        }
        for bad in
            ["", "any text", "../x", "data:image/png;base64,AA", "javascript:x", "mailto:a@b.c"]
        {
            assert!(!is_file(bad), "{bad}");
        }
        assert!(!is_file_id(&"x".repeat(65)));
    }
}
