//! Forms of strings: names, durations, addresses.
//!
//! **Invariant:** each is decided in one pass, so that no input makes it slow.

use serde::Deserialize;

/// A form that a string must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// `crm`: a namespace.
    Namespace,
    /// `1.2.3`.
    Version,
    /// `_deal_1`: lower case with underscores, which may also begin it.
    Snake,
    /// `deal_1`: lower case with underscores.
    Name,
    /// `^1.2.3`.
    Engine,
    /// `in.progress_1`: a name with dots anywhere but first.
    Value,
    /// `30d`.
    Duration,
    /// `crm.welcome`: names with dots between them.
    Dotted,
    /// `/path`.
    Rooted,
    /// `deal_*`: a name that may end in a star.
    Tool,
    /// `pt-BR`.
    Locale,
    Url,
    /// `2026-01-31T10:00:00Z`.
    Datetime,
    Email,
}

impl Format {
    /// Returns whether a string has this form.
    pub fn fits(self, text: &str) -> bool {
        match self {
            Self::Namespace => {
                starts_lower(text) && text.chars().all(word) && (2..=20).contains(&text.len())
            }
            Self::Version => version_end(text).is_some_and(str::is_empty),
            Self::Snake => {
                text.starts_with(|c: char| c == '_' || c.is_ascii_lowercase())
                    && text.chars().all(word)
            }
            Self::Name => starts_lower(text) && text.chars().all(word),
            Self::Engine => {
                version_end(text.trim_start_matches(['>', '<', '=', '~', '^'])).is_some()
            }
            Self::Value => starts_lower(text) && text.chars().all(|c| word(c) || c == '.'),
            Self::Duration => text.strip_suffix(['h', 'd', 'w', 'y']).is_some_and(digits),
            Self::Dotted => text.split('.').all(|part| Self::Name.fits(part)),
            Self::Rooted => text.starts_with('/'),
            Self::Tool => Self::Snake.fits(text.strip_suffix('*').unwrap_or(text)),
            Self::Locale => locale(text),
            Self::Url => url(text),
            Self::Datetime => text.ends_with('Z') && chrono_like(text),
            Self::Email => email(text),
        }
    }

    /// Returns what is expected, for a message.
    pub fn described(self) -> &'static str {
        match self {
            Self::Namespace => "a namespace: 2 to 20 of a-z, 0-9 and _, beginning with a letter",
            Self::Version => "a version number such as 1.2.3",
            Self::Snake | Self::Name => "snake_case: a-z, 0-9 and _, beginning with a letter",
            Self::Engine => "a version or range such as ^17.0.0",
            Self::Value => "lower case: a-z, 0-9, _ and dots, beginning with a letter",
            Self::Duration => "a duration such as 12h, 30d, 4w or 1y",
            Self::Dotted => "snake_case names with dots between them",
            Self::Rooted => "a path beginning with /",
            Self::Tool => "the name of a tool, or the beginning of one with *",
            Self::Locale => "a language such as en or pt-BR, or default",
            Self::Url => "a URL such as https://example.com",
            Self::Datetime => "a time in UTC such as 2026-01-31T10:00:00Z",
            Self::Email => "an e-mail address",
        }
    }

    /// Returns the string in this form where that can be guessed: `My Deal` as `my_deal`.
    pub fn corrected(self, text: &str) -> Option<String> {
        if !matches!(self, Self::Snake | Self::Name | Self::Value | Self::Namespace | Self::Tool) {
            return None;
        }
        let mut out = String::new();
        for c in text.trim().chars() {
            if c.is_ascii_uppercase() && !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
            if c.is_ascii_alphanumeric() {
                out.push(c.to_ascii_lowercase());
            } else if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
        }
        let out = out.trim_end_matches('_').to_owned();
        self.fits(&out).then_some(out)
    }
}

fn word(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
}

fn starts_lower(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns what follows `1.2.3` at the beginning of a string.
fn version_end(text: &str) -> Option<&str> {
    let mut rest = text;
    for part in 0..3 {
        rest = if part == 0 { rest } else { rest.strip_prefix('.')? };
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        (end > 0).then_some(())?;
        rest = &rest[end..];
    }
    Some(rest)
}

/// Returns whether the string is a locale (`en`, `pt-BR`) or `default`, and no key of a localized
/// string.
fn locale(text: &str) -> bool {
    if text == "default" {
        return true;
    }
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first != "key"
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// Returns whether a browser accepts the string as an absolute URL, as far as authors write them.
fn url(text: &str) -> bool {
    let Some((scheme, rest)) = text.trim().split_once(':') else { return false };
    let known =
        matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "ws" | "wss" | "ftp");
    let legal = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let host = rest.trim_start_matches(['/', '\\']).split(['/', '?', '#']).next();
    let host = host.unwrap_or_default();
    legal && (!known || (!host.is_empty() && !host.contains([' ', '<', '>', '^', '|', '%'])))
}

/// Returns whether the string is `2026-01-31T10:00:00.123Z`, with a day that exists.
fn chrono_like(text: &str) -> bool {
    let Some((date, time)) = text.trim_end_matches('Z').split_once('T') else { return false };
    let time = time.split_once('.').map_or(Some(time), |(time, rest)| digits(rest).then_some(time));
    date_exists(date) && time.is_some_and(clock) && text.matches('Z').count() == 1
}

/// Returns whether `2026-02-29` is a day.
pub fn date_exists(date: &str) -> bool {
    let [year, month, day] = date.split('-').collect::<Vec<_>>()[..] else { return false };
    let widths = year.len() == 4 && month.len() == 2 && day.len() == 2;
    if !widths || !digits(year) || !digits(month) || !digits(day) {
        return false;
    }
    let number = |text: &str| text.parse::<u32>().unwrap_or_default();
    let (year, month, day) = (number(year), number(month), number(day));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    };
    (1..=last).contains(&day)
}

/// Returns whether `10:00:00` is a time of day.
pub fn clock(time: &str) -> bool {
    let parts: Vec<_> = time.split(':').collect();
    let limits = [23, 59, 59];
    parts.len() == 3
        && parts.iter().zip(limits).all(|(part, limit)| {
            part.len() == 2 && digits(part) && part.parse::<u32>().is_ok_and(|it| it <= limit)
        })
}

fn email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let local_ok = !local.is_empty()
        && !local.ends_with('\'')
        && local.split('.').all(|part| {
            !part.is_empty()
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "_'+-".contains(c))
        });
    let labels: Vec<_> = domain.split('.').collect();
    let label = |it: &&str| {
        it.starts_with(|c: char| c.is_ascii_alphanumeric())
            && it.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let Some((top, rest)) = labels.split_last() else { return false };
    local_ok
        && !rest.is_empty()
        && rest.iter().all(label)
        && top.len() >= 2
        && top.chars().all(|c| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_accepts_its_own_strings_only() {
        let cases = [
            (Format::Namespace, "crm_2", "c"),
            (Format::Version, "1.20.3", "1.2"),
            (Format::Snake, "_a1", "A"),
            (Format::Name, "a_1", "_a"),
            (Format::Engine, ">=17.0.0-x", "17"),
            (Format::Value, "in.progress", ".x"),
            (Format::Duration, "30d", "d"),
            (Format::Dotted, "a.b_c", "a..b"),
            (Format::Rooted, "/x", "x"),
            (Format::Tool, "deal_*", "*"),
            (Format::Locale, "pt-BR", "key"),
            (Format::Url, "https://a.example", "a.example"),
            (Format::Datetime, "2028-02-29T10:00:00.5Z", "2026-02-29T10:00:00Z"),
            (Format::Email, "a.b+c@example.com", "a@b"),
        ];
        for (format, good, bad) in cases {
            assert!(format.fits(good), "{format:?} {good}");
            assert!(!format.fits(bad), "{format:?} {bad}");
            assert!(!format.fits(""), "{format:?} of nothing");
        }
    }

    #[test]
    fn a_name_is_corrected_where_it_can_be() {
        assert_eq!(Format::Name.corrected("My Deal").as_deref(), Some("my_deal"));
        assert_eq!(Format::Name.corrected("isActive").as_deref(), Some("is_active"));
        assert_eq!(Format::Name.corrected("日本"), None);
    }
}
