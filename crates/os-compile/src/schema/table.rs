//! The table: what a stack may contain, in nodes that refer to each other by number.
//!
//! **Invariant:** every number in it is one of a node; `table/generate.mjs` wrote it, and a test
//! reads all of it. A node is parsed when it is first used: a project needs few of them.

use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::{LazyLock, OnceLock};

use super::format::Format;
use super::rules::PlaceRule;

/// The table of the protocol.
pub static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("table/stack.table")).expect("a test reads it"));

/// The number of a node.
pub type Id = usize;

/// All nodes, and the roots.
#[derive(Debug)]
pub struct Table {
    /// Nodes that are named from outside the table.
    pub roots: Roots,
    nodes: Vec<Line>,
}

/// A node and its line of text.
#[derive(Debug)]
struct Line {
    text: &'static str,
    node: OnceLock<Node>,
}

/// The nodes to begin with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roots {
    /// A whole stack.
    pub stack: Id,
    /// The `config` of a flow's node that ends it.
    pub end: Id,
    /// The nodes inside of a flow's node.
    pub region: Id,
    /// The nodes of one branch.
    pub branch: Id,
}

/// The values that a place in the protocol allows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Its kind, with what each kind allows.
    pub shape: Shape,
    /// Rules to apply, in this order.
    #[serde(default)]
    pub rules: Vec<PlaceRule>,
}

/// The kinds of nodes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Shape {
    /// Any value.
    Any,
    /// No value: a retired key, or code where data is required.
    Never,
    Boolean,
    Text(Text),
    Number(Number),
    /// One of these values.
    OneOf(Vec<Value>),
    List(List),
    /// A list of exactly these nodes.
    Tuple(Vec<Id>),
    /// A map with keys of the author's choice.
    Map(Keyed),
    /// A map with known keys.
    Object(Object),
    Union(Union),
    /// A value that matches both.
    Both([Id; 2]),
    Rewritten(Rewritten),
}

/// A string, with lengths in UTF-16 units as in JavaScript.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Text {
    pub min: usize,
    pub max: Option<usize>,
    pub formats: Vec<Format>,
}

/// A number and its limits.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Number {
    pub whole: bool,
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// It must be greater than this.
    pub above: Option<f64>,
    /// It must be less than this.
    pub below: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    pub of: Id,
    #[serde(default)]
    pub min: usize,
    pub max: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyed {
    pub of: Id,
    #[serde(default)]
    pub key: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    #[serde(deserialize_with = "properties")]
    pub keys: Vec<(String, Property)>,
    #[serde(default)]
    pub rest: Rest,
}

/// The treatment of unknown keys.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    #[default]
    Refused,
    Dropped,
    Kept,
    /// Collections are kept with a warning, unless the name is nearly a known one.
    Passed,
}

/// The first member that matches wins; with `by`, the one that this key selects is checked alone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Union {
    pub of: Vec<Id>,
    pub by: Option<String>,
}

/// A node whose value is rewritten, before it is checked or after.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rewritten {
    pub of: Id,
    pub before: Option<Rewrite>,
    pub after: Option<Rewrite>,
}

/// A rewrite of the value of a node into its long form (`schema::rewrite`).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rewrite {
    /// A string becomes a CEL expression.
    Cel,
    /// A string becomes a cron expression.
    Cron,
    /// A string becomes a template.
    Template,
    /// `gt` becomes `greater_than`.
    Operator,
    /// A list of formats becomes an export with these formats.
    Formats,
    /// Methods that the server derives from others are left out.
    ApiMethods,
    /// `requiresFeature` becomes a condition of `visible`.
    RequiresFeature,
    /// `'2'` becomes 2.
    Number,
    /// Older names become `visibleWhen`.
    VisibleWhen,
    /// Nodes inside the `config` of a flow's node get their defaults.
    FlowNode,
    /// Keys with these values are left out.
    Without(Map<String, Value>),
}

/// A known key of an object.
#[derive(Debug)]
pub struct Property {
    /// `None` for a retired key.
    pub node: Option<Id>,
    pub required: bool,
    pub default: Option<Value>,
}

impl Table {
    fn read(text: &'static str) -> serde_json::Result<Self> {
        let (roots, nodes) = text.split_once('\n').unwrap_or_default();
        let line = |text| Line { text, node: OnceLock::new() };
        Ok(Self { roots: serde_json::from_str(roots)?, nodes: nodes.lines().map(line).collect() })
    }

    /// Returns a node by its number.
    pub fn node(&self, id: Id) -> &Node {
        let Line { text, node } = &self.nodes[id];
        node.get_or_init(|| serde_json::from_str(text).expect("a test reads every line"))
    }

    /// Returns the object behind a node, if it is one.
    pub fn object(&self, id: Id) -> Option<&Object> {
        match &self.node(id).shape {
            Shape::Object(object) => Some(object),
            Shape::Rewritten(rewritten) => self.object(rewritten.of),
            _ => None,
        }
    }

    /// Returns the listed values of a key.
    pub fn choices(&self, object: &Object, key: &str) -> &[Value] {
        let node = object.property(key).and_then(|property| property.node);
        match node.map(|id| &self.node(id).shape) {
            Some(Shape::OneOf(values)) => values,
            _ => &[],
        }
    }
}

impl Object {
    /// Returns a known key.
    pub fn property(&self, key: &str) -> Option<&Property> {
        self.keys.iter().find(|(name, _)| name == key).map(|(_, property)| property)
    }

    /// Lists the keys that an author may write.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter(|(_, it)| it.node.is_some()).map(|(name, _)| name.as_str())
    }
}

fn properties<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(String, Property)>, D::Error> {
    let keys = Map::deserialize(deserializer)?;
    let read = |(key, value)| property(value).map(|property| (key, property));
    keys.into_iter().map(read).collect::<Option<_>>().ok_or_else(|| {
        serde::de::Error::custom(
            "a key is `id`, `[id, \"required\"]` or `[id, \"default\", value]`",
        )
    })
}

fn property(value: Value) -> Option<Property> {
    let mut parts = match value {
        Value::Array(parts) => parts,
        value => vec![value],
    };
    let node = match parts.first()? {
        Value::Null => None,
        id => Some(usize::try_from(id.as_u64()?).ok()?),
    };
    let how = parts.get(1).and_then(Value::as_str);
    let required = how == Some("required");
    let default = (how == Some("default")).then(|| parts.pop()).flatten();
    Some(Property { node, required, default })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_in_the_table_names_a_node() {
        let table = Table::read(include_str!("table/stack.table")).unwrap();
        let known = |id: &Id| assert!(*id < table.nodes.len(), "{id}");
        let roots = &table.roots;
        [roots.stack, roots.end, roots.region, roots.branch].iter().for_each(known);
        for id in 0..table.nodes.len() {
            match &table.node(id).shape {
                Shape::List(list) => known(&list.of),
                Shape::Tuple(ids) => ids.iter().for_each(known),
                Shape::Map(map) => known(&map.of),
                Shape::Union(union) => union.of.iter().for_each(known),
                Shape::Both(ids) => ids.iter().for_each(known),
                Shape::Rewritten(rewritten) => known(&rewritten.of),
                Shape::Object(object) => {
                    object.keys.iter().filter_map(|(_, it)| it.node.as_ref()).for_each(known);
                }
                _ => {}
            }
        }
    }

    /// Returns the values of a node somewhere below a key of the stack.
    fn choices_at(path: &[&str]) -> std::collections::BTreeSet<String> {
        let mut id = TABLE.roots.stack;
        for step in path {
            id = match &TABLE.node(id).shape {
                Shape::Object(object) => object.property(step).unwrap().node.unwrap(),
                Shape::List(list) => list.of,
                Shape::Map(map) => map.of,
                other => panic!("{step}: {other:?}"),
            };
        }
        match &TABLE.node(id).shape {
            Shape::OneOf(values) => {
                values.iter().map(|it| it.as_str().unwrap().to_owned()).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_field_types_are_those_of_the_table_of_field_types() {
        let types = choices_at(&["objects", "*", "fields", "*", "type"]);
        let known = os_package::FieldType::ALL.iter().map(|it| it.as_str().to_owned());
        assert_eq!(types, known.collect());
    }

    #[test]
    fn the_collections_are_those_of_the_table_of_kinds() {
        let stack = TABLE.object(TABLE.roots.stack).unwrap();
        for (collection, _) in os_package::kind::in_artifacts() {
            // A bundle may hold RAG pipelines; an author cannot write them in a stack.
            let expected = collection != "ragPipelines";
            assert_eq!(stack.property(collection).is_some(), expected, "{collection}");
        }
    }
}
