//! `docs/configuration.md`: the help of every command, and every variable.

use super::Cli;
use clap::{Arg, Command, CommandFactory};
use expect_test::expect_file;
use std::collections::BTreeMap;
use std::fmt::Write;

const INTRODUCTION: &str = "\
# Commands and settings

The output of `os --help` for every command. A test generates this page: `UPDATE_EXPECT=1 cargo test -p os`.

A setting comes from its flag, else from its environment variable, else from a file, else from its
default. An invalid value stops the command and is reported with the name of the setting.

* **Exit codes.** 0: success. 1: failure. 2: usage error. A reader that leaves early (`os … | head`) is not a failure.
* **Output.** Results go to standard output, everything else to standard error. `--json` prints one JSON value
  per line; a failure is `{\"success\":false,\"error\",\"code\",\"httpStatus\"}`. Colour is used on terminals only, and
  not with `NO_COLOR`.
* **Files.** `~/.objectstack/cloud.json` stores the sign-in of `os cloud login`, mode 0600. `credentials.json` beside
  it stores that of a runtime's CLI; it is used if there is no other. A stored token is sent only to the server
  it was stored for.
* **Server.** `--server` (`OS_CLOUD_URL`), else where you signed in, else `http://localhost:3000`.
* **Token.** `--token` (`OS_CLOUD_API_KEY`), else `OS_TOKEN`, else the stored sign-in.
";

#[test]
fn the_reference_is_the_help() {
    let mut page = INTRODUCTION.to_owned();
    let mut root = Cli::command().term_width(100);
    root.build();

    page.push_str("\n## Environment variables\n\n| Variable | Flag | Commands |\n|---|---|---|\n");
    for ((variable, flag), commands) in variables(&root) {
        writeln!(page, "| `{variable}` | `{flag}` | {commands} |").unwrap();
    }
    page.push_str("| `OS_ARTIFACT_PATH`, `OS_ARTIFACT_FILE` | | `os serve`: used when `--artifact` is not given |\n");
    page.push_str("| `OS_TOKEN` | | used when `--token` is not given |\n");
    page.push_str("| `NO_COLOR` | | all: disables colour |\n");
    page.push_str(
        "| `SOURCE_DATE_EPOCH` | | commands that compile: the time that a project sees |\n",
    );
    for command in leaves(&root) {
        let command = command.clone().term_width(100);
        let name = command.get_bin_name().unwrap_or_default().to_owned();
        let about = command.get_long_about().or(command.get_about()).cloned().unwrap_or_default();
        let help = command.about("").long_about(None).render_help().to_string();
        let help: Vec<_> = help.trim().lines().map(str::trim_end).collect();
        let help = help.join("\n");
        write!(page, "\n## {name}\n\n{about}\n\n```text\n{help}\n```\n").unwrap();
    }
    expect_file!["../../../../docs/configuration.md"].assert_eq(&page);
}

#[test]
fn help_hides_the_values_of_variables() {
    let mut root = Cli::command();
    root.build();
    for command in leaves(&root) {
        for argument in command.get_arguments().filter(|it| it.get_env().is_some()) {
            assert!(argument.is_hide_env_values_set(), "{argument} of {command}");
        }
    }
}

#[test]
fn every_option_has_help() {
    let mut root = Cli::command();
    root.clone().debug_assert();
    root.build();
    for command in leaves(&root) {
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{argument} of {command}");
        }
    }
}

fn leaves(command: &Command) -> Vec<&Command> {
    if !command.has_subcommands() {
        return vec![command];
    }
    command.get_subcommands().flat_map(leaves).collect()
}

/// Returns the commands that read each variable.
fn variables(root: &Command) -> BTreeMap<(String, String), String> {
    let mut variables: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for command in leaves(root) {
        for argument in command.get_arguments() {
            if let Some(variable) = argument.get_env() {
                let key = (variable.to_string_lossy().into_owned(), flag(argument));
                let name = command.get_bin_name().unwrap_or_default();
                variables.entry(key).or_default().push(format!("`{name}`"));
            }
        }
    }
    let many = |commands: Vec<String>| match commands.len() {
        0..=6 => commands.join(", "),
        _ => "most commands that contact a server".to_owned(),
    };
    variables.into_iter().map(|(key, commands)| (key, many(commands))).collect()
}

fn flag(argument: &Arg) -> String {
    argument.get_long().map(|long| format!("--{long}")).unwrap_or_default()
}
