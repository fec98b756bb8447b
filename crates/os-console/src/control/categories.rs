//! The categories that forms and filters suggest.

/// Suggestions only; a package may have any category.
pub const CATEGORIES: [&str; 15] = [
    "crm",
    "erp",
    "hr",
    "finance",
    "project",
    "collaboration",
    "analytics",
    "integration",
    "automation",
    "ai",
    "security",
    "devtools",
    "support",
    "ui-theme",
    "other",
];
