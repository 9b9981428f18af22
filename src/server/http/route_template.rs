//! The template of the route that answered, for metrics: a path is whatever a client wrote.

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};

use crate::server::metrics::Route;

/// Middleware within the router: notes the route on its response.
pub(super) async fn note(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| Route::of_template(path.as_str()));
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

/// The route that answered.
pub(super) fn of(response: &Response) -> Route {
    response.extensions().get().cloned().unwrap_or_else(Route::none)
}
