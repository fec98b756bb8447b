//! One file for each group of commands: arguments in, a call, text out.

mod cloud;
mod completions;
mod device;
mod doctor;
mod environments;
mod generations;
mod installations;
mod packages;
mod people;
mod publish;

use crate::cli::{
    CloudCommand, Command, Common, EnvironmentCommand, GenerationCommand, OutputArgs,
    PackageCommand,
};
use crate::output::Output;
use crate::server;
use anyhow::Result;
use serde_json::Value;

/// Runs a command.
pub fn run(command: Command, output: Output) -> Result<()> {
    match command {
        Command::Start(arguments) => server::run(&arguments, output),
        Command::Cloud(CloudCommand::Serve(arguments)) => server::run(&arguments, output),
        Command::Cloud(CloudCommand::Login(arguments)) => cloud::login(&arguments, output),
        Command::Cloud(CloudCommand::Logout { .. }) => cloud::logout(output),
        Command::Cloud(CloudCommand::Whoami { connection, .. }) => {
            cloud::whoami(&connection, output)
        }
        Command::Package(PackageCommand::Publish(arguments)) => publish::run(&arguments, output),
        Command::Package(command) => package(command, output),
        Command::Environments(command) => environments::run(command, output),
        Command::Generations(command) => generations::run(command, output),
        Command::Doctor(arguments) => doctor::run(&arguments, output),
        Command::Completions { shell } => {
            completions::run(shell, output);
            Ok(())
        }
    }
}

fn package(command: PackageCommand, output: Output) -> Result<()> {
    match command {
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
    /// How its answer is to be printed.
    pub fn output(&self) -> OutputArgs {
        match self {
            Self::Start(_) | Self::Completions { .. } => OutputArgs::default(),
            Self::Doctor(it) => it.common.output,
            Self::Cloud(it) => match it {
                CloudCommand::Serve(_) => OutputArgs::default(),
                CloudCommand::Login(it) => it.output,
                CloudCommand::Logout { output } | CloudCommand::Whoami { output, .. } => *output,
            },
            Self::Package(it) => it.common().output,
            Self::Environments(it) => it.common().output,
            Self::Generations(it) => it.common().output,
        }
    }
}

impl PackageCommand {
    fn common(&self) -> &Common {
        match self {
            Self::Publish(it) => &it.common,
            Self::Install(it) => &it.common,
            Self::List(it) => &it.common,
            Self::Show(it) => &it.common,
            Self::Versions(it) => &it.common,
            Self::Upgrade(it) => &it.common,
            Self::Rollback(it) => &it.common,
            Self::Uninstall(it) => &it.common,
            Self::Enable(it) => &it.common,
            Self::Disable(it) => &it.common,
            Self::History(it) => &it.common,
            Self::Deprecate(it) => &it.common,
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

/// A text of an answer, empty where there is none.
fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// The rows under a name of an answer.
fn rows<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Says that a list goes on, where it does.
fn tell_of_more(answer: &Value, output: Output) {
    if answer["next_cursor"].is_string() {
        output.note("there are more; `--limit` shows them");
    }
}

/// A time for people: to the minute, in UTC.
fn minute(value: &Value, name: &str) -> String {
    let text = text(value, name);
    match chrono::DateTime::parse_from_rfc3339(text) {
        Ok(time) => time.to_utc().format("%Y-%m-%d %H:%M").to_string(),
        Err(_) => text.to_owned(),
    }
}
