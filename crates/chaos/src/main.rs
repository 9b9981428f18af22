//! The proof that no grant is lost: real processes over one store, against a TikTok that rotates strictly, while
//! everything fails that can fail; then a count of what was lost.
//!
//! `scripts/chaos.sh` and `scripts/bench-load.sh` start it. It starts itself again for what must be a process of
//! its own: the simulated TikTok (`tiktok`) and each replica of the app (`worker`).
//!
//! # Layout
//!
//! | what | files |
//! | --- | --- |
//! | a run from its start to its verdict | `run`, `short`, `report` |
//! | what goes wrong, and when | `fault_schedule`, `rng` |
//! | the processes | `tiktok`, `backend`, `replicas` |
//! | inside a replica | `worker`, `step_observer`, `faulty_store` |
//! | who lost what | `creators`, `operation_log`, `verdict` |
//! | the figures of `make bench-refresh` | `bench`, `bench_engine` |
//! | the figures of `make bench-events` | `bench_events`, `load`, `server` |
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is for the person at the console")]

mod app;
mod backend;
mod bench;
mod bench_engine;
mod bench_events;
mod creators;
mod fault_schedule;
mod faulty_store;
mod load;
mod operation_log;
mod replicas;
mod report;
mod rng;
mod run;
mod server;
mod short;
mod step_observer;
mod tiktok;
mod verdict;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chaos for creator-connect: what is lost when everything fails
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Every combination of stores and replicas, and one table of counts
    Run(run::Options),
    /// A few rounds of each, and proof that the harness notices what is lost
    Short(short::Options),
    /// Refreshes a hundred thousand grants and prints how fast, how late and at what price
    Refresh(bench::Options),
    /// Offers signed events faster than TikTok does, and prints how many were taken, how soon, and what was lost
    Events(bench_events::Options),
    /// The app of `refresh`; started by it
    #[command(hide = true)]
    Engine,
    /// One replica; started by a run
    #[command(hide = true)]
    Worker,
    /// The simulated TikTok; started by a run
    #[command(hide = true)]
    Tiktok(tiktok::Serve),
}

/// 0 when every goal is reached, 1 when one is missed, 2 when the harness itself failed.
#[tokio::main]
async fn main() -> ExitCode {
    let done = match Arguments::parse().what {
        What::Run(options) => run::all(options).await,
        What::Short(options) => short::all(options).await,
        What::Refresh(options) => bench::run(options).await,
        What::Events(options) => bench_events::run(options).await,
        What::Engine => bench_engine::work().await.map(|()| true),
        What::Worker => worker::work().await.map(|()| true),
        What::Tiktok(serve) => serve.run().await.map(|()| true),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("chaos: {error:#}");
            ExitCode::from(2)
        }
    }
}
