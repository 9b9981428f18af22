//! What a replica does at each step of a refresh: it writes it down, and dies or stalls there by order.

use std::{
    collections::HashMap,
    process::Command,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Result, ensure};
use creator_connect::server::{fail_points, refresh::STEPS, store::GrantRef};

use crate::{
    operation_log::{Event, OperationLog},
    rng::SeededRng,
    worker::End,
};

/// One of so many steps is held up.
const STALLS: f64 = 0.002;

/// The steps of one life of a replica.
pub(crate) struct StepObserver {
    operation_log: Arc<OperationLog>,
    end: Option<End>,
    /// How often each step was reached.
    reached: Mutex<HashMap<String, u64>>,
    stalls: Mutex<SeededRng>,
    /// Longer than a lease.
    stall: Duration,
    calm: AtomicBool,
}

impl StepObserver {
    pub(crate) fn new(
        operation_log: Arc<OperationLog>,
        end: Option<End>,
        stalls: SeededRng,
        stall: Duration,
        calm: bool,
    ) -> Self {
        let (reached, stalls) = (Mutex::default(), Mutex::new(stalls));
        Self { operation_log, end, reached, stalls, stall, calm: AtomicBool::new(calm) }
    }

    /// From now on nothing happens at a step.
    pub(crate) fn disable_faults(&self) {
        self.calm.store(true, Ordering::SeqCst);
    }

    fn is_the_end(&self, name: &str) -> Option<&End> {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        let times = reached.entry(name.to_owned()).or_default();
        *times += 1;
        self.end.as_ref().filter(|end| end.step == name && end.nth == *times)
    }

    /// Blocks this refresh until its lease has expired, and no other task.
    #[allow(clippy::disallowed_methods, reason = "the thread is blocked on purpose")]
    fn stall(&self, grant: GrantRef, unsure: bool) {
        let stalls = self.stalls.lock().unwrap_or_else(PoisonError::into_inner).chance(STALLS);
        if stalls {
            self.operation_log.write(grant, unsure, Event::Stalled);
            // The runtime moves the other tasks of this thread to another one.
            tokio::task::block_in_place(|| std::thread::sleep(self.stall));
        }
    }

    /// Observes every step of every refresh in this process.
    ///
    /// # Errors
    /// When the fail points are compiled out.
    pub(crate) fn observe(self: &Arc<Self>) -> Result<()> {
        for step in STEPS {
            let observer = Arc::clone(self);
            let name = step.trim_start_matches("refresh::");
            fail::cfg_callback(step, move || observer.reached(name)).map_err(anyhow::Error::msg)?;
        }
        ensure!(fail::has_failpoints(), "this build has no fail points: turn the feature `failpoints` on");
        Ok(())
    }

    fn reached(&self, name: &str) {
        let Some((grant, unsure)) = claim_of(&fail_points::subject()) else { return };
        self.operation_log.write(grant, unsure, Event::Reached(name.to_owned()));
        if self.calm.load(Ordering::SeqCst) {
            return;
        }
        match self.is_the_end(name) {
            Some(End { after_ms: 0, .. }) => die(),
            Some(End { after_ms, .. }) => {
                let rest = Duration::from_millis(*after_ms);
                tokio::spawn(async move {
                    tokio::time::sleep(rest).await;
                    die();
                });
            }
            None => self.stall(grant, unsure),
        }
    }
}

/// The claim in the subject of a fail point: creator, row, generation, fence and whether it is unsure.
fn claim_of(subject: &str) -> Option<(GrantRef, bool)> {
    let words: Vec<&str> = subject.split(' ').collect();
    let [_, id, generation, fence, unsure] = words.as_slice() else { return None };
    let number = |text: &str| text.parse().ok();
    let grant = GrantRef { id: number(id)?, generation: number(generation)?, fence: number(fence)? };
    Some((grant, *unsure == "true"))
}

/// A real `kill -9` of this process. The step that is reached is never left.
fn die() -> ! {
    let own = std::process::id().to_string();
    loop {
        drop(Command::new("kill").args(["-KILL", &own]).status());
    }
}
