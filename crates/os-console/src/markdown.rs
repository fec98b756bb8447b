//! Renders Markdown that strangers wrote as HTML that cannot run, load or submit anything.

use crate::html::Html;
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

/// Schemes that a link or an image may have.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// Renders GitHub-flavoured Markdown. Drops raw HTML, and the address of links and images with other
/// schemes than `http`, `https` and `mailto`.
pub fn markdown(text: &str) -> Html {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut linkable = Linkable::default();
    let events = Parser::new_ext(text, options).filter(|it| !is_html(it)).flat_map(|event| {
        linkable.follow(&event);
        match event {
            Event::Text(text) if linkable.here() => with_links(&text),
            event => vec![without_foreign_address(event)],
        }
    });
    let mut html = String::with_capacity(text.len() + text.len() / 2);
    pulldown_cmark::html::push_html(&mut html, events);
    Html(html)
}

fn is_html(event: &Event) -> bool {
    matches!(
        event,
        Event::Html(_)
            | Event::InlineHtml(_)
            | Event::Start(Tag::HtmlBlock)
            | Event::End(TagEnd::HtmlBlock)
    )
}

/// Tracks where an address in plain text becomes a link: not in a link, an image or a code block.
#[derive(Default)]
struct Linkable {
    depth: usize,
}

impl Linkable {
    fn follow(&mut self, event: &Event) {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => {
                self.depth += 1
            }
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => self.depth -= 1,
            _ => {}
        }
    }

    fn here(&self) -> bool {
        self.depth == 0
    }
}

/// Text with its `http` and `https` addresses as links.
fn with_links(text: &str) -> Vec<Event<'static>> {
    let mut finder = linkify::LinkFinder::new();
    finder.kinds(&[linkify::LinkKind::Url]);
    let mut events = Vec::new();
    for span in finder.spans(text) {
        let shown = Event::Text(CowStr::from(span.as_str().to_owned()));
        let address = span.kind().map(|_| span.as_str()).filter(|it| is_allowed(it));
        match address {
            Some(address) => {
                let dest_url = CowStr::from(address.to_owned());
                let (title, id) = (CowStr::Borrowed(""), CowStr::Borrowed(""));
                let link = Tag::Link { link_type: LinkType::Autolink, dest_url, title, id };
                events.extend([Event::Start(link), shown, Event::End(TagEnd::Link)]);
            }
            None => events.push(shown),
        }
    }
    events
}

fn without_foreign_address(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: allowed(link_type, dest_url), title, id })
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => Event::Start(Tag::Image {
            link_type,
            dest_url: allowed(link_type, dest_url),
            title,
            id,
        }),
        event => event,
    }
}

fn allowed(link_type: LinkType, address: CowStr<'_>) -> CowStr<'_> {
    // `<a@b.example>` becomes `mailto:` when it is printed.
    if link_type == LinkType::Email || is_allowed(&address) {
        address
    } else {
        CowStr::Borrowed("")
    }
}

/// Returns whether an address is relative or has one of [`SCHEMES`]. Browsers drop tabs, line ends and leading control
/// characters before they read a scheme, so an address with any of them has none that we know.
fn is_allowed(address: &str) -> bool {
    if address.chars().any(|it| it.is_control()) {
        return false;
    }
    match address.trim_start().split_once([':', '/', '?', '#']) {
        Some((scheme, _)) if address.trim_start()[scheme.len()..].starts_with(':') => {
            SCHEMES.iter().any(|it| it.eq_ignore_ascii_case(scheme))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn addresses_of_scripts_are_dropped() {
        for address in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "&#106;avascript:alert(1)",
            "java&#9;script:alert(1)",
            "&#1;javascript:alert(1)",
            "vbscript:x",
            "data:text/html,x",
            "file:///etc/passwd",
        ] {
            for text in [
                format!("[x]({address})"),
                format!("![x]({address})"),
                format!("<{address}>"),
                format!("[x]\n\n[x]: {address}"),
            ] {
                let html = markdown(&text).0;
                for attribute in ["href=\"", "src=\""] {
                    for address in html.split(attribute).skip(1) {
                        assert!(address.starts_with('"'), "{text}: {html}");
                    }
                }
            }
        }
    }

    #[test]
    fn raw_html_is_dropped_and_text_escaped() {
        let html = markdown("a <b onclick=x>b</b>\n\n<script>alert(1)</script>\n\n`<i>`").0;
        assert_eq!(html, "<p>a b</p>\n<p><code>&lt;i&gt;</code></p>\n");
    }

    #[test]
    fn plain_addresses_become_links_outside_of_code() {
        let html =
            markdown("See https://a.example/x?y=1&z. `https://b.example` [https://c.example](/d)")
                .0;
        assert_eq!(
            html,
            "<p>See <a href=\"https://a.example/x?y=1&amp;z\">https://a.example/x?y=1&amp;z</a>. \
             <code>https://b.example</code> <a href=\"/d\">https://c.example</a></p>\n"
        );
    }

    #[test]
    fn tables_tasks_and_strikes_render() {
        let html = markdown("|a|\n|-|\n|~~b~~|\n\n- [x] c").0;
        for part in ["<table>", "<del>b</del>", "type=\"checkbox\""] {
            assert!(html.contains(part), "{html}");
        }
    }
}
