//! Folders that mean harm: nothing outside is read or written, nothing is waited for.

use crate::project::{Folder, MANIFEST};
use std::fs;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::path::Path;
use std::process::Command;

const YAML: &str =
    "manifest: { id: com.acme.crm, namespace: crm, version: 1.0.0, type: app, name: CRM }\n";

const FOREIGN: &str = "is not a module of this project";

/// What an import says, and what is said of it.
const IMPORTS: [(&str, &str); 25] = [
    ("/etc/passwd", FOREIGN),
    ("file:///etc/passwd", FOREIGN),
    ("data:text/javascript,export default 1", FOREIGN),
    ("http://127.0.0.1/x.js", FOREIGN),
    ("node:fs", FOREIGN),
    ("os:authoring", FOREIGN),
    ("../../../../../../etc/passwd", "leaves the project"),
    ("./src/../../outside", "leaves the project"),
    ("..", "leaves the project"),
    ("fs", "no package `fs`"),
    ("#x", "no package `#x`"),
    ("", "no package"),
    ("tool/../../../../../etc/passwd", "no package"),
    ("@x/../../../etc/passwd", "no package"),
    ("escaping", "no package `escaping`"),
    ("absolute", "no package `absolute`"),
    ("./link", "no module `./link`"),
    ("./folder/secret", "no module `./folder/secret`"),
    ("./round", "no module `./round`"),
    ("./zero", "no module `./zero`"),
    ("./pipe", "no module `./pipe`"),
    ("./folder.ts", "no module `./folder.ts`"),
    ("./self/self/self/nothing", "no module"),
    ("./%2e%2e/secret", "no module"),
    ("./a\\u0000b", "no module"),
];

fn importing(specifier: &str) -> Folder {
    Folder::config(&format!("import a from '{specifier}';\nexport default {{ a }};"))
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("a pipe").success());
    assert!(fs::metadata(path).expect("a pipe").file_type().is_fifo());
}

#[test]
fn imports_from_outside_of_the_project_are_refused() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.ts"), "export default 'secret';").unwrap();
    for (specifier, expected) in IMPORTS {
        let folder = importing(specifier);
        let root = folder.path();
        symlink(outside.path().join("secret.ts"), root.join("link.ts")).unwrap();
        symlink(outside.path(), root.join("folder")).unwrap();
        symlink("round.ts", root.join("round.ts")).unwrap();
        symlink("/dev/zero", root.join("zero.ts")).unwrap();
        symlink(".", root.join("self")).unwrap();
        pipe(&root.join("pipe.ts"));
        fs::create_dir(root.join("folder.ts")).unwrap();
        let package = |name: &str, main: &str| {
            let manifest = format!(r#"{{ "main": "{main}" }}"#);
            folder.write(&format!("node_modules/{name}/package.json"), &manifest);
        };
        package("tool", "index.js");
        package("escaping", "../../../../../../../../etc/passwd");
        package("absolute", "/etc/passwd");
        let refusal = folder.refusal();
        assert!(refusal.contains(expected), "{specifier}: {refusal}");
        assert!(refusal.contains("objectstack.config.ts:1:15"), "{specifier}: {refusal}");
        assert!(refusal.contains("= help: "), "{specifier}: {refusal}");
    }
}

#[test]
fn a_package_cannot_lead_out_of_the_project() {
    let outside = tempfile::tempdir().unwrap();
    fs::create_dir(outside.path().join("pkg")).unwrap();
    fs::write(outside.path().join("pkg/package.json"), r#"{ "main": "secret.js" }"#).unwrap();
    fs::write(outside.path().join("pkg/secret.js"), "export default 'secret';").unwrap();
    // The folder of packages itself, and one package in it.
    let folder = importing("pkg");
    symlink(outside.path(), folder.path().join("node_modules")).unwrap();
    assert!(folder.refusal().contains("no package `pkg`"));
    let folder = importing("pkg");
    fs::create_dir(folder.path().join("node_modules")).unwrap();
    symlink(outside.path().join("pkg"), folder.path().join("node_modules/pkg")).unwrap();
    assert!(folder.refusal().contains("no package `pkg`"));
    // What a package imports.
    let folder = importing("pkg");
    folder.write(
        "node_modules/pkg/package.json",
        r#"{ "exports": { ".": { "import": "./i.js" } } }"#,
    );
    folder.write(
        "node_modules/pkg/i.js",
        "import a from '../../../../../../etc/passwd'; export default a;",
    );
    assert!(folder.refusal().contains("node_modules/pkg/i.js:1:15"));
    let deep = format!(r#"{{ "exports": {}"./i.js"{} }}"#, "[".repeat(100), "]".repeat(100));
    folder.write("node_modules/pkg/package.json", &deep);
    assert!(folder.refusal().contains("pkg"));
}

#[test]
fn a_config_is_a_file_of_its_folder() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("real.ts"), "export default {};").unwrap();
    let folder = Folder::of(&[]);
    let config = folder.path().join("objectstack.config.ts");
    symlink(outside.path().join("real.ts"), &config).unwrap();
    assert!(folder.refusal().contains("is outside of the project"));
    for make in [
        (|path: &Path| pipe(path)) as fn(&Path),
        |path| symlink("/dev/zero", path).unwrap(),
        |path| fs::create_dir(path).unwrap(),
    ] {
        let folder = Folder::of(&[]);
        make(&folder.path().join("objectstack.config.ts"));
        let error = os_compile::Project::open(&folder.path()).unwrap_err();
        assert_eq!(error.to_string(), "there is no file `objectstack.config.ts`");
    }
}

#[test]
fn data_files_are_files_of_the_project() {
    type Make = fn(&Path);
    let cases: [(&str, Make, &str); 6] = [
        (
            "src/a.object.yaml",
            |path| symlink("/etc/passwd", path).unwrap(),
            "outside of the project",
        ),
        ("src/a.object.yaml", |path| symlink("/dev/zero", path).unwrap(), "outside of the project"),
        ("src/a.object.yaml", pipe, "there is no file `src/a.object.yaml`"),
        ("src/docs/crm_a.md", pipe, "there is no file `src/docs/crm_a.md`"),
        (
            "src/docs/crm_a.md",
            |path| symlink("/etc/passwd", path).unwrap(),
            "outside of the project",
        ),
        ("src/objects", |path| symlink("/etc", path).unwrap(), "outside of the project"),
    ];
    for (name, make, expected) in cases {
        let folder =
            Folder::of(&[("objectstack.config.yaml", YAML), ("src/docs/crm_b.md", "# B\n")]);
        make(&folder.path().join(name));
        let refusal = folder.refusal();
        assert!(refusal.contains(expected), "{name}: {refusal}");
    }
}

/// Each folder is read once, however many links lead to it.
#[test]
fn circular_links_are_followed_once() {
    let folder = Folder::of(&[
        ("objectstack.config.yaml", YAML),
        (
            "src/crm_a.object.yaml",
            "label: A\nsharingModel: private\nfields: { name: { type: text, label: Name } }\n",
        ),
    ]);
    for number in 0..50 {
        symlink("../src", folder.path().join(format!("src/round{number}"))).unwrap();
        symlink(".", folder.path().join(format!("src/self{number}"))).unwrap();
    }
    assert_eq!(folder.artifact()["objects"].as_array().unwrap().len(), 1);
}

#[test]
fn odd_file_names_work() {
    let manifest = format!("export default {{ {MANIFEST} }};");
    for (name, specifier) in
        [("a\nb.ts", "./a\\nb"), ("ä 'ö'.ts", "./ä \\'ö\\'"), ("a\u{1b}[2J.ts", "./a\\u001b[2J")]
    {
        let folder = Folder::config(&format!("import '{specifier}';\n{manifest}"));
        folder.write(name, "export {};");
        assert!(folder.compile().is_ok(), "{name}");
        folder.write(name, "let a = ;");
        let refusal = folder.refusal();
        assert!(refusal.contains("let a = ;") && !refusal.contains('\u{1b}'), "{refusal:?}");
    }
    // Two files on most systems, one on others: two modules here.
    let folder = Folder::config(&format!(
        "import A from './A'; import a from './a';\n{}",
        manifest.replace("'CRM'", "A + a")
    ));
    folder.write("A.ts", "export default 'upper';");
    folder.write("a.ts", "export default 'lower';");
    if fs::read_to_string(folder.path().join("A.ts")).unwrap().contains("upper") {
        assert_eq!(folder.artifact()["manifest"]["name"], "upperlower");
    }
}

#[test]
fn nothing_is_written() {
    let folder = Folder::stack("objects: [{ name: 'crm_a' }]");
    let before = fs::read_dir(folder.path()).unwrap().count();
    assert!(folder.compile().is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before);
}

#[test]
fn hundreds_of_modules_are_evaluated() {
    let imports: String = (0..400).map(|number| format!("import './src/m{number}';\n")).collect();
    let folder = Folder::config(&format!("{imports}export default {{ {MANIFEST} }};"));
    for number in 0..400 {
        folder.write(&format!("src/m{number}.ts"), "export {};");
    }
    assert!(folder.compile().is_ok());
    let folder = Folder::config("import './big';\nexport default {};");
    folder.write("big.ts", &"a;".repeat(25 << 20));
    assert!(folder.refusal().contains("`big.ts` is larger than"));
}

#[test]
fn a_circular_import_used_too_early_is_reported() {
    let folder = Folder::of(&[
        ("objectstack.config.ts", "import { a } from './a';\nexport default { a };"),
        ("a.ts", "import { b } from './b';\nexport const a = b + 1;"),
        ("b.ts", "import { a } from './a';\nexport const b = a + 1;"),
    ]);
    let refusal = folder.refusal();
    assert!(refusal.contains("a is not initialized") && refusal.contains("b.ts:2:"), "{refusal}");
}

#[test]
fn a_missing_export_is_reported_at_its_import() {
    let folder = Folder::of(&[
        ("objectstack.config.ts", "import * as all from './src';\nexport default { ...all };"),
        ("src/index.ts", "export * from './a';\nimport { accuont } from './a';\naccuont;"),
        ("src/a.ts", "export const account = 1;\nexport const contact = 2;"),
    ]);
    let refusal = folder.refusal();
    assert!(refusal.contains("`src/a.ts` exports no `accuont`"), "{refusal}");
    assert!(refusal.contains("src/index.ts:2:10"), "{refusal}");
    folder.write("src/index.ts", "export { accuont as other } from './a';");
    assert!(folder.refusal().contains("src/index.ts:1:10"), "{}", folder.refusal());
}
