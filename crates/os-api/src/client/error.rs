//! Reading a response, and the errors of a request.

use super::{Answer, Result};
use serde_json::Value;
use std::fmt;
use url::Url;

/// The error of a request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server answered with an error.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// There was no response.
    #[error("could not reach {url}: {}", reason(.cause))]
    Unreachable { url: String, cause: ureq::Error },
    /// The response does not come from a control plane.
    #[error("{url} answered something else than JSON; is it a control plane?")]
    NotOurs { url: String },
}

/// An error, in the words of the server.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub struct Refusal {
    pub status: u16,
    /// `SCREAMING_SNAKE`; the RFC 8628 codes of the device flow are not.
    pub code: Option<String>,
    pub message: String,
    pub details: Option<Value>,
    /// The reasons why a version may not be listed.
    pub violations: Vec<String>,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Reads a response in any of its forms.
pub(super) fn read(
    url: &Url,
    status: u16,
    location: Option<String>,
    body: &[u8],
) -> Result<Answer> {
    let json = serde_json::from_slice::<Value>(body);
    match (status, json) {
        (200..300, Ok(body)) => Ok(success(body)),
        (204, Err(_)) => Ok(Answer { data: Value::Null, violations: Vec::new() }),
        (200..300, Err(_)) => Err(Error::NotOurs { url: url.to_string() }),
        (300..400, _) => Err(redirect(url, status, location).into()),
        (_, json) => Err(refusal(status, &json.unwrap_or_default()).into()),
    }
}

fn success(mut body: Value) -> Answer {
    let violations = texts(&body["violations"]);
    let enveloped = body["success"] == true && body.get("data").is_some();
    let data = if enveloped { body["data"].take() } else { body };
    Answer { data, violations }
}

/// Finds code and message in every form of an error: ours, better-auth's
/// (`code`, `message`), and OAuth's (`error`, `error_description`).
fn refusal(status: u16, body: &Value) -> Refusal {
    let error = &body["error"];
    let text = |value: &Value| value.as_str().filter(|it| !it.is_empty()).map(str::to_owned);
    let code = text(&error["code"]).or_else(|| text(&body["code"])).or_else(|| text(error));
    let message = text(&error["message"])
        .or_else(|| text(&body["message"]))
        .or_else(|| text(&body["error_description"]))
        .or_else(|| code.clone())
        .unwrap_or_else(|| status_text(status));
    let details = error.get("details").cloned();
    Refusal { status, code, message, details, violations: texts(&body["violations"]) }
}

fn redirect(url: &Url, status: u16, location: Option<String>) -> Refusal {
    let target = location.unwrap_or_else(|| "somewhere else".to_owned());
    Refusal {
        status,
        code: None,
        message: format!("{url} redirects to {target}; name that server instead"),
        details: None,
        violations: Vec::new(),
    }
}

fn texts(value: &Value) -> Vec<String> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

fn status_text(status: u16) -> String {
    let reason = ureq::http::StatusCode::from_u16(status).ok().and_then(|it| it.canonical_reason());
    reason.map_or_else(|| format!("status {status}"), str::to_owned)
}

/// Describes why a connection failed.
fn reason(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            "nothing listens there".to_owned()
        }
        ureq::Error::HostNotFound => "there is no such host".to_owned(),
        ureq::Error::Timeout(_) => "no answer in time".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read_json(status: u16, body: Value) -> Result<Answer> {
        let url = Url::parse("http://localhost:3000/api/v1/cloud/packages").unwrap();
        read(&url, status, None, body.to_string().as_bytes())
    }

    #[test]
    fn understands_enveloped_and_bare_answers() {
        let enveloped =
            read_json(200, json!({"success": true, "data": {"id": "p"}, "violations": ["x"]}));
        let enveloped = enveloped.unwrap();
        assert_eq!((enveloped.data, enveloped.violations), (json!({"id": "p"}), vec!["x".into()]));
        assert_eq!(read_json(200, json!({"token": "t"})).unwrap().data, json!({"token": "t"}));
        assert_eq!(read_json(200, json!({"success": true})).unwrap().data["success"], true);
        assert_eq!(read_json(200, Value::Null).unwrap().data, Value::Null);
    }

    #[test]
    fn finds_code_and_message_in_every_form_of_refusal() {
        let cases = [
            (json!({"success": false, "error": {"code": "A", "message": "m"}}), Some("A"), "m"),
            (json!({"code": "A", "message": "m"}), Some("A"), "m"),
            (json!({"error": "slow_down", "error_description": "m"}), Some("slow_down"), "m"),
            (json!({"error": "slow_down"}), Some("slow_down"), "slow_down"),
            (json!({"error": {"code": "A", "message": ""}}), Some("A"), "A"),
            (json!("oops"), None, "Conflict"),
        ];
        for (body, code, message) in cases {
            let Err(Error::Refused(refusal)) = read_json(409, body.clone()) else {
                panic!("{body} is a refusal")
            };
            assert_eq!((refusal.code.as_deref(), &*refusal.message), (code, message), "{body}");
        }
    }

    #[test]
    fn a_redirect_is_reported_and_not_followed() {
        let url = Url::parse("http://packages.acme.com/api/v1/health").unwrap();
        let error = read(&url, 308, Some("https://packages.acme.com".into()), b"").unwrap_err();
        assert_eq!(
            error.to_string(),
            "http://packages.acme.com/api/v1/health redirects to https://packages.acme.com; name that server instead"
        );
    }

    #[test]
    fn a_page_is_not_a_control_plane() {
        let url = Url::parse("http://localhost:3000/").unwrap();
        assert!(matches!(read(&url, 200, None, b"<html>"), Err(Error::NotOurs { .. })));
    }
}
