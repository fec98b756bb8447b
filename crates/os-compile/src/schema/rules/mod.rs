//! Rules of one node, beyond what the table can express.
//!
//! **Invariant:** a rule looks only at the value it is given, which matches the table.

mod action;
mod analytics;
mod automation;
mod field;
mod integration;
mod literal;
mod view;

pub use literal::{field_type, option_codes};

use super::problem::Report;
use super::value::{entries, has, text};
use serde::Deserialize;
use serde_json::Value;

/// The rules that the table names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceRule {
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

/// Applies a rule, which reports problems or completes the value.
pub fn apply(rule: PlaceRule, value: &mut Value, report: &mut Report) {
    match rule {
        PlaceRule::Action => action::action(value, report),
        PlaceRule::BulkAction => action::bulk(value, report),
        PlaceRule::Component => view::component(value, report),
        PlaceRule::Connector => integration::connector(value, report),
        PlaceRule::Currency => field::currency(value, report),
        PlaceRule::CurrencyDefaults => field::currency_defaults(value),
        PlaceRule::Dataset => analytics::dataset(value, report),
        PlaceRule::Datasource => integration::datasource(value, report),
        PlaceRule::DateFilter => view::date_filter(value, report),
        PlaceRule::EndNode => automation::end_node(value, report),
        PlaceRule::Endpoints => integration::endpoints(value, report),
        PlaceRule::Expression => automation::expression(value, report),
        PlaceRule::Field => field::field(value, report),
        PlaceRule::FieldDefaults => field::field_defaults(value),
        PlaceRule::FilterValue => view::filter_value(value, report),
        PlaceRule::Flow => automation::flow(value, report),
        PlaceRule::Form => view::form(value, report),
        PlaceRule::FormGroups => view::form_groups(value),
        PlaceRule::GroupKeys => field::group_keys(value, report),
        PlaceRule::HookObjects => automation::hook_objects(value, report),
        PlaceRule::Lifecycle => field::lifecycle(value, report),
        PlaceRule::ListCalendar => view::list_calendar(value, report),
        PlaceRule::ListPage => view::list_page(value, report),
        PlaceRule::NavigationTarget => view::navigation_target(value, report),
        PlaceRule::NotBlank => automation::not_blank(value, report),
        PlaceRule::OwnTree => field::own_tree(value, report),
        PlaceRule::PageSource => view::page_source(value, report),
        PlaceRule::Parameter => action::parameter(value, report),
        PlaceRule::PresetComparison => field::preset_comparison(value, report),
        PlaceRule::RateLimit => integration::rate_limit(value, report),
        PlaceRule::Recipient => automation::recipient(value, report),
        PlaceRule::Redirect => view::redirect(value, report),
        PlaceRule::Report => analytics::report(value, report),
        PlaceRule::ReportOrder => analytics::report_order(value, report),
        PlaceRule::Retries => automation::retries(value, report),
        PlaceRule::RowLevel => automation::row_level(value, report),
        PlaceRule::Section => view::section(value, report),
        PlaceRule::ThreeSteps => analytics::three_steps(value, report),
        PlaceRule::TriggerValue => automation::trigger_value(value, report),
    }
}

/// Named ranges of days.
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
