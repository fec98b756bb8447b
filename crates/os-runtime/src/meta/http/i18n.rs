//! The handlers of `/api/v1/i18n`. They are open: pages before sign-in are translated, too.

use super::super::cache::CachedResponse;
use super::super::{Reader, locale};
use super::reader;
use crate::Runtime;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use os_api::Envelope;
use os_api::runtime::translation as wire;
use os_http::extract::Path;
use serde_json::{Map, Value};

/// Lists the locales of the packages.
pub async fn list_locales(State(runtime): State<Runtime>, headers: HeaderMap) -> Response {
    let reader = reader(&runtime, &headers, None);
    let locale = |code: &String| wire::TranslationLocale {
        code: code.clone(),
        label: code.clone(),
        is_default: code == locale::DEFAULT_LOCALE,
    };
    let make = || {
        let locales = supported(&reader).iter().map(locale).collect();
        Envelope::new(wire::TranslationLocales { locales })
    };
    reader.cached(&["i18n", "locales", ""], make).respond(&headers)
}

/// Shows all translations of a locale.
pub async fn show_translations(
    State(runtime): State<Runtime>,
    Path(wanted): Path<String>,
    headers: HeaderMap,
) -> Response {
    let reader = reader(&runtime, &headers, None);
    let Some(locale) = locale::matching(supported(&reader), &wanted) else {
        let none = wire::Translations { locale: wanted, translations: Map::new() };
        return CachedResponse::new(&Envelope::new(none)).respond(&headers);
    };
    let make = || {
        let translations = locale::tree(&reader.kernel, locale);
        Envelope::new(wire::Translations { locale: locale.to_owned(), translations })
    };
    reader.cached(&["i18n", "translations", locale], make).respond(&headers)
}

/// Shows the translations of an object's fields.
pub async fn show_field_labels(
    State(runtime): State<Runtime>,
    Path((object, wanted)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let reader = reader(&runtime, &headers, None);
    let locale = locale::matching(supported(&reader), &wanted);
    let tree = locale.map(|it| locale::tree(&reader.kernel, it));
    let tree = tree.map(Value::Object).unwrap_or_default();
    let labels = labels_of(&tree["objects"][&object]["fields"]);
    let body = wire::FieldLabels { object, locale: wanted, labels };
    CachedResponse::new(&Envelope::new(body)).respond(&headers)
}

fn supported(reader: &Reader) -> &[String] {
    reader.responses.locales(|| locale::supported(&reader.kernel))
}

/// Returns label, help and options of each field that has a label.
fn labels_of(fields: &Value) -> Map<String, Value> {
    let label = |(name, field): (&String, &Value)| {
        field["label"].as_str().filter(|text| !text.is_empty())?;
        let members = ["label", "help", "options"].into_iter();
        let members = members.filter_map(|key| Some((key.to_owned(), field.get(key)?.clone())));
        Some((name.clone(), Value::Object(members.collect())))
    };
    fields.as_object().into_iter().flatten().filter_map(label).collect()
}
