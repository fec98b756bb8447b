//! A page that asks before something is destroyed.

use super::Frame;
use askama::Template;

/// A question with one button, which posts to where the page was got from.
#[derive(Template)]
#[template(path = "ask.html")]
pub struct Ask {
    pub frame: Frame,
    /// Where one comes from: paths with names.
    pub crumbs: Vec<(String, String)>,
    pub question: String,
    pub consequence: String,
    pub button: &'static str,
    pub back: String,
}
