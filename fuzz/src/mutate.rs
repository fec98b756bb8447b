//! Changes of a JSON document that leave it one: most of what a parser does begins behind its form.

use serde_json::{Map, Value, json};

/// Members and values beside those of the document.
const WORDS: &[&str] = &[
    "",
    "$and",
    "$in",
    "$like",
    "$not",
    "$or",
    "$ref",
    "*",
    "2026-02-29",
    "__proto__",
    "constructor",
    "crm_account",
    "crm_",
    "default",
    "expression",
    "fields",
    "id",
    "items",
    "label",
    "lookup",
    "master_detail",
    "name",
    "objects",
    "options",
    "properties",
    "record.name == 'x'",
    "reference",
    "required",
    "select",
    "summary",
    "sys_user",
    "text",
    "type",
    "{today}",
    "{{ record.name }}",
    "\u{0}",
    "\u{1f600}",
    "^>=1.0.0 <2",
    "%_%_%_%",
    "(a+)+$",
];

/// A generator of pseudorandom numbers; the seed is the fuzzer's.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % end.max(1) as u64).unwrap_or(0)
    }
}

/// Returns the document with one to four changes; `None` if the bytes are no JSON.
pub fn json(bytes: &[u8], seed: u32) -> Option<Vec<u8>> {
    let mut document: Value = serde_json::from_slice(bytes).ok()?;
    let mut random = Random(u64::from(seed));
    random.below(1);
    for _ in 0..=random.below(4) {
        let donor = pick(&mut random, &document);
        let target = random.below(count(&document));
        change(&mut random, nth(&mut document, &mut { target })?, donor);
    }
    serde_json::to_vec(&document).ok()
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

fn nth<'v>(value: &'v mut Value, index: &mut usize) -> Option<&'v mut Value> {
    if *index == 0 {
        return Some(value);
    }
    *index -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, index)),
        Value::Object(map) => map.values_mut().find_map(|item| nth(item, index)),
        _ => None,
    }
}

/// Returns a part of the document, or a value of another kind.
fn pick(random: &mut Random, document: &Value) -> Value {
    let word = WORDS[random.below(WORDS.len())];
    match random.below(12) {
        0 => Value::Null,
        1 => json!(random.below(2) == 0),
        2 => json!([0, -1, i64::MAX, i64::MIN, 1, 2, 100, 65_536][random.below(8)]),
        3 => json!([1.5, -0.0, 1e308, 1e-320, 9_007_199_254_740_993_f64][random.below(5)]),
        4 => json!(word),
        5 => json!(word.repeat(1 << random.below(9))),
        6 => json!({}),
        7 => json!([]),
        8 => json!({ word: [] }),
        _ => nth(&mut document.clone(), &mut { random.below(count(document)) })
            .map_or(Value::Null, |part| part.take()),
    }
}

fn change(random: &mut Random, place: &mut Value, donor: Value) {
    let word = WORDS[random.below(WORDS.len())].to_owned();
    match (random.below(6), place) {
        (0 | 1, place) => *place = donor,
        (2, Value::Object(map)) => drop(map.insert(word, donor)),
        (2, Value::Array(items)) => items.push(donor),
        (3, Value::Object(map)) if !map.is_empty() => {
            let key = map.keys().nth(random.below(map.len())).cloned().unwrap_or_default();
            map.remove(&key);
        }
        (3, Value::Array(items)) if !items.is_empty() => {
            drop(items.remove(random.below(items.len())))
        }
        (4, Value::Object(map)) if !map.is_empty() => rename(random, map, word),
        (4, Value::Array(items)) if !items.is_empty() => {
            let item = items[random.below(items.len())].clone();
            items.extend(std::iter::repeat_n(item, 1 << random.below(8)));
        }
        (4, Value::String(text)) => *text = text.repeat(1 + random.below(4)),
        (5, Value::String(text)) => splice(random, text, &word),
        (5, place) => {
            for _ in 0..=random.below(40) {
                *place = json!([place.take()]);
            }
        }
        (_, place) => *place = donor,
    }
}

fn rename(random: &mut Random, map: &mut Map<String, Value>, word: String) {
    let key = map.keys().nth(random.below(map.len())).cloned().unwrap_or_default();
    let value = map.remove(&key).unwrap_or_default();
    map.insert(word, value);
}

fn splice(random: &mut Random, text: &mut String, word: &str) {
    let at = text.char_indices().map(|(at, _)| at).nth(random.below(text.chars().count()));
    text.insert_str(at.unwrap_or(0), word);
}
