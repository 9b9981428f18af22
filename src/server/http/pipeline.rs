//! What every request passes before its route, and every response after it, in one step.
//!
//! From the outside in: the target is corrected, the client identified, the request traced, the response protected; then
//! the limits of time and size, and the start page, which is kept as bytes.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{
    failure,
    proxy::{self, ProxyConfig},
    request_body,
    request_id::{self, RequestId, RequestIds},
    request_target, route_template,
    security_headers::{Certificate, Protection},
    start_page::StartPages,
    v1,
};
use crate::server::{
    clock::Stopwatch,
    metrics::{HttpMetrics, Route},
    state::AppState,
};

/// A login waits up to 15 s for each of its two requests to TikTok; nothing takes longer.
const LONGEST_REQUEST: Duration = Duration::from_secs(45);

/// What the step needs.
pub(super) struct Pipeline {
    proxy_config: ProxyConfig,
    request_ids: RequestIds,
    certificate: Certificate,
    body_timeout: Duration,
    start_pages: Arc<StartPages>,
    metrics: HttpMetrics,
}

impl Pipeline {
    pub(super) fn new(state: &AppState, start_pages: Arc<StartPages>) -> Self {
        Self {
            proxy_config: ProxyConfig::new(&state.config),
            request_ids: RequestIds::new(&*state.entropy),
            certificate: Certificate::new(&state.config),
            body_timeout: state.limits.connections.body,
            start_pages,
            metrics: state.metrics.http.clone(),
        }
    }

    async fn handle(&self, request: Request, next: Next) -> Response {
        if let Some(refusal) = request_target::refuse_without_path(&request) {
            return refusal;
        }
        let is_api = v1::is_api(request.uri().path());
        let id = request.extensions().get::<RequestId>().cloned();
        let (request, _busy) = match request_body::receive(self.body_timeout, request).await {
            Ok(received) => received,
            Err((status, _)) if is_api => return v1::body_refused(status, id.as_ref()),
            Err(refusal) => return refusal.into_response(),
        };
        match self.start_pages.answer(&request) {
            Some(mut page) => {
                page.extensions_mut().insert(Route::of_template("/"));
                page
            }
            None => next.run(request).await,
        }
    }
}

/// Middleware around the router.
pub(super) async fn pass(
    State(pipeline): State<Arc<Pipeline>>,
    mut request: Request,
    next: Next,
) -> Response {
    request_target::correct(&mut request);
    proxy::identify(&pipeline.proxy_config, &mut request);
    let protection = Protection::of(pipeline.certificate, &request);
    let handle = |request| async {
        let handled = tokio::time::timeout(LONGEST_REQUEST, pipeline.handle(request, next)).await;
        handled.unwrap_or_else(|_| failure::timed_out())
    };
    let stopwatch = Stopwatch::start();
    let mut response = request_id::trace(&pipeline.request_ids, request, handle).await;
    let route = route_template::of(&response);
    pipeline.metrics.record(&route, response.status().as_u16(), stopwatch.elapsed());
    protection.apply(response.headers_mut());
    response
}
