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

use creator_connect::server::{
    refresh::{Step, Steps},
    store::Claim,
};

use crate::{
    diary::{Diary, Event},
    dice::Dice,
    worker::End,
};

/// One of so many steps is held up.
const STALLS: f64 = 0.002;

/// The steps of one life of a replica.
pub(crate) struct Fate {
    diary: Arc<Diary>,
    end: Option<End>,
    /// How often each step was reached.
    reached: Mutex<HashMap<String, u64>>,
    stalls: Mutex<Dice>,
    /// Longer than a lease.
    stall: Duration,
    calm: AtomicBool,
}

impl Fate {
    pub(crate) fn new(
        diary: Arc<Diary>,
        end: Option<End>,
        stalls: Dice,
        stall: Duration,
        calm: bool,
    ) -> Self {
        let (reached, stalls) = (Mutex::default(), Mutex::new(stalls));
        Self { diary, end, reached, stalls, stall, calm: AtomicBool::new(calm) }
    }

    /// From now on nothing happens at a step.
    pub(crate) fn calm_down(&self) {
        self.calm.store(true, Ordering::SeqCst);
    }

    fn is_the_end(&self, name: &str) -> Option<&End> {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        let times = reached.entry(name.to_owned()).or_default();
        *times += 1;
        self.end.as_ref().filter(|end| end.step == name && end.nth == *times)
    }

    /// Holds this refresh up until its lease is another's, and nothing else.
    #[allow(clippy::disallowed_methods, reason = "a thread that is blocked is what is to be shown")]
    fn stall(&self, claim: &Claim) {
        let stalls = self.stalls.lock().unwrap_or_else(PoisonError::into_inner).chance(STALLS);
        if stalls {
            self.diary.write(claim.grant, claim.unsure, Event::Stalled);
            // Other tasks of this thread move to another: it is this refresh alone that is late.
            tokio::task::block_in_place(|| std::thread::sleep(self.stall));
        }
    }
}

impl Steps for Fate {
    fn reached(&self, step: Step, claim: &Claim) {
        let name = step.as_str();
        self.diary.write(claim.grant, claim.unsure, Event::Reached(name.to_owned()));
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
            None => self.stall(claim),
        }
    }
}

/// A real `kill -9` of this process. The step that is reached is never left.
fn die() -> ! {
    let own = std::process::id().to_string();
    loop {
        drop(Command::new("kill").args(["-KILL", &own]).status());
    }
}
