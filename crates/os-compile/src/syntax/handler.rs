//! Reads a handler's source: its body, its free names, and the capabilities it needs.

use super::nesting::check_nesting;
use oxc::allocator::Allocator;
use oxc::ast::ast::{
    ArrowFunctionExpression, CallExpression, Expression, Function, ImportExpression, NewExpression,
    StaticMemberExpression,
};
use oxc::ast_visit::{Visit, walk};
use oxc::parser::Parser;
use oxc::semantic::{ScopeFlags, SemanticBuilder};
use oxc::span::{GetSpan, SourceType, Span};
use std::collections::BTreeSet;

/// A handler as data.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Handler {
    /// Its statements, without the braces.
    pub body: String,
    /// Names it uses and does not define, sorted.
    pub free: Vec<String>,
    /// Names that a sandbox does not have: `fetch()`, `process`, …
    pub forbidden: Option<&'static str>,
    /// Capabilities of a runtime that it uses, sorted: `api.read`, `log`, …
    pub capabilities: Vec<&'static str>,
}

/// Reads the source of a function or a method. `None` where it has no body, as native functions
/// and classes do not.
pub fn read_handler(source: &str) -> Option<Handler> {
    check_nesting(source).ok()?;
    // As an expression, else as a method of an object.
    read(&format!("({source}\n)")).or_else(|| read(&format!("({{{source}\n}})")))
}

fn read(text: &str) -> Option<Handler> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::mjs()).parse();
    if parsed.diagnostics.has_errors() {
        return None;
    }
    let mut reader = Reader::default();
    reader.visit_program(&parsed.program);
    let body = match reader.body? {
        Body::Block(span) => text[span.start as usize + 1..span.end as usize - 1].to_owned(),
        Body::Expression(span) => {
            let expression = &text[span.start as usize..span.end as usize];
            format!("return ({expression});")
        }
    };
    let analysed = SemanticBuilder::new().build(&parsed.program);
    let unresolved = analysed.semantic.scoping().root_unresolved_references();
    let mut free: Vec<String> = unresolved.keys().map(ToString::to_string).collect();
    free.sort_unstable();
    let capabilities = reader.capabilities.into_iter().collect();
    Some(Handler { body, free, forbidden: reader.forbidden, capabilities })
}

#[derive(Clone, Copy)]
enum Body {
    Block(Span),
    Expression(Span),
}

#[derive(Default)]
struct Reader {
    body: Option<Body>,
    forbidden: Option<&'static str>,
    capabilities: BTreeSet<&'static str>,
}

const READS: [&str; 6] = ["find", "findOne", "count", "aggregate", "get", "list"];
const WRITES: [&str; 7] = ["insert", "update", "upsert", "delete", "patch", "remove", "create"];
const LOGS: [&str; 4] = ["info", "warn", "error", "debug"];

impl Reader {
    fn forbid(&mut self, what: &'static str) {
        self.forbidden.get_or_insert(what);
    }

    fn note_method(&mut self, member: &StaticMemberExpression<'_>, call: &CallExpression<'_>) {
        match member.property.name.as_str() {
            "sudo" => self.forbid("`sudo()`"),
            "create" if !is_name(&member.object, "Object") => {
                self.forbid("`create()`; write `insert()`")
            }
            "title" if !call.arguments.is_empty() => {
                self.capabilities.insert("api.read");
            }
            _ => {}
        }
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        if let (None, Some(body)) = (self.body, &it.body) {
            self.body = Some(Body::Block(body.span));
        }
        walk::walk_function(self, it, flags);
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        if self.body.is_none() {
            self.body = Some(match it.get_expression() {
                Some(expression) => Body::Expression(expression.span()),
                None => Body::Block(it.body.span()),
            });
        }
        walk::walk_arrow_function_expression(self, it);
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        self.forbid("`import()`");
        walk::walk_import_expression(self, it);
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        if is_name(&it.callee, "Function") {
            self.forbid("`new Function()`");
        }
        walk::walk_new_expression(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        match &it.callee {
            Expression::Identifier(name) => match name.name.as_str() {
                "fetch" => self.forbid("`fetch()`"),
                "require" => self.forbid("`require()`"),
                "eval" => self.forbid("`eval()`"),
                _ => {}
            },
            Expression::StaticMemberExpression(member) => self.note_method(member, it),
            _ => {}
        }
        walk::walk_call_expression(self, it);
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        let name = it.property.name.as_str();
        if is_name(&it.object, "process") {
            self.forbid("`process`");
        }
        if is_name(&it.object, "globalThis") {
            self.forbid("`globalThis`");
        }
        if is_object_call(&it.object) {
            if READS.contains(&name) {
                self.capabilities.insert("api.read");
            }
            if WRITES.contains(&name) {
                self.capabilities.insert("api.write");
            }
        }
        if name == "randomUUID" && is_member(&it.object, "ctx", "crypto") {
            self.capabilities.insert("crypto.uuid");
        }
        if LOGS.contains(&name) && is_member(&it.object, "ctx", "log") {
            self.capabilities.insert("log");
        }
        walk::walk_static_member_expression(self, it);
    }
}

fn is_name(expression: &Expression<'_>, name: &str) -> bool {
    matches!(expression, Expression::Identifier(it) if it.name == name)
}

fn is_member(expression: &Expression<'_>, object: &str, property: &str) -> bool {
    matches!(expression, Expression::StaticMemberExpression(it)
        if it.property.name == property && is_name(&it.object, object))
}

/// `….object('task')`
fn is_object_call(expression: &Expression<'_>) -> bool {
    matches!(expression, Expression::CallExpression(call)
        if !call.arguments.is_empty()
            && matches!(&call.callee, Expression::StaticMemberExpression(it) if it.property.name == "object"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_function_itself_are_not_free() {
        let handler = read_handler(
            "async (ctx) => { const a = 1; return helper(a, ctx.b, Math.max(1, 2)); }",
        );
        assert_eq!(handler.unwrap().free, ["Math", "helper"]);
        let handler = read_handler("function f(x) { return x ? f(x - 1) : 0; }").unwrap();
        assert!(handler.free.is_empty());
        let handler = read_handler("async run(ctx) { return ctx; }").unwrap();
        assert_eq!(handler.body, " return ctx; ");
        assert_eq!(read_handler("(x) => x + 1").unwrap().body, "return (x + 1);");
        assert_eq!(read_handler("function f() { [native code] }"), None);
    }

    #[test]
    fn the_capabilities_of_a_handler_are_found() {
        let of = |body: &str| read_handler(&format!("async (ctx) => {{ {body} }}")).unwrap();
        let handler = of(
            "await ctx.api.object('a').find({}); ctx.log.info('x'); ctx.api.object(n).update(1)",
        );
        assert_eq!(handler.capabilities, ["api.read", "api.write", "log"]);
        assert_eq!(of("return ctx.crypto.randomUUID()").capabilities, ["crypto.uuid"]);
        for body in
            ["fetch('x')", "process.env.A", "new Function('x')", "import('x')", "ctx.sudo()"]
        {
            assert!(of(body).forbidden.is_some(), "{body}");
        }
        assert_eq!(of("return Object.create(null)").forbidden, None);
    }
}
