//! Strips types from TypeScript.

use super::nesting::check_nesting;
use super::{SyntaxError, range, syntax_errors};
use oxc::allocator::Allocator;
use oxc::ast::ast::{
    ExportAllDeclaration, ExportFromDeclaration, ExportSpecifier, Expression, ImportDeclaration,
    ImportDeclarationSpecifier, ImportExpression, Program, StringLiteral,
};
use oxc::ast_visit::Visit;
use oxc::codegen::{Codegen, CodegenOptions, CommentOptions, IndentChar};
use oxc::parser::Parser;
use oxc::semantic::SemanticBuilder;
use oxc::span::{GetSpan, SourceType};
use oxc::transformer::{TransformOptions, Transformer};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file without its types.
#[derive(Debug, Clone)]
pub struct Stripped {
    /// The JavaScript. Comments are gone, so that a handler's source is its code alone.
    pub code: Arc<str>,
    /// Its imports without types, in order.
    pub imports: Vec<Import>,
    positions: Option<Vec<Position>>,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// As written: `./objects`, `@objectstack/spec/data`.
    pub specifier: String,
    /// The bytes of the specifier in the original text.
    pub span: Range<usize>,
    /// Imported names, with their bytes; empty for `* as` and for side effects.
    pub names: Vec<(String, Range<usize>)>,
}

/// Generated line and column (from 0), and the original ones.
#[derive(Debug, Clone, Copy)]
struct Position {
    generated: (u32, u32),
    original: (u32, u32),
}

impl Stripped {
    /// Maps a line and column of the code to the original, both from 1.
    pub fn original(&self, line: u32, column: u32) -> Option<(u32, u32)> {
        let positions = self.positions.as_ref()?;
        let wanted = (line.checked_sub(1)?, column.saturating_sub(1));
        let after = positions.partition_point(|position| position.generated <= wanted);
        let found = positions.get(after.checked_sub(1)?)?;
        Some((found.original.0 + 1, found.original.1 + 1))
    }
}

/// Strips the types of a file. `positioned` records positions for [`Stripped::original`], which
/// costs time.
///
/// # Errors
///
/// The errors of the parser, in order.
pub fn strip(file: &str, source: &str, positioned: bool) -> Result<Stripped, Vec<SyntaxError>> {
    check_nesting(source).map_err(|error| vec![error])?;
    let path = Path::new(file);
    let allocator = Allocator::default();
    let kind = SourceType::from_path(path).unwrap_or_else(|_| SourceType::ts()).with_module(true);
    let parsed = Parser::new(&allocator, source, kind).parse();
    let mut errors = syntax_errors(&parsed.diagnostics);
    let mut program = parsed.program;
    let analysed = SemanticBuilder::new()
        .with_check_syntax_error(errors.is_empty())
        .with_excess_capacity(2.0)
        .with_enum_eval(true)
        .build(&program);
    errors.extend(syntax_errors(&analysed.diagnostics));
    if !errors.is_empty() {
        return Err(errors);
    }
    let scoping = analysed.semantic.into_scoping();
    if kind.is_typescript() {
        let transformed = Transformer::new(&allocator, path, &TransformOptions::default())
            .build_with_scoping(scoping, &mut program);
        let errors = syntax_errors(&transformed.diagnostics);
        if !errors.is_empty() {
            return Err(errors);
        }
    }
    let imports = imports(&program);
    let (code, positions) = print(&program, positioned.then(|| path.to_owned()));
    Ok(Stripped { code: code.into(), imports, positions })
}

fn print(
    program: &Program<'_>,
    source_map_path: Option<PathBuf>,
) -> (String, Option<Vec<Position>>) {
    let options = CodegenOptions {
        comments: CommentOptions::disabled(),
        indent_char: IndentChar::Space,
        indent_width: 2,
        source_map_path,
        ..CodegenOptions::default()
    };
    let printed = Codegen::new().with_options(options).build(program);
    let positions = printed.map.map(|map| {
        let tokens = map.get_tokens().map(|token| Position {
            generated: (token.get_dst_line(), token.get_dst_col()),
            original: (token.get_src_line(), token.get_src_col()),
        });
        tokens.collect()
    });
    (printed.code, positions)
}

fn imports(program: &Program<'_>) -> Vec<Import> {
    let mut collector = Collector::default();
    collector.visit_program(program);
    collector.0
}

#[derive(Default)]
struct Collector(Vec<Import>);

impl Collector {
    fn add(&mut self, source: &StringLiteral<'_>, names: Vec<(String, Range<usize>)>) {
        self.0.push(Import {
            specifier: source.value.to_string(),
            span: range(source.span),
            names,
        });
    }
}

impl<'a> Visit<'a> for Collector {
    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        let named = |specifier: &ImportDeclarationSpecifier<'a>| match specifier {
            ImportDeclarationSpecifier::ImportSpecifier(it) => {
                Some((it.imported.name().to_string(), range(it.imported.span())))
            }
            ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => {
                Some(("default".to_owned(), range(it.span)))
            }
            ImportDeclarationSpecifier::ImportNamespaceSpecifier(_) => None,
        };
        let names = it.specifiers.iter().flatten().filter_map(named).collect();
        self.add(&it.source, names);
    }

    fn visit_export_from_declaration(&mut self, it: &ExportFromDeclaration<'a>) {
        let named = |specifier: &ExportSpecifier<'a>| {
            (specifier.local.name().to_string(), range(specifier.local.span()))
        };
        self.add(&it.source, it.specifiers.iter().map(named).collect());
    }

    fn visit_export_all_declaration(&mut self, it: &ExportAllDeclaration<'a>) {
        self.add(&it.source, Vec::new());
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        if let Expression::StringLiteral(source) = &it.source {
            self.add(source, Vec::new());
        }
        oxc::ast_visit::walk::walk_import_expression(self, it);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_stripped_and_code_stays() {
        let source = r#"
            import type { A } from './types';
            import { B, type C } from './b';
            import { Unused } from './unused';
            enum Colour { Red = 'red', Blue = 'blue' }
            const enum Size { S = 1 << 0 }
            namespace Names { export const x = 1; }
            abstract class P { constructor(private readonly n: number) {} declare y: string; }
            export const value = { a: B as unknown as A, s: Size.S } satisfies object;
            export { Colour, Names, P };
        "#;
        let stripped = strip("a.ts", source, false).unwrap();
        let specifiers: Vec<_> = stripped.imports.iter().map(|it| it.specifier.as_str()).collect();
        assert_eq!(specifiers, ["./b"]);
        for kept in ["Colour", "Size", "Names", "this.n = n"] {
            assert!(stripped.code.contains(kept), "{kept} is in {}", stripped.code);
        }
        for gone in ["satisfies", "as unknown", "readonly", "declare", "Unused"] {
            assert!(!stripped.code.contains(gone), "{gone} is not in {}", stripped.code);
        }
    }

    #[test]
    fn every_syntax_error_has_a_location() {
        let errors = strip("a.ts", "const a = ;\n", false).unwrap_err();
        assert_eq!(errors[0].span.start, 10);
        assert!(strip("a.ts", "let a = 1; let a = 2;", false).is_err());
        assert!(strip("a.ts", &"[".repeat(100_000), false).is_err());
    }

    #[test]
    fn a_position_maps_back_to_the_source() {
        let source = "interface A {}\n\n\nconst a: A = fail();\n";
        let stripped = strip("a.ts", source, true).unwrap();
        let column = stripped.code.find("fail").unwrap() + 1;
        assert_eq!(stripped.original(1, column as u32), Some((4, 14)));
    }
}
