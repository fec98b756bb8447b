//! The few drawings of the pages, as SVG.

use crate::html::Html;

/// A crate, for packages.
pub fn package() -> Html {
    large(
        r#"<path d="M12 2.8 20.5 7v10L12 21.2 3.5 17V7z"/><path d="M3.5 7 12 11.3 20.5 7M12 11.3v9.9"/>"#,
    )
}

/// Two machines, for environments.
pub fn environment() -> Html {
    large(
        r#"<rect x="3" y="4" width="18" height="6.5" rx="1.6"/><rect x="3" y="13.5" width="18" height="6.5" rx="1.6"/><path d="M6.5 7.2h.01M6.5 16.8h.01M10 7.2h7.5M10 16.8h7.5"/>"#,
    )
}

/// A shop, for the marketplace.
pub fn shop() -> Html {
    large(
        r#"<path d="M4 9.5V20h16V9.5M3 9.5 5 4h14l2 5.5a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0zM9.5 20v-5h5v5"/>"#,
    )
}

/// A check mark, for what was approved.
pub fn check() -> Html {
    drawing((22, 24), "2.4", r#"<path d="m5 12.5 4.5 4.5L19 7.5"/>"#)
}

/// A cross, for what was denied.
pub fn cross() -> Html {
    drawing((22, 24), "2.4", r#"<path d="m7 7 10 10M17 7 7 17"/>"#)
}

/// Two sheets, for *copy*.
pub fn copy() -> Html {
    let sheets = r#"<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2"/>"#;
    drawing((14, 16), "1.5", sheets)
}

/// A drawing above a page that has nothing to show yet.
fn large(shapes: &str) -> Html {
    drawing((40, 24), "1.4", shapes)
}

/// Lines of this width; `size` in pixels, `view` in units of the shapes.
fn drawing((size, view): (u32, u32), width: &str, shapes: &str) -> Html {
    Html(format!(
        r#"<svg width="{size}" height="{size}" viewBox="0 0 {view} {view}" fill="none" stroke="currentColor" stroke-width="{width}" stroke-linejoin="round" stroke-linecap="round" aria-hidden="true">{shapes}</svg>"#
    ))
}
