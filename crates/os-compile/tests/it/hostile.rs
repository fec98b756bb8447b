//! Projects that mean harm: a clear error within the limits, nothing outside touched.

use crate::project::{Folder, shown};
use os_compile::Limits;
use std::time::Duration;

/// The errors of a config with this code in it, within small limits.
fn refusal(code: &str) -> String {
    refusal_within(SMALL, code)
}

/// Steps and memory that every honest project has plenty of.
const SMALL: Limits =
    Limits { steps: 1_000_000, time: Duration::from_secs(60), memory: 32 << 20, stack: 1 << 20 };

fn refusal_within(limits: Limits, code: &str) -> String {
    let folder = Folder::config(&format!("{code}\nexport default {{}};"));
    let Err(found) = folder.compile_within(limits) else { panic!("compiles: {code}") };
    shown(&found)
}

fn refused(cases: &[(&str, &str)]) {
    for (code, expected) in cases {
        let refusal = refusal(code);
        assert!(refusal.contains(expected), "{code}: {refusal}");
    }
}

#[test]
fn endless_code_is_stopped() {
    for code in [
        "while (true) {}",
        "for (;;) { try { while (true) {} } catch {} }",
        "for (;;) { try { while (true) {} } finally { continue; } }",
        "function* g() { for (;;) yield 1; } for (const x of g());",
        "async function* g() { for (;;) yield 1; } for await (const x of g());",
        "async function g() { for (;;) await 0; } await g();",
        "function t() { for (;;); } t`x`;",
        "[3, 2, 1].sort(() => { for (;;); });",
        "`${{ [Symbol.toPrimitive]() { for (;;); } }}`;",
        "Array.prototype[Symbol.iterator] = function () { for (;;); }; [...[1]];",
        "({}).constructor.constructor('for(;;);')();",
        "eval('for(;;);');",
        "/(a+)+$/.test('a'.repeat(40) + 'b');",
        "/(?:(?:a*)*)*b/.test('a'.repeat(5000));",
        "Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);",
        "throw Object.defineProperty(new Error('x'), 'message', { get() { for (;;); } });",
        "throw Object.defineProperty(new Error('x'), 'stack', { get() { for (;;); } });",
        "Error.prepareStackTrace = () => { for (;;); }; throw new Error('x');",
    ] {
        let refusal = refusal(code);
        assert!(refusal.contains("did not end within 1 million steps"), "{code}: {refusal}");
    }
}

#[test]
fn an_endless_loop_is_reported_with_its_location() {
    let folder = Folder::of(&[
        ("objectstack.config.ts", "import { f } from './f';\nexport default f();"),
        ("f.ts", "\nexport function f(): object {\n  while (true) {}\n}\n"),
    ]);
    let refusal = shown(&folder.compile_within(SMALL).unwrap_err());
    assert!(refusal.contains("did not end") && refusal.contains("--> f.ts:"), "{refusal}");
}

#[test]
fn code_in_exports_is_stopped_too() {
    for (stack, expected) in [
        ("{ get x() { for (;;); } }", "did not end"),
        ("new Proxy({}, { ownKeys() { for (;;); } })", "did not end"),
        ("{ toJSON() { for (;;); } }", "did not end"),
        ("{ get x() { return this.x; } }", "calls itself without an end"),
        (
            "(() => { const mk = () => ({ toJSON() { return { x: mk() }; } }); return mk(); })()",
            "calls itself",
        ),
        (
            "{ objects: new Proxy([], { get(_, key) { return key === 'length' ? 2 ** 53 - 1 : 1; } }) }",
            "",
        ),
        ("{ manifest: { id: 1n } }", "`id` is a BigInt"),
        ("{ manifest: { id: '\\ud800' } }", "half of a character"),
        (
            "(() => { let a: any = {}; for (let i = 0; i < 500; i++) a = { a }; return a; })()",
            "nested",
        ),
        (
            "(() => { let a: any = {}; for (let i = 0; i < 40; i++) a = { a, b: a }; return a; })()",
            "",
        ),
    ] {
        // The engine cannot be interrupted while it writes JSON: the clock ends the wait for it.
        let limits = Limits { time: Duration::from_secs(3), ..SMALL };
        let folder = Folder::config(&format!("export default {stack};"));
        let refusal = shown(&folder.compile_within(limits).unwrap_err());
        assert!(refusal.contains(expected), "{stack}: {refusal}");
    }
}

#[test]
fn code_beyond_the_memory_limit_is_stopped() {
    refused(&[
        ("'x'.repeat(2 ** 31);", "invalid repeat count"),
        ("'x'.repeat(2 ** 30 - 1);", "more than 32 MB of memory"),
        ("'x'.padEnd(2 ** 30 - 1);", "more than 32 MB of memory"),
        ("let s = 'x'; while (true) s += s;", ""),
        ("const a = []; while (true) a.push(new Array(1e6).fill(7));", "memory"),
        ("let a = null; for (;;) a = { a };", ""),
        ("new Array(2 ** 32);", "invalid array length"),
        ("new ArrayBuffer(2 ** 40);", "invalid array buffer length"),
        ("new Uint8Array(2 ** 31 - 1);", "memory"),
        ("2n ** (2n ** 40n);", "BigInt is too large"),
        ("let f: any = () => 1; for (;;) f = f.bind(null);", ""),
        ("const m = new Map(); for (let i = 0; ; i++) m.set(i, i);", ""),
        ("let p = Promise.resolve(); for (;;) p = p.then(() => {});", ""),
    ]);
}

#[test]
fn endless_recursion_is_stopped() {
    for code in [
        "(function f() { f(); })();",
        "const a = { get x() { return this.x; } }; a.x;",
        "const a: any = new Proxy({}, { get(target, key, self) { return self[key]; } }); a.x;",
        "const a = { toJSON() { return JSON.stringify(a); } }; JSON.stringify(a);",
        "JSON.parse('['.repeat(1e5));",
        "eval('('.repeat(1e5));",
        "new Function('{'.repeat(1e5));",
        "eval('!'.repeat(1e6) + '1');",
        "let f = () => 1; for (let i = 0; i < 1e4; i++) { const g = f; f = () => g(); } f();",
    ] {
        let refusal = refusal(code);
        assert!(refusal.contains("calls itself without an end"), "{code}: {refusal}");
    }
}

#[test]
fn nothing_of_the_machine_is_visible() {
    refused(&[
        ("process.exit(3);", "process.exit() does not exist"),
        ("[].constructor.constructor('return this')().process.exit(7);", "does not exist"),
        ("process.env.PATH.length;", ""),
        ("require('fs').readFileSync('/etc/passwd');", "require() does not exist"),
        ("fetch('http://127.0.0.1');", "fetch() does not exist"),
        ("setTimeout(() => {}, 1);", "setTimeout() does not exist"),
        ("await new Promise(() => {});", "never happens"),
        ("await { then() {} };", "never happens"),
        ("Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0);", "cannot block"),
        ("std.loadFile('/etc/passwd');", "std"),
        ("import.meta.url.length;", ""),
        ("new WebAssembly.Module(new Uint8Array(8));", "WebAssembly"),
    ]);
}

#[test]
fn every_thrown_value_is_reported() {
    refused(&[
        ("throw { secret: 1 };", "object"),
        ("throw 'just text';", "just text"),
        ("throw null;", "null"),
        ("throw Symbol('x');", "symbol"),
        ("throw new Proxy(new Error('x'), { get() { for (;;); } });", ""),
        ("throw new Error();", "without a message"),
        ("throw new Error('a\\ud800');", "without a message"),
        ("throw new Error('x'.repeat(1e6));", "xxx…"),
        ("throw { get message() { return this.message; } };", "object"),
        ("null.x;", "null"),
    ]);
    let refusal = refusal("throw new Error('\\u001b[31m\\u0007\\0red');");
    assert!(refusal.contains("red") && !refusal.contains(['\u{1b}', '\u{7}', '\0']), "{refusal:?}");
}

#[test]
fn a_dynamic_import_cannot_leave_the_project() {
    for specifier in [
        "'/etc/' + 'passwd'",
        "'node:' + 'fs'",
        "'./objectstack.config' + '.ts?x'",
        "'data:text/javascript,1'",
    ] {
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

/// A project that changes how values are written changes its own package, and hangs nothing.
#[test]
fn tricks_with_serialization_stay_inside_the_project() {
    let handler = "hooks: [{ name: 'crm_h', object: 'crm_a', events: ['beforeInsert'], handler: (ctx) => { ctx.log.info('own'); } }]";
    for (trick, compiles) in [
        ("Object.freeze(Function.prototype);", true),
        ("Function.prototype.toJSON = () => 'stolen';", true),
        ("BigInt.prototype.toJSON = () => 'stolen';", true),
        ("delete globalThis.Function; delete globalThis.BigInt;", true),
        (
            "Object.defineProperty(Object.prototype, '\\u0000function', { get: () => 3, set() { throw 1; } });",
            true,
        ),
        ("Object.defineProperty(Object.prototype, 'default', { get() { for (;;); } });", true),
        ("Object.prototype.toJSON = () => 'stolen';", false),
        ("Object.defineProperty(Array.prototype, 'push', { get() { throw 1; } });", true),
    ] {
        let members = format!(
            "{handler}, objects: [{{ name: 'crm_a', label: 'A', sharingModel: 'private', fields: {{ name: {{ type: 'text', label: 'N' }} }} }}]"
        );
        let config =
            format!("{trick}\nexport default {{ {}, {members} }};", crate::project::MANIFEST);
        match Folder::config(&config).compile() {
            Ok(compiled) => {
                assert!(compiles, "{trick}");
                let body = compiled.artifact["hooks"][0]["body"]["source"].as_str();
                assert!(
                    body.is_some_and(|body| body.contains("own")),
                    "{trick}: {}",
                    compiled.artifact
                );
            }
            Err(found) => assert!(!compiles, "{trick}: {}", shown(&found)),
        }
    }
}

#[test]
fn names_of_prototypes_are_ordinary_keys() {
    let text = r#"{ "id": "com.acme.crm", "namespace": "crm", "version": "1.0.0", "type": "app", "name": "x", "__proto__": { "polluted": 1 } }"#;
    let refusal =
        Folder::config(&format!("export default {{ manifest: JSON.parse('{text}') }};")).refusal();
    assert!(refusal.contains("`__proto__` is unknown here"), "{refusal}");
    let folder =
        Folder::config("import manifest from './manifest.json';\nexport default { manifest };");
    folder.write("manifest.json", text);
    let refusal = folder.refusal();
    assert!(refusal.contains("`__proto__` is unknown here"), "{refusal}");
    let made = "const a: any = {}; a['\\u0000function'] = 1e300; a['\\u0000at'] = -1; a['\\u0000stack'] = {};";
    let refusal = Folder::config(&format!(
        "{made}\nexport default {{ ...a, manifest: a, hooks: [{{ handler: a }}] }};"
    ))
    .refusal();
    assert!(refusal.contains("manifest"), "{refusal}");
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
fn a_stack_that_contains_itself_is_refused() {
    let refusal = Folder::config("const a: any = {}; a.a = a;\nexport default a;").refusal();
    assert!(refusal.contains("circular"), "{refusal}");
}
