//! Metrics of this process, in `OpenMetrics` (<https://prometheus.io/docs/specs/om/open_metrics_spec/>).
//!
//! One struct of families for each part that records; the parts get clones, which count together. Every label's value
//! comes from an enum or from the route table, so that no family grows with creators, addresses or their input.
//! What is known only at the time of a scrape is in [`scrape`](super::scrape).

mod http;
mod labels;
mod logins;
pub mod panics;
mod refreshes;
mod store;
mod tiktok;

pub use self::{
    http::{HttpMetrics, Route},
    logins::LoginMetrics,
    refreshes::{RefreshMetrics, RefreshOutcome},
    store::StoreMetrics,
    tiktok::{CallOutcome, Endpoint, TikTokMetrics},
};

use prometheus_client::registry::Registry;

/// What every name begins with.
pub const PREFIX: &str = "creator_connect";

/// The families of all parts; clones count together.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    /// Requests of browsers and programs.
    pub http: HttpMetrics,
    /// Ends of logins.
    pub logins: LoginMetrics,
    /// Refreshes.
    pub refreshes: RefreshMetrics,
    /// Calls of the store, and what they completed.
    pub store: StoreMetrics,
    /// Calls of TikTok's API.
    pub tiktok: TikTokMetrics,
}

impl Metrics {
    /// A registry with all of them.
    #[must_use]
    pub fn registry(&self) -> Registry {
        let mut registry = Registry::with_prefix(PREFIX);
        self.http.register(&mut registry);
        self.logins.register(&mut registry);
        self.refreshes.register(&mut registry);
        self.store.register(&mut registry);
        self.tiktok.register(&mut registry);
        registry
    }
}
