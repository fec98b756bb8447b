//! Field types of objects: one table that the compiler, the runtime and the control plane read.
//!
//! To add a field type, add a row to the table below and its name to [`FieldType`]'s place in the
//! protocol (`os-compile/src/schema/table/stack.table`); tests compare the two. A type with a new
//! [`Storage`] or [`Literal`] also needs code where these are matched.
//!
//! **Invariant:** whether a value fits, how it is stored and what may be declared beside it follow
//! from the row of its type alone.

mod table;

pub use table::FieldType;

/// The properties of a field type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldProperties {
    /// Its name in artifacts.
    pub name: &'static str,
    /// The content of its column when it holds one value.
    pub storage: Storage,
    /// The cases in which it holds a list of values.
    pub many: Many,
    /// The form of one value in defaults and seeds.
    pub literal: Literal,
    /// The target of its values.
    pub reference: Reference,
    /// The effect of `options`.
    pub choice: Choice,
    /// The limits of length that may be declared.
    pub length: Length,
    /// The fitness of its values as the name of a record.
    pub title: Title,
    /// The helper of `Field` in `@objectstack/spec` that creates one.
    pub helper: Helper,
}

/// The content of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// Text.
    Text,
    /// A floating-point number.
    Number,
    /// A truth value.
    Boolean,
    /// A point in time, in UTC.
    Timestamp,
    /// JSON as text.
    Json,
    /// Nothing: the value is computed when the record is read.
    Computed,
}

/// The cases in which a field holds a list of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Many {
    /// One value, whatever `multiple` is.
    Never,
    /// A list with `multiple: true`.
    WhenDeclared,
    /// A list with `multiple: true`, which only a parameter of an action may declare: a field that
    /// declares it is refused.
    InParameters,
    /// Always a list.
    Always,
}

/// The form of a value as an author writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Literal {
    /// Any JSON.
    Any,
    /// A string.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `2026-01-31`.
    Date,
    /// `2026-01-31T10:00:00Z`.
    Timestamp,
    /// `09:30`.
    Time,
    /// The value of an option.
    Option,
    /// The id of a record.
    Record,
    /// The id of a file.
    File,
    /// `{ lat, lng }`.
    Location,
    /// A JSON object.
    Object,
    /// A list of JSON objects.
    Objects,
    /// A list of numbers.
    Numbers,
}

/// The target of the values of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// Nothing.
    None,
    /// Records of the object that `reference` must name.
    Named,
    /// Records of the same object.
    OwnObject,
    /// Accounts, unless `reference` names another object.
    Users,
}

/// The effect of the `options` of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// It has none.
    None,
    /// They are required and list every value: an error where they are absent.
    Required,
    /// They list every value; a warning where they are absent.
    Expected,
    /// They list every value where there are any.
    Closed,
    /// They are suggestions; other values are allowed.
    Open,
}

/// The limits of length that a field may declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// None.
    Unlimited,
    /// `minLength` and `maxLength`.
    Characters,
    /// `minLength`, `maxLength` and `rows`.
    Lines,
}

/// The fitness of a field as the name of its record, where the object names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Title {
    /// It cannot.
    Never,
    /// It can, but is not chosen by itself.
    Possible,
    /// It can, and may be chosen by itself.
    Chosen,
    /// It may be chosen by itself, but an object with nothing else has no title.
    ChosenOnly,
}

/// A helper of `Field` in `@objectstack/spec` that creates a field, as the original offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Helper {
    /// Not at all: `{ type: '…' }` is written by hand.
    None,
    /// `Field.name({ … })`.
    Plain,
    /// `Field.name(…)` with parameters or defaults of its own.
    Special,
}

impl FieldType {
    /// Returns the type of this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.as_str() == name)
    }

    /// Returns its name in artifacts.
    pub fn as_str(self) -> &'static str {
        self.properties().name
    }

    /// Returns whether its values are ids of records.
    pub fn is_reference(self) -> bool {
        self.properties().reference != Reference::None
    }

    /// Returns whether it is computed when a record is read, and so has no column.
    pub fn is_computed(self) -> bool {
        self.properties().storage == Storage::Computed
    }

    /// Returns whether its column holds a number.
    pub fn is_number(self) -> bool {
        self.properties().storage == Storage::Number
    }

    /// Returns whether its values are ids of files.
    pub fn is_file(self) -> bool {
        self.properties().literal == Literal::File
    }

    /// Returns whether it always holds a list.
    pub fn is_list(self) -> bool {
        self.properties().many == Many::Always
    }

    /// Returns whether it holds a list, given what the field declares as `multiple`.
    pub fn holds_many(self, multiple: bool) -> bool {
        match self.properties().many {
            Many::Never => false,
            Many::WhenDeclared | Many::InParameters => multiple,
            Many::Always => true,
        }
    }

    /// Returns whether its values are a date, a timestamp or a time of day.
    pub fn is_temporal(self) -> bool {
        matches!(self.properties().literal, Literal::Date | Literal::Timestamp | Literal::Time)
    }

    /// Returns whether its values are secrets, which nobody reads back.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Password | Self::Secret)
    }

    /// Returns whether only listed options are valid, where the field lists any.
    pub fn has_closed_options(self) -> bool {
        matches!(self.properties().choice, Choice::Required | Choice::Expected | Choice::Closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_found_by_its_unique_name() {
        for (at, kind) in FieldType::ALL.iter().enumerate() {
            assert_eq!(FieldType::of(kind.as_str()), Some(*kind));
            assert_eq!(*kind as usize, at, "the row of {} is not in the order", kind.as_str());
        }
        assert_eq!(FieldType::of("TEXT"), None);
        assert_eq!(FieldType::of("enum"), None);
    }

    /// The sets that `@objectstack/spec` 17.4 publishes: numeric types, types that may hold a
    /// list, references, files, and types with a bounded length.
    #[test]
    fn the_columns_agree_with_the_sets_of_the_original() {
        let names = |is: fn(FieldType) -> bool| -> Vec<&str> {
            let mut names: Vec<_> =
                FieldType::ALL.iter().filter(|it| is(**it)).map(|it| it.as_str()).collect();
            names.sort_unstable();
            names
        };
        let numeric = ["currency", "number", "percent", "progress", "rating", "slider", "summary"];
        assert_eq!(names(|it| it.properties().literal == Literal::Number), numeric);
        let lists = ["file", "image", "lookup", "radio", "select", "user"];
        assert_eq!(names(|it| it.holds_many(true) && !it.is_list()), lists);
        // The schema of a field refuses `multiple` on it, the contract of values does not.
        assert_eq!(names(|it| it.properties().many == Many::InParameters), ["radio"]);
        assert_eq!(names(FieldType::is_list), ["checkboxes", "multiselect", "tags"]);
        assert_eq!(names(FieldType::is_reference), ["lookup", "master_detail", "tree", "user"]);
        assert_eq!(names(FieldType::is_file), ["audio", "avatar", "file", "image", "video"]);
        let bounded = [
            "code",
            "email",
            "html",
            "markdown",
            "password",
            "phone",
            "qrcode",
            "richtext",
            "signature",
            "text",
            "textarea",
            "url",
        ];
        assert_eq!(names(|it| it.properties().length != Length::Unlimited), bounded);
    }

    #[test]
    fn a_field_holds_a_list_if_its_type_allows_one() {
        for (kind, declared, expected) in [
            (FieldType::Select, false, false),
            (FieldType::Select, true, true),
            (FieldType::Radio, true, true),
            (FieldType::Text, true, false),
            (FieldType::Tags, false, true),
        ] {
            assert_eq!(kind.holds_many(declared), expected, "{kind:?} {declared}");
        }
    }
}
