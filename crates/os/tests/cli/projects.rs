//! `os init`, `os compile` and what authors do next.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn os(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_os"));
    command.current_dir(folder).env_clear().env("NO_COLOR", "1").args(arguments);
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_new_project_compiles_in_every_template() {
    let folder = tempfile::tempdir().unwrap();
    for template in ["app", "plugin", "empty"] {
        let name = format!("my-{template}");
        let made = os(folder.path(), &["init", &name, "-t", template]);
        assert!(made.status.success(), "{}", text(&made.stderr));
        let project = folder.path().join(&name);
        for check in ["compile", "validate", "lint"] {
            let done = os(&project, &[check, "--json"]);
            assert!(done.status.success(), "{check}: {}{}", text(&done.stdout), text(&done.stderr));
        }
        let artifact = std::fs::read_to_string(project.join("dist/objectstack.json")).unwrap();
        let artifact: Value = serde_json::from_str(&artifact).unwrap();
        assert_eq!(artifact["manifest"]["id"], format!("com.example.my-{template}"));
        let again = os(folder.path(), &["init", &name]);
        assert_eq!(again.status.code(), Some(1), "what exists is not written over");
    }
}

#[test]
fn a_time_that_no_date_has_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = "export default { manifest: { id: 'com.acme.a', namespace: 'acme_a', version: '1.0.0', type: 'app', name: new Date().toISOString() } };\n";
    std::fs::write(folder.path().join("objectstack.config.ts"), file).unwrap();
    let compile = |epoch: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_os"));
        command.current_dir(folder.path()).env_clear().env("SOURCE_DATE_EPOCH", epoch);
        command.arg("compile").output().unwrap()
    };
    for epoch in ["9223372036854775807", "253402300800", "-1", "1.5", "soon"] {
        let refused = compile(epoch);
        assert_eq!(refused.status.code(), Some(2), "{epoch}: {}", text(&refused.stderr));
        let message = format!("`{epoch}` is not a valid SOURCE_DATE_EPOCH");
        assert!(text(&refused.stderr).contains(&message), "{}", text(&refused.stderr));
        assert!(!folder.path().join("dist").exists());
    }
    let latest = compile("253402300799");
    assert!(latest.status.success(), "{}", text(&latest.stderr));
    let artifact = std::fs::read_to_string(folder.path().join("dist/objectstack.json")).unwrap();
    assert!(artifact.contains("9999-12-31T23:59:59.000Z"), "{artifact}");
}

#[test]
fn types_are_written_anew_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let refused = os(folder.path(), &["init", "--types"]);
    assert_eq!(refused.status.code(), Some(1), "there is no project");
    assert!(os(folder.path(), &["init", "shop"]).status.success());
    let types = folder.path().join("shop/types/objectstack.d.ts");
    let written = std::fs::read_to_string(&types).unwrap();
    std::fs::write(&types, "// of an older version").unwrap();
    assert!(os(folder.path(), &["init", "shop", "--types"]).status.success());
    assert_eq!(std::fs::read_to_string(&types).unwrap(), written);
}

#[test]
fn problems_are_shown_at_their_line_and_as_json() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("objectstack.config.ts"), "\nexport default {{;\n").unwrap();
    let failed = os(folder.path(), &["compile"]);
    assert_eq!(failed.status.code(), Some(1));
    let shown = text(&failed.stderr);
    assert!(shown.contains(" --> objectstack.config.ts:2:17"), "{shown}");
    assert!(shown.contains("2 | export default {{;"), "{shown}");
    let failed = os(folder.path(), &["build", "--json"]);
    let answer: Value = serde_json::from_slice(&failed.stdout).unwrap();
    assert_eq!(answer["success"], false);
    assert_eq!(answer["errors"][0]["place"]["line"], 2);
    assert!(!folder.path().join("dist").exists());
}

#[test]
fn what_no_runtime_loads_does_not_compile() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path();
    for (member, path) in [
        ("data: [{ object: 'sys_user', records: [{ name: 'A' }] }],", "data[0].object"),
        ("data: [{ object: 'tt_note', records: [{ name: 'x' }] }],", "data[0].object"),
        (
            "objects: [{ name: 'shop_a', label: 'A', sharingModel: 'private', fields: { ctid: { type: 'text' } } }],",
            "objects[0].fields.ctid",
        ),
    ] {
        // An id that is none is only warned of, and the rest is read all the same.
        let id = if path == "data[0].object" { "com.acme.shop" } else { "com.acme.the_shop" };
        let config = format!(
            "import {{ defineStack }} from '@objectstack/spec';\nexport default defineStack({{\n\
             manifest: {{ id: '{id}', namespace: 'shop', version: '1.0.0', type: 'app', \
             name: 'Shop', engines: {{ protocol: '^17' }} }},\n{member}\n}});\n"
        );
        std::fs::write(project.join("objectstack.config.ts"), &config).unwrap();
        for command in ["compile", "validate"] {
            let failed = os(project, &[command]);
            let shown = text(&failed.stderr);
            assert_eq!(failed.status.code(), Some(1), "{shown}");
            assert!(shown.contains(" --> objectstack.config.ts:4:"), "{shown}");
            let failed = os(project, &[command, "--json"]);
            let answer: Value = serde_json::from_slice(&failed.stdout).unwrap();
            let error = &answer["errors"][0];
            assert_eq!(error["rule"], "install", "{answer}");
            assert!(error["path"].as_str().unwrap().starts_with(path), "{answer}");
        }
        assert!(!project.join("dist").exists());
    }
}

#[test]
fn what_has_no_effect_is_said_once_and_is_no_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path();
    let config = "import { defineStack } from '@objectstack/spec';\nexport default defineStack({\n\
        manifest: { id: 'com.acme.shop', namespace: 'shop', version: '1.0.0', type: 'app', \
        name: 'Shop', engines: { protocol: '^17' } },\n\
        requires: ['ui', 'hierarchy-security', 'governance'],\n\
        positions: [{ name: 'clerk', label: 'Clerk' }, { name: 'lead', label: 'Lead' }],\n\
        objects: [{ name: 'shop_a', label: 'A', sharingModel: 'private', ownership: 'user', \
        lifecycle: { class: 'record' }, fields: { title: { type: 'text', label: 'Title' } } }],\n});\n";
    std::fs::write(project.join("objectstack.config.ts"), config).unwrap();
    let said = [
        (
            "requires[1]",
            "has no effect here, nor in another place: this runtime lacks `hierarchy-security`, `governance`, and",
        ),
        (
            "positions[0]",
            "has no effect here, nor in another place: nobody can be given a position",
        ),
        ("objects[0].lifecycle", "has no effect here: records stay until people delete them"),
    ];
    for command in ["compile", "validate", "lint"] {
        let done = os(project, &[command, "--json"]);
        let answer: Value = serde_json::from_slice(&done.stdout).unwrap();
        assert!(done.status.success(), "{command}: {answer}");
        let of_rule = |it: &&Value| it["rule"] == "no-effect";
        let found: Vec<&Value> =
            answer["warnings"].as_array().unwrap().iter().filter(of_rule).collect();
        assert_eq!(found.len(), said.len(), "{command}: {answer}");
        for (path, message) in said {
            let is_it = |it: &&&Value| it["path"] == path;
            let warning = found.iter().find(is_it).unwrap_or_else(|| panic!("{path}: {answer}"));
            assert!(warning["message"].as_str().unwrap().starts_with(message), "{warning}");
            assert_eq!(warning["place"].is_null(), command == "compile", "{warning}");
        }
        let shown = text(&os(project, &[command]).stderr);
        assert_eq!(shown.matches("has no effect here").count(), said.len(), "{command}: {shown}");
    }
}

#[test]
fn a_folder_without_a_project_gets_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let failed = os(folder.path(), &["compile"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(text(&failed.stderr).contains("os init"));
}

#[test]
fn two_versions_are_compared_item_by_item() {
    let folder = tempfile::tempdir().unwrap();
    let write =
        |name: &str, content: &str| std::fs::write(folder.path().join(name), content).unwrap();
    write("a.json", r#"{"objects":[{"name":"a"},{"name":"b","label":"B"}]}"#);
    write("b.json", r#"{"objects":[{"name":"b","label":"C"},{"name":"c"}]}"#);
    let found = os(folder.path(), &["diff", "a.json", "b.json"]);
    let expected = "- objects a\n~ objects b: label\n+ objects c\n✓ 3 changes\n";
    assert_eq!(text(&found.stdout), expected);
    let counted = os(folder.path(), &["info", "a.json", "--json"]);
    let counted: Value = serde_json::from_slice(&counted.stdout).unwrap();
    assert_eq!(counted["counts"]["objects"], 2);
}

#[test]
fn a_change_of_rights_is_refused_until_it_is_reviewed() {
    let folder = tempfile::tempdir().unwrap();
    let write = |grant: &str| {
        let config = format!(
            "export default {{
  manifest: {{ id: 'com.acme.shop', namespace: 'shop', version: '1.0.0', type: 'plugin', name: 'Shop', engines: {{ protocol: '^17' }} }},
  objects: [{{ name: 'shop_a', label: 'A', sharingModel: 'private', fields: {{ name: {{ type: 'text' }} }} }}],
  permissions: [{{ name: 'clerk', label: 'Clerk', objects: {{
    shop_a: {{ {grant}: true }},
  }} }}],
}};"
        );
        std::fs::write(folder.path().join("objectstack.config.ts"), config).unwrap();
    };
    write("allowRead");
    assert!(os(folder.path(), &["compile"]).status.success(), "a review was not requested");
    assert!(os(folder.path(), &["compile", "--update-access-matrix"]).status.success());
    assert!(os(folder.path(), &["compile"]).status.success(), "it is what was reviewed");

    write("allowDelete");
    let failed = os(folder.path(), &["compile"]);
    assert_eq!(failed.status.code(), Some(1));
    let shown = text(&failed.stderr);
    for part in ["`clerk` gains `delete` on `shop_a`", "`clerk` loses `read` on `shop_a`"] {
        assert!(shown.contains(part), "{shown}");
    }
    assert!(shown.contains("objectstack.config.ts:5:13"), "{shown}");
    assert!(os(folder.path(), &["compile", "--update-access-matrix"]).status.success());
    assert!(os(folder.path(), &["compile"]).status.success());
}

#[test]
fn a_handler_that_is_no_data_can_be_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let config = "const rate = 2;
export default {
  manifest: { id: 'com.acme.shop', namespace: 'shop', version: '1.0.0', type: 'plugin', name: 'Shop', engines: { protocol: '^17' } },
  objects: [{ name: 'shop_a', label: 'A', sharingModel: 'private', fields: { name: { type: 'text' } } }],
  hooks: [{ name: 'shop_rate', object: 'shop_a', events: ['beforeInsert'], handler: (ctx) => { ctx.input.x = rate; } }],
};";
    std::fs::write(folder.path().join("objectstack.config.ts"), config).unwrap();
    let outcome = os(folder.path(), &["compile"]);
    assert!(
        outcome.status.success() && text(&outcome.stderr).contains("`rate`, defined outside of it")
    );
    let refused = os(folder.path(), &["compile", "--strict-body"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("error: hook `shop_rate`"), "{}", text(&refused.stderr));
}

#[test]
fn the_same_files_give_the_same_bytes_everywhere() {
    let scratch = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/crm");
    let copy = scratch.path().join("elsewhere/ünï cødé");
    copy_folder(&example, &copy);
    let compiled = |number: usize, folder: &Path, project: &Path, variables: &[(&str, &str)]| {
        let file = scratch.path().join(format!("{number}.json"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_os"));
        command.current_dir(folder).env_clear().envs(variables.iter().copied());
        command.arg("compile").arg(project).arg("-o").arg(&file);
        let done = command.output().unwrap();
        assert!(done.status.success(), "{}", text(&done.stderr));
        std::fs::read(file).unwrap()
    };
    let here = compiled(0, &example, Path::new("."), &[]);
    let far = [("TZ", "Asia/Kathmandu"), ("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8")];
    let there = [
        compiled(1, Path::new("/"), &example, &far),
        compiled(2, scratch.path(), &copy, &[("TZ", "America/St_Johns"), ("HOME", "/nowhere")]),
        compiled(3, &copy.join("src"), Path::new("../objectstack.config.ts"), &[]),
    ];
    assert!(there.iter().all(|bytes| *bytes == here));
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    // The order in which files are made is not that of their names.
    let mut entries: Vec<_> = std::fs::read_dir(from).unwrap().map(Result::unwrap).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.file_name()));
    for entry in entries {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_folder(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}
