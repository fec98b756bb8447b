//! Each rule on something wrong, and on something near to it that is right.

use super::{found, stack};
use serde_json::{Map, Value, json};

/// A package with something for each rule to look at.
fn shop() -> Value {
    let mut stack = stack();
    let text = json!({ "type": "text", "label": "Title" });
    let options =
        json!([{ "label": "Open", "value": "open" }, { "label": "Done", "value": "done" }]);
    stack["objects"] = json!([
        { "name": "shop_order", "label": "Order", "sharingModel": "private", "fields": {
            "title": { "type": "text", "label": "Title", "required": true },
            "amount": { "type": "number", "label": "Amount" },
            "due": { "type": "date", "label": "Due" },
            "status": { "type": "select", "label": "Status", "options": options },
            "customer": { "type": "lookup", "label": "Customer", "reference": "shop_customer" },
            "total": { "type": "formula", "label": "Total", "expression": "record.amount * 2" },
            "number": { "type": "autonumber", "label": "Number", "autonumberFormat": "O-{0000}" },
        } },
        { "name": "shop_customer", "label": "Customer", "sharingModel": "private", "fields": {
            "name": text, "orders": { "type": "summary", "label": "Orders", "summaryOperations": { "object": "shop_order", "function": "count", "field": "title" } },
        } },
        { "name": "shop_line", "label": "Line", "sharingModel": "controlled_by_parent", "fields": {
            "name": text, "order": { "type": "master_detail", "label": "Order", "reference": "shop_order", "required": true },
        } },
    ]);
    stack["requires"] = json!(["triggers"]);
    stack
}

/// Puts values at their pointers; lists and maps on the way are made.
fn with(changes: &Value) -> Value {
    let mut stack = shop();
    for (pointer, value) in changes.as_object().unwrap() {
        let mut place = &mut stack;
        for step in pointer.split('/').skip(1) {
            place = match step.parse::<usize>() {
                Ok(at) => {
                    if !place.is_array() {
                        *place = json!([]);
                    }
                    let list = place.as_array_mut().unwrap();
                    while list.len() <= at {
                        list.push(Value::Object(Map::new()));
                    }
                    &mut list[at]
                }
                Err(_) => &mut place[step],
            };
        }
        *place = value.clone();
    }
    stack
}

/// `(what is wrong, what is found, what is right)`.
fn check(cases: &[(Value, &str, Value)]) {
    assert_eq!(found(shop()), Vec::<String>::new());
    for (wrong, expected, right) in cases {
        let told = found(with(wrong));
        assert!(told.iter().any(|it| it == expected), "{wrong}\nexpected {expected}\n{told:#?}");
        let rule = expected.split(' ').nth(1).unwrap();
        let told = found(with(right));
        let again = told.iter().any(|it| it.split(' ').nth(1) == Some(rule));
        let refused = told.iter().any(|it| it.starts_with("error schema"));
        assert!(!again && !refused, "{right}\n{told:#?}");
    }
}

fn rule(condition: &str) -> Value {
    let rule = json!({ "name": "r", "type": "script", "message": "m", "condition": condition });
    json!({ "/objects/0/validations/0": rule })
}

#[test]
fn expressions() {
    let at = "error expression-invalid objects[0].validations[0].condition.source";
    let formula = "/objects/0/fields/total/expression";
    let of_formula = "error expression-invalid objects[0].fields.total.expression.source";
    let field = |when: &str| json!({ "/objects/0/fields/amount/visibleWhen": when });
    let of_field = "error expression-invalid objects[0].fields.amount.visibleWhen.source";
    check(&[
        (rule("record.title =="), at, rule("record.title == ''")),
        (rule("record.titel == ''"), at, rule("previous.title == record.title")),
        (rule("title == ''"), at, rule("[1].exists(x, x == size(record.title))")),
        (rule("lowr(record.title) == ''"), at, rule("lower(record.title) == ''")),
        (rule("record.title.lower() == ''"), at, rule("record.title.lowerAscii() == ''")),
        (rule("coalesce(record.title) == ''"), at, rule("coalesce(record.title, '') == ''")),
        (rule("has(title)"), at, rule("has(record.title)")),
        (rule("record.amount > 1"), at, rule("record.amount != null && record.amount > 1")),
        (
            rule("record.amount > 1 && record.amount != null"),
            at,
            rule("record.amount == null || record.amount > 1"),
        ),
        (
            rule("has(record.amount) && record.amount > 1"),
            at,
            rule("!isBlank(record.amount) && record.amount > 1"),
        ),
        (
            json!({ formula: "record.due + 1" }),
            of_formula,
            json!({ formula: "addDays(record.due, 1)" }),
        ),
        (field("current_user.id == ''"), of_field, field("record.title == ''")),
        (
            json!({ "/objects/0/fields/amount/requiredWhen": "parent.x == 1" }),
            "error expression-invalid objects[0].fields.amount.requiredWhen.source",
            json!({ "/objects/2/fields/name/requiredWhen": "parent.title == ''" }),
        ),
        (
            json!({ formula: "record.customer.nmae" }),
            "warning expression-invalid objects[0].fields.total.expression.source",
            json!({ formula: "record.customer.name" }),
        ),
        (
            json!({ "/jobs/0": job("0 9") }),
            "error expression-invalid jobs[0].schedule.expression.source",
            json!({ "/jobs/0": job("0 9 * * 1") }),
        ),
    ]);
}

fn job(times: &str) -> Value {
    json!({ "name": "shop_job", "handler": "x", "schedule": { "type": "cron", "expression": times } })
}

#[test]
fn objects() {
    let number = |format: &str| json!({ "/objects/0/fields/number/autonumberFormat": format });
    let at = |rule: &str| format!("{rule} objects[0].fields.number.autonumberFormat");
    let [unknown, own, optional, token] = [
        "error autonumber-references-unknown-field",
        "error autonumber-references-self",
        "warning autonumber-references-optional-field",
        "warning autonumber-unrecognized-token",
    ]
    .map(at);
    let summary = "/objects/1/fields/orders/summaryOperations";
    check(&[
        (number("{nope}{0000}"), &unknown, number("{title}-{YYYY}-{0000}")),
        (number("{number}{0000}"), &own, number("{0000}")),
        (number("{status}{0000}"), &optional, number("{title}{0000}")),
        (number("{0000}{000}"), &token, number("{0000}")),
        (
            json!({ "/objects/0/highlightFields": ["nope"] }),
            "error object-field-ref-unknown objects[0].highlightFields[0]",
            json!({ "/objects/0/highlightFields": ["title", "created_at"] }),
        ),
        (
            json!({ "/objects/0/nameField": "nope" }),
            "warning semantic-role-field-unknown objects[0].nameField",
            json!({ "/objects/0/nameField": "title" }),
        ),
        (
            json!({ "/objects/0/searchableFields": ["total"] }),
            "error searchable-field-unsearchable objects[0].searchableFields[0]",
            json!({ "/objects/0/searchableFields": ["title"] }),
        ),
        (
            json!({ summary: { "object": "shop_order", "function": "sum", "field": "amuont" } }),
            "warning summary-field-unknown objects[1].fields.orders.summaryOperations.field",
            json!({ summary: { "object": "shop_order", "function": "sum", "field": "amount" } }),
        ),
        (
            json!({ summary: { "object": "shop_line", "function": "count", "field": "name" } }),
            "warning summary-unrelated objects[1].fields.orders.summaryOperations.object",
            json!({}),
        ),
        (
            json!({ "/objects/0/fields/customer/reference": "shop_custmer" }),
            "warning reference-unknown objects[0].fields.customer.reference",
            json!({ "/objects/0/fields/customer/reference": "crm_account" }),
        ),
        (
            json!({ "/objects/0/indexes/0": { "fields": ["nope"] } }),
            "warning index-field-unknown objects[0].indexes[0].fields[0]",
            json!({ "/objects/0/indexes/0": { "fields": ["title", "created_at"] } }),
        ),
    ]);
}

fn list(changes: Value) -> Value {
    let mut list = json!({ "type": "grid", "columns": ["title"], "data": { "provider": "object", "object": "shop_order" } });
    list.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    json!({ "/views/0": { "list": list } })
}

#[test]
fn views() {
    check(&[
        (
            list(json!({ "columns": ["titel"] })),
            "error list-view-field-unknown views[0].list.columns[0]",
            list(json!({ "columns": ["title", "created_at"] })),
        ),
        (
            list(json!({ "columns": ["customer.name"] })),
            "error list-view-field-dotted views[0].list.columns[0]",
            list(json!({ "columns": ["customer"] })),
        ),
        (
            list(json!({ "sort": [{ "field": "nope", "order": "asc" }] })),
            "error sort-field-unknown views[0].list.sort[0]",
            list(json!({ "sort": [{ "field": "created_at", "order": "asc" }] })),
        ),
        (
            list(json!({ "sort": [{ "field": "total", "order": "asc" }] })),
            "error sort-field-unsortable views[0].list.sort[0]",
            list(json!({ "sort": [{ "field": "amount", "order": "asc" }] })),
        ),
        (
            list(json!({ "rowActions": ["nope"] })),
            "error action-name-undefined views[0].list.rowActions[0]",
            list(json!({ "rowActions": [] })),
        ),
        (
            list(json!({ "filter": [{ "field": "nope", "operator": "equals", "value": 1 }] })),
            "error list-view-field-unknown views[0].list.filter[0].field",
            list(
                json!({ "filter": [{ "field": "status", "operator": "equals", "value": "open" }] }),
            ),
        ),
        (
            list(
                json!({ "filter": [{ "field": "due", "operator": "equals", "value": "{todya}" }] }),
            ),
            "error filter-token-unknown views[0].list.filter[0].value",
            list(
                json!({ "filter": [{ "field": "due", "operator": "equals", "value": "{7_days_ago}" }] }),
            ),
        ),
    ]);
}

fn dataset(changes: Value) -> Value {
    let mut dataset = json!({
        "name": "shop_sales", "label": "Sales", "object": "shop_order", "include": ["customer"],
        "dimensions": [{ "name": "by", "label": "By", "field": "customer.name" }],
        "measures": [{ "name": "sum", "label": "Sum", "field": "amount", "aggregate": "sum" }],
    });
    dataset.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    json!({ "/datasets/0": dataset })
}

fn widget(changes: Value) -> Value {
    let mut all = dataset(json!({}));
    let mut widget = json!({ "id": "sales_chart", "type": "bar", "title": "W", "dataset": "shop_sales", "dimensions": ["by"], "values": ["sum"], "layout": { "x": 0, "y": 0, "w": 4, "h": 4 } });
    widget.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    all["/dashboards/0"] = json!({ "name": "shop_board", "label": "Board", "widgets": [widget] });
    all
}

fn report(values: Value) -> Value {
    let mut all = dataset(json!({}));
    all["/reports/0"] = json!({ "name": "shop_report", "label": "R", "type": "summary", "dataset": "shop_sales", "rows": ["by"], "values": values });
    all
}

#[test]
fn analytics() {
    let name = |field: &str| json!([{ "name": "by", "label": "By", "field": field }]);
    check(&[
        (
            dataset(json!({ "dimensions": name("nope") })),
            "error dataset-field-unknown datasets[0].dimensions[0].field",
            dataset(json!({ "dimensions": name("status") })),
        ),
        (
            dataset(json!({ "include": [] })),
            "error dataset-field-not-included datasets[0].dimensions[0].field",
            dataset(json!({})),
        ),
        (
            dataset(json!({ "include": ["customer", "status"] })),
            "error dataset-include-unknown datasets[0].include[1]",
            dataset(json!({})),
        ),
        (
            dataset(json!({ "object": "shop_oder" })),
            "error object-reference-unknown datasets[0].object",
            dataset(json!({ "object": "sys_user" })),
        ),
        (
            report(json!(["smu"])),
            "error chart-measure-unknown reports[0].values[0]",
            report(json!(["sum"])),
        ),
        (
            widget(json!({ "dataset": "shop_nope" })),
            "error widget-dataset-unknown dashboards[0].widgets[0].dataset",
            widget(json!({})),
        ),
        (
            widget(json!({ "values": ["smu"] })),
            "error widget-measure-unknown dashboards[0].widgets[0].values[0]",
            widget(json!({})),
        ),
        (
            widget(json!({ "dimensions": ["nope"] })),
            "error widget-dimension-unknown dashboards[0].widgets[0].dimensions[0]",
            widget(json!({})),
        ),
        (
            widget(json!({ "filter": { "nope": 1 } })),
            "error widget-filter-field-unknown dashboards[0].widgets[0].filter.nope",
            widget(json!({ "filter": { "status": "open" } })),
        ),
        (
            widget(json!({ "filter": { "$or": [] } })),
            "error filter-empty-combinator dashboards[0].widgets[0].filter.$or",
            widget(json!({ "filter": { "$or": [{ "status": "open" }] } })),
        ),
        (
            widget(json!({ "filter": {} })),
            "error filter-empty-node dashboards[0].widgets[0].filter",
            widget(json!({})),
        ),
        (
            widget(json!({ "options": { "sortBy": "nope" } })),
            "error widget-sortby-unselected dashboards[0].widgets[0].options.sortBy",
            widget(json!({ "options": { "sortBy": "sum" } })),
        ),
    ]);
}

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
