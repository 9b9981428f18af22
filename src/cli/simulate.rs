//! `simulate-tiktok`: the simulated TikTok alone.

use anyhow::Result;
use creator_connect::server::{telemetry, tls};
use tiktok_simulator::ServeCommand;

use super::stop;

/// Serves the simulator until the process is asked to stop.
pub(crate) async fn serve(command: ServeCommand) -> Result<()> {
    telemetry::init_console()?;
    tls::install_crypto_provider();
    command.run(stop::asked()).await
}
