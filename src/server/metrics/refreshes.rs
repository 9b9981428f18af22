//! Refreshes by outcome, and how long grants waited for them.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};

use super::labels::label_values;
use crate::domain::RefreshFailure;

/// Upper bounds of the buckets, in seconds.
const DELAY_BUCKETS: [f64; 7] = [1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0];

/// The cause of an outcome that is no failure.
const NO_FAILURE: &str = "none";

label_values! {
    /// How an attempt ended.
    pub enum RefreshOutcome {
        /// TikTok issued new tokens.
        Refreshed = "refreshed",
        /// Nothing was asked, or somebody else was first.
        Unchanged = "unchanged",
        /// It failed and is retried.
        Transient = "transient",
        /// TikTok calls the token dead, and is not believed yet.
        Refused = "refused",
        /// A response may have been lost.
        Unsure = "unsure",
        /// Only the creator can restore the grant.
        Lost = "lost",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefreshLabels {
    outcome: RefreshOutcome,
    /// The name of a [`RefreshFailure`], or [`NO_FAILURE`].
    cause: &'static str,
}

/// Metrics of refreshes.
#[derive(Clone, Debug)]
pub struct RefreshMetrics {
    outcomes: Family<RefreshLabels, Counter>,
    delay: Histogram,
}

impl Default for RefreshMetrics {
    /// Every loss begins at 0: an increase from nothing to 1 is none to Prometheus.
    fn default() -> Self {
        let outcomes = Family::default();
        let lost = RefreshFailure::ALL.iter().map(|failure| (RefreshOutcome::Lost, failure.as_str()));
        for (outcome, cause) in lost.chain([(RefreshOutcome::Refreshed, NO_FAILURE)]) {
            drop(outcomes.get_or_create(&RefreshLabels { outcome, cause }));
        }
        Self { outcomes, delay: Histogram::new(DELAY_BUCKETS) }
    }
}

impl RefreshMetrics {
    /// Records the end of an attempt.
    pub fn ended(&self, outcome: RefreshOutcome, cause: Option<RefreshFailure>) {
        let cause = cause.map_or(NO_FAILURE, RefreshFailure::as_str);
        self.outcomes.get_or_create(&RefreshLabels { outcome, cause }).inc();
    }

    /// The grants that were found lost.
    #[must_use]
    pub fn lost(&self) -> u64 {
        let labels = |failure: &RefreshFailure| RefreshLabels {
            outcome: RefreshOutcome::Lost,
            cause: failure.as_str(),
        };
        let counters = RefreshFailure::ALL.iter().map(labels);
        counters.filter_map(|labels| Some(self.outcomes.get(&labels)?.get())).sum()
    }

    /// Records how long after its due date a grant got new tokens.
    pub fn delayed(&self, seconds: i64) {
        let seconds = u32::try_from(seconds.max(0)).unwrap_or(u32::MAX);
        self.delay.observe(f64::from(seconds));
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "refresh",
            "Attempts to refresh a grant, by outcome and cause",
            self.outcomes.clone(),
        );
        let help = "From the due date of a grant until it had new tokens";
        registry.register_with_unit("refresh_delay", help, Unit::Seconds, self.delay.clone());
    }
}
