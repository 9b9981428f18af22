//! The table of endpoints: what each needs, and whether its use is on record. A route exists only with both.

use axum::Router;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt as _};

use super::{
    guard::{Guard, check},
    route::{Access, Recorded, Route, documented},
};
use crate::server::state::AppState;

/// An endpoint.
pub(super) struct Endpoint {
    pub(super) access: Access,
    pub(super) recorded: Recorded,
    pub(super) routes: UtoipaMethodRouter<AppState>,
}

impl Endpoint {
    /// The routes of this endpoint, as the document has them.
    pub(super) fn listed(&self) -> Vec<Route> {
        let (access, recorded) = (self.access, self.recorded);
        let mut listed = Vec::new();
        for (path, item) in &self.routes.1.paths {
            let operations =
                [("GET", &item.get), ("POST", &item.post), ("PATCH", &item.patch), ("DELETE", &item.delete)];
            let methods = operations.into_iter().filter(|(_, operation)| operation.is_some());
            listed.extend(methods.map(|(method, _)| Route {
                method: method.to_owned(),
                path: documented(path),
                access,
                recorded,
            }));
        }
        listed
    }
}

/// The router of all endpoints, each behind its guard, its document, and its table.
pub(super) fn assemble(endpoints: Vec<Endpoint>, guard: &Guard) -> (Router<AppState>, OpenApi, Vec<Route>) {
    let table = endpoints.iter().flat_map(Endpoint::listed).collect();
    let router = endpoints.into_iter().fold(OpenApiRouter::new(), |router, endpoint| {
        let Endpoint { access, recorded, routes } = endpoint;
        let layer = axum::middleware::from_fn_with_state(guard.of(access, recorded), check);
        router.routes(routes.layer(layer))
    });
    let (router, document) = router.split_for_parts();
    (router, document, table)
}
