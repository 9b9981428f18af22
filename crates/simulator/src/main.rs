//! The binary `tiktok-simulator`: serves the simulated TikTok on this machine.

use clap::Parser;
use tiktok_simulator::ServeCommand;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::{EnvFilter, fmt};

/// A simulated TikTok for apps that use Login Kit
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    serve: ServeCommand,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    fmt().with_env_filter(EnvFilter::new("info")).with_writer(std::io::stderr).init();
    // Another provider may be installed already; the simulator takes either.
    rustls::crypto::ring::default_provider().install_default().ok();
    let mut terminate = signal(SignalKind::terminate())?;
    arguments
        .serve
        .run(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        })
        .await
}
