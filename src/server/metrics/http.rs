//! Requests by route and status.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};

use super::labels::label_values;

/// Upper bounds of the buckets, in seconds; the last is the limit of a request.
const BUCKETS: [f64; 10] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 45.0];

/// The template of a route, such as `/avatar/{creator}`: never a path that a client wrote.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Route(String);

impl Route {
    /// Requests that no route answers: files outside `/pkg`, addresses that do not exist, requests that are refused
    /// before the router.
    #[must_use]
    pub fn none() -> Self {
        Self("none".to_owned())
    }

    /// A route of the router, by the template with which it was registered.
    #[must_use]
    pub fn of_template(template: &str) -> Self {
        Self(template.to_owned())
    }
}

label_values! {
    /// The first digit of a status.
    enum StatusClass {
        /// 1xx.
        Informational = "1xx",
        /// 2xx.
        Success = "2xx",
        /// 3xx.
        Redirect = "3xx",
        /// 4xx.
        ClientError = "4xx",
        /// 5xx.
        ServerError = "5xx",
    }
}

impl StatusClass {
    const fn of(status: u16) -> Self {
        match status {
            ..200 => Self::Informational,
            200..300 => Self::Success,
            300..400 => Self::Redirect,
            400..500 => Self::ClientError,
            500.. => Self::ServerError,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    status_class: StatusClass,
}

/// Metrics of requests.
#[derive(Clone, Debug)]
pub struct HttpMetrics {
    requests: Family<RequestLabels, Histogram, fn() -> Histogram>,
}

impl Default for HttpMetrics {
    fn default() -> Self {
        Self { requests: Family::new_with_constructor(|| Histogram::new(BUCKETS)) }
    }
}

impl HttpMetrics {
    /// Records a response.
    pub fn record(&self, route: &Route, status: u16, took: Duration) {
        let labels = RequestLabels { route: route.0.clone(), status_class: StatusClass::of(status) };
        self.requests.get_or_create(&labels).observe(took.as_secs_f64());
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Requests by route template and class of the status, and how long each took";
        registry.register_with_unit("http_request", help, Unit::Seconds, self.requests.clone());
    }
}
