//! Logins by how they ended.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use crate::domain::LoginFailure;

/// The end of a login that connected a creator.
const CONNECTED: &str = "connected";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LoginLabels {
    /// The name of a [`LoginFailure`], or [`CONNECTED`].
    end: &'static str,
}

/// Metrics of logins.
#[derive(Clone, Debug)]
pub struct LoginMetrics {
    ends: Family<LoginLabels, Counter>,
}

impl Default for LoginMetrics {
    /// Every end begins at 0: an increase from nothing to 1 is none to Prometheus.
    fn default() -> Self {
        let ends = Family::default();
        for end in LoginFailure::ALL.map(LoginFailure::name).into_iter().chain([CONNECTED]) {
            drop(ends.get_or_create(&LoginLabels { end }));
        }
        Self { ends }
    }
}

impl LoginMetrics {
    /// Records the end of a login; `None` when it connected a creator.
    pub fn ended(&self, failure: Option<LoginFailure>) {
        let end = failure.map_or(CONNECTED, LoginFailure::name);
        self.ends.get_or_create(&LoginLabels { end }).inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "logins",
            "Logins that came back from TikTok, by how they ended",
            self.ends.clone(),
        );
    }
}
