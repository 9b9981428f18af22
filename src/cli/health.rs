//! The `health` command: asks the running process, for orchestrators without a shell.

use anyhow::{Result, anyhow};
use clap::Args;
use creator_connect::server::{
    config::{Faults, Listening},
    health::probe::{self, Question},
};

/// Ask the app on this machine whether it is ready, for a container's health check
///
/// Reads `HOST`, `PORT` and `TLS_MODE` alone, asks `/readyz` on this machine, writes nothing, and ends within three seconds:
/// exit code 0 if it is ready, 1 if not.
#[derive(Args)]
pub(crate) struct Health {
    /// Ask `/livez` instead: whether it answers at all
    #[arg(long)]
    live: bool,
}

impl Health {
    /// Prints the verdict in one line.
    pub(crate) async fn run(self) -> Result<()> {
        let listening = Listening::from_env().map_err(|faults| anyhow!(in_one_line(&faults)))?;
        let question = if self.live { Question::Alive } else { Question::Ready };
        println!("{}", probe::ask(&listening, question).await?);
        Ok(())
    }
}

fn in_one_line(faults: &Faults) -> String {
    let faults = faults.iter().map(|fault| format!("{} {}", fault.variable, fault.problem));
    faults.collect::<Vec<_>>().join("; ")
}
