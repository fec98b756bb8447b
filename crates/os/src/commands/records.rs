//! `os data …`: the records of a runtime.

use super::runtime::{ask, client, object, object_file};
use super::{rows, text};
use crate::cli::{DataCommand, FieldsArgs, Query};
use crate::failure::Failure;
use crate::output::{Mark, Output};
use anyhow::Result;
use serde_json::{Map, Value, json};

/// Fields that a table shows last, where it must leave some out.
const LAST: [&str; 7] = [
    "organization_id",
    "owner_id",
    "owning_business_unit_id",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
];

/// More columns than this are too many for a terminal.
const COLUMNS: usize = 6;

/// The longest cell of a table, in characters.
const WIDEST: usize = 40;

/// Runs `os data …`.
pub fn run(command: &DataCommand, output: Output) -> Result<()> {
    let client = client(&command.common().connection)?;
    match command {
        DataCommand::Query(query) => {
            let answer = ask(client.query_records(&query.object, body(query)?))?;
            output.answer(&answer, |output| list(&answer, query, output));
        }
        DataCommand::Get { record, .. } => {
            let answer = ask(client.record(&record.object, &record.id))?;
            output.answer(&answer, |output| show(&answer["record"], output));
        }
        DataCommand::Create { object, fields, .. } => {
            let answer = ask(client.create_record(object, named(fields)?.into()))?;
            let id = text(&answer, "id");
            tell(&answer, &format!("{object} {id} is made"), output);
        }
        DataCommand::Update { record, fields, .. } => {
            let fields = named(fields)?.into();
            let answer = ask(client.update_record(&record.object, &record.id, fields))?;
            tell(&answer, &format!("{} {} is changed", record.object, record.id), output);
        }
        DataCommand::Delete { record, .. } => {
            let answer = ask(client.delete_record(&record.object, &record.id))?;
            tell(&answer, &format!("{} {} is deleted", record.object, record.id), output);
        }
    }
    Ok(())
}

fn body(query: &Query) -> Result<Value> {
    let mut body = json!({ "limit": query.limit, "offset": query.offset });
    if let Some(filter) = &query.filter {
        body["where"] = object(filter, "--filter")?.into();
    }
    let fields: Vec<_> =
        query.fields.iter().map(|it| it.trim()).filter(|it| !it.is_empty()).collect();
    if !fields.is_empty() {
        body["fields"] = fields.into();
    }
    if let Some(sort) = &query.sort {
        body["orderBy"] = sort.as_str().into();
    }
    Ok(body)
}

/// The fields that a command names.
fn named(arguments: &FieldsArgs) -> Result<Map<String, Value>> {
    match (&arguments.fields, &arguments.data) {
        (Some(fields), _) => object(fields, "the argument"),
        (None, Some(file)) => object_file(file),
        (None, None) => Err(Failure::usage("no fields were named")
            .hint(r#"give them as JSON, '{"name":"Acme"}', or in a file with `--data`"#)
            .into()),
    }
}

fn tell(answer: &Value, what: &str, output: Output) {
    output.answer(answer, |output| output.marked(Mark::Done, what));
}

fn list(answer: &Value, query: &Query, output: Output) {
    let records = rows(answer, "records");
    if records.is_empty() {
        output.note("no records");
    } else {
        let columns = columns(records, &query.fields);
        let header: Vec<_> = columns.iter().map(String::as_str).collect();
        let row = |record: &Value| columns.iter().map(|name| cell(&record[name])).collect();
        let rows: Vec<Vec<String>> = records.iter().map(row).collect();
        output.table(&header, &rows);
    }
    if let Some(total) = answer["total"].as_u64() {
        output.note(format!("{} of {total} records", records.len()));
    }
}

/// The fields of a table: those that were asked for, else the first ones that
/// any record has, and the id before them.
fn columns(records: &[Value], asked: &[String]) -> Vec<String> {
    if !asked.is_empty() {
        let asked = asked.iter().map(|it| it.trim().to_owned()).filter(|it| it != "id");
        return std::iter::once("id".to_owned()).chain(asked).collect();
    }
    let mut names = vec!["id".to_owned()];
    for (name, value) in records.iter().filter_map(Value::as_object).flatten() {
        let is_told = !value.is_null() && !LAST.contains(&name.as_str());
        if is_told && !names.contains(name) {
            names.push(name.clone());
        }
    }
    names.truncate(COLUMNS);
    names
}

fn show(record: &Value, output: Output) {
    let fields: Vec<_> = record.as_object().into_iter().flatten().collect();
    let facts: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), plain(value))).collect();
    output.facts(&facts);
}

/// A value in a table: on one line, and not too wide.
fn cell(value: &Value) -> String {
    let text = plain(value).replace(['\n', '\r', '\t'], " ");
    if text.chars().count() <= WIDEST {
        return text;
    }
    text.chars().take(WIDEST - 1).chain(['…']).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_shows_what_was_asked_for_else_the_first_fields_with_a_value() {
        let records = [
            json!({"id": "1", "created_at": "x", "name": "a", "note": null}),
            json!({"id": "2", "name": "b", "city": "c"}),
        ];
        assert_eq!(columns(&records, &[]), ["id", "name", "city"]);
        assert_eq!(columns(&records, &["note".to_owned()]), ["id", "note"]);
    }

    #[test]
    fn a_cell_is_one_line_and_not_too_wide() {
        assert_eq!(cell(&json!("a\nb")), "a b");
        assert_eq!(cell(&json!("x".repeat(50))).chars().count(), WIDEST);
        assert_eq!(cell(&json!({"a": 1})), r#"{"a":1}"#);
    }
}
