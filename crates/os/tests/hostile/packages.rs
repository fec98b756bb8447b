//! Packages that make work for those who read them, install them, or read their records.

use crate::scene::{Attack, Scene};
use crate::wire::{Answer, at_once};
use os_test::runtime::{INSTALLED, package, with, with_manifest};
use serde_json::{Map, Value, json};

pub const ALL: &[(&str, Attack)] = &[
    ("schemas of settings", schemas),
    ("settings of many values", settings),
    ("artifacts of many parts", many_parts),
    ("seeds of many records", many_seeds),
    ("expressions that are too large", large_expressions),
    ("expressions that take all their steps", slow_expressions),
    ("patterns in validations", patterns),
];

fn install(scene: &Scene, artifact: &Value, settings: Value) -> Answer {
    scene.owner.post(INSTALLED, &json!({"manifest": artifact, "settings": settings}))
}

/// A package with one object and these fields.
fn with_fields(namespace: &str, fields: &Value) -> Value {
    package(namespace, "1.0.0", json!([{"name": format!("{namespace}_thing"), "fields": fields}]))
}

fn with_schema(namespace: &str, schema: Value) -> Value {
    let fields = json!({"name": {"type": "text"}});
    with_manifest(with_fields(namespace, &fields), "configurationSchema", schema)
}

/// Schemas whose size multiplies when they are read.
pub fn bombs() -> Vec<Value> {
    let doubled: Map<String, Value> = (0..60)
        .map(|it| {
            let next = format!("#/$defs/d{}", it + 1);
            (format!("d{it}"), json!({"allOf": [{"$ref": next}, {"$ref": next}]}))
        })
        .collect();
    let mut deep = json!({});
    for _ in 0..100 {
        deep = json!({"not": {"items": deep}});
    }
    let wide: Map<String, Value> =
        (0..30_000).map(|it| (format!("p{it}"), json!({"type": "string"}))).collect();
    let patterns: Vec<Value> = (0..500)
        .map(|it| json!({"pattern": format!("(a{{1,{}}}){{1,1000}}$", it + 500)}))
        .collect();
    vec![
        json!({"$defs": doubled, "allOf": [{"$ref": "#/$defs/d0"}]}),
        deep,
        json!({"properties": wide}),
        json!({"properties": {"a": {"anyOf": patterns}}}),
        json!({"properties": {"a": {"enum": (0..100_000).collect::<Vec<_>>()}}}),
        json!({"properties": {"a": {"pattern": "((((a{1,99}){1,99}){1,99}){1,99}){1,99}"}}}),
    ]
}

/// A schema with many branches, and settings with many values.
pub fn branches(values: usize) -> (Value, Value) {
    let branches = vec![json!({"type": "object"}); 2400];
    let schema = json!({"properties": {"a": {"items": {"anyOf": branches}}}});
    (schema, json!({"a": vec![1; values]}))
}

fn schemas(scene: &Scene) -> Vec<Answer> {
    let bombs = bombs();
    at_once(bombs.len(), |index| {
        let artifact = with_schema("bomb", bombs[index].clone());
        install(scene, &artifact, json!({"a": "a".repeat(50_000)}))
    })
}

fn settings(scene: &Scene) -> Vec<Answer> {
    at_once(3, |index| {
        let (schema, settings) = branches([20, 90, 120_000][index % 3]);
        install(scene, &with_schema("many", schema), settings)
    })
}

fn many_parts(scene: &Scene) -> Vec<Answer> {
    let text = json!({"type": "text"});
    let fields: Map<String, Value> = (0..5000).map(|it| (format!("f{it}"), text.clone())).collect();
    let objects: Vec<Value> = (0..3000)
        .map(|it| json!({"name": format!("wide_o{it}"), "fields": {"name": text}}))
        .collect();
    let options: Vec<Value> =
        (0..20_000).map(|it| json!({"label": it.to_string(), "value": it.to_string()})).collect();
    let dependencies: Map<String, Value> =
        (0..5000).map(|it| (format!("com.acme.d{it}"), json!("^1.0.0"))).collect();
    let name = json!({"name": text});
    let artifacts = [
        with_fields("wide", &Value::Object(fields)),
        package("wide", "1.0.0", json!(objects)),
        with_fields("wide", &json!({"kind": {"type": "select", "options": options}})),
        with_manifest(with_fields("wide", &name), "dependencies", Value::Object(dependencies)),
        with(with_fields("wide", &name), "translations", json!(vec![json!({"de": {}}); 50_000])),
    ];
    at_once(artifacts.len(), |index| install(scene, &artifacts[index], json!({})))
}

fn many_seeds(scene: &Scene) -> Vec<Answer> {
    let records: Vec<Value> = (0..5000).map(|it| json!({"name": format!("n{it}")})).collect();
    let seeds = json!([{"object": "seeded_thing", "externalId": "name", "records": records}]);
    let datasets: Vec<Value> = (0..5000)
        .map(
            |it| json!({"object": "seeded_thing", "externalId": "name", "records": [{"name": it}]}),
        )
        .collect();
    let artifact = with_fields("seeded", &json!({"name": {"type": "text"}}));
    let artifacts =
        [with(artifact.clone(), "data", seeds), with(artifact, "data", json!(datasets))];
    at_once(2, |index| install(scene, &artifacts[index], json!({})))
}

fn formula(source: &str) -> Value {
    json!({"type": "formula", "expression": {"dialect": "cel", "source": source}})
}

fn large_expressions(scene: &Scene) -> Vec<Answer> {
    let sources = [
        "(".repeat(15_000),
        "!".repeat(15_000),
        "a.".repeat(7000) + "a",
        format!("[{}1]", "1,".repeat(7000)),
        "1+".repeat(7000) + "1",
        "a".repeat(1_000_000),
        format!("'{}'.matches('((a{{1,999}}){{1,999}}){{1,999}}')", "a".repeat(1000)),
    ];
    at_once(sources.len(), |index| {
        let fields = json!({"name": {"type": "text"}, "f": formula(&sources[index])});
        install(scene, &with_fields("large", &fields), json!({}))
    })
}

/// Formulas that take all their steps, over as many records as one list has.
fn slow_expressions(scene: &Scene) -> Vec<Answer> {
    let all = "record.many.all(a, record.many.all(b, record.many.all(c, a + b + c >= 0)))";
    let text = "record.text.replace('a', record.text).replace('a', record.text).size()";
    let fields = json!({
        "many": {"type": "json"}, "text": {"type": "textarea"}, "f": formula(all), "g": formula(text),
    });
    let mut answers = vec![install(scene, &with_fields("slow", &fields), json!({}))];
    let records: Vec<Value> =
        (0..100).map(|_| json!({"many": vec![1; 60], "text": "a".repeat(3000)})).collect();
    let path = "/api/v1/data/slow_thing";
    answers.push(scene.owner.post(&format!("{path}/createMany"), &json!({"records": records})));
    answers.extend(at_once(4, |_| scene.owner.get(path)));
    answers
}

fn patterns(scene: &Scene) -> Vec<Answer> {
    let rule = |name: &str, source: &str| {
        let condition = json!({"dialect": "cel", "source": source});
        json!({"name": name, "type": "script", "message": "no", "condition": condition})
    };
    let mut artifact = with_fields("regex", &json!({"text": {"type": "textarea"}}));
    artifact["objects"][0]["validations"] = json!([
        rule("a", "record.text.matches('^(a+)+$')"),
        rule("b", "record.text.matches('(a|aa)+b(a*)*c')"),
        rule("c", "record.text.matches('(.*a){20}')"),
    ]);
    let mut answers = vec![install(scene, &artifact, json!({}))];
    let text = "a".repeat(500_000) + "!";
    let path = "/api/v1/data/regex_thing";
    answers.extend(at_once(8, |_| scene.owner.post(path, &json!({"text": text}))));
    answers
}
