//! The command line: its commands and their exit codes.

mod cli;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use creator_connect::server::config::Faults;
use tokio::runtime::Runtime;

/// Lets creators connect their TikTok accounts, and keeps their tokens encrypted and refreshed.
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
    /// Serve the app on this machine with a simulated TikTok; needs no account and no settings
    Demo(cli::demo::Demo),
    /// Serve only the simulated TikTok, for an app in another process on this machine
    SimulateTiktok(tiktok_simulator::ServeCommand),
    /// Create or renew the TLS certificate and show its names, expiry and fingerprint
    Cert,
    Keygen(cli::keygen::Keygen),
    /// Re-encrypt all stored tokens with the first encryption key while the app keeps serving
    Rekey,
    Journal(cli::journal::Journal),
    CheckConfig(cli::check_config::CheckConfig),
    Health(cli::health::Health),
    Init(cli::init::Init),
    /// Print `env_example.txt`, which explains every setting
    Env,
    /// Diagnose the installation: settings, Supabase, TikTok, certificate, files
    Doctor,
    // These are described by their own doc comments.
    Events(cli::events::Events),
    Keys(cli::keys::Keys),
    Audit(cli::audit::AuditLog),
    /// List TikTok's endpoints that programs may call through the API
    ProxyRoutes,
    /// Print the SQL that creates the tables and functions in Supabase
    Schema,
}

fn main() -> ExitCode {
    let command = Arguments::parse().command.unwrap_or(Command::Serve);
    let done = Runtime::new().context("cannot start threads").and_then(|runtime| {
        let done = runtime.block_on(run(command));
        // A thread that waits for a disk or a name server must not keep the process from ending.
        runtime.shutdown_background();
        done
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report_failure(&error),
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve => cli::serve::run().await,
        Command::Demo(demo) => demo.run().await,
        Command::SimulateTiktok(command) => cli::simulate::serve(command).await,
        Command::Cert => cli::cert::run().await,
        Command::Keygen(keygen) => keygen.run(),
        Command::Rekey => cli::rekey::run().await,
        Command::Journal(journal) => journal.run().await,
        Command::CheckConfig(check) => check.run().await,
        Command::Health(health) => health.run().await,
        Command::Init(init) => init.run().await,
        Command::Env => cli::env::run(),
        Command::Doctor => cli::doctor::run().await,
        Command::Events(events) => events.run().await,
        Command::Keys(keys) => keys.run().await,
        Command::Audit(audit) => audit.run().await,
        Command::ProxyRoutes => {
            cli::proxy_routes::run();
            Ok(())
        }
        Command::Schema => cli::schema::run(),
    }
}

/// Prints the error; the exit code is 2 for settings that are not accepted and 1 for everything else.
fn report_failure(error: &anyhow::Error) -> ExitCode {
    cli::print_error(error);
    ExitCode::from(if error.is::<Faults>() { 2 } else { 1 })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn command_line_definition_is_valid() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn serve_is_the_default() {
        assert!(Arguments::parse_from(["creator-connect"]).command.is_none());
    }

    #[test]
    fn long_help_has_first_steps_and_exit_codes() {
        let help = Arguments::command().render_long_help().to_string();
        for words in
            ["creator-connect demo", "check-config", "init", "keygen", "doctor", "Exit codes", "health"]
        {
            assert!(help.contains(words), "{words} in {help}");
        }
    }
}
