//! Projects that mean harm: a clear error within the limits, nothing outside touched.

use crate::project::Folder;
use std::time::{Duration, Instant};

/// Each ends soon, says why, and does not take the test with it.
#[test]
fn a_project_cannot_leave_its_sandbox() {
    let cases = [
        ("while (true) {}", "did not end"),
        ("for (;;) { try { while (true) {} } catch {} }", "did not end"),
        ("(function f() { f(); })();", "calls itself without an end"),
        ("let s = 'x'.repeat(2 ** 31);", "invalid repeat count"),
        ("let s = 'x'.repeat(2 ** 30 - 1);", "memory"),
        ("let s = 'x'; while (true) s += s;", ""),
        ("const a = []; while (true) a.push(new Array(1e6).fill(7));", "memory"),
        ("process.exit(3);", "process.exit() does not exist"),
        ("process.env.PATH.length;", ""),
        ("require('fs').readFileSync('/etc/passwd');", "require() does not exist"),
        ("fetch('http://127.0.0.1');", "fetch() does not exist"),
        ("await new Promise(() => {});", "never happens"),
        ("/(a+)+$/.test('a'.repeat(40) + 'b');", "did not end"),
        ("throw { secret: 1 };", "object"),
        ("throw 'just text';", "just text"),
        ("std.loadFile('/etc/passwd');", "std"),
        ("null.x;", ""),
    ];
    for (code, expected) in cases {
        let started = Instant::now();
        let refusal = Folder::config(&format!("{code}\nexport default {{}};")).refusal();
        assert!(refusal.contains(expected), "{code}: {refusal}");
        assert!(started.elapsed() < Duration::from_secs(5), "{code} took {:?}", started.elapsed());
    }
}

#[test]
fn what_is_not_the_projects_is_not_imported() {
    let cases = [
        ("/etc/passwd", "is not a module of this project"),
        ("file:///etc/passwd", "is not a module of this project"),
        ("node:fs", "is not a module of this project"),
        ("../../../../../../etc/passwd", "leaves the project"),
        ("fs", "no package `fs`"),
        ("./link", "no module `./link`"),
        ("./folder/secret", "no module `./folder/secret`"),
    ];
    for (specifier, expected) in cases {
        let folder =
            Folder::config(&format!("import a from '{specifier}';\nexport default {{ a }};"));
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret.ts"), "export default 'secret';").unwrap();
        let link = |from: &str, to: &std::path::Path| {
            std::os::unix::fs::symlink(to, folder.path().join(from)).unwrap();
        };
        link("link.ts", &outside.path().join("secret.ts"));
        link("folder", outside.path());
        let refusal = folder.refusal();
        assert!(refusal.contains(expected), "{specifier}: {refusal}");
        assert!(refusal.contains("objectstack.config.ts:1:15"), "{specifier}: {refusal}");
    }
}

#[test]
fn an_import_made_while_running_is_no_way_out() {
    for specifier in ["'/etc/' + 'passwd'", "'node:' + 'fs'", "'./objectstack.config' + '.ts?x'"] {
        let refusal =
            Folder::config(&format!("await import({specifier});\nexport default {{}};")).refusal();
        assert!(refusal.contains("rror"), "{specifier}: {refusal}");
    }
}

/// Changed prototypes change what the project says about itself, and nothing else.
#[test]
fn changed_prototypes_do_not_reach_the_helpers() {
    let tricks = "
        Object.prototype.toJSON = undefined;
        Object.keys = () => { throw 1; };
        Array.isArray = () => false;
        Array.prototype.map = () => ['stolen'];
        JSON.stringify = () => 'stolen';
        Map.prototype.get = () => 0;
        Function.prototype.toString = () => 'stolen';
        Function.prototype.call = () => { throw 2; };
        globalThis.Object = undefined;
        export {};
    ";
    let config = format!(
        "import './tricks';\nimport {{ defineStack, cel }} from '@objectstack/spec';\nimport {{ Field }} from '@objectstack/spec/data';\nexport default defineStack({{ {}, objects: [{{ name: 'crm_a', sharingModel: 'private', label: 'A', fields: {{ name: Field.text({{ label: 'Name' }}), s: Field.lookup('crm_a', {{ label: 'S' }}) }} }}], hooks: [{{ name: 'crm_h', object: 'crm_a', events: ['beforeInsert'], handler: (ctx) => {{ ctx.log.info('own'); }} }}] }});",
        crate::project::MANIFEST
    );
    let artifact =
        Folder::of(&[("objectstack.config.ts", &config), ("tricks.ts", tricks)]).artifact();
    assert_eq!(artifact["objects"][0]["fields"]["name"]["type"], "text");
    assert!(artifact["hooks"][0]["body"]["source"].as_str().unwrap().contains("own"));
    assert!(!artifact.to_string().contains("stolen"), "{artifact}");
}

#[test]
fn the_helpers_cannot_be_changed() {
    let refusal = Folder::config(
        "import { Field } from '@objectstack/spec/data';\nField.text = () => ({});\nexport default {};",
    )
    .refusal();
    assert!(refusal.contains("read-only"), "{refusal}");
}

#[test]
fn text_that_would_break_a_parser_is_refused() {
    for source in
        ["(".repeat(200_000), "!".repeat(1_000_000), "[".repeat(5000), "1+".repeat(100_000)]
    {
        let refusal = Folder::config(&source).refusal();
        assert!(refusal.contains("nested too deeply"), "{refusal}");
    }
    let deep = "let a: any = {}; for (let i = 0; i < 1e5; i++) a = { a };\nexport default a;";
    assert!(!Folder::config(deep).refusal().is_empty());
}

#[test]
fn a_stack_that_contains_itself_is_refused() {
    let refusal = Folder::config("const a: any = {}; a.a = a;\nexport default a;").refusal();
    assert!(refusal.contains("circular"), "{refusal}");
}
