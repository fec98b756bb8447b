//! The packages of `examples/`, built into the program.

use os_control::Example;

/// The packages that a new server offers to publish.
pub const EXAMPLES: &[Example] = &[
    Example {
        listing: include_str!("../../../examples/crm/objectstack.manifest.json"),
        readme: include_str!("../../../examples/crm/README.md"),
        icon: include_str!("../../../examples/crm/icon.svg"),
        artifacts: &[
            include_str!("../../../examples/crm/1.0.0/objectstack.json"),
            include_str!("../../../examples/crm/1.1.0/objectstack.json"),
        ],
    },
    Example {
        listing: include_str!("../../../examples/helpdesk/objectstack.manifest.json"),
        readme: include_str!("../../../examples/helpdesk/README.md"),
        icon: include_str!("../../../examples/helpdesk/icon.svg"),
        artifacts: &[
            include_str!("../../../examples/helpdesk/0.3.0/objectstack.json"),
            include_str!("../../../examples/helpdesk/0.4.0/objectstack.json"),
        ],
    },
];
