//! Functions that expressions may call: the one table that the compiler admits calls by and the
//! evaluator computes them with.
//!
//! **Invariant:** the list is the protocol's (docs/wire/expressions.md#functions), sorted by name;
//! each entry has what computes it.

use super::library::{Arguments, bytes, convert, list, number, optional, text, time};
use super::value::Outcome;

/// The form of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `name(a)`
    Bare,
    /// `a.name()`
    Method,
}

/// The type of what a function returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returns {
    /// `true` or `false`.
    Bool,
    /// An integer or a decimal.
    Number,
    /// A string.
    String,
    /// Bytes.
    Bytes,
    /// A point in time.
    Timestamp,
    /// A length of time.
    Duration,
    /// A list.
    List,
    /// Values by name.
    Map,
    /// A value that may be absent.
    Optional,
    /// The name of a type.
    Type,
    /// The type depends on the arguments.
    Any,
}

/// The way a function is evaluated.
#[derive(Debug, Clone, Copy)]
pub(super) enum Evaluation {
    /// From the values of its arguments.
    Values(fn(&Arguments<'_>) -> Outcome),
    /// By the evaluator, which decides what of the arguments is evaluated.
    Macro(Macro),
}

/// The macros of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Macro {
    /// `has(record.name)`
    Has,
    /// `list.all(x, condition)`
    All,
    /// `list.exists(x, condition)`
    Exists,
    /// `list.exists_one(x, condition)`
    ExistsOne,
    /// `list.filter(x, condition)`
    Filter,
    /// `list.map(x, value)`, `list.map(x, condition, value)`
    Map,
    /// `cel.bind(x, value, expression)`
    Bind,
    /// `optional.of(value)`
    OptionalOf,
    /// `optional.none()`
    OptionalNone,
}

/// A function: its name, the numbers of arguments it takes, what it returns and what computes it.
#[derive(Debug, Clone, Copy)]
pub struct Callable {
    /// Its name.
    pub name: &'static str,
    /// The numbers of arguments that `name(…)` takes.
    pub bare: &'static [usize],
    /// The numbers of arguments that `a.name(…)` takes.
    pub method: &'static [usize],
    /// The type of its result.
    pub returns: Returns,
    pub(super) evaluation: Evaluation,
}

const fn of(
    name: &'static str,
    bare: &'static [usize],
    method: &'static [usize],
    returns: Returns,
    compute: fn(&Arguments<'_>) -> Outcome,
) -> Callable {
    Callable { name, bare, method, returns, evaluation: Evaluation::Values(compute) }
}

const fn expands(
    name: &'static str,
    bare: &'static [usize],
    method: &'static [usize],
    returns: Returns,
    kind: Macro,
) -> Callable {
    Callable { name, bare, method, returns, evaluation: Evaluation::Macro(kind) }
}

use Returns::{Any, Bool, Bytes, Duration, List, Number, Optional, String, Timestamp, Type};

/// All functions.
pub static FUNCTIONS: [Callable; 72] = [
    of("abs", &[1], &[], Number, number::abs),
    of("addDays", &[2], &[], Timestamp, time::add_days),
    of("addMonths", &[2], &[], Timestamp, time::add_months),
    expands("all", &[], &[2], Bool, Macro::All),
    of("at", &[], &[1], Number, bytes::at),
    of("base64", &[], &[0], String, bytes::base64),
    expands("bind", &[], &[3], Any, Macro::Bind),
    of("bool", &[1], &[], Bool, convert::to_bool),
    of("bytes", &[1], &[], Bytes, convert::to_bytes),
    of("ceil", &[1], &[], Number, number::ceil),
    of("coalesce", &[2], &[], Any, convert::coalesce),
    of("contains", &[2], &[1], Bool, text::contains),
    of("date", &[1], &[], Timestamp, time::timestamp),
    of("datetime", &[1], &[], Timestamp, time::timestamp),
    of("daysAgo", &[1], &[], Timestamp, time::days_ago),
    of("daysBetween", &[2], &[], Number, time::days_between),
    of("daysFromNow", &[1], &[], Timestamp, time::days_from_now),
    of("double", &[1], &[], Number, convert::to_double),
    of("duration", &[1], &[], Duration, time::duration),
    of("dyn", &[1], &[], Any, convert::same),
    of("endsWith", &[2], &[1], Bool, text::ends_with),
    expands("exists", &[], &[2], Bool, Macro::Exists),
    expands("exists_one", &[], &[2], Bool, Macro::ExistsOne),
    expands("filter", &[], &[2], List, Macro::Filter),
    of("floor", &[1], &[], Number, number::floor),
    of("getDate", &[], &[0, 1], Number, time::day_of_month),
    of("getDayOfMonth", &[], &[0, 1], Number, time::day_of_month_from_zero),
    of("getDayOfWeek", &[], &[0, 1], Number, time::day_of_week),
    of("getDayOfYear", &[], &[0, 1], Number, time::day_of_year_from_zero),
    of("getFullYear", &[], &[0, 1], Number, time::year),
    of("getHours", &[], &[0, 1], Number, time::hours),
    of("getMilliseconds", &[], &[0, 1], Number, time::milliseconds),
    of("getMinutes", &[], &[0, 1], Number, time::minutes),
    of("getMonth", &[], &[0, 1], Number, time::month_from_zero),
    of("getSeconds", &[], &[0, 1], Number, time::seconds),
    expands("has", &[1], &[], Bool, Macro::Has),
    of("hasValue", &[], &[0], Bool, optional::has_value),
    of("hex", &[], &[0], String, bytes::hex),
    of("indexOf", &[], &[1, 2], Number, text::index_of),
    of("int", &[1], &[], Number, convert::to_int),
    of("isBlank", &[1], &[], Bool, convert::is_blank),
    of("isEmpty", &[1], &[], Bool, convert::is_blank),
    of("join", &[], &[0, 1], String, list::join),
    of("joinNonEmpty", &[2], &[], String, list::join_non_empty),
    of("json", &[], &[0], Any, bytes::json),
    of("lastIndexOf", &[], &[1, 2], Number, text::last_index_of),
    of("len", &[1], &[], Number, list::length),
    of("lower", &[1], &[], String, text::lower),
    of("lowerAscii", &[], &[0], String, text::lower),
    expands("map", &[], &[2, 3], List, Macro::Map),
    of("matches", &[2], &[1], Bool, text::matches),
    of("max", &[2], &[], Any, number::max),
    of("min", &[2], &[], Any, number::min),
    expands("none", &[], &[0], Optional, Macro::OptionalNone),
    of("now", &[0], &[], Timestamp, time::now),
    expands("of", &[], &[1], Optional, Macro::OptionalOf),
    of("or", &[], &[1], Optional, optional::or),
    of("orValue", &[], &[1], Any, optional::or_value),
    of("round", &[1], &[], Number, number::round),
    of("size", &[1], &[0], Number, list::size),
    of("split", &[], &[1, 2], List, text::split),
    of("startsWith", &[2], &[1], Bool, text::starts_with),
    of("string", &[1], &[0], String, convert::to_string),
    of("substring", &[], &[1, 2], String, text::substring),
    of("timestamp", &[1], &[], Timestamp, time::timestamp),
    of("today", &[0], &[], Timestamp, time::today),
    of("trim", &[1], &[0], String, text::trim),
    of("type", &[1], &[], Type, convert::type_of),
    of("uint", &[1], &[], Number, convert::to_uint),
    of("upper", &[1], &[], String, text::upper),
    of("upperAscii", &[], &[0], String, text::upper),
    of("value", &[], &[0], Any, optional::value),
];

/// Returns the function of this name, if there is one.
pub fn callable(name: &str) -> Option<&'static Callable> {
    let at = FUNCTIONS.binary_search_by(|it| it.name.cmp(name)).ok()?;
    Some(&FUNCTIONS[at])
}

impl Callable {
    /// Returns the numbers of arguments it takes when called this way; none where it is not.
    pub fn arguments(&self, call: Call) -> &'static [usize] {
        match call {
            Call::Bare => self.bare,
            Call::Method => self.method,
        }
    }

    /// Returns whether its argument is a time zone: `time.getHours('+02:00')`.
    pub(super) fn takes_zone(&self) -> bool {
        self.name.starts_with("get")
    }
}
