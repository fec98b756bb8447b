//! Functions that expressions may call.
//!
//! **Invariant:** the list is the protocol's, sorted by name; which of them a runtime computes is
//! the runtime's matter.

/// How a function is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `name(a)`
    Bare,
    /// `a.name()`
    Method,
}

/// A function: its name, with how many arguments it is called alone, and with how many behind a dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Callable {
    /// Its name.
    pub name: &'static str,
    /// How many arguments `name(…)` takes.
    pub bare: &'static [usize],
    /// How many arguments `a.name(…)` takes.
    pub method: &'static [usize],
}

const fn of(name: &'static str, bare: &'static [usize], method: &'static [usize]) -> Callable {
    Callable { name, bare, method }
}

/// All of them.
pub const FUNCTIONS: [Callable; 72] = [
    of("abs", &[1], &[]),
    of("addDays", &[2], &[]),
    of("addMonths", &[2], &[]),
    of("all", &[], &[2]),
    of("at", &[], &[1]),
    of("base64", &[], &[0]),
    of("bind", &[], &[3]),
    of("bool", &[1], &[]),
    of("bytes", &[1], &[]),
    of("ceil", &[1], &[]),
    of("coalesce", &[2], &[]),
    of("contains", &[2], &[1]),
    of("date", &[1], &[]),
    of("datetime", &[1], &[]),
    of("daysAgo", &[1], &[]),
    of("daysBetween", &[2], &[]),
    of("daysFromNow", &[1], &[]),
    of("double", &[1], &[]),
    of("duration", &[1], &[]),
    of("dyn", &[1], &[]),
    of("endsWith", &[2], &[1]),
    of("exists", &[], &[2]),
    of("exists_one", &[], &[2]),
    of("filter", &[], &[2]),
    of("floor", &[1], &[]),
    of("getDate", &[], &[0, 1]),
    of("getDayOfMonth", &[], &[0, 1]),
    of("getDayOfWeek", &[], &[0, 1]),
    of("getDayOfYear", &[], &[0, 1]),
    of("getFullYear", &[], &[0, 1]),
    of("getHours", &[], &[0, 1]),
    of("getMilliseconds", &[], &[0, 1]),
    of("getMinutes", &[], &[0, 1]),
    of("getMonth", &[], &[0, 1]),
    of("getSeconds", &[], &[0, 1]),
    of("has", &[1], &[]),
    of("hasValue", &[], &[0]),
    of("hex", &[], &[0]),
    of("indexOf", &[], &[1, 2]),
    of("int", &[1], &[]),
    of("isBlank", &[1], &[]),
    of("isEmpty", &[1], &[]),
    of("join", &[], &[0, 1]),
    of("joinNonEmpty", &[2], &[]),
    of("json", &[], &[0]),
    of("lastIndexOf", &[], &[1, 2]),
    of("len", &[1], &[]),
    of("lower", &[1], &[]),
    of("lowerAscii", &[], &[0]),
    of("map", &[], &[2, 3]),
    of("matches", &[2], &[1]),
    of("max", &[2], &[]),
    of("min", &[2], &[]),
    of("none", &[], &[0]),
    of("now", &[0], &[]),
    of("of", &[], &[1]),
    of("or", &[], &[1]),
    of("orValue", &[], &[1]),
    of("round", &[1], &[]),
    of("size", &[1], &[0]),
    of("split", &[], &[1, 2]),
    of("startsWith", &[2], &[1]),
    of("string", &[1], &[0]),
    of("substring", &[], &[1, 2]),
    of("timestamp", &[1], &[]),
    of("today", &[0], &[]),
    of("trim", &[1], &[0]),
    of("type", &[1], &[]),
    of("uint", &[1], &[]),
    of("upper", &[1], &[]),
    of("upperAscii", &[], &[0]),
    of("value", &[], &[0]),
];

/// The function of this name, if there is one.
pub fn callable(name: &str) -> Option<&'static Callable> {
    let at = FUNCTIONS.binary_search_by(|it| it.name.cmp(name)).ok()?;
    Some(&FUNCTIONS[at])
}

impl Callable {
    /// With how many arguments it is called so; none where it is not called so.
    pub fn arguments(&self, call: Call) -> &'static [usize] {
        match call {
            Call::Bare => self.bare,
            Call::Method => self.method,
        }
    }
}
