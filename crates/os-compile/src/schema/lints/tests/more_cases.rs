//! Rules for flows, permissions, sharing, seeds and navigation: each on something wrong, and on
//! something near to it that is right.

use super::cases::check;
use serde_json::{Value, json};

fn flow(changes: Value) -> Value {
    let mut flow = json!({
        "name": "shop_flow", "label": "F", "type": "record_change", "status": "active",
        "nodes": [
            { "id": "s", "type": "start", "label": "S", "config": { "triggerType": "record-after-update", "objectName": "shop_order" } },
            { "id": "d", "type": "decision", "label": "D", "config": { "conditions": [{ "label": "Yes", "expression": "amount > 1" }] } },
            { "id": "u", "type": "update_record", "label": "U", "config": { "objectName": "shop_order", "filter": { "id": "{record.id}" }, "fields": { "title": "x" } } },
        ],
        "edges": [
            { "id": "e1", "source": "s", "target": "d" },
            { "id": "e2", "source": "d", "target": "u", "label": "Yes" },
            { "id": "e3", "source": "d", "target": "u", "isDefault": true },
        ],
    });
    for (pointer, value) in changes.as_object().unwrap() {
        match flow.pointer_mut(pointer) {
            Some(place) => *place = value.clone(),
            None => {
                let (above, key) = pointer.rsplit_once('/').unwrap();
                flow.pointer_mut(above).unwrap()[key] = value.clone();
            }
        }
    }
    json!({ "/flows/0": flow })
}

#[test]
fn flows() {
    check(&[
        (
            flow(json!({ "/nodes/2/config/fields": { "titel": "x" } })),
            "error flow-node-write-unknown-field flows[0].nodes[2].config.fields.titel",
            flow(json!({})),
        ),
        (
            flow(json!({ "/nodes/0/config/triggerType": "record-after-change" })),
            "error flow-trigger-unknown-event flows[0].nodes[0].config.triggerType",
            flow(json!({ "/nodes/0/config/triggerType": "record-before-write" })),
        ),
        (
            flow(json!({ "/nodes/0/config/objectName": "shop_oder" })),
            "warning flow-trigger-unknown-object flows[0].nodes[0].config.objectName",
            flow(json!({ "/nodes/0/config/objectName": "sys_user" })),
        ),
        (
            flow(json!({ "/nodes/0/config": {} })),
            "error flow-trigger-unroutable flows[0].nodes[0].config.triggerType",
            flow(json!({ "/nodes/0/config": {}, "/type": "autolaunched" })),
        ),
        (
            flow(json!({ "/type": "schedule", "/nodes/0/config": { "schedule": "0 9 * * *" } })),
            "error flow-runas-unscoped flows[0].runAs",
            flow(
                json!({ "/type": "schedule", "/runAs": "system", "/nodes/0/config": { "schedule": "0 9 * * *" } }),
            ),
        ),
        (
            flow(json!({ "/edges/1/label": "No" })),
            "error flow-branch-label-unmatched flows[0].nodes[1].config.conditions[0].label",
            flow(json!({ "/edges/1/label": " yes " })),
        ),
        (
            flow(json!({ "/edges/2/condition": "amount > 1" })),
            "error flow-default-edge-with-condition flows[0].edges[2].condition",
            flow(json!({})),
        ),
        (
            flow(json!({ "/nodes/1/config/conditions/0/expression": "amount >" })),
            "error expression-invalid flows[0].nodes[1].config.conditions[0].expression",
            flow(json!({})),
        ),
        (
            flow(json!({ "/nodes/0/config/condition": "record.amuont > 1" })),
            "error expression-invalid flows[0].nodes[0].config.condition",
            flow(json!({ "/nodes/0/config/condition": "record.amount > 1 && some_variable" })),
        ),
        (
            flow(
                json!({ "/nodes/2": { "id": "u", "type": "script", "label": "U", "config": {} } }),
            ),
            "error flow-script flows[0].nodes[2].config",
            flow(
                json!({ "/nodes/2": { "id": "u", "type": "script", "label": "U", "config": { "function": "f" } } }),
            ),
        ),
    ]);
}

fn set(changes: Value) -> Value {
    let mut set = json!({ "name": "shop_user", "label": "User", "objects": { "shop_order": { "allowRead": true }, "shop_line": { "allowRead": true } } });
    set.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    json!({ "/permissions/0": set })
}

fn row(using: &str) -> Value {
    set(
        json!({ "rowLevelSecurity": [{ "name": "own", "object": "shop_order", "operation": "select", "using": using }] }),
    )
}

#[test]
fn security() {
    let sharing = "/objects/2/sharingModel";
    let external = "/objects/0/externalSharingModel";
    let readable = json!({ "readable": true });
    check(&[
        (
            set(json!({ "fields": { "shop_order.titel": readable } })),
            "error security-fls-unknown-field permissions[0].fields.shop_order.titel",
            set(json!({ "fields": { "shop_order.title": readable } })),
        ),
        (
            set(json!({ "fields": { "title": readable } })),
            "error security-fls-unqualified-key permissions[0].fields.title",
            set(json!({ "fields": { "crm_lead.title": readable } })),
        ),
        (
            set(json!({ "objects": { "*": { "viewAllRecords": true } } })),
            "error security-wildcard-vama permissions[0].objects.*",
            set(json!({ "objects": { "*": { "allowRead": true } } })),
        ),
        (
            set(json!({ "isDefault": true, "objects": { "shop_line": { "allowDelete": true } } })),
            "error security-anchor-high-privilege permissions[0].isDefault",
            set(json!({ "isDefault": true })),
        ),
        (
            set(json!({ "objects": { "shop_order": { "allowRead": true } } })),
            "warning security-master-detail-ungranted objects[2].fields.order",
            set(json!({})),
        ),
        (
            json!({ "/objects/0/sharingModel": "controlled_by_parent" }),
            "error security-controlled-by-parent-no-relation objects[0].sharingModel",
            json!({ sharing: "controlled_by_parent" }),
        ),
        (
            json!({ external: "public_read" }),
            "error security-external-wider-than-internal objects[0].externalSharingModel",
            json!({ external: "private" }),
        ),
        (
            json!({ "/objects/0/fields/title/label": "The Role" }),
            "error security-role-word objects[0].fields.title.label",
            json!({ "/objects/0/fields/title/label": "Enrolment" }),
        ),
        (
            row("owner_id = current_user.id AND"),
            "error rls-predicate-unparseable permissions[0].rowLevelSecurity[0].using",
            row("owner_id = current_user.id"),
        ),
        (
            row("record.amount + 1 > 2"),
            "error rls-predicate-unenforceable permissions[0].rowLevelSecurity[0].using",
            row("status in ['open', 'done'] && title.startsWith('A')"),
        ),
    ]);
}

fn sharing(object: &str, condition: &str) -> Value {
    let rule = json!({ "type": "criteria", "name": "shop_share", "label": "S", "object": object, "condition": condition, "accessLevel": "read", "sharedWith": { "type": "user", "value": "u" } });
    json!({ "/sharingRules/0": rule })
}

fn units(has_organizations: bool) -> Value {
    let mut all = sharing("shop_order", "record.status == 'open'");
    all["/sharingRules/0"]["sharedWith"] = json!({ "type": "business_unit", "value": "u" });
    all["/objects/0/tenancy"] = json!({ "enabled": has_organizations });
    all
}

#[test]
fn sharing_rules() {
    let good = || sharing("shop_order", "record.status == 'open' && record.amount > 10");
    check(&[
        (
            sharing("shop_order", "record.customer.name == 'x'"),
            "error sharing-rule-unlowerable-condition sharingRules[0].condition.source",
            good(),
        ),
        (
            sharing("shop_order", "record.owner_id == current_user.id"),
            "error sharing-rule-runtime-variable-condition sharingRules[0].condition.source",
            good(),
        ),
        (
            units(false),
            "error org-axis-cross-org-bu-grant sharingRules[0].sharedWith.type",
            units(true),
        ),
        (
            sharing("shop_line", "record.name == 'x'"),
            "error sharing-rule-object-controlled-by-parent sharingRules[0].object",
            good(),
        ),
    ]);
}

fn seed(record: Value) -> Value {
    json!({ "/data/0": { "object": "shop_order", "externalId": "title", "records": [record] } })
}

#[test]
fn seeds() {
    let good = || {
        seed(
            json!({ "title": "a", "amount": 1, "due": "2026-01-31", "status": "open", "created_at": { "dialect": "cel", "source": "now()" } }),
        )
    };
    let insert = json!({ "/data/0": { "object": "shop_order", "mode": "insert", "externalId": "title", "records": [] } });
    check(&[
        (
            seed(json!({ "titel": "a" })),
            "warning seed-field-unknown data[0].records[0].titel",
            good(),
        ),
        (
            seed(json!({ "title": "a", "status": "opne" })),
            "warning seed-option-unknown data[0].records[0].status",
            good(),
        ),
        (
            seed(json!({ "title": "a", "amount": "many" })),
            "warning seed-value data[0].records[0].amount",
            good(),
        ),
        (
            seed(json!({ "title": "a", "due": "soon" })),
            "warning seed-value data[0].records[0].due",
            good(),
        ),
        (
            seed(json!({ "title": "a", "total": 3 })),
            "warning seed-value data[0].records[0].total",
            good(),
        ),
        (insert, "warning seed-insert-mode-duplicates-on-replay data[0].mode", good()),
    ]);
}

#[test]
fn actions() {
    let action = |object: &str, key: &str| {
        let parameter = json!({ "name": "p", "label": "P", "type": "lookup", "reference": key });
        json!({ "/actions/0": { "name": "shop_close", "label": "Close", "type": "script", "target": "f", "objectName": object, "locations": ["record_header"], "params": [parameter] } })
    };
    let mut nowhere = action("shop_order", "shop_order");
    nowhere["/actions/0"].as_object_mut().unwrap().remove("locations");
    let good = || action("shop_order", "sys_user");
    check(&[
        (
            action("shop_oder", "shop_order"),
            "error object-reference-unknown actions[0].objectName",
            good(),
        ),
        (
            action("shop_order", "shop_oder"),
            "error object-reference-unknown actions[0].params[0].reference",
            good(),
        ),
        (nowhere, "warning action-no-placement actions[0]", good()),
    ]);
}

#[test]
fn pages() {
    let page = |kind: &str, when: &str, column: &str| {
        let component = json!({ "id": "c", "type": kind, "visibleWhen": when, "properties": { "objectName": "shop_line", "relationshipField": "order", "columns": [column] } });
        json!({ "/pages/0": { "name": "shop_page", "label": "P", "type": "record", "object": "shop_order", "regions": [{ "name": "main", "components": [component] }] } })
    };
    let at = |rest: &str| format!("error {rest}");
    let [kind, when, column] = [
        "component-type-unknown pages[0].regions[0].components[0].type",
        "expression-invalid pages[0].regions[0].components[0].visibleWhen.source",
        "page-field-unknown pages[0].regions[0].components[0].properties.columns[0]",
    ]
    .map(at);
    let good = || page("record:related_list", "record.title == ''", "name");
    check(&[
        (page("record:related_lst", "record.title == ''", "name"), &kind, good()),
        (page("record:related_list", "title == ''", "name"), &when, good()),
        (page("record:related_list", "record.title == ''", "nmae"), &column, good()),
    ]);
}

#[test]
fn agents() {
    let agents = |surface: &str| {
        json!({
            "/skills/0": { "name": "shop_skill", "label": "S", "surface": surface, "instructions": "x", "tools": [] },
            "/agents/0": { "name": "shop_agent", "label": "A", "role": "x", "instructions": "x", "surface": "ask", "skills": ["shop_skill"] },
        })
    };
    check(&[(
        agents("build"),
        "error ai-skill-surface-mismatch agents[0].skills[0]",
        agents("both"),
    )]);
}

#[test]
fn navigation() {
    let entry = |item: Value| {
        let list = json!({ "type": "grid", "columns": ["title"], "data": { "provider": "object", "object": "shop_order" } });
        let mut full =
            json!({ "id": "nav_x", "type": "object", "label": "X", "objectName": "shop_order" });
        full.as_object_mut().unwrap().extend(item.as_object().unwrap().clone());
        json!({
            "/apps/0": { "name": "shop_app", "label": "Shop", "navigation": [full] },
            "/views/0": { "object": "shop_order", "list": list, "listViews": { "open": list } },
        })
    };
    let mut closed = entry(json!({}));
    closed["/objects/0/enable"] = json!({ "apiEnabled": false });
    check(&[
        (
            entry(json!({ "viewName": "nope" })),
            "error view-ref-nav-view-missing apps[0].navigation[0].viewName",
            entry(json!({ "viewName": "open" })),
        ),
        (closed, "error nav-object-unservable apps[0].navigation[0].objectName", entry(json!({}))),
    ]);
}
