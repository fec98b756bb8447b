//! Lints of agents and skills.
//!
//! **Invariant:** a skill of another package is not checked.

use super::{entries, error, text};
use crate::diagnostic::Diagnostic;
use serde_json::Value;
use std::collections::HashMap;

/// Checks the skills that agents name.
pub fn check(stack: &Value, found: &mut Vec<Diagnostic>) {
    let skills: HashMap<_, _> =
        entries(stack, "skills").iter().map(|skill| (text(skill, "name"), skill)).collect();
    let surface = |item: &Value| match text(item, "surface") {
        "" => "ask".to_owned(),
        surface => surface.to_owned(),
    };
    for (at, agent) in entries(stack, "agents").iter().enumerate() {
        let own = surface(agent);
        for (skill, name) in entries(agent, "skills").iter().enumerate() {
            let Some(it) = skills.get(name.as_str().unwrap_or_default()) else { continue };
            let theirs = surface(it);
            if theirs != "both" && theirs != own {
                let message =
                    format!("the skill {name} is for '{theirs}', and the agent for '{own}'");
                let help = "give the skill `surface: 'both'`, or the agent another skill";
                let path = format!("agents[{at}].skills[{skill}]");
                found.push(error("ai-skill-surface-mismatch", path, message, help));
            }
        }
    }
}
