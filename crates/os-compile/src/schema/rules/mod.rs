//! What must hold between the parts of one place, beyond what the table can say.
//!
//! **Invariant:** a rule looks only at the value that it is given, which fits the table.

mod action;
mod analytics;
mod automation;
mod field;
mod integration;
mod literal;
mod view;

pub use literal::{field_type, option_codes};

use super::problem::Report;
use serde::Deserialize;
use serde_json::Value;

/// The rules that the table names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    Action,
    BulkAction,
    Component,
    Connector,
    Currency,
    CurrencyDefaults,
    Dataset,
    Datasource,
    DateFilter,
    EndNode,
    Endpoints,
    Expression,
    Field,
    FieldDefaults,
    FilterValue,
    Flow,
    Form,
    FormGroups,
    GroupKeys,
    HookObjects,
    Lifecycle,
    ListCalendar,
    ListPage,
    NavigationTarget,
    NotBlank,
    OwnTree,
    PageSource,
    Parameter,
    PresetComparison,
    RateLimit,
    Recipient,
    Redirect,
    Report,
    ReportOrder,
    Retries,
    RowLevel,
    Section,
    ThreeSteps,
    TriggerValue,
}

/// Asks a rule; it reports what is wrong, or completes the value.
pub fn apply(rule: Rule, value: &mut Value, report: &mut Report) {
    match rule {
        Rule::Action => action::action(value, report),
        Rule::BulkAction => action::bulk(value, report),
        Rule::Component => view::component(value, report),
        Rule::Connector => integration::connector(value, report),
        Rule::Currency => field::currency(value, report),
        Rule::CurrencyDefaults => field::currency_defaults(value),
        Rule::Dataset => analytics::dataset(value, report),
        Rule::Datasource => integration::datasource(value, report),
        Rule::DateFilter => view::date_filter(value, report),
        Rule::EndNode => automation::end_node(value, report),
        Rule::Endpoints => integration::endpoints(value, report),
        Rule::Expression => automation::expression(value, report),
        Rule::Field => field::field(value, report),
        Rule::FieldDefaults => field::field_defaults(value),
        Rule::FilterValue => view::filter_value(value, report),
        Rule::Flow => automation::flow(value, report),
        Rule::Form => view::form(value, report),
        Rule::FormGroups => view::form_groups(value),
        Rule::GroupKeys => field::group_keys(value, report),
        Rule::HookObjects => automation::hook_objects(value, report),
        Rule::Lifecycle => field::lifecycle(value, report),
        Rule::ListCalendar => view::list_calendar(value, report),
        Rule::ListPage => view::list_page(value, report),
        Rule::NavigationTarget => view::navigation_target(value, report),
        Rule::NotBlank => automation::not_blank(value, report),
        Rule::OwnTree => field::own_tree(value, report),
        Rule::PageSource => view::page_source(value, report),
        Rule::Parameter => action::parameter(value, report),
        Rule::PresetComparison => field::preset_comparison(value, report),
        Rule::RateLimit => integration::rate_limit(value, report),
        Rule::Recipient => automation::recipient(value, report),
        Rule::Redirect => view::redirect(value, report),
        Rule::Report => analytics::report(value, report),
        Rule::ReportOrder => analytics::report_order(value, report),
        Rule::Retries => automation::retries(value, report),
        Rule::RowLevel => automation::row_level(value, report),
        Rule::Section => view::section(value, report),
        Rule::ThreeSteps => analytics::three_steps(value, report),
        Rule::TriggerValue => automation::trigger_value(value, report),
    }
}

/// A text under a key; empty where there is none.
fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// Whether a key is there, whatever its value.
fn has(value: &Value, key: &str) -> bool {
    value.get(key).is_some()
}

/// The entries of a list under a key; none where there is no list.
fn entries<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Ranges of days that have a name.
const PRESETS: [&str; 13] = [
    "today",
    "yesterday",
    "this_week",
    "last_week",
    "this_month",
    "last_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_year",
    "last_7_days",
    "last_30_days",
    "last_90_days",
];
