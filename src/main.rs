//! The command line: what it offers, and which exit code an end has.

mod cli;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use creator_connect::server::config::Faults;

/// A creator connects their TikTok account; this keeps the grant sealed and alive.
#[derive(Parser)]
#[command(version, after_help = cli::help::IN_SHORT, after_long_help = cli::help::IN_FULL)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the app with the settings of the environment and .env (the default)
    Serve,
    /// Serve the app on this machine against a simulated TikTok; no account, no settings
    Demo(cli::demo::Demo),
    /// Serve the simulated TikTok alone, for an app that runs elsewhere on this machine
    SimulateTiktok(tiktok_simulator::ServeCommand),
    /// Make or renew the TLS certificate and show its names, end and fingerprint
    Cert,
    /// Print a new key that seals tokens, as the settings have it
    Keygen(cli::keygen::Keygen),
    /// Seal every stored token with the first of the encryption keys, while the app goes on serving
    Rekey,
    Journal(cli::journal::Journal),
    /// Check every setting without starting
    CheckConfig,
    /// Check the settings and all that they lead to: Supabase, TikTok, certificate, files
    Doctor,
    // Its own doc comment says it.
    Events(cli::events::Events),
    /// Print the SQL that makes the tables and functions in Supabase
    Schema,
}

#[tokio::main]
async fn main() -> ExitCode {
    let command = Arguments::parse().command.unwrap_or(Command::Serve);
    match run(command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve => cli::serve::from_env().await,
        Command::Demo(demo) => demo.run().await,
        Command::SimulateTiktok(command) => cli::simulate::serve(command).await,
        Command::Cert => cli::cert::show().await,
        Command::Keygen(keygen) => keygen.run(),
        Command::Rekey => cli::rekey::reseal().await,
        Command::Journal(journal) => journal.run().await,
        Command::CheckConfig => cli::check_config::show().await,
        Command::Doctor => cli::doctor::examine().await,
        Command::Events(events) => events.run().await,
        Command::Schema => cli::schema::print(),
    }
}

/// Says why, and tells settings that are not accepted (2) from everything else (1).
fn failed(error: &anyhow::Error) -> ExitCode {
    cli::complain(error);
    ExitCode::from(if error.is::<Faults>() { 2 } else { 1 })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn serve_is_the_default() {
        assert!(Arguments::parse_from(["creator-connect"]).command.is_none());
    }

    #[test]
    fn help_teaches_the_first_steps_and_the_exit_codes() {
        let help = Arguments::command().render_long_help().to_string();
        for words in
            ["creator-connect demo", "check-config", "keygen", "doctor", "Exit codes", "env_example.txt"]
        {
            assert!(help.contains(words), "{words} in {help}");
        }
    }
}
