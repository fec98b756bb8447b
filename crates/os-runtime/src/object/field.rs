use os_db::{CellType, Name};
use serde_json::Value;

/// A part of an object.
#[derive(Debug)]
pub struct Field {
    pub name: Name,
    pub label: String,
    pub kind: FieldType,
    pub is_required: bool,
    pub is_unique: bool,
    /// Whether it holds a list.
    pub is_multiple: bool,
    pub is_readonly: bool,
    pub is_searchable: bool,
    /// Whether changes of it are written to the audit log, whatever the object says.
    pub tracks_history: bool,
    /// The object that a lookup refers to.
    pub reference: Option<Name>,
    pub on_delete: OnDelete,
    /// The values that options allow; empty where there are none.
    pub options: Vec<String>,
    pub default: Option<Value>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub max_length: Option<usize>,
    /// `HD-{00000}` of an autonumber.
    pub number_format: Option<String>,
    /// As the package wrote it: expressions, summaries and what else is read late.
    pub source: Value,
}

/// What happens to a record when the one it refers to is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    /// The reference becomes empty.
    SetNull,
    /// It goes along.
    Cascade,
    /// The deletion is refused.
    Restrict,
}

macro_rules! field_types {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// Every type a field can have.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum FieldType { $($name),* }

        impl FieldType {
            /// Its name in artifacts.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

field_types! {
    Text = "text", Textarea = "textarea", Email = "email", Url = "url", Phone = "phone",
    Password = "password", Secret = "secret", Markdown = "markdown", Html = "html",
    Richtext = "richtext", Code = "code", Color = "color", Signature = "signature",
    Qrcode = "qrcode", Autonumber = "autonumber",
    Number = "number", Currency = "currency", Percent = "percent", Rating = "rating",
    Slider = "slider", Progress = "progress",
    Date = "date", Datetime = "datetime", Time = "time",
    Boolean = "boolean", Toggle = "toggle",
    Select = "select", Radio = "radio", Multiselect = "multiselect", Checkboxes = "checkboxes",
    Tags = "tags",
    Lookup = "lookup", MasterDetail = "master_detail", Tree = "tree", User = "user",
    Image = "image", File = "file", Avatar = "avatar", Video = "video", Audio = "audio",
    Json = "json", Location = "location", Address = "address", Composite = "composite",
    Repeater = "repeater", Record = "record", Vector = "vector",
    Formula = "formula", Summary = "summary",
}

impl FieldType {
    /// The type of this name.
    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// Whether its values are ids of records.
    pub fn is_reference(self) -> bool {
        matches!(self, Self::Lookup | Self::MasterDetail | Self::Tree | Self::User)
    }

    /// Whether it is computed when it is read, and so has no column.
    pub fn is_computed(self) -> bool {
        matches!(self, Self::Formula | Self::Summary)
    }

    /// Whether it is a number.
    pub fn is_number(self) -> bool {
        use FieldType::{Currency, Number, Percent, Progress, Rating, Slider};
        matches!(self, Number | Currency | Percent | Rating | Slider | Progress)
    }

    /// Whether its values are ids of files.
    pub fn is_file(self) -> bool {
        matches!(self, Self::Image | Self::File | Self::Avatar | Self::Video | Self::Audio)
    }

    /// Whether its values are lists by nature.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Multiselect | Self::Checkboxes | Self::Tags)
    }
}

impl Field {
    /// Whether the column holds JSON text rather than the value itself.
    pub fn is_json(&self) -> bool {
        use FieldType::{
            Address, Audio, Avatar, Composite, File, Image, Json, Location, Record, Repeater,
            Vector, Video,
        };
        self.is_multiple
            || self.kind.is_list()
            || matches!(
                self.kind,
                Json | Location
                    | Address
                    | Composite
                    | Repeater
                    | Record
                    | Vector
                    | Image
                    | File
                    | Avatar
                    | Video
                    | Audio
            )
    }

    /// The type of its column; `None` where it is computed.
    pub fn cell_type(&self) -> Option<CellType> {
        Some(match self.kind {
            _ if self.is_json() => CellType::Text,
            FieldType::Formula | FieldType::Summary => return None,
            FieldType::Boolean | FieldType::Toggle => CellType::Bool,
            FieldType::Datetime => CellType::Time,
            kind if kind.is_number() => CellType::Real,
            _ => CellType::Text,
        })
    }
}
