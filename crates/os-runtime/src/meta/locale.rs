//! The language of a response, and the translations in it.

use crate::kernel::{Kernel, Loaded};
use os_package::ManifestId;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The locale for readers who ask for none, or for one that no package has.
pub const DEFAULT_LOCALE: &str = "en";

/// Returns the locales of all enabled packages, the default first.
pub fn supported(kernel: &Kernel) -> Vec<String> {
    let mut locales = vec![DEFAULT_LOCALE.to_owned()];
    for (locale, _) in kernel.enabled().flat_map(bundles) {
        if !locales.iter().any(|known| known == locale) {
            locales.push(locale.clone());
        }
    }
    locales
}

/// Returns the best supported locale: `?locale=` first, then `Accept-Language` in its order of
/// preference, then the default.
pub fn choose<'s>(supported: &'s [String], query: Option<&str>, header: Option<&str>) -> &'s str {
    let accepted = preferences(header.unwrap_or_default());
    let wanted = query.into_iter().chain(accepted);
    wanted.into_iter().find_map(|wanted| matching(supported, wanted)).unwrap_or(DEFAULT_LOCALE)
}

/// Returns the supported locale for a wanted one: itself, its language, or a variant of that.
pub fn matching<'s>(supported: &'s [String], wanted: &str) -> Option<&'s str> {
    let language = |locale: &'_ str| locale.split(['-', '_']).next().unwrap_or_default().to_owned();
    let wanted_language = language(wanted);
    let is_exact = |it: &&String| it.eq_ignore_ascii_case(wanted);
    let is_language = |it: &&String| it.eq_ignore_ascii_case(&wanted_language);
    let is_variant = |it: &&String| language(it).eq_ignore_ascii_case(&wanted_language);
    let found = supported.iter().find(is_exact).or_else(|| supported.iter().find(is_language));
    found.or_else(|| supported.iter().find(is_variant)).map(String::as_str)
}

/// `fr;q=0.5, ja` gives `ja`, `fr`.
fn preferences(header: &str) -> Vec<&str> {
    let mut accepted: Vec<(&str, f32)> = header
        .split(',')
        .filter_map(|part| {
            let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
            let weight = weight.trim().parse().unwrap_or(0.0);
            (weight > 0.0 && !tag.trim().is_empty()).then_some((tag.trim(), weight))
        })
        .collect();
    accepted.sort_by(|one, other| other.1.total_cmp(&one.1));
    accepted.into_iter().map(|(tag, _)| tag).collect()
}

/// Returns the translations of a package, by locale.
fn bundles(loaded: &Arc<Loaded>) -> impl Iterator<Item = (&String, &Map<String, Value>)> {
    let maps = loaded.package.translations.iter().filter_map(Value::as_object);
    maps.flatten().filter_map(|(locale, bundle)| Some((locale, bundle.as_object()?)))
}

/// The translations of one locale, those of one package before all others, and those of the
/// default locale after them.
pub struct Translations<'k> {
    /// The locale that is looked up first.
    pub locale: &'k str,
    bundles: Vec<&'k Map<String, Value>>,
}

impl<'k> Translations<'k> {
    /// Creates an empty set of translations: texts stay as the packages declare them.
    pub fn none() -> Self {
        Self { locale: DEFAULT_LOCALE, bundles: Vec::new() }
    }

    /// Returns the translations of a kernel.
    pub fn of(kernel: &'k Kernel, locale: &'k str, first: Option<&ManifestId>) -> Self {
        let is_first = |loaded: &&Arc<Loaded>| Some(&loaded.package.manifest.id) == first;
        let own = kernel.enabled().filter(is_first);
        let packages: Vec<_> = own.chain(kernel.enabled().filter(|it| !is_first(it))).collect();
        let in_locale = |wanted: &str| {
            let wanted = wanted.to_owned();
            let all = packages.iter().copied().flat_map(bundles);
            all.filter(move |(locale, _)| **locale == wanted).map(|(_, bundle)| bundle)
        };
        let mut bundles: Vec<_> = in_locale(locale).collect();
        if locale != DEFAULT_LOCALE {
            bundles.extend(in_locale(DEFAULT_LOCALE));
        }
        Self { locale, bundles }
    }

    /// Returns the first translation at this path that is not empty.
    pub fn at(&self, path: &[&str]) -> Option<&'k str> {
        self.bundles.iter().find_map(|bundle| {
            let (last, parents) = path.split_last()?;
            let mut map = *bundle;
            for key in parents {
                map = map.get(*key)?.as_object()?;
            }
            map.get(*last)?.as_str().filter(|text| !text.is_empty())
        })
    }
}

/// Returns all translations of exactly this locale in one tree; the first package wins.
pub fn tree(kernel: &Kernel, locale: &str) -> Map<String, Value> {
    let mut tree = Map::new();
    let bundles = kernel.enabled().flat_map(bundles).filter(|(found, _)| *found == locale);
    for (_, bundle) in bundles {
        merge(&mut tree, bundle);
    }
    tree
}

fn merge(into: &mut Map<String, Value>, from: &Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(key), value) {
            (Some(Value::Object(into)), Value::Object(from)) => merge(into, from),
            (Some(_), _) => {}
            (None, _) => {
                into.insert(key.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_supported_locale_is_chosen() {
        let supported = ["en", "ja-JP", "zh-CN", "es"].map(str::to_owned);
        for (query, header, chosen) in [
            (None, None, "en"),
            (None, Some("ja-JP"), "ja-JP"),
            (None, Some("ja"), "ja-JP"),
            (None, Some("es-MX"), "es"),
            (None, Some("fr,ja;q=0.8"), "ja-JP"),
            (None, Some("ja;q=0.1, zh;q=0.9"), "zh-CN"),
            (None, Some("fr"), "en"),
            (Some("zh-cn"), Some("ja"), "zh-CN"),
            (Some("xx"), Some("ja"), "ja-JP"),
            (None, Some(";;q=,,*;q=x"), "en"),
        ] {
            assert_eq!(choose(&supported, query, header), chosen, "{query:?} {header:?}");
        }
    }
}
