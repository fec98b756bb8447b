//! The names of all rules that a diagnostic can carry, and what each of them reports.
//!
//! **Invariant:** a diagnostic carries a name of this list: [`crate::Diagnostic`] asserts it. Names
//! are read by programs and never change; where the original has the rule, the name is its.

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name in `Diagnostic::rule`.
    pub name: &'static str,
    /// The problem that it reports.
    pub reports: &'static str,
}

macro_rules! rules {
    ($($name:literal: $reports:literal,)*) => {
        /// All rules, by name.
        pub const RULES: &[Rule] = &[$(Rule { name: $name, reports: $reports }),*];
    };
}

rules! {
    "access-matrix": "Permission sets differ from `access-matrix.json`.",
    "action": "An action lacks its object, or two actions have one name.",
    "action-name-undefined": "A view names an action that does not exist.",
    "action-no-placement": "An action is placed nowhere.",
    "ai-skill-surface-mismatch": "An agent uses a skill of another surface.",
    "approval-decision-outputs-reserved": "An output of an approval has a reserved name.",
    "autonumber-references-optional-field": "An autonumber contains a field that may be empty.",
    "autonumber-references-self": "An autonumber contains itself.",
    "autonumber-references-unknown-field": "An autonumber contains a field that does not exist.",
    "autonumber-unrecognized-token": "An autonumber contains an unknown placeholder.",
    "capability": "A required capability is unknown, or one that is used is not required.",
    "chart-dataset-unknown": "A chart names a dataset that does not exist.",
    "chart-dimension-unknown": "A chart names a dimension that its dataset lacks.",
    "chart-measure-unknown": "A chart names a measure that its dataset lacks.",
    "component-type-unknown": "A page contains a component of an unknown type.",
    "conversion": "An older spelling was converted.",
    "dashboard-action-target-undefined": "A dashboard's action leads nowhere.",
    "dashboard-filter-field-not-included": "A filter of a dashboard needs a relation that its dataset does not include.",
    "dashboard-filter-field-unknown": "A filter of a dashboard names a field that does not exist.",
    "dataset-field-not-included": "A dataset names a field of a relation that it does not include.",
    "dataset-field-unknown": "A dataset names a field that does not exist.",
    "dataset-filter-field-unknown": "A filter of a dataset names a field that does not exist.",
    "dataset-include-unknown": "A dataset includes a relation that does not exist.",
    "deterministic": "The code reads the clock or a random number, which are fixed while compiling.",
    "docs": "A page of documentation cannot be read.",
    "docs/broken-link": "A page links to a page that does not exist.",
    "docs/duplicate-name": "Two pages have one name.",
    "docs/filename": "The file of a page has an invalid name.",
    "docs/flat-directory": "A page is in a folder below `src/docs`.",
    "docs/frontmatter-tags": "The tags of a page are invalid.",
    "docs/namespace-prefix": "The name of a page lacks the prefix of the package.",
    "docs/namespace-required": "A package with pages has no namespace.",
    "docs/no-images": "A page contains an image.",
    "docs/no-mdx": "A page contains code.",
    "docs/orphan-translation": "A translation belongs to no page.",
    "duplicate": "Two items of a collection have one name.",
    "engines": "The manifest declares no protocol.",
    "evaluation": "The code of the project throws, or exceeds a limit.",
    "expression-invalid": "An expression cannot be parsed, or names something that does not exist.",
    "field-group-undeclared": "A field is in a group that its object does not declare.",
    "field/choice-without-options": "A field to choose from has no options.",
    "field/formula-without-expression": "A formula has no expression.",
    "field/relationship-without-reference": "A reference names no object.",
    "field/summary-without-operations": "A summary does not declare what it summarizes.",
    "file": "A file of the project cannot be read.",
    "filter-empty-combinator": "A filter combines no conditions.",
    "filter-empty-node": "A filter contains an empty condition.",
    "filter-token-unknown": "A filter contains an unknown placeholder.",
    "flow-approval-revise-target-not-service-owned": "An approval sends work back to a step that it does not own.",
    "flow-branch-label-unmatched": "An edge is labelled as no branch of its node.",
    "flow-decision-unconditional-branch": "An edge of a decision has no condition.",
    "flow-default-edge-with-condition": "A default edge has a condition.",
    "flow-edge-unknown-node": "An edge names a node that does not exist.",
    "flow-multiple-default-edges": "A node has several default edges.",
    "flow-node-write-unknown-field": "A node writes a field that does not exist.",
    "flow-runas-unscoped": "A flow runs as the system without a reason.",
    "flow-script": "A script node contains no code that runs.",
    "flow-time-relative-descriptor-unroutable": "A time-relative trigger is incomplete.",
    "flow-trigger-unknown-event": "A trigger names an event that does not exist.",
    "flow-trigger-unknown-object": "A trigger names an object that does not exist.",
    "flow-trigger-unroutable": "A trigger lacks what would start the flow.",
    "flow-update-readonly-field": "A node writes a read-only field.",
    "flow-update-readonly-when-field": "A node writes a field that may be read-only.",
    "form-field-unknown": "A form names a field that does not exist.",
    "handler": "A handler cannot become data.",
    "import": "An import leads to no module, or to none that the project may read.",
    "index-field-unknown": "An index names a field that does not exist.",
    "install": "A runtime refused the compiled package, or warns of a part of it.",
    "label": "A label begins with a small letter.",
    "list-view-field-dotted": "A list shows a field of another object.",
    "list-view-field-unknown": "A list names a field that does not exist.",
    "manifest-id": "The id of the package is no legal id.",
    "mapping": "A mapping of an import contains code.",
    "namespace": "A name lacks the prefix of the package.",
    "nav-object-ungranted": "An entry of the navigation lists an object that no permission set lets people read.",
    "nav-object-unservable": "An entry of the navigation lists an object whose API cannot list.",
    "no-effect": "A property has no effect in a runtime.",
    "object-field-ref-unknown": "An object refers to one of its fields that does not exist.",
    "object-reference-unknown": "A reference names an object that this package does not have.",
    "object-reference-unregistered-platform": "A reference names an object that the platform does not have.",
    "org-axis-cross-org-bu-grant": "A permission set grants access across organizations.",
    "org-axis-permission-inheritance": "Access would be inherited from another organization.",
    "page-field-unknown": "A page names a field that does not exist.",
    "plugin": "A plugin runs in a server and adds nothing to the artifact.",
    "reference": "A reference names something that this package does not have.",
    "reference-unknown": "A reference field is shown by a field that does not exist.",
    "reserved-name": "A name belongs to the platform.",
    "rls-field-unknown": "A rule of row-level security names a field that does not exist.",
    "rls-predicate-unenforceable": "A rule of row-level security cannot be enforced.",
    "rls-predicate-unparseable": "A rule of row-level security cannot be parsed.",
    "schema": "A value does not match the protocol.",
    "searchable-field-unknown": "A searchable field does not exist.",
    "searchable-field-unsearchable": "A searchable field has a type that cannot be searched.",
    "security-anchor-high-privilege": "A position that everybody holds grants too much.",
    "security-book-audience-unknown-set": "The audience of a book is a permission set that does not exist.",
    "security-controlled-by-parent-ambiguous-relation": "A detail has several masters.",
    "security-controlled-by-parent-no-relation": "A detail has no master.",
    "security-delegation-missing-reason": "A delegation has no reason.",
    "security-external-wider-than-internal": "External people see more than internal ones.",
    "security-fls-unknown-field": "A permission set restricts a field that does not exist.",
    "security-fls-unqualified-key": "A permission set restricts a field without naming its object.",
    "security-master-detail-ungranted": "A detail is granted nowhere, although its master is.",
    "security-role-word": "A name speaks of roles, which are positions here.",
    "security-wildcard-vama": "A permission set grants all records of all objects.",
    "seed-field-unknown": "A seed sets a field that does not exist.",
    "seed-insert-mode-duplicates-on-replay": "Seeds are inserted again each time they are loaded.",
    "seed-key": "The key of a seed lacks the prefix of the package.",
    "seed-key-unknown": "The key of seeds is a field that does not exist.",
    "seed-option-unknown": "A seed holds an option that its field lacks.",
    "seed-value": "A seed holds a value that its field does not take.",
    "seed-value-outside-state-machine": "A seed holds a state that no transition mentions.",
    "semantic-role-field-unknown": "An object gives a role to a field that does not exist.",
    "sharing-model": "An object does not declare who sees its records.",
    "sharing-rule-object-controlled-by-parent": "A sharing rule is about a detail, which its master shares.",
    "sharing-rule-object-not-shareable": "A sharing rule is about an object that everybody sees.",
    "sharing-rule-runtime-variable-condition": "The condition of a sharing rule depends on who asks.",
    "sharing-rule-unlowerable-condition": "The condition of a sharing rule cannot become a filter.",
    "single-app": "A package of type `app` has several apps.",
    "sort-field-unknown": "A list is sorted by a field that does not exist.",
    "sort-field-unsortable": "A list is sorted by a field that cannot be sorted.",
    "stack": "The project exports no stack.",
    "state-unknown": "A state machine names a state that its field lacks.",
    "summary-field-unknown": "A summary names a field that does not exist.",
    "summary-object-unknown": "A summary names an object that does not exist.",
    "summary-unrelated": "A summary counts records that do not refer to its object.",
    "syntax": "A file cannot be parsed.",
    "system": "The system cannot start a thread.",
    "title-unresolvable": "An object has no field that names its records.",
    "translation-key": "A translation names something that this package does not have.",
    "unique-double-declaration": "A field is declared unique twice.",
    "validation-field-unknown": "A validation names a field that does not exist.",
    "view-page-unresolved": "A view opens a page that does not exist.",
    "view-ref-nav-view-missing": "An entry of the navigation names a list that does not exist.",
    "view/layout-without-binding": "A layout lacks the field it needs.",
    "view/row-color-without-colors": "Rows are coloured by a field without colours.",
    "webhook/without-triggers": "A webhook is never called.",
    "widget-dataset-unknown": "A widget names a dataset that does not exist.",
    "widget-dimension-unknown": "A widget names a dimension that its dataset lacks.",
    "widget-filter-field-not-included": "A widget filters by a field of a relation that its dataset does not include.",
    "widget-filter-field-unknown": "A widget filters by a field that does not exist.",
    "widget-measure-unknown": "A widget names a measure that its dataset lacks.",
    "widget-measures-missing": "A widget shows no measure.",
    "widget-sortby-unselected": "A widget is sorted by something that it does not show.",
}

/// Returns whether a rule of this name exists.
pub fn exists(name: &str) -> bool {
    RULES.binary_search_by(|rule| rule.name.cmp(name)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_so_that_it_can_be_searched() {
        for pair in RULES.windows(2) {
            assert!(pair[0].name < pair[1].name, "{} is not before {}", pair[0].name, pair[1].name);
        }
        assert!(exists("seed-value") && !exists("seed-values"));
    }
}
