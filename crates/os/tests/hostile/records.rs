//! Filters that make work, and lists that take memory.

use crate::scene::{Attack, NOTES, Scene};
use crate::wire::{Answer, at_once};
use serde_json::{Value, json};
use std::time::Duration;

pub const FILTERS: &[(&str, Attack)] = &[
    ("many values", many_values),
    ("many parts", many_parts),
    ("patterns that are refused", refused_patterns),
    ("patterns that are admitted", admitted_patterns),
    ("names and orders", names),
];

pub const LISTS: &[(&str, Attack)] = &[
    ("lists that are too large", large_lists),
    ("lists that nobody reads", unread_lists),
    ("lists that are read slowly", slow_lists),
];

fn query(scene: &Scene, body: &Value) -> Answer {
    scene.owner.post(&format!("{NOTES}/query"), body)
}

fn many_values(scene: &Scene) -> Vec<Answer> {
    let values = |count: usize| (0..count).map(|it| json!(it.to_string())).collect::<Vec<_>>();
    let refused = json!({"where": {"name": {"$in": values(32_000)}}});
    let admitted = json!({"where": {"name": {"$nin": values(1000)}, "id": {"$nin": values(900)}}});
    let each: Vec<Value> = (0..200).map(|_| json!({"name": {"$in": values(1000)}})).collect();
    let each = json!({"where": {"$or": each}});
    at_once(12, |index| query(scene, [&refused, &admitted, &each][index % 3]))
}

fn many_parts(scene: &Scene) -> Vec<Answer> {
    let tests: Vec<Value> = (0..20_000).map(|it| json!({"count": it})).collect();
    let empty: Vec<Value> = (0..100_000).map(|_| json!({})).collect();
    let admitted: Vec<Value> = (0..190).map(|it| json!({"$not": {"count": {"$lt": it}}})).collect();
    let bodies = [tests, empty, admitted].map(|it| json!({"where": {"$or": it}, "limit": 2}));
    at_once(9, |index| query(scene, &bodies[index % 3]))
}

fn refused_patterns(scene: &Scene) -> Vec<Answer> {
    let long = json!({"text": {"$like": "%a".repeat(2000)}});
    let many: Vec<Value> = (0..200).map(|_| json!({"text": {"$like": "%a%b%"}})).collect();
    let all: Vec<Value> = (0..6).map(|_| json!({"text": {"$ilike": "%a".repeat(120)}})).collect();
    let bodies =
        [json!({"where": long}), json!({"where": {"$and": many}}), json!({"where": {"$or": all}})];
    at_once(9, |index| query(scene, &bodies[index % 3]))
}

/// As slow as filters can be: they end at the deadline of statements, or are done.
pub fn admitted_patterns(scene: &Scene) -> Vec<Answer> {
    let pattern = json!({"text": {"$like": format!("%{}b%", "a".repeat(250))}});
    let filter: Value = (0..4).map(|_| json!({"$not": pattern})).collect();
    let body = json!({"where": {"$and": filter}, "fields": ["name"]});
    at_once(6, |_| query(scene, &body))
}

fn names(scene: &Scene) -> Vec<Answer> {
    let names: Vec<String> = (0..100_000).map(|it| format!("f{it}")).collect();
    let same = vec!["name"; 100_000];
    let aggregations: Vec<Value> = (0..5000)
        .map(|it| json!({"function": "sum", "field": "count", "alias": format!("a{it}")}))
        .collect();
    let bodies = [
        json!({"select": names}),
        json!({"select": same}),
        json!({"sort": vec!["name"; 50_000]}),
        json!({"search": "a ".repeat(50_000), "searchFields": names}),
        json!({"expand": names}),
        json!({"groupBy": names}),
        json!({"groupBy": ["name"], "aggregations": aggregations}),
        json!({"limit": 1e30, "offset": -1}),
    ];
    at_once(bodies.len(), |index| query(scene, &bodies[index]))
}

fn large_lists(scene: &Scene) -> Vec<Answer> {
    at_once(12, |index| match index % 3 {
        0 => scene.owner.get(NOTES),
        1 => scene.owner.get(&format!("{NOTES}?limit=5")),
        _ => query(scene, &json!({"groupBy": ["text", "name"]})),
    })
}

fn unread_lists(scene: &Scene) -> Vec<Answer> {
    let request = scene.owner.head("GET", &format!("{NOTES}?limit=5"), 0, "");
    let held: Vec<_> = (0..16).filter_map(|_| scene.owner.leave_open(request.as_bytes())).collect();
    std::thread::sleep(Duration::from_millis(1500));
    drop(held);
    Vec::new()
}

fn slow_lists(scene: &Scene) -> Vec<Answer> {
    use std::io::Read;
    let request = scene.owner.head("GET", &format!("{NOTES}?limit=5"), 0, "");
    at_once(12, |_| {
        let stream = scene.owner.leave_open(request.as_bytes());
        let Some(mut stream) = stream else { return Answer::default() };
        let mut part = [0; 4096];
        for _ in 0..20 {
            std::thread::sleep(Duration::from_millis(60));
            if !matches!(stream.read(&mut part), Ok(1..)) {
                break;
            }
        }
        Answer::default()
    })
}
