//! The pages that only `os dev` serves: they that follow the project.
//!
//! **Invariant:** pages of the runtime stay as they are, and gain a script and a stylesheet, both
//! files of ours, as their content security policy asks. A page elsewhere, under whichever name
//! for this machine, reaches nothing here.

use super::state::Board;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;

const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

/// Pages are smaller than this.
const MAX_PAGE_BYTES: usize = 16 * 1024 * 1024;

/// Returns the runtime with what makes its pages follow the project. `here`: where this machine
/// alone reaches it, if only this machine does.
pub fn around(runtime: Router, board: Board, here: Option<String>) -> Router {
    let file = |kind: &'static str, text: &'static str| {
        get(move || async move { ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], text) })
    };
    Router::new()
        .route("/dev/events", get(events))
        .route("/dev/page.js", file("text/javascript; charset=utf-8", SCRIPT))
        .route("/dev/page.css", file("text/css; charset=utf-8", STYLE))
        .with_state(board.clone())
        .fallback_service(runtime.layer(from_fn_with_state(board, following)))
        .layer(from_fn_with_state(here.map(Arc::from), from_here))
}

/// An event for pages.
#[derive(Serialize)]
struct PageEvent<'s> {
    live: String,
    #[serde(flatten)]
    state: &'s super::state::State,
}

/// Sends the state of the project, now and at each change.
async fn events(State(board): State<Board>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let states = board.follow();
    let events = unfold((board, states), |(board, mut states)| async move {
        states.changed().await.ok()?;
        let event = {
            let state = states.borrow_and_update();
            if state.is_stopping {
                return None;
            }
            let page_event = PageEvent { live: board.live(), state: &state };
            Event::default().event("state").json_data(&page_event).ok()?
        };
        Some((Ok(event), (board, states)))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// Puts the script into each page, with what was live when the page was made. The answer to a form
/// is not loaded again by itself: that would send the form once more.
async fn following(State(board): State<Board>, request: Request, next: Next) -> Response {
    let live = board.live();
    let is_get = *request.method() == Method::GET;
    let is_api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let kind = response.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    if is_api || !kind.is_some_and(|it| it.starts_with("text/html")) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(page) = to_bytes(body, MAX_PAGE_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let page = String::from_utf8_lossy(&page);
    let again = if is_get { " data-again" } else { "" };
    let head = format!(
        "<link rel=\"stylesheet\" href=\"/dev/page.css\">\n<script src=\"/dev/page.js\" data-live=\"{live}\"{again} defer></script>\n</head>"
    );
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(page.replacen("</head>", &head, 1)))
}

/// Refuses who comes by a name that is not this machine's: another site may have made its own name
/// lead here, and everybody knows the password.
async fn from_here(State(here): State<Option<Arc<str>>>, request: Request, next: Next) -> Response {
    match &here {
        Some(here) if !is_own(request.headers(), here) => {
            let text = format!(
                "os dev answers this machine alone, at {here}; `--host` and `--base-url` change that\n"
            );
            (StatusCode::FORBIDDEN, text).into_response()
        }
        _ => next.run(request).await,
    }
}

fn is_own(headers: &HeaderMap, here: &str) -> bool {
    let Some(host) = headers.get(HOST) else { return true };
    let host = host.to_str().unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
        _ => host,
    };
    let is_ours = url::Url::parse(here).is_ok_and(|url| url.host_str() == Some(name));
    let is_loopback = name == "localhost" || name.ends_with(".localhost") || name == "[::1]";
    let address = name.parse::<std::net::Ipv4Addr>();
    is_ours || is_loopback || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let is_own = |host: &str| {
            let headers = HeaderMap::from_iter([(HOST, host.parse().unwrap())]);
            is_own(&headers, "https://crm.test")
        };
        for own in ["localhost:3000", "127.0.0.1:80", "[::1]:3000", "crm.test", "a.localhost"] {
            assert!(is_own(own), "{own}");
        }
        for other in
            ["evil.test:3000", "localhost.evil.test", "10.0.0.1:3000", "127.0.0.1.evil.test", ""]
        {
            assert!(!is_own(other), "{other}");
        }
    }
}
