use super::open_shop;
use os_test::runtime::data_url as url;
use serde_json::{Value, json};

#[tokio::test]
async fn formulas_and_summaries_are_computed_when_they_are_read() {
    let (_app, owner) = open_shop().await;
    let order = owner.makes("shop_order", json!({})).await;
    assert_eq!((&order["summary_text"], &order["odd"]), (&json!("O-0001: open"), &Value::Null));
    assert_eq!(
        (&order["total"], &order["lines"], &order["dear_lines"]),
        (&json!(0), &json!(0), &json!(0))
    );
    let id = order["id"].as_str().unwrap();
    for (quantity, price) in [(2, json!(100)), (3, json!(1.5)), (1, Value::Null)] {
        let line = json!({"order": id, "quantity": quantity, "price": price});
        let line = owner.makes("shop_line", line).await;
        let expected = price.as_f64().map(|price| price * f64::from(quantity));
        assert_eq!(line["amount"].as_f64(), expected);
    }
    let record = owner
        .get(&url(&format!("shop_order/{id}?select=total,lines,dear_lines,summary_text")))
        .await
        .json();
    assert_eq!(
        record["record"],
        json!({"summary_text": "O-0001: open", "total": 204.5, "lines": 3, "dear_lines": 1})
    );
    let list = owner.get(&url("shop_order?select=total")).await.json();
    assert_eq!(list["records"], json!([{"total": 204.5}]));
    let answer = owner.get(&url("shop_order?sort=total")).await;
    assert_eq!(answer.refusal(), (400, "INVALID_SORT".to_owned()));
    let answer = owner.get(&url("shop_order?summary_text=x")).await;
    assert_eq!(answer.refusal(), (400, "INVALID_FIELD".to_owned()));
    let answer = owner.post(&url("shop_order"), json!({"total": 5})).await.json();
    assert_eq!(answer["droppedFields"][0]["fields"], json!(["total"]));
}
