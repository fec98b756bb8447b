//! One walk over a stack: what does not fit is told, what is left out gets its default.
//!
//! **Invariant:** the walk ends after [`STEPS`] places, whatever the stack; and what it makes of
//! its own result is that result again.

use super::fault::{Fault, Report};
use super::table::{
    Id, Keyed, List, Number, Object, Property, Rest, Shape, TABLE, Text, Turned, Union,
};
use super::{explain, rules, turn};
use serde_json::{Map, Value};

/// How many places are looked at, members of unions that did not fit included.
const STEPS: usize = 4_000_000;
/// How many problems are told. Nobody reads more.
pub const TOLD: usize = 100;

/// The walk.
#[derive(Default)]
pub struct Pass {
    /// What is wrong, as far as it was written down.
    pub problems: Vec<(String, Fault)>,
    /// What is left out of the result without being wrong.
    pub notes: Vec<(String, Fault)>,
    path: String,
    /// How much is wrong, written down or not.
    found: usize,
    steps: usize,
    /// Somebody only wants to know whether a value fits.
    quiet: bool,
}

impl Pass {
    /// Checks a value against a node and answers it with defaults.
    ///
    /// What does not fit stays as it is.
    pub fn value(&mut self, id: Id, value: &Value) -> Value {
        self.steps += 1;
        if self.steps >= STEPS {
            if self.steps == STEPS {
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

    /// Whether a value fits, and what it becomes.
    pub fn fits(&mut self, id: Id, value: &Value) -> Option<Value> {
        let (found, quiet) = (self.found, std::mem::replace(&mut self.quiet, true));
        let out = self.value(id, value);
        // Running out of steps is told even here.
        self.quiet = quiet && self.quiet;
        let fits = self.found == found;
        if self.steps < STEPS {
            self.found = found;
        }
        fits.then_some(out)
    }

    /// Goes on below a key.
    pub fn below(&mut self, key: &str, id: Id, value: &Value) -> Value {
        self.under(|path| step(path, key), |pass| pass.value(id, value))
    }

    fn under<T>(&mut self, name: impl FnOnce(&mut String), then: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        name(&mut self.path);
        let out = then(self);
        self.path.truncate(length);
        out
    }

    fn fail(&mut self, fault: impl FnOnce() -> Fault) {
        self.found += 1;
        if !self.quiet && self.problems.len() < TOLD {
            self.problems.push((self.path.clone(), fault()));
        }
    }

    fn take(&mut self, report: Report) {
        for (below, fault) in report.0 {
            let name = |path: &mut String| {
                if !below.is_empty() && !below.starts_with('[') && !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&below);
            };
            self.under(name, |pass| pass.fail(|| fault));
        }
    }

    /// Nobody will read what else is wrong.
    fn enough(&self, before: usize) -> bool {
        self.steps >= STEPS || (self.quiet && self.found > before)
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
            (Shape::Turned(turned), _) => return self.turned(turned, value),
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
        const SAFE: f64 = 9_007_199_254_740_991.0;
        let whole = !number.whole || (given.fract() == 0.0 && given.abs() <= SAFE);
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
            if self.enough(before) {
                out.extend_from_slice(&items[at..]);
                break;
            }
            let name = |path: &mut String| path.push_str(&format!("[{at}]"));
            out.push(self.under(name, |pass| pass.value(id(at), item)));
        }
        Value::Array(out)
    }

    fn map(&mut self, map: &Keyed, given: &Map<String, Value>) -> Value {
        let before = self.found;
        let mut out = Map::with_capacity(given.len());
        for (key, value) in given {
            let value = if self.enough(before) {
                value.clone()
            } else {
                self.under(
                    |path| step(path, key),
                    |pass| {
                        pass.text(&map.key, key);
                        pass.value(map.of, value)
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
            if self.enough(before) {
                break;
            }
            match (find(given, key), property) {
                (Some(value), Property { node: Some(id), .. }) => {
                    out.insert(key.clone(), self.below(key, *id, value));
                }
                (Some(value), Property { node: None, .. }) => {
                    self.under(|path| step(path, key), |pass| pass.fail(|| explain::retired(key)));
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
                    self.under(name, |pass| pass.fail(|| explain::unknown(object, key, given)));
                }
            }
            out.insert(key.clone(), value.clone());
        }
        Value::Object(out)
    }

    /// A key is not read, which its author should know.
    fn note(&mut self, key: &str, fault: impl FnOnce() -> Fault) {
        if !self.quiet && self.notes.len() < TOLD {
            let mut path = self.path.clone();
            step(&mut path, key);
            self.notes.push((path, fault()));
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
                    self.under(name, |pass| pass.fail(|| explain::choice(union, by, given)));
                    value.clone()
                }
            };
        }
        for id in &union.of {
            if let Some(out) = self.fits(*id, value) {
                // The member that fits has things to note, too.
                return if self.quiet { out } else { self.value(*id, value) };
            }
        }
        if self.quiet || self.steps >= STEPS {
            self.found += 1;
            return value.clone();
        }
        self.explain_union(union, value);
        value.clone()
    }

    /// The member whose key `by` has the value that was given.
    fn chosen(&self, union: &Union, by: &str, given: &Map<String, Value>) -> Option<Id> {
        let value = given.get(by)?;
        let says =
            |id: &&Id| TABLE.object(**id).is_some_and(|it| TABLE.choices(it, by).contains(value));
        union.of.iter().find(says).copied()
    }

    /// Tells what is wrong with the member that was probably meant.
    fn explain_union(&mut self, union: &Union, value: &Value) {
        let mut best: Option<Vec<(String, Fault)>> = None;
        let found = self.found;
        for id in &union.of {
            if !explain::is_meant(*id, value) {
                continue;
            }
            let told = std::mem::take(&mut self.problems);
            let notes = self.notes.len();
            self.value(*id, value);
            self.notes.truncate(notes);
            let tried = std::mem::replace(&mut self.problems, told);
            if best.as_ref().is_none_or(|best| tried.len() < best.len()) {
                best = Some(tried);
            }
        }
        self.found = found + 1;
        match best {
            Some(problems) if !problems.is_empty() => {
                let room = TOLD.saturating_sub(self.problems.len());
                self.problems.extend(problems.into_iter().take(room));
            }
            _ => {
                self.found = found;
                self.fail(|| explain::none_of(union, value));
            }
        }
    }

    fn both(&mut self, left: Id, right: Id, value: &Value) -> Value {
        // What one of them leaves out, the other keeps.
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

    fn turned(&mut self, turned: &Turned, value: &Value) -> Value {
        let found = self.found;
        let before = turned.before.as_ref().map(|turn| turn::before(turn, value));
        let mut out = self.value(turned.of, before.as_ref().unwrap_or(value));
        if let Some(turn) = &turned.after
            && self.found == found
        {
            let mut report = Report::default();
            turn::after(turn, &mut out, self, &mut report);
            self.take(report);
        }
        out
    }
}

/// The value of a key. Most objects have far fewer keys than they may have, and looking at each is
/// cheaper than hashing the wanted one.
fn find<'v>(given: &'v Map<String, Value>, key: &str) -> Option<&'v Value> {
    const FEW: usize = 16;
    match given.len() {
        0..=FEW => given.iter().find(|(name, _)| *name == key).map(|(_, value)| value),
        _ => given.get(key),
    }
}

fn step(path: &mut String, key: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}

/// Numbers are the same number however they are written.
fn one_of(values: &[Value], given: &Value) -> bool {
    values.iter().any(|value| match (value.as_f64(), given.as_f64()) {
        (Some(value), Some(given)) => value == given,
        _ => value == given,
    })
}
