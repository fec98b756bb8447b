//! What may be imported, and what it means.

use crate::project::{Folder, MANIFEST};

fn described(imports: &str, expression: &str, files: &[(&str, &str)]) -> String {
    let folder = Folder::described(imports, expression);
    for (name, text) in files {
        folder.write(name, text);
    }
    folder.description()
}

#[test]
fn files_are_found_as_typescript_finds_them() {
    let imports = "
        import a from './src/a.js'; import * as b from './src/b'; import c from './c.json';
        import { d } from './d.ts'; import { tiny } from 'tiny'; import { deep } from 'tiny/deep';
        import old from 'old';";
    let files = [
        ("src/a.ts", "export default 'a' as const;"),
        ("src/b/index.ts", "import x from '../b2'; export default x;"),
        ("src/b2.ts", "enum E { B = 'b' } export default E.B;"),
        ("c.json", "{ \"c\": \"c\" }"),
        ("d.ts", "export type D = string; export const d: D = 'd';"),
        (
            "node_modules/tiny/package.json",
            r#"{ "exports": { ".": { "import": "./i.mjs" }, "./deep": "./deep.js" } }"#,
        ),
        ("node_modules/tiny/i.mjs", "export const tiny = 'e';"),
        ("node_modules/tiny/deep.js", "export const deep = 'f';"),
        ("node_modules/old/package.json", r#"{ "main": "lib" }"#),
        ("node_modules/old/lib.js", "'use strict'; module.exports = { letter: 'g' };"),
    ];
    let expression = "[a, b.default, c.c, d, tiny, deep, old.letter].join('')";
    assert_eq!(described(imports, expression, &files), "abcdefg");
}

#[test]
fn modules_may_import_each_other() {
    let files = [
        ("a.ts", "import { b } from './b'; export const a = () => b(); export const name = 'x';"),
        ("b.ts", "import { name } from './a'; export const b = () => name;"),
    ];
    assert_eq!(described("import { a } from './a';", "a()", &files), "x");
}

#[test]
fn a_plugin_of_the_platform_is_named_and_not_run() {
    let folder = Folder::config(&format!(
        "import {{ RestPlugin }} from '@objectstack/connector-rest';\nimport {{ rest }} from '@objectstack/connector-rest';\nexport default {{ {MANIFEST}, plugins: [new RestPlugin({{ url: 'x' }}), rest()] }};"
    ));
    let compiled = folder.compile().unwrap();
    assert!(compiled.artifact.get("plugins").is_none());
    assert!(compiled.warnings[0].message.contains("@objectstack/connector-rest"));
}

#[test]
fn a_name_that_the_authoring_module_lacks_is_reported() {
    let folder =
        Folder::described("import { defineFlwo } from '@objectstack/spec';", "defineFlwo({})");
    let refusal = folder.refusal();
    assert!(refusal.contains("objectstack.config.ts:2:10"), "{refusal}");
    assert!(refusal.contains("did you mean `defineFlow`?"), "{refusal}");
}

#[test]
fn urls_are_parsed_as_in_node() {
    let address = "new URL('../b?c=d#e', 'HTTPS://me:secret@Example.com:8080/x/a')";
    let parts = format!(
        "(url => [url.href, url.protocol, url.username, url.password, url.host, url.hostname, url.port, url.pathname, url.search, url.hash, url.origin].join(' '))({address})"
    );
    let expected = "https://me:secret@example.com:8080/b?c=d#e https: me secret example.com:8080 example.com 8080 /b ?c=d #e https://example.com:8080";
    assert_eq!(described("", &parts, &[]), expected);
    assert_eq!(
        described("", "JSON.stringify([new URL('http://a.b'), URL.canParse('x')])", &[]),
        "[\"http://a.b/\",false]"
    );
    let folder = Folder::described("", "String(new URL('no address'))");
    assert!(folder.compile().unwrap_err()[0].message.contains("Invalid URL: no address"));
}
