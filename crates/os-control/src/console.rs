//! What all pages for people share. The pages themselves are each noun's
//! `console.rs`; they call the same rules as `api.rs`.
//!
//! **Invariant:** a page changes nothing on GET (but that looking at a device's code claims it); a change is a form that posts
//! to our own origin ([`crate::auth::Credential`] sees to that), is answered
//! with a redirect, and what it destroys was shown on a page of its own first.
//! Everything works without JavaScript, and nothing runs that is not a file of
//! ours ([`finish`]). Text of other people is escaped by the templates;
//! Markdown goes through [`markdown`].

mod answer;
mod ask;
mod frame;
mod people;
mod refusal;
mod settings;
mod upload;

pub use answer::{Back, page, page_as};
pub use ask::Ask;
pub use frame::Frame;
pub use os_console::flash::done;
pub use os_console::parts::{self, ago, badge, category, chip, copy, initials, tile, title};
pub use people::People;
pub use refusal::{Asked, finish, page_of};
pub use settings::{SettingsField, fields_of, settings_from};
pub use upload::Upload;

use crate::http::extract::Path;
use crate::{Code, Result};
use axum::http::HeaderMap;
use axum::response::Response;
use comrak::Options;
use std::sync::LazyLock;

/// `GET /static/{file}`.
pub async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Result<Response> {
    os_console::assets::answer(&file, &headers)
        .ok_or_else(|| Code::NotFound.error(format!("there is no file `{file}`")))
}

/// Markdown as HTML. Raw HTML in it is left out and scripts in links are cut
/// off, so that a readme cannot do more than be read.
pub fn markdown(text: &str) -> parts::Html {
    static OPTIONS: LazyLock<Options> = LazyLock::new(|| {
        let mut options = Options::default();
        options.extension.table = true;
        options.extension.strikethrough = true;
        options.extension.autolink = true;
        options.extension.tasklist = true;
        options.render.r#unsafe = false;
        options
    });
    parts::Html(comrak::markdown_to_html(text, &OPTIONS))
}

/// The address of the next page of a list.
pub fn more(path: &str, query: &[(&str, &str)]) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(query.iter().filter(|(_, value)| !value.is_empty()));
    format!("{path}?{}", text.finish())
}
