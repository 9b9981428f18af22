//! `/metrics` on a listener of its own: what was recorded, and what is known only at the time of a scrape.

mod exposition;
mod listener;
mod parts;
mod process;
mod snapshot;

pub use self::{
    exposition::{CONTENT_TYPE, exposition},
    listener::{Listener, MetricsError},
    parts::{Parts, ScrapedConfig},
    snapshot::Snapshot,
};
