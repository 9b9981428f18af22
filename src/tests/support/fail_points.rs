//! Callbacks on the fail points of one creator's refreshes.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
    mpsc::{Sender, channel},
};

use creator_connect::{domain::CreatorId, server::fail_points::subject};
use tokio::sync::mpsc;

/// Calls `action` each time that a refresh of `creator` reaches the fail point.
pub(crate) fn on_step(step: &'static str, creator: &CreatorId, action: impl Fn() + Send + Sync + 'static) {
    let creator = creator.to_string();
    let callback = move || {
        if subject().starts_with(&creator) {
            action();
        }
    };
    fail::cfg_callback(step, callback).unwrap();
}

/// Calls `action` the first time that a refresh of `creator` reaches the fail point.
pub(crate) fn once_at(step: &'static str, creator: &CreatorId, action: impl Fn() + Send + Sync + 'static) {
    let is_first = AtomicBool::new(true);
    on_step(step, creator, move || {
        if is_first.swap(false, Ordering::SeqCst) {
            action();
        }
    });
}

/// Panics at the fail point, once: it ends the refresh there as a killed process would.
pub(crate) fn panic_at(step: &'static str, creator: &CreatorId) {
    once_at(step, creator, move || panic!("killed at {step}"));
}

/// Blocks the first refresh of `creator` that reaches the fail point, until the sender lets it go on.
pub(crate) fn block_at(step: &'static str, creator: &CreatorId) -> (mpsc::UnboundedReceiver<()>, Sender<()>) {
    let ((arrived, arrival), (go, go_on)) = (mpsc::unbounded_channel(), channel());
    let go_on = Mutex::new(go_on);
    once_at(step, creator, move || {
        arrived.send(()).unwrap();
        tokio::task::block_in_place(|| go_on.lock().unwrap().recv().unwrap());
    });
    (arrival, go)
}
