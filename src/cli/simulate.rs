//! The `simulate-tiktok` command: only the simulated TikTok.

use anyhow::Result;
use creator_connect::server::{telemetry, tls};
use tiktok_simulator::ServeCommand;

use super::signals::Shutdown;

/// Serves the simulator until a shutdown signal.
pub(crate) async fn serve(command: ServeCommand) -> Result<()> {
    let shutdown = Shutdown::install()?;
    telemetry::init_console()?;
    tls::install_crypto_provider();
    command.run(shutdown.requested()).await
}
