//! `os data …`: the records of a runtime.

use super::runtime::{ask, client, object, object_file};
use super::{rows, text};
use crate::cli::{DataCommand, FieldsArgs, Query};
use crate::failure::Failure;
use crate::output::{Mark, Output};
use anyhow::Result;
use serde_json::{Map, Value, json};

/// Fields that a table omits first if it has too many columns.
const LOW_PRIORITY_FIELDS: [&str; 7] = [
    "organization_id",
    "owner_id",
    "owning_business_unit_id",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
];

/// The largest number of columns in a table.
const MAX_COLUMNS: usize = 6;

/// The largest width of a cell, in characters.
const MAX_CELL_CHARS: usize = 40;

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
            report(&answer, &format!("created {object} {id}"), output);
        }
        DataCommand::Update { record, fields, .. } => {
            let fields = named(fields)?.into();
            let answer = ask(client.update_record(&record.object, &record.id, fields))?;
            report(&answer, &format!("updated {} {}", record.object, record.id), output);
        }
        DataCommand::Delete { record, .. } => {
            let answer = ask(client.delete_record(&record.object, &record.id))?;
            report(&answer, &format!("deleted {} {}", record.object, record.id), output);
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

/// Reads the fields from an argument or a file.
fn named(arguments: &FieldsArgs) -> Result<Map<String, Value>> {
    match (&arguments.fields, &arguments.data) {
        (Some(fields), _) => object(fields, "the fields argument"),
        (None, Some(file)) => object_file(file),
        (None, None) => Err(Failure::usage("no fields given")
            .hint(r#"pass them as JSON, '{"name":"Acme"}', or in a file with `--data`"#)
            .into()),
    }
}

fn report(answer: &Value, what: &str, output: Output) {
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

/// Returns the columns of a table: the requested fields, else the id and the first fields that
/// any record has.
fn columns(records: &[Value], asked: &[String]) -> Vec<String> {
    if !asked.is_empty() {
        let asked = asked.iter().map(|it| it.trim().to_owned()).filter(|it| it != "id");
        return std::iter::once("id".to_owned()).chain(asked).collect();
    }
    let mut names = vec!["id".to_owned()];
    for (name, value) in records.iter().filter_map(Value::as_object).flatten() {
        let is_told = !value.is_null() && !LOW_PRIORITY_FIELDS.contains(&name.as_str());
        if is_told && !names.contains(name) {
            names.push(name.clone());
        }
    }
    names.truncate(MAX_COLUMNS);
    names
}

fn show(record: &Value, output: Output) {
    let fields: Vec<_> = record.as_object().into_iter().flatten().collect();
    let facts: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), plain(value))).collect();
    output.facts(&facts);
}

/// Formats a value for a table cell: one line, limited width.
fn cell(value: &Value) -> String {
    let text = plain(value).replace(['\n', '\r', '\t'], " ");
    if text.chars().count() <= MAX_CELL_CHARS {
        return text;
    }
    text.chars().take(MAX_CELL_CHARS - 1).chain(['…']).collect()
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
    fn a_table_shows_the_requested_fields_else_the_first_with_a_value() {
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
        assert_eq!(cell(&json!("x".repeat(50))).chars().count(), MAX_CELL_CHARS);
        assert_eq!(cell(&json!({"a": 1})), r#"{"a":1}"#);
    }
}
