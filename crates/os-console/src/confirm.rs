//! A page that asks for confirmation before something is deleted.

use crate::frame::Frame;
use askama::Template;

/// A question with one button, which posts to the page's own path.
#[derive(Template)]
#[template(path = "question.html")]
pub struct Confirm {
    pub frame: Frame,
    /// The path and the name of each page above this one.
    pub crumbs: Vec<(String, String)>,
    pub question: String,
    pub consequence: String,
    pub button: &'static str,
    /// The path that *Cancel* leads to.
    pub back: String,
}
