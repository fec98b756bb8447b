//! Object literals that carry their location.
//!
//! Only when there are problems, the project is evaluated once more with every object literal
//! wrapped in a call that records its number.

use super::range;
use oxc::allocator::Allocator;
use oxc::ast::ast::{ObjectExpression, ObjectPropertyKind, PropertyKey};
use oxc::ast_visit::{Visit, walk};
use oxc::parser::Parser;
use oxc::span::{GetSpan, SourceType};
use std::ops::Range;
use std::path::Path;

/// Every object literal of a project, by number.
#[derive(Debug, Default)]
pub struct Literals(Vec<Literal>);

#[derive(Debug)]
struct Literal {
    file: String,
    span: Range<usize>,
    properties: Vec<(String, Range<usize>)>,
}

impl Literals {
    /// Adds a literal. Returns its number.
    pub fn add(
        &mut self,
        file: &str,
        span: Range<usize>,
        properties: Vec<(String, Range<usize>)>,
    ) -> usize {
        self.0.push(Literal { file: file.to_owned(), span, properties });
        self.0.len() - 1
    }

    /// Returns the file and bytes of a property of a literal; of its first byte where it has no such
    /// property.
    pub fn find(&self, number: usize, property: Option<&str>) -> Option<(&str, Range<usize>)> {
        let literal = self.0.get(number)?;
        let named = |name: &str| literal.properties.iter().find(|(key, _)| key == name);
        let span = match property.and_then(named) {
            Some((_, span)) => span.clone(),
            None => literal.span.start..literal.span.start + 1,
        };
        Some((&literal.file, span))
    }
}

/// Wraps each object literal in `__at(number, …)`. Text that does not parse is returned as it
/// is.
pub fn tag_literals(file: &str, source: &str, literals: &mut Literals) -> String {
    let allocator = Allocator::default();
    let kind = SourceType::from_path(Path::new(file)).unwrap_or_else(|_| SourceType::ts());
    let parsed = Parser::new(&allocator, source, kind.with_module(true)).parse();
    if parsed.diagnostics.has_errors() {
        return source.to_owned();
    }
    let first = literals.0.len();
    Collector { file, found: &mut literals.0 }.visit_program(&parsed.program);
    insert_tags(source, first, &literals.0[first..])
}

fn insert_tags(source: &str, first: usize, literals: &[Literal]) -> String {
    let mut marks: Vec<(usize, Option<usize>)> = Vec::with_capacity(literals.len() * 2);
    for (index, literal) in literals.iter().enumerate() {
        marks.push((literal.span.start, Some(first + index)));
        marks.push((literal.span.end, None));
    }
    marks.sort_by_key(|(offset, _)| *offset);
    let mut tagged = String::with_capacity(source.len() + marks.len() * 8);
    let mut written = 0;
    for (offset, number) in marks {
        tagged.push_str(&source[written..offset]);
        written = offset;
        match number {
            Some(number) => tagged.push_str(&format!("__at({number},")),
            None => tagged.push(')'),
        }
    }
    tagged.push_str(&source[written..]);
    tagged
}

struct Collector<'f> {
    file: &'f str,
    found: &'f mut Vec<Literal>,
}

impl<'a> Visit<'a> for Collector<'_> {
    fn visit_object_expression(&mut self, it: &ObjectExpression<'a>) {
        let properties = it.properties.iter().filter_map(|property| match property {
            ObjectPropertyKind::ObjectProperty(property) => {
                let name = match &property.key {
                    PropertyKey::StaticIdentifier(name) => name.name.to_string(),
                    key => key.static_name()?.to_string(),
                };
                Some((name, range(property.span())))
            }
            ObjectPropertyKind::SpreadProperty(_) => None,
        });
        let properties = properties.collect();
        self.found.push(Literal { file: self.file.to_owned(), span: range(it.span), properties });
        walk::walk_object_expression(self, it);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_wrapped_and_found_by_its_property() {
        let source = "const a = { b: { c: 1 }, 'd e': f({}) } as const;";
        let mut literals = Literals::default();
        let tagged = tag_literals("a.ts", source, &mut literals);
        let expected = "const a = __at(0,{ b: __at(1,{ c: 1 }), 'd e': f(__at(2,{})) }) as const;";
        assert_eq!(tagged, expected);
        let (file, span) = literals.find(1, Some("c")).unwrap();
        assert_eq!((file, &source[span]), ("a.ts", "c: 1"));
        assert_eq!(&source[literals.find(0, Some("d e")).unwrap().1], "'d e': f({})");
        assert_eq!(literals.find(0, Some("nope")).unwrap().1, 10..11);
    }
}
