//! Lints of the names and fields in expressions.
//!
//! **Invariant:** a field is checked only where its object is certain.

use super::null_guard::unguarded;
use super::package::{Found, Object, Package};
use super::site::{About, Site, sites, source, source_path};
use super::{INVALID, error, flow, form, page, text, view, warning};
use crate::diagnostic::Diagnostic;
use os_package::expression::{Expr, Kind, Op, parse};
use os_package::suggest::nearest;

/// Names that an expression may use beside fields.
const ROOTS: [&str; 27] = [
    "record",
    "previous",
    "input",
    "output",
    "os",
    "vars",
    "variables",
    "automation",
    "context",
    "args",
    "item",
    "env",
    "user",
    "step",
    "result",
    "trigger",
    "event",
    "payload",
    "data",
    "params",
    "config",
    "settings",
    "ctx",
    "features",
    "parent",
    "current",
    "current_user",
];
/// Those that the rule of a field may use.
const OF_FIELDS: [&str; 3] = ["record", "previous", "parent"];
/// Types and namespaces of the language.
const TYPES: [&str; 14] = [
    "bool",
    "bytes",
    "cel",
    "double",
    "duration",
    "int",
    "list",
    "map",
    "math",
    "null_type",
    "optional",
    "string",
    "timestamp",
    "uint",
];

/// Checks all expressions of a package.
pub fn check(package: &Package, found: &mut Vec<Diagnostic>) {
    form::everywhere(package.stack, &mut String::new(), found);
    let flows = flow::sites(package, found);
    let forms = view::sites(package).into_iter().chain(page::sites(package));
    for site in sites(package).into_iter().chain(flows).chain(forms) {
        if let Some(source) = source(site.value)
            && let Ok(expr) = parse(source)
        {
            Checker { package, site: &site, source, found }.check(&expr);
        }
    }
}

/// Checks an expression whose record is known.
struct Checker<'j, 's> {
    package: &'j Package<'s>,
    site: &'j Site<'s>,
    source: &'j str,
    found: &'j mut Vec<Diagnostic>,
}

impl<'s> Checker<'_, 's> {
    fn check(&mut self, expr: &Expr) {
        let object = self.package.objects.get(self.site.object).copied();
        let mut seen = Vec::new();
        self.names(expr, object, &mut Vec::new(), &mut seen);
        let Some(object) = object else { return };
        if self.site.about != About::Form {
            self.dates(expr, &object);
        }
        if self.site.guarded {
            self.guards(expr, &object);
        }
    }

    /// Checks names and members; `bound` are the variables of enclosing macros.
    fn names<'e>(
        &mut self,
        expr: &'e Expr,
        object: Option<Object<'s>>,
        bound: &mut Vec<&'e str>,
        seen: &mut Vec<&'e str>,
    ) {
        match &expr.kind {
            Kind::Name(name) => self.name(name, expr, object, bound, seen),
            Kind::Member(of, member) if of.is_name("record") || of.is_name("previous") => {
                if let Some(object) = object
                    && !seen.contains(&member.as_str())
                {
                    self.member(&object, member, expr, seen);
                }
                self.names(of, object, bound, seen);
            }
            Kind::Member(of, member) => {
                self.through(of, member, expr);
                self.names(of, object, bound, seen);
            }
            Kind::Call { receiver: Some(list), name, arguments } if is_macro(name) => {
                self.names(list, object, bound, seen);
                let variable = arguments.first().map(|it| &it.kind);
                let known = bound.len();
                if let Some(Kind::Name(variable)) = variable {
                    bound.push(variable);
                }
                for argument in arguments.iter().skip(1) {
                    self.names(argument, object, bound, seen);
                }
                bound.truncate(known);
            }
            _ => expr.parts().into_iter().for_each(|it| self.names(it, object, bound, seen)),
        }
    }

    fn name<'e>(
        &mut self,
        name: &'e str,
        expr: &Expr,
        object: Option<Object<'s>>,
        bound: &[&str],
        seen: &mut Vec<&'e str>,
    ) {
        let is_field_rule = self.site.about == About::FieldRule;
        if bound.contains(&name) || seen.contains(&name) {
            return;
        }
        if is_field_rule && name == "parent" {
            seen.push(name);
            return self.parent(expr, object);
        }
        if ROOTS.contains(&name) || TYPES.contains(&name) {
            if is_field_rule && !OF_FIELDS.contains(&name) && !TYPES.contains(&name) {
                seen.push(name);
                let message = format!("the rule of a field does not know `{name}`");
                let help = "write it about `record`; who may see or change a field stands in a permission set";
                self.refuse(expr, message, help);
            }
            return;
        }
        seen.push(name);
        match self.site.about {
            About::Flow => self.flow_name(name, expr, object),
            About::Form if name == "page" || name == "app" => {}
            _ => {
                let message = format!("`{name}` stands alone and names nothing here");
                self.refuse(expr, message, &format!("write `record.{name}`"));
            }
        }
    }

    /// Checks a name in a flow, which may be a variable: only near misses are reported.
    fn flow_name(&mut self, name: &str, expr: &Expr, object: Option<Object<'s>>) {
        let Some(object) = object else { return };
        if let Found::Missing(..) = object.find(name)
            && let Some(near) = nearest(name, object.fields().map(|(name, _)| name))
        {
            let message = format!("`{name}` is not a field of {}", object.name());
            let help = format!("did you mean `{near}`? A variable of the flow may have this name");
            self.warn(expr, message, &help);
        }
    }

    fn member<'e>(
        &mut self,
        object: &Object<'s>,
        member: &'e str,
        expr: &Expr,
        seen: &mut Vec<&'e str>,
    ) {
        if let Found::Missing(message, help) = object.find(member) {
            seen.push(member);
            match self.site.about {
                About::Form => self.warn(expr, message, &help),
                _ => self.refuse(expr, message, &help),
            }
        }
    }

    /// Checks `record.account.name`: a field of a referenced record.
    fn through(&mut self, of: &Expr, member: &str, expr: &Expr) {
        let Kind::Member(record, field) = &of.kind else { return };
        if !record.is_name("record") {
            return;
        }
        let path = format!("{field}.{member}");
        let is_reference =
            self.package.objects.get(self.site.object).is_some_and(|object| {
                object.field(field).is_some_and(super::package::is_reference)
            });
        if is_reference
            && let Found::Missing(message, help) = self.package.follow(self.site.object, &path)
        {
            self.warn(expr, message, &help);
        }
    }

    /// Returns the master's object where there is exactly one.
    fn parent(&mut self, expr: &Expr, object: Option<Object<'s>>) {
        let is_server = !self.site.path.ends_with("visibleWhen");
        let Some(object) = object.filter(|_| is_server) else { return };
        let masters = object.fields().filter(|(_, it)| it["type"] == "master_detail").count();
        if masters != 1 {
            let message = format!(
                "{} has {masters} master-detail fields, so that `parent` is nothing",
                object.name()
            );
            self.refuse(
                expr,
                message,
                "write it about `record`, or declare one master-detail field",
            );
        }
    }

    /// Reports numbers added to a date with `+`.
    fn dates(&mut self, expr: &Expr, object: &Object<'s>) {
        let is_date = |it: &Expr| match &it.kind {
            Kind::Member(of, field) if of.is_name("record") => {
                let kind = object.field(field).map(|it| text(it, "type"));
                matches!(kind, Some("date" | "datetime"))
            }
            _ => false,
        };
        let is_number = |it: &Expr| matches!(it.kind, Kind::Number(_));
        if let Kind::Binary(op, left, right) = &expr.kind
            && matches!(op, Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder)
            && ((is_date(left) && is_number(right)) || (is_number(left) && is_date(right)))
        {
            let message = "a date and a number cannot be computed with each other".to_owned();
            let help = "write `addDays(date, 7)`, `addMonths(date, 1)` or `daysBetween(a, b)`";
            return self.refuse(expr, message, help);
        }
        expr.parts().into_iter().for_each(|part| self.dates(part, object));
    }

    fn guards(&mut self, expr: &Expr, object: &Object<'s>) {
        for ((root, field), part) in unguarded(expr, object) {
            let message =
                format!("`{root}.{field}` may have no value, and then nothing of this holds");
            let help = format!(
                "write `{root}.{field} != null && …`, or make the field required; `has` does not ask for a value"
            );
            self.refuse(part, message, &help);
        }
    }

    fn refuse(&mut self, expr: &Expr, message: String, help: &str) {
        let path = source_path(&self.site.path, self.site.value);
        let wrong = error(INVALID, path, message, help);
        self.found.push(wrong.within(self.source, expr.span.clone()));
    }

    fn warn(&mut self, expr: &Expr, message: String, help: &str) {
        let path = source_path(&self.site.path, self.site.value);
        let wrong = warning(INVALID, path, message, help);
        self.found.push(wrong.within(self.source, expr.span.clone()));
    }
}

fn is_macro(name: &str) -> bool {
    ["all", "exists", "exists_one", "map", "filter", "bind"].contains(&name)
}
