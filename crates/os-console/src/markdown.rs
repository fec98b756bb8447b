//! Markdown of other people, as HTML that cannot do more than be read.

use crate::html::Html;
use comrak::Options;
use std::sync::LazyLock;

/// Renders Markdown. Raw HTML in it is left out, and so are links to scripts.
pub fn markdown(text: &str) -> Html {
    static OPTIONS: LazyLock<Options> = LazyLock::new(|| {
        let mut options = Options::default();
        options.extension.table = true;
        options.extension.strikethrough = true;
        options.extension.autolink = true;
        options.extension.tasklist = true;
        options.render.r#unsafe = false;
        options
    });
    Html(comrak::markdown_to_html(text, &OPTIONS))
}
