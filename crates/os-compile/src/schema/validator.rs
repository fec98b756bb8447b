//! Walks a stack along the table, reports what does not fit and fills in defaults.
//!
//! **Invariant:** the walk ends after [`MAX_STEPS`] places, whatever the stack, and validating its
//! own result returns that result.

use super::problem::{Problem, Report};
use super::table::{
    Id, Keyed, List, Number, Object, Property, Rest, Rewrite, Rewritten, Shape, TABLE, Text, Union,
};
use super::{explain, rewrite, rules};
use serde_json::{Map, Value};

/// Places visited before validation gives up, members of unions that did not fit included.
const MAX_STEPS: usize = 4_000_000;
/// Problems that are reported, and notes.
pub const MAX_PROBLEMS: usize = 100;

/// A validation of one stack.
#[derive(Default)]
pub struct Validator {
    /// The first [`MAX_PROBLEMS`] problems, by path.
    pub problems: Vec<(String, Problem)>,
    /// Keys that are ignored or passed on unknown, by path.
    pub notes: Vec<(String, Problem)>,
    path: String,
    /// Number of problems, reported or not.
    found: usize,
    steps: usize,
    /// Only whether the value fits is asked: nothing is reported.
    quiet: bool,
}

impl Validator {
    /// Checks a value against a node and returns it with defaults filled in.
    ///
    /// A value that does not fit is returned unchanged.
    pub fn value(&mut self, id: Id, value: &Value) -> Value {
        self.steps += 1;
        if self.steps >= MAX_STEPS {
            if self.steps == MAX_STEPS {
                self.quiet = false;
                self.fail(explain::too_large);
            }
            self.found += 1;
            return value.clone();
        }
        let node = TABLE.node(id);
        let before = self.found;
        let mut out = self.shape(&node.shape, value);
        if self.found == before {
            let mut report = Report::default();
            for rule in &node.rules {
                rules::apply(*rule, &mut out, &mut report);
            }
            self.take(report);
        }
        out
    }

    /// Returns the value with defaults if it fits the node.
    pub fn fits(&mut self, id: Id, value: &Value) -> Option<Value> {
        let (found, quiet) = (self.found, std::mem::replace(&mut self.quiet, true));
        let out = self.value(id, value);
        // Running out of steps is reported even here.
        self.quiet = quiet && self.quiet;
        let fits = self.found == found;
        if self.steps < MAX_STEPS {
            self.found = found;
        }
        fits.then_some(out)
    }

    /// Checks the value of a key.
    pub fn below(&mut self, key: &str, id: Id, value: &Value) -> Value {
        self.under(|path| step(path, key), |it| it.value(id, value))
    }

    fn under<T>(&mut self, name: impl FnOnce(&mut String), then: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        name(&mut self.path);
        let out = then(self);
        self.path.truncate(length);
        out
    }

    fn fail(&mut self, problem: impl FnOnce() -> Problem) {
        self.found += 1;
        if !self.quiet && self.problems.len() < MAX_PROBLEMS {
            self.problems.push((self.path.clone(), problem()));
        }
    }

    fn take(&mut self, report: Report) {
        for (below, problem) in report.0 {
            let name = |path: &mut String| {
                if !below.is_empty() && !below.starts_with('[') && !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&below);
            };
            self.under(name, |it| it.fail(|| problem));
        }
    }

    /// Returns whether further problems would not be reported.
    fn is_enough(&self, before: usize) -> bool {
        self.steps >= MAX_STEPS || (self.quiet && self.found > before)
    }

    fn shape(&mut self, shape: &Shape, value: &Value) -> Value {
        match (shape, value) {
            (Shape::Any, _) | (Shape::Boolean, Value::Bool(_)) => {}
            (Shape::Text(text), Value::String(given)) => self.text(text, given),
            (Shape::Number(number), Value::Number(given)) => self.number(number, given.as_f64()),
            (Shape::OneOf(values), given) if one_of(values, given) => {}
            (Shape::List(list), Value::Array(items)) => return self.list(list, items),
            (Shape::Tuple(ids), Value::Array(items)) if ids.len() == items.len() => {
                return self.items(items, |at| ids[at]);
            }
            (Shape::Map(map), Value::Object(given)) => return self.map(map, given),
            (Shape::Object(object), Value::Object(given)) => return self.object(object, given),
            (Shape::Union(union), _) => return self.union(union, value),
            (Shape::Both([left, right]), _) => return self.both(*left, *right, value),
            (Shape::Rewritten(rewritten), _) => return self.rewritten(rewritten, value),
            _ => self.fail(|| explain::mismatch(shape, value)),
        }
        value.clone()
    }

    fn text(&mut self, text: &Text, given: &str) {
        let bounded = text.min > 0 || text.max.is_some();
        let length = if bounded { given.encode_utf16().count() } else { 0 };
        if length < text.min || text.max.is_some_and(|max| length > max) {
            self.fail(|| explain::length(text.min, text.max, length, "characters"));
        }
        for format in &text.formats {
            if !format.fits(given) {
                return self.fail(|| explain::form(*format, given));
            }
        }
    }

    fn number(&mut self, number: &Number, given: Option<f64>) {
        let given = given.unwrap_or_default();
        const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;
        let whole = !number.whole || (given.fract() == 0.0 && given.abs() <= MAX_SAFE_INTEGER);
        let within = number.min.is_none_or(|min| given >= min)
            && number.max.is_none_or(|max| given <= max)
            && number.above.is_none_or(|above| given > above)
            && number.below.is_none_or(|below| given < below);
        if !whole || !within {
            self.fail(|| explain::range(number, given));
        }
    }

    fn list(&mut self, list: &List, items: &[Value]) -> Value {
        if items.len() < list.min || list.max.is_some_and(|max| items.len() > max) {
            self.fail(|| explain::length(list.min, list.max, items.len(), "entries"));
        }
        self.items(items, |_| list.of)
    }

    fn items(&mut self, items: &[Value], id: impl Fn(usize) -> Id) -> Value {
        let before = self.found;
        let mut out = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            if self.is_enough(before) {
                out.extend_from_slice(&items[at..]);
                break;
            }
            let name = |path: &mut String| path.push_str(&format!("[{at}]"));
            out.push(self.under(name, |it| it.value(id(at), item)));
        }
        Value::Array(out)
    }

    fn map(&mut self, map: &Keyed, given: &Map<String, Value>) -> Value {
        let before = self.found;
        let mut out = Map::with_capacity(given.len());
        for (key, value) in given {
            let value = if self.is_enough(before) {
                value.clone()
            } else {
                self.under(
                    |path| step(path, key),
                    |it| {
                        it.text(&map.key, key);
                        it.value(map.of, value)
                    },
                )
            };
            out.insert(key.clone(), value);
        }
        Value::Object(out)
    }

    fn object(&mut self, object: &Object, given: &Map<String, Value>) -> Value {
        let before = self.found;
        let mut out = Map::with_capacity(given.len() + 4);
        for (key, property) in &object.keys {
            if self.is_enough(before) {
                break;
            }
            match (find(given, key), property) {
                (Some(value), Property { node: Some(id), .. }) => {
                    out.insert(key.clone(), self.below(key, *id, value));
                }
                (Some(value), Property { node: None, .. }) => {
                    self.under(|path| step(path, key), |it| it.fail(|| explain::retired(key)));
                    out.insert(key.clone(), value.clone());
                }
                (None, Property { default: Some(default), .. }) => {
                    out.insert(key.clone(), default.clone());
                }
                (None, Property { required: true, .. }) => {
                    self.fail(|| explain::missing(object, key, given));
                }
                (None, _) => {}
            }
        }
        let unknown = given.iter().filter(|(key, _)| object.property(key).is_none());
        for (key, value) in unknown {
            match object.rest {
                Rest::Dropped => {
                    self.note(key, || explain::dropped(object, key, given));
                    continue;
                }
                Rest::Kept => {}
                Rest::Passed if explain::is_new_collection(object, key, value) => {
                    self.note(key, || explain::passed(key));
                }
                Rest::Refused | Rest::Passed => {
                    let name = |path: &mut String| step(path, key);
                    self.under(name, |it| it.fail(|| explain::unknown(object, key, given)));
                }
            }
            out.insert(key.clone(), value.clone());
        }
        Value::Object(out)
    }

    /// Notes a key that is ignored.
    fn note(&mut self, key: &str, problem: impl FnOnce() -> Problem) {
        if !self.quiet && self.notes.len() < MAX_PROBLEMS {
            let mut path = self.path.clone();
            step(&mut path, key);
            self.notes.push((path, problem()));
        }
    }

    fn union(&mut self, union: &Union, value: &Value) -> Value {
        if let Some(by) = &union.by {
            let Value::Object(given) = value else {
                self.fail(|| explain::kind("an object", value));
                return value.clone();
            };
            return match self.chosen(union, by, given) {
                Some(id) => self.value(id, value),
                None => {
                    let name = |path: &mut String| step(path, by);
                    self.under(name, |it| it.fail(|| explain::choice(union, by, given)));
                    value.clone()
                }
            };
        }
        for id in &union.of {
            if let Some(out) = self.fits(*id, value) {
                // Validate again for the notes, which `fits` suppresses.
                return if self.quiet { out } else { self.value(*id, value) };
            }
        }
        if self.quiet || self.steps >= MAX_STEPS {
            self.found += 1;
            return value.clone();
        }
        self.explain_union(union, value);
        value.clone()
    }

    /// Finds the member whose key `by` has the value that was given.
    fn chosen(&self, union: &Union, by: &str, given: &Map<String, Value>) -> Option<Id> {
        let value = given.get(by)?;
        let matches =
            |id: &&Id| TABLE.object(**id).is_some_and(|it| TABLE.choices(it, by).contains(value));
        union.of.iter().find(matches).copied()
    }

    /// Reports the problems of the member that was probably meant.
    fn explain_union(&mut self, union: &Union, value: &Value) {
        let mut best: Option<Vec<(String, Problem)>> = None;
        let found = self.found;
        for id in &union.of {
            if !explain::is_meant(*id, value) {
                continue;
            }
            let reported = std::mem::take(&mut self.problems);
            let notes = self.notes.len();
            self.value(*id, value);
            self.notes.truncate(notes);
            let tried = std::mem::replace(&mut self.problems, reported);
            if best.as_ref().is_none_or(|best| tried.len() < best.len()) {
                best = Some(tried);
            }
        }
        self.found = found + 1;
        match best {
            Some(problems) if !problems.is_empty() => {
                let room = MAX_PROBLEMS.saturating_sub(self.problems.len());
                self.problems.extend(problems.into_iter().take(room));
            }
            _ => {
                self.found = found;
                self.fail(|| explain::none_of(union, value));
            }
        }
    }

    fn both(&mut self, left: Id, right: Id, value: &Value) -> Value {
        // A key that one member drops may be known to the other.
        let notes = self.notes.len();
        let first = self.value(left, value);
        let second = self.value(right, value);
        self.notes.truncate(notes);
        match (first, second) {
            (Value::Object(mut first), Value::Object(second)) => {
                first.extend(second);
                Value::Object(first)
            }
            (first, _) => first,
        }
    }

    fn rewritten(&mut self, rewritten: &Rewritten, value: &Value) -> Value {
        let found = self.found;
        let before = rewritten.before.as_ref().map(|rewrite| rewrite::before(rewrite, value));
        let mut out = self.value(rewritten.of, before.as_ref().unwrap_or(value));
        if let Some(rewrite) = &rewritten.after
            && self.found == found
        {
            let mut report = Report::default();
            rewrite::after(rewrite, &mut out, &mut report);
            if let (Rewrite::FlowNode, Value::Object(node)) = (rewrite, &mut out) {
                self.flow_node(node);
            }
            self.take(report);
        }
        out
    }

    /// Fills in the defaults of nodes inside a flow's node. Where they do not fit, the rule of the
    /// whole flow reports it.
    fn flow_node(&mut self, node: &mut Map<String, Value>) {
        let kind = node.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(Value::Object(config)) = node.get_mut("config") else { return };
        let roots = &TABLE.roots;
        match kind.as_str() {
            "end" => {
                let given = Value::Object(std::mem::take(config));
                let complete = self.below("config", roots.end, &given);
                node.insert("config".to_owned(), complete);
            }
            "loop" => self.complete(config.get_mut("body"), roots.region),
            "try_catch" => {
                self.complete(config.get_mut("try"), roots.region);
                self.complete(config.get_mut("catch"), roots.region);
            }
            "parallel" => {
                let branches = config.get_mut("branches").and_then(Value::as_array_mut);
                for branch in branches.into_iter().flatten() {
                    self.complete(Some(branch), roots.branch);
                }
            }
            _ => {}
        }
    }

    /// Fills in the defaults of an object that fits a node, and leaves any other value as it is.
    fn complete(&mut self, value: Option<&mut Value>, id: Id) {
        if let Some(value) = value.filter(|value| value.is_object())
            && let Some(complete) = self.fits(id, value)
        {
            *value = complete;
        }
    }
}

/// Finds the value of a key. Most objects are small, and comparing every key of a small one is
/// cheaper than hashing.
fn find<'v>(given: &'v Map<String, Value>, key: &str) -> Option<&'v Value> {
    const MAX_SCANNED_KEYS: usize = 16;
    match given.len() {
        0..=MAX_SCANNED_KEYS => given.iter().find(|(name, _)| *name == key).map(|(_, value)| value),
        _ => given.get(key),
    }
}

fn step(path: &mut String, key: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}

/// Returns whether a value is listed; `1` equals `1.0`.
fn one_of(values: &[Value], given: &Value) -> bool {
    values.iter().any(|value| match (value.as_f64(), given.as_f64()) {
        (Some(value), Some(given)) => value == given,
        _ => value == given,
    })
}
