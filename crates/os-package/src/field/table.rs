//! The table of field types.

use super::{Choice, FieldProperties, Helper, Length, Literal, Many, Reference, Storage, Title};

macro_rules! field_types {
    ($($kind:ident $name:literal $storage:ident $many:ident $literal:ident $reference:ident
       $choice:ident $length:ident $title:ident $helper:ident;)*) => {
        /// A type that a field can have.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the table says what each is")]
        pub enum FieldType { $($kind),* }

        impl FieldType {
            /// All types, in the order in which messages list them.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// Returns its row of the table.
            pub fn properties(self) -> &'static FieldProperties {
                &PROPERTIES[self as usize]
            }
        }

        static PROPERTIES: [FieldProperties; FieldType::ALL.len()] = [$(FieldProperties {
            name: $name,
            storage: Storage::$storage,
            many: Many::$many,
            literal: Literal::$literal,
            reference: Reference::$reference,
            choice: Choice::$choice,
            length: Length::$length,
            title: Title::$title,
            helper: Helper::$helper,
        }),*];
    };
}

#[rustfmt::skip]
field_types! {
    // type         name            storage   many         literal   reference choice   length     title      helper
    Text            "text"          Text      Never        Text      None      None     Characters Chosen     Plain;
    Textarea        "textarea"      Text      Never        Text      None      None     Lines      Chosen     Plain;
    Email           "email"         Text      Never        Text      None      None     Characters Chosen     Plain;
    Url             "url"           Text      Never        Text      None      None     Characters Chosen     Plain;
    Phone           "phone"         Text      Never        Text      None      None     Characters Possible   Plain;
    Password        "password"      Text      Never        Text      None      None     Characters Never      Plain;
    Secret          "secret"        Text      Never        Text      None      None     Unlimited  Never      Plain;
    Markdown        "markdown"      Text      Never        Text      None      None     Lines      ChosenOnly Plain;
    Html            "html"          Text      Never        Text      None      None     Lines      ChosenOnly Plain;
    Richtext        "richtext"      Text      Never        Text      None      None     Lines      ChosenOnly Plain;
    Code            "code"          Text      Never        Text      None      None     Characters Never      Special;
    Color           "color"         Text      Never        Text      None      None     Unlimited  Never      Plain;
    Signature       "signature"     Text      Never        Text      None      None     Characters Never      Plain;
    Qrcode          "qrcode"        Text      Never        Text      None      None     Characters Never      Plain;
    Autonumber      "autonumber"    Text      Never        Any       None      None     Unlimited  Possible   Special;
    Number          "number"        Number    Never        Number    None      None     Unlimited  Never      Plain;
    Currency        "currency"      Number    Never        Number    None      None     Unlimited  Never      Plain;
    Percent         "percent"       Number    Never        Number    None      None     Unlimited  Never      Plain;
    Rating          "rating"        Number    Never        Number    None      None     Unlimited  Never      Special;
    Slider          "slider"        Number    Never        Number    None      None     Unlimited  Never      Plain;
    Progress        "progress"      Number    Never        Number    None      None     Unlimited  Never      None;
    Date            "date"          Text      Never        Date      None      None     Unlimited  Never      Plain;
    Datetime        "datetime"      Timestamp Never        Timestamp None      None     Unlimited  Never      Plain;
    Time            "time"          Text      Never        Time      None      None     Unlimited  Never      Plain;
    Boolean         "boolean"       Boolean   Never        Boolean   None      None     Unlimited  Never      Plain;
    Toggle          "toggle"        Boolean   Never        Boolean   None      None     Unlimited  Never      None;
    Select          "select"        Text      WhenDeclared Option    None      Required Unlimited  Possible   Special;
    Radio           "radio"         Text      InParameters Option    None      Required Unlimited  Never      None;
    Multiselect     "multiselect"   Json      Always       Option    None      Closed   Unlimited  Never      None;
    Checkboxes      "checkboxes"    Json      Always       Option    None      Expected Unlimited  Never      None;
    Tags            "tags"          Json      Always       Option    None      Open     Unlimited  Never      None;
    Lookup          "lookup"        Text      WhenDeclared Record    Named     None     Unlimited  Never      Special;
    MasterDetail    "master_detail" Text      Never        Record    Named     None     Unlimited  Never      Special;
    Tree            "tree"          Text      Never        Record    OwnObject None     Unlimited  Never      None;
    User            "user"          Text      WhenDeclared Record    Users     None     Unlimited  Never      Special;
    Image           "image"         Json      WhenDeclared File      None      None     Unlimited  Never      Plain;
    File            "file"          Json      WhenDeclared File      None      None     Unlimited  Never      Plain;
    Avatar          "avatar"        Json      Never        File      None      None     Unlimited  Never      Plain;
    Video           "video"         Json      Never        File      None      None     Unlimited  Never      None;
    Audio           "audio"         Json      Never        File      None      None     Unlimited  Never      None;
    Json            "json"          Json      Never        Any       None      None     Unlimited  Never      Plain;
    Location        "location"      Json      Never        Location  None      None     Unlimited  Never      Plain;
    Address         "address"       Json      Never        Object    None      None     Unlimited  Never      Plain;
    Composite       "composite"     Json      Never        Object    None      None     Unlimited  Never      None;
    Repeater        "repeater"      Json      Never        Objects   None      None     Unlimited  Never      None;
    Record          "record"        Json      Never        Object    None      None     Unlimited  Never      None;
    Vector          "vector"        Json      Never        Numbers   None      None     Unlimited  Never      Special;
    Formula         "formula"       Computed  Never        Any       None      None     Unlimited  Possible   Plain;
    Summary         "summary"       Computed  Never        Number    None      None     Unlimited  Never      Plain;
}
