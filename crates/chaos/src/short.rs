//! The short run of `make test`: few rounds, only what holds on however slow a machine, and proof that the harness
//! notices a loss when a safeguard is switched off.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::{
    backend::Kind,
    report::{self, Counts},
    run::{self, Case},
    worker::Off,
};

/// A run without a safeguard may be lucky so often.
const TRIES: u64 = 4;

#[derive(Args)]
pub(crate) struct Options {
    /// Decides what goes wrong
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Refreshes that reach TikTok, for each run
    #[arg(long, default_value_t = 600)]
    rounds: u64,
    /// The folder of the Supabase stand-in, which runs
    #[arg(long, default_value = "target/supabase-test")]
    stand_in: PathBuf,
}

/// Both stores, then each safeguard off; `false` when a goal is missed or a loss is overlooked.
pub(crate) async fn all(options: Options) -> Result<bool> {
    let (mut counted, mut failed) = (Vec::new(), 0);
    for store in [Kind::Sqlite, Kind::Supabase] {
        let case = options.case(store, None, 0);
        let counts = run::one(&case).await?;
        report::complain(&case, &counts);
        failed += u32::from(!counts.is_safe());
        counted.push((case, counts));
    }
    for off in [Off::Fence, Off::Journal, Off::Reread] {
        let (case, counts) = options.without(off).await?;
        if counts.is_safe() {
            eprintln!("chaos: nothing is lost without the {}: the harness is blind", off.name());
            failed += 1;
        }
        counted.push((case, counts));
    }
    println!("{}", report::table(&counted));
    println!("{} passed, {failed} failed", counted.len() - usize::try_from(failed)?);
    Ok(failed == 0)
}

impl Options {
    fn case(&self, store: Kind, off: Option<Off>, more: u64) -> Case {
        Case {
            store,
            replicas: 2,
            rounds: self.rounds,
            creators: 60,
            seed: self.seed + more,
            off,
            machine_clock: false,
            stand_in: self.stand_in.clone(),
        }
    }

    /// Runs without a safeguard until something is lost.
    async fn without(&self, off: Off) -> Result<(Case, Counts)> {
        let mut more = 0;
        loop {
            let case = self.case(Kind::Sqlite, Some(off), more);
            let counts = run::one(&case).await?;
            more += 1;
            if !counts.is_safe() || more == TRIES {
                return Ok((case, counts));
            }
        }
    }
}
