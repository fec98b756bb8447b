//! Small pieces of pages that several nouns use. Each escapes what it is given.

use crate::html::Html;
use askama::filters::{Html as Escaper, escape};
use chrono::{DateTime, Utc};
use os_db::now;

const LOGO: &str = r#"<svg width="22" height="22" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true"><path d="M12 2 22 7 12 12 2 7z"/><path opacity=".65" d="m4.2 10.6 7.8 3.9 7.8-3.9L22 11.7l-10 5-10-5z"/><path opacity=".4" d="m4.2 15.3 7.8 3.9 7.8-3.9 2.2 1.1-10 5-10-5z"/></svg>"#;

/// Escapes text for HTML.
pub fn safe(text: &str) -> String {
    escape(text, Escaper).map(|it| it.to_string()).unwrap_or_default()
}

/// The logo of the product.
pub fn logo() -> Html {
    Html(LOGO.to_owned())
}

/// A relative time, such as `2 hours ago`, with the exact one as its tooltip.
pub fn ago(at: &DateTime<Utc>) -> Html {
    let exact = at.format("%Y-%m-%d %H:%M:%S UTC");
    let machine = at.format("%Y-%m-%dT%H:%M:%SZ");
    let words = relative((now() - *at).num_seconds(), at);
    Html(format!(r#"<time datetime="{machine}" title="{exact}">{words}</time>"#))
}

fn relative(seconds: i64, at: &DateTime<Utc>) -> String {
    let (ahead, seconds) = (seconds < 0, seconds.abs());
    let (count, unit) = match seconds {
        0..45 => return if ahead { "in a moment".to_owned() } else { "just now".to_owned() },
        45..3_570 => (((seconds + 30) / 60).max(1), "minute"),
        3_570..84_600 => (((seconds + 1_800) / 3_600).max(1), "hour"),
        84_600..3_888_000 => (((seconds + 43_200) / 86_400).max(1), "day"),
        _ => return at.format("%-d %b %Y").to_string(),
    };
    let plural = if count == 1 { "" } else { "s" };
    if ahead { format!("in {count} {unit}{plural}") } else { format!("{count} {unit}{plural} ago") }
}

/// The badge of a state, with a colour for its meaning.
pub fn badge(state: &str) -> Html {
    let tone = match state {
        "installed" | "active" | "published" | "approved" | "accepted" => "good",
        "installing" | "upgrading" | "provisioning" | "migrating" => "info busy",
        "pending_review" | "pending" | "deprecated" | "suspended" | "no_runtime" => "warn",
        "error" | "failed" | "rejected" | "expired" | "revoked" | "locked" => "bad",
        _ => "",
    };
    Html(format!(r#"<span class="badge dot {tone}">{}</span>"#, safe(&words(state))))
}

/// The badge of an installation: without a runtime nothing runs, whatever the state says.
pub fn installation_badge(it: &os_api::installation::Installation) -> Html {
    badge(if it.status_note.is_some() { "no_runtime" } else { it.status.as_str() })
}

/// A neutral label: a type, a role, a scope. Production stands out.
pub fn chip(label: &str) -> Html {
    let tone = if label == "production" { "info" } else { "" };
    Html(format!(r#"<span class="badge {tone}">{}</span>"#, safe(&words(label))))
}

/// Returns a phrase of the wire as a sentence.
pub fn sentence(phrase: &str) -> String {
    let mut text = phrase.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text + "."
}

/// Returns a name as a title: `installation_rolled_back` becomes `Installation rolled back`.
pub fn title(name: &str) -> String {
    let mut text = words(name);
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// Returns the title of a category: `CRM`, `Developer tools`.
pub fn category(name: &str) -> String {
    match name {
        "ai" | "crm" | "erp" | "hr" => name.to_ascii_uppercase(),
        "devtools" => "Developer tools".to_owned(),
        "ui-theme" => "UI themes".to_owned(),
        _ => title(name),
    }
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// The picture of a package, or its initial on a colour of its own.
pub fn tile(name: &str, icon_url: Option<&str>, size: &str) -> Html {
    let is_picture = |url: &&str| url.starts_with('/') || url.starts_with("https://");
    if let Some(url) = icon_url.filter(is_picture) {
        let url = safe(url);
        return Html(format!(
            r#"<span class="icon {size}"><img src="{url}" alt="" loading="lazy" width="40" height="40"></span>"#
        ));
    }
    let hue =
        name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 6;
    let first = name.chars().find(|c| c.is_alphanumeric()).map_or('?', |c| c);
    let first = safe(&first.to_string());
    Html(format!(r#"<span class="icon {size} h{hue}" aria-hidden="true">{first}</span>"#))
}

/// The first letters of an address, for the round mark of a person.
pub fn initials(email: &str) -> String {
    email.chars().filter(|c| c.is_alphanumeric()).take(1).collect()
}

/// A text with a button that copies it. `shown` may be shorter than `whole`.
pub fn copy(whole: &str, shown: &str) -> Html {
    let (whole, shown, drawing) = (safe(whole), safe(shown), crate::drawings::copy());
    Html(format!(
        r#"<span class="copy"><code data-text="{whole}" title="{whole}">{shown}</code><button type="button" aria-label="Copy {whole}">{drawing}</button></span>"#
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_say_them() {
        let at = "2026-03-04T05:06:07Z".parse().expect("a time");
        let texts = [10, 60, 3_599, 7_200, 90_000, 86_400 * 90, -7_200].map(|s| relative(s, &at));
        let expected = [
            "just now",
            "1 minute ago",
            "1 hour ago",
            "2 hours ago",
            "1 day ago",
            "4 Mar 2026",
            "in 2 hours",
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn pieces_escape_what_they_are_given() {
        let evil = "<script>\"'";
        for html in
            [badge(evil), chip(evil), copy(evil, evil), tile(evil, Some("/x\"><script>"), "")]
        {
            assert!(!html.0.contains("<script"), "{html}");
        }
        assert!(!tile("a", Some("javascript:alert(1)"), "").0.contains("javascript"));
    }
}
