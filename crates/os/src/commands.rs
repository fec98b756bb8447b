//! One file per group of commands: parse arguments, call a server, print the result.

mod accounts;
mod completions;
mod device;
mod doctor;
mod environments;
mod generations;
mod installations;
mod invitations;
mod local;
mod metadata;
mod packages;
mod people;
mod project;
mod publish;
mod records;
mod runtime;
mod users;

use crate::cli::{
    CloudCommand, Command, Common, EnvironmentCommand, GenerationCommand, OutputArgs,
    PackageCommand,
};
use crate::credentials::Side;
use crate::output::Output;
use crate::server;
use crate::target::Target;
use anyhow::Result;
use serde_json::Value;

/// Runs a command.
pub fn run(command: Command, output: Output) -> Result<()> {
    match command {
        Command::Start(arguments) => server::combined::run(&arguments, output),
        Command::Serve(arguments) => server::runtime::run(&arguments, output),
        Command::Cloud(CloudCommand::Serve(arguments)) => server::control::run(&arguments, output),
        Command::Cloud(CloudCommand::Login(it)) => {
            accounts::login(Side::Cloud, it.url.as_deref(), &it.how, output)
        }
        Command::Cloud(CloudCommand::Logout { .. }) => accounts::logout(Side::Cloud, output),
        Command::Cloud(CloudCommand::Whoami { connection, .. }) => {
            accounts::whoami(Side::Cloud, &Target::find(&connection)?, output)
        }
        Command::Cloud(CloudCommand::ChangePassword { passwords, connection, .. }) => {
            accounts::change_password(&Target::find(&connection)?, &passwords, output)
        }
        Command::ChangePassword { passwords, common } => {
            let target = Target::runtime(&common.connection)?;
            accounts::change_password(&target, &passwords, output)
        }
        Command::Invitations(command) => invitations::run(&command, output),
        Command::User(command) => users::run(&command, output),
        Command::Login(it) => accounts::login(Side::Runtime, it.url.as_deref(), &it.how, output),
        Command::Logout { .. } => accounts::logout(Side::Runtime, output),
        Command::Whoami { common } => {
            accounts::whoami(Side::Runtime, &Target::runtime(&common.connection)?, output)
        }
        Command::Register(arguments) => accounts::register(&arguments, output),
        Command::Data(command) => records::run(&command, output),
        Command::Meta(command) => metadata::run(&command, output),
        Command::Package(PackageCommand::Publish(arguments)) => publish::run(&arguments, output),
        Command::Package(command) => package(command, output),
        Command::Environments(command) => environments::run(command, output),
        Command::Generations(command) => generations::run(command, output),
        Command::Project(command) => project::run(&command, output),
        Command::Doctor(arguments) => doctor::run(&arguments, output),
        Command::Completions { shell } => {
            completions::run(shell, output);
            Ok(())
        }
    }
}

/// Runs a package command: for environments through the control plane, for a runtime directly.
fn package(command: PackageCommand, output: Output) -> Result<()> {
    match command {
        PackageCommand::Install(it) if local::is_for_runtime(&it) => local::install(&it, output),
        PackageCommand::List(it) if it.runtime.runtime.is_some() => local::list(&it, output),
        PackageCommand::Uninstall(it) if it.runtime.runtime.is_some() => {
            local::uninstall(&it, output)
        }
        PackageCommand::Enable(it) if it.runtime.runtime.is_some() => local::enable(&it, output),
        PackageCommand::Disable(it) if it.runtime.runtime.is_some() => local::disable(&it, output),
        PackageCommand::Reseed(arguments) => local::reseed(&arguments, output),
        PackageCommand::Purge(arguments) => local::purge(&arguments, output),
        PackageCommand::Publish(arguments) => publish::run(&arguments, output),
        PackageCommand::List(arguments) => packages::list(&arguments, output),
        PackageCommand::Show(arguments) => packages::show(&arguments, output),
        PackageCommand::Versions(arguments) => packages::versions(&arguments, output),
        PackageCommand::Deprecate(arguments) => packages::deprecate(&arguments, output),
        PackageCommand::Install(arguments) => installations::install(&arguments, output),
        PackageCommand::Upgrade(arguments) => installations::upgrade(&arguments, output),
        PackageCommand::Rollback(arguments) => installations::roll_back(&arguments, output),
        PackageCommand::Uninstall(arguments) => installations::uninstall(&arguments, output),
        PackageCommand::Enable(arguments) => installations::enable(&arguments, output),
        PackageCommand::Disable(arguments) => installations::disable(&arguments, output),
        PackageCommand::History(arguments) => installations::history(&arguments, output),
    }
}

impl Command {
    /// Returns the options for its output.
    pub fn output(&self) -> OutputArgs {
        match self {
            Self::Start(_) | Self::Serve(_) | Self::Completions { .. } => OutputArgs::default(),
            Self::Project(it) => it.output(),
            Self::Doctor(it) => it.common.output,
            Self::Cloud(it) => match it {
                CloudCommand::Serve(_) => OutputArgs::default(),
                CloudCommand::Login(it) => it.how.output,
                CloudCommand::Logout { output }
                | CloudCommand::Whoami { output, .. }
                | CloudCommand::ChangePassword { output, .. } => *output,
            },
            Self::Login(it) => it.how.output,
            Self::Logout { output } => *output,
            Self::Whoami { common } | Self::ChangePassword { common, .. } => common.output(),
            Self::User(it) => it.accounts().output,
            Self::Invitations(it) => it.common().output,
            Self::Register(it) => it.output,
            Self::Data(it) => it.common().output(),
            Self::Meta(it) => it.common().output(),
            Self::Package(it) => it.output(),
            Self::Environments(it) => it.common().output,
            Self::Generations(it) => it.common().output,
        }
    }
}

impl PackageCommand {
    fn output(&self) -> OutputArgs {
        match self {
            Self::Publish(it) => it.common.output,
            Self::Install(it) => it.common.output,
            Self::List(it) => it.common.output,
            Self::Show(it) => it.common.output,
            Self::Versions(it) => it.common.output,
            Self::Upgrade(it) => it.common.output,
            Self::Rollback(it) => it.common.output,
            Self::Uninstall(it) => it.common.output,
            Self::Enable(it) => it.common.output,
            Self::Disable(it) => it.common.output,
            Self::History(it) => it.common.output,
            Self::Deprecate(it) => it.common.output,
            Self::Reseed(it) | Self::Purge(it) => it.output,
        }
    }
}

impl EnvironmentCommand {
    fn common(&self) -> &Common {
        match self {
            Self::Create(it) => &it.common,
            Self::List { common, .. }
            | Self::Show { common, .. }
            | Self::Switch { common, .. }
            | Self::Bind { common, .. }
            | Self::Delete { common, .. } => common,
        }
    }
}

impl GenerationCommand {
    fn common(&self) -> &Common {
        match self {
            Self::List { common, .. }
            | Self::Show { common, .. }
            | Self::Diff { common, .. }
            | Self::Rollback { common, .. } => common,
        }
    }
}

/// Returns a string member of a response, empty if there is none.
fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// Returns an array member of a response, empty if there is none.
fn rows<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Prints a note if the list has more rows.
fn note_if_more(answer: &Value, output: Output) {
    if answer["next_cursor"].is_string() {
        output.note("there are more rows; raise `--limit` to see them");
    }
}

/// Formats a timestamp to the minute, in UTC.
fn minute(value: &Value, name: &str) -> String {
    let text = text(value, name);
    match chrono::DateTime::parse_from_rfc3339(text) {
        Ok(time) => time.to_utc().format("%Y-%m-%d %H:%M").to_string(),
        Err(_) => text.to_owned(),
    }
}

/// Returns the user of a get-session response; null if there is none.
fn user_of(answer: &Value) -> &Value {
    if answer["user"].is_object() { &answer["user"] } else { &answer["data"]["user"] }
}
