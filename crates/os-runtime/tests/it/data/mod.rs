//! Records over HTTP.

mod access;
mod batch;
mod computed;
mod declared;
mod declared_limits;
mod declared_rules;
mod expressions;
mod hidden;
mod history;
mod hostile;
mod limits;
mod numbers;
mod read;
mod row_policies;
mod write;

use os_test::runtime::{App, Client, package};
use serde_json::{Value, json};

/// A shop with what most tests need.
pub fn shop() -> Value {
    package(
        "shop",
        "1.0.0",
        json!([
            {
                "name": "shop_customer", "label": "Customer", "nameField": "name", "enable": {"feeds": false},
                "fields": {
                    "name": {"type": "text", "label": "Name", "required": true, "maxLength": 40, "searchable": true},
                    "email": {"type": "email", "label": "Email", "unique": true},
                    "site": {"type": "url", "label": "Site"},
                    "phone": {"type": "phone", "label": "Phone"},
                    "vip": {"type": "boolean", "label": "VIP", "defaultValue": false},
                    "score": {"type": "number", "label": "Score", "min": 0, "max": 100},
                    "level": {"type": "select", "label": "Level", "options": [
                        {"value": "basic", "default": true}, {"value": "gold"}
                    ]},
                    "tags": {"type": "select", "label": "Tags", "multiple": true, "options": ["a", "b", "c"]},
                    "since": {"type": "date", "label": "Since"},
                    "seen_at": {"type": "datetime", "label": "Seen"},
                    "secret": {"type": "password", "label": "Secret"},
                    "profile": {"type": "json", "label": "Profile"},
                    "agent": {"type": "user", "label": "Agent", "defaultValue": "current_user"}
                },
                "indexes": [{"fields": ["level"]}, {"fields": ["score"]}]
            },
            {
                "name": "shop_order", "label": "Order", "nameField": "number",
                "enable": {"trackHistory": true, "feeds": true, "files": true},
                "fields": {
                    "number": {"type": "autonumber", "label": "Number", "format": "O-{0000}", "unique": true},
                    "customer": {"type": "lookup", "label": "Customer", "reference": "shop_customer", "deleteBehavior": "restrict"},
                    "watchers": {"type": "lookup", "label": "Watchers", "reference": "shop_customer", "multiple": true},
                    "status": {"type": "select", "label": "Status", "required": true, "defaultValue": "open", "options": ["open", "paid", "sent"]},
                    "discount": {"type": "percent", "label": "Discount", "defaultValue": 0},
                    "note": {"type": "textarea", "label": "Note"},
                    "placed_on": {"type": "date", "label": "Placed", "defaultValue": {"dialect": "cel", "source": "today()"}},
                    "locked": {"type": "text", "label": "Locked", "readonly": true},
                    "summary_text": {"type": "formula", "label": "Text", "expression": {"dialect": "cel", "source": "record.number + ': ' + record.status"}},
                    "odd": {"type": "formula", "label": "Odd", "expression": {"dialect": "cel", "source": "mystery(record.status)"}},
                    "total": {"type": "summary", "label": "Total", "summaryOperations": {"object": "shop_line", "field": "amount", "function": "sum"}},
                    "lines": {"type": "summary", "label": "Lines", "summaryOperations": {"object": "shop_line", "field": "price", "function": "count"}},
                    "dear_lines": {"type": "summary", "label": "Dear lines", "summaryOperations": {"object": "shop_line", "field": "price", "function": "count", "filter": {"price": {"$gte": 100}}}}
                },
                "validations": [
                    {"name": "note_of_sent", "type": "script", "message": "A sent order needs a note", "severity": "error",
                     "condition": {"dialect": "cel", "source": "record.status == 'sent' && isBlank(record.note)"}},
                    {"name": "flow", "type": "state_machine", "field": "status", "message": "Orders are paid before they are sent",
                     "events": ["update"], "transitions": {"open": ["paid"], "paid": ["sent"], "sent": []}}
                ]
            },
            {
                "name": "shop_line", "label": "Line", "sharingModel": "controlled_by_parent",
                "fields": {
                    "order": {"type": "master_detail", "label": "Order", "reference": "shop_order", "required": true},
                    "name": {"type": "text", "label": "Name"},
                    "quantity": {"type": "number", "label": "Quantity", "required": true, "defaultValue": 1, "min": 0},
                    "price": {"type": "currency", "label": "Price"},
                    "amount": {"type": "formula", "label": "Amount", "expression": {"dialect": "cel", "source": "record.quantity * record.price"}}
                }
            }
        ]),
    )
}

/// A runtime with the shop, and its owner.
pub async fn open_shop() -> (App, Client) {
    let app = App::with(|config| config.open_registration = true).await;
    let owner = app.owner().await;
    owner.installs(&shop()).await;
    (app, owner)
}
