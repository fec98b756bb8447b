//! The table of kinds.

use super::{Kind, Runs, Texts};

/// What most kinds have in common.
const DEFAULT: Kind = Kind {
    name: "",
    collection: None,
    label: "",
    domain: "",
    load_order: 0,
    runs: Runs::Yes,
    map: false,
    interface: None,
    named_by: &[],
    texts: None,
};

/// All kinds: first those of artifacts, in the order in which `metadataTypes` lists them.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "object",
        collection: Some("objects"),
        label: "Object",
        domain: "data",
        load_order: 10,
        map: true,
        interface: Some("ServiceObject"),
        named_by: &["object", "objectName", "reference", "reference_to"],
        texts: Some(Texts { group: "objects", keys: &["label", "pluralLabel", "description"] }),
        ..DEFAULT
    },
    Kind {
        name: "app",
        collection: Some("apps"),
        label: "Application",
        domain: "ui",
        load_order: 70,
        map: true,
        interface: Some("App"),
        texts: Some(Texts { group: "apps", keys: &["label", "description"] }),
        ..DEFAULT
    },
    Kind {
        name: "page",
        collection: Some("pages"),
        label: "Page",
        domain: "ui",
        load_order: 50,
        map: true,
        interface: Some("Page"),
        named_by: &["page", "pageName"],
        texts: Some(Texts { group: "pages", keys: &["label", "title", "description"] }),
        ..DEFAULT
    },
    Kind {
        name: "dashboard",
        collection: Some("dashboards"),
        label: "Dashboard",
        domain: "ui",
        load_order: 60,
        map: true,
        interface: Some("Dashboard"),
        named_by: &["dashboard", "dashboardName"],
        texts: Some(Texts { group: "dashboards", keys: &["label", "description"] }),
        ..DEFAULT
    },
    Kind {
        name: "report",
        collection: Some("reports"),
        label: "Report",
        domain: "ui",
        load_order: 60,
        map: true,
        interface: Some("Report"),
        named_by: &["report", "reportName"],
        ..DEFAULT
    },
    Kind {
        name: "dataset",
        collection: Some("datasets"),
        label: "Dataset",
        domain: "ui",
        load_order: 55,
        map: true,
        interface: Some("Dataset"),
        named_by: &["dataset", "datasetName"],
        texts: Some(Texts { group: "datasets", keys: &["label", "description"] }),
        ..DEFAULT
    },
    Kind {
        name: "action",
        collection: Some("actions"),
        label: "Action",
        domain: "ui",
        load_order: 50,
        runs: Runs::No,
        map: true,
        interface: Some("Action"),
        named_by: &["action", "actionName"],
        ..DEFAULT
    },
    Kind {
        name: "flow",
        collection: Some("flows"),
        label: "Flow",
        domain: "automation",
        load_order: 80,
        runs: Runs::No,
        map: true,
        interface: Some("Flow"),
        named_by: &["flow", "flowName"],
        ..DEFAULT
    },
    Kind {
        name: "job",
        collection: Some("jobs"),
        label: "Background Job",
        domain: "automation",
        load_order: 80,
        runs: Runs::No,
        map: true,
        interface: Some("Job"),
        ..DEFAULT
    },
    Kind {
        name: "position",
        collection: Some("positions"),
        label: "Position",
        domain: "security",
        load_order: 15,
        map: true,
        interface: Some("Position"),
        ..DEFAULT
    },
    Kind {
        name: "permission",
        collection: Some("permissions"),
        label: "Permission Set",
        domain: "security",
        load_order: 15,
        map: true,
        interface: Some("PermissionSet"),
        ..DEFAULT
    },
    Kind {
        name: "capability",
        collection: Some("capabilities"),
        label: "Capability",
        domain: "security",
        load_order: 12,
        interface: Some("Capability"),
        ..DEFAULT
    },
    Kind {
        name: "sharing_rule",
        collection: Some("sharingRules"),
        label: "Sharing Rule",
        domain: "security",
        load_order: 16,
        map: true,
        interface: Some("SharingRule"),
        ..DEFAULT
    },
    Kind {
        name: "api",
        collection: Some("apis"),
        label: "API Endpoint",
        domain: "system",
        load_order: 92,
        runs: Runs::No,
        map: true,
        interface: Some("ApiEndpoint"),
        ..DEFAULT
    },
    Kind {
        name: "webhook",
        collection: Some("webhooks"),
        label: "Webhook",
        domain: "automation",
        load_order: 94,
        runs: Runs::No,
        map: true,
        interface: Some("Webhook"),
        ..DEFAULT
    },
    Kind {
        name: "agent",
        collection: Some("agents"),
        label: "AI Agent",
        domain: "ai",
        load_order: 90,
        runs: Runs::No,
        map: true,
        interface: Some("Agent"),
        ..DEFAULT
    },
    Kind {
        name: "tool",
        collection: Some("tools"),
        label: "AI Tool",
        domain: "ai",
        load_order: 85,
        runs: Runs::No,
        interface: Some("Tool"),
        ..DEFAULT
    },
    Kind {
        name: "skill",
        collection: Some("skills"),
        label: "AI Skill",
        domain: "ai",
        load_order: 88,
        runs: Runs::No,
        interface: Some("Skill"),
        ..DEFAULT
    },
    Kind {
        name: "rag_pipeline",
        collection: Some("ragPipelines"),
        label: "RAG Pipeline",
        domain: "ai",
        load_order: 86,
        runs: Runs::No,
        ..DEFAULT
    },
    Kind {
        name: "hook",
        collection: Some("hooks"),
        label: "Hook",
        domain: "data",
        load_order: 30,
        runs: Runs::No,
        map: true,
        interface: Some("Hook"),
        ..DEFAULT
    },
    Kind {
        name: "mapping",
        collection: Some("mappings"),
        label: "Import Mapping",
        domain: "data",
        load_order: 96,
        map: true,
        interface: Some("Mapping"),
        ..DEFAULT
    },
    Kind {
        name: "analytics_cube",
        collection: Some("analyticsCubes"),
        label: "Analytics Cube",
        domain: "ui",
        load_order: 56,
        map: true,
        interface: Some("Cube"),
        ..DEFAULT
    },
    Kind {
        name: "connector",
        collection: Some("connectors"),
        label: "Connector",
        domain: "system",
        load_order: 93,
        runs: Runs::No,
        map: true,
        interface: Some("Connector"),
        ..DEFAULT
    },
    Kind {
        name: "datasource",
        collection: Some("datasources"),
        label: "Datasource",
        domain: "system",
        load_order: 5,
        map: true,
        interface: Some("Datasource"),
        ..DEFAULT
    },
    Kind {
        name: "view",
        collection: Some("views"),
        label: "View",
        domain: "ui",
        load_order: 50,
        interface: Some("View"),
        named_by: &["view", "viewName"],
        ..DEFAULT
    },
    Kind {
        name: "email_template",
        collection: Some("emailTemplates"),
        label: "Email Template",
        domain: "system",
        load_order: 85,
        map: true,
        interface: Some("EmailTemplateDefinition"),
        ..DEFAULT
    },
    Kind {
        name: "doc",
        collection: Some("docs"),
        label: "Documentation",
        domain: "system",
        load_order: 99,
        interface: Some("Doc"),
        ..DEFAULT
    },
    Kind {
        name: "book",
        collection: Some("books"),
        label: "Documentation Book",
        domain: "system",
        load_order: 99,
        interface: Some("Book"),
        ..DEFAULT
    },
    Kind { name: "package", label: "Package", domain: "system", load_order: 0, ..DEFAULT },
];
