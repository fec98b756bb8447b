//! Rules for expressions, objects, views and analytics: each on something wrong, and on something
//! near to it that is right.

use super::{found, stack};
use serde_json::{Map, Value, json};

/// Returns a package with something for each rule to look at.
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
pub fn with(changes: &Value) -> Value {
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
pub fn check(cases: &[(Value, &str, Value)]) {
    assert_eq!(found(shop()), Vec::<String>::new());
    for (wrong, expected, right) in cases {
        let reported = found(with(wrong));
        assert!(
            reported.iter().any(|it| it == expected),
            "{wrong}\nexpected {expected}\n{reported:#?}"
        );
        let rule = expected.split(' ').nth(1).unwrap();
        let reported = found(with(right));
        let again = reported.iter().any(|it| it.split(' ').nth(1) == Some(rule));
        let refused = reported.iter().any(|it| it.starts_with("error schema"));
        assert!(!again && !refused, "{right}\n{reported:#?}");
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
            json!({ "/objects/0/fields/status/options": [] }),
            "error field/choice-without-options objects[0].fields.status.options",
            json!({}),
        ),
        (
            json!({ "/objects/0/fields/total": { "type": "formula", "label": "Total" } }),
            "error field/formula-without-expression objects[0].fields.total.expression",
            json!({}),
        ),
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
