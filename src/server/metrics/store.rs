//! Calls of the store, and the work that they completed.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};

use super::labels::label_values;
use crate::server::{
    clock::Stopwatch,
    store::{EventOutcome, ForwardOutcome, RevocationOutcome, StoreError},
};

/// Upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 11] = [0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0];

label_values! {
    /// How a call ended.
    enum StoreOutcome {
        /// It did its work.
        Ok = "ok",
        /// The store could not be reached.
        Unavailable = "unavailable",
        /// The store holds a value that cannot be read.
        Unreadable = "unreadable",
    }
}

label_values! {
    /// How work on an event, a message or a revocation ended.
    enum WorkOutcome {
        /// It came for the first time.
        New = "new",
        /// It was there already.
        Repeated = "repeated",
        /// It is done.
        Done = "done",
        /// It failed and is retried.
        Retry = "retry",
        /// It was given up.
        GivenUp = "given_up",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    /// The name of a method of the store's traits.
    verb: &'static str,
    outcome: StoreOutcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WorkLabels {
    outcome: WorkOutcome,
}

/// Metrics of the store's calls, and of the work that they completed.
#[derive(Clone, Debug)]
pub struct StoreMetrics {
    calls: Family<CallLabels, Histogram, fn() -> Histogram>,
    received: Family<WorkLabels, Counter>,
    handled: Family<WorkLabels, Counter>,
    forwarded: Family<WorkLabels, Counter>,
    revoked: Family<WorkLabels, Counter>,
}

impl Default for StoreMetrics {
    fn default() -> Self {
        Self {
            calls: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            received: from_zero(&[WorkOutcome::New, WorkOutcome::Repeated]),
            handled: from_zero(&[WorkOutcome::Done, WorkOutcome::Retry, WorkOutcome::GivenUp]),
            forwarded: from_zero(&[WorkOutcome::Done, WorkOutcome::Retry, WorkOutcome::GivenUp]),
            revoked: from_zero(&[WorkOutcome::Done, WorkOutcome::Retry]),
        }
    }
}

/// A family whose counters exist before they count: an increase from nothing to 1 is none to Prometheus.
fn from_zero(outcomes: &[WorkOutcome]) -> Family<WorkLabels, Counter> {
    let family = Family::default();
    for outcome in outcomes {
        drop(family.get_or_create(&WorkLabels { outcome: *outcome }));
    }
    family
}

impl StoreMetrics {
    /// Records the duration and outcome of a call.
    ///
    /// # Errors
    /// As the call.
    pub async fn timed<T>(
        &self,
        verb: &'static str,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let stopwatch = Stopwatch::start();
        let result = call.await;
        let outcome = match &result {
            Ok(_) => StoreOutcome::Ok,
            Err(StoreError::Unavailable(_)) => StoreOutcome::Unavailable,
            Err(StoreError::Unreadable(_)) => StoreOutcome::Unreadable,
        };
        let took = stopwatch.elapsed().as_secs_f64();
        self.calls.get_or_create(&CallLabels { verb, outcome }).observe(took);
        result
    }

    /// Records an event that was stored, or was stored before.
    pub fn received(&self, is_new: bool) {
        count(&self.received, if is_new { WorkOutcome::New } else { WorkOutcome::Repeated });
    }

    /// Records how the handling of an event ended.
    pub fn handled(&self, outcome: &EventOutcome) {
        let outcome = match outcome {
            EventOutcome::Handled { .. } => WorkOutcome::Done,
            EventOutcome::Retry { .. } => WorkOutcome::Retry,
            EventOutcome::SetAside { .. } => WorkOutcome::GivenUp,
        };
        count(&self.handled, outcome);
    }

    /// Records how the delivery of a message ended.
    pub fn forwarded(&self, outcome: &ForwardOutcome) {
        let outcome = match outcome {
            ForwardOutcome::Delivered => WorkOutcome::Done,
            ForwardOutcome::Retry { .. } => WorkOutcome::Retry,
            ForwardOutcome::Dead { .. } => WorkOutcome::GivenUp,
        };
        count(&self.forwarded, outcome);
    }

    /// Records how a try of a revocation ended.
    pub fn revoked(&self, outcome: &RevocationOutcome) {
        let outcome = match outcome {
            RevocationOutcome::Done => WorkOutcome::Done,
            RevocationOutcome::Retry(_) => WorkOutcome::Retry,
        };
        count(&self.revoked, outcome);
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Calls of the store by verb and outcome, and how long each took";
        registry.register_with_unit("store_call", help, Unit::Seconds, self.calls.clone());
        registry.register("events_received", "Accepted deliveries of TikTok's events", self.received.clone());
        registry.register("events_handled", "Attempts to handle an event", self.handled.clone());
        registry.register(
            "forward",
            "Attempts to forward an event to EVENT_FORWARD_URL",
            self.forwarded.clone(),
        );
        registry.register("revocations", "Tries to revoke an ended grant at TikTok", self.revoked.clone());
    }
}

fn count(family: &Family<WorkLabels, Counter>, outcome: WorkOutcome) {
    family.get_or_create(&WorkLabels { outcome }).inc();
}
