//! `/api/v1`: the API for the operator's programs.

mod audit;
mod caller;
mod creators;
mod cursor;
mod document;
mod endpoint;
mod events;
mod extract;
mod guard;
mod headers;
mod key;
mod leaving;
mod notes;
pub mod problem;
mod proxy;
mod resolve;
pub mod route;
mod tokens;
mod view;

use std::{any::Any, sync::Arc};

use axum::{
    Extension, Router,
    extract::Request,
    http::{StatusCode, Uri},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::routes;

use self::{
    document::Documents,
    endpoint::Endpoint,
    guard::Guard,
    headers::with_request_id,
    problem::{Code, Problem},
    route::{Access, Recorded, Route},
};
use super::request_id::RequestId;
use crate::{
    domain::Permission,
    server::{audit::Action, state::AppState},
};

/// Where the API is.
pub(super) const PREFIX: &str = "/api/v1";

/// Whether a path is one of the API.
pub(super) fn is_api(path: &str) -> bool {
    path.strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The routes, with what each needs and whether it is on record.
fn endpoints() -> Vec<Endpoint> {
    use Access::{AnyKey, Public};
    use Permission::{
        AuditRead, CreatorsDisconnect, CreatorsRead, CreatorsWrite, EventsRead, EventsReplay, TiktokCall,
        TokensRead,
    };

    let may = Access::Permission;
    let audited = Recorded::Audited;
    let document = Recorded::NotAudited("it is the same for everyone");
    let own_key = Recorded::NotAudited("it is about the key alone");
    let no_token = Recorded::NotAudited("it says what the creator's page shows, and no token");
    let polled = Recorded::NotAudited("a program that polls would fill the log");
    let list = [
        (Public, document, routes!(document::openapi)),
        (Public, document, routes!(document::docs)),
        (AnyKey, own_key, routes!(key::get)),
        (may(CreatorsRead), no_token, routes!(creators::list)),
        (may(CreatorsRead), no_token, routes!(creators::get)),
        (may(CreatorsWrite), audited(Action::CreatorUpdated), routes!(creators::update)),
        (may(CreatorsDisconnect), audited(Action::CreatorDeleted), routes!(leaving::delete)),
        (may(CreatorsDisconnect), audited(Action::CreatorDisconnected), routes!(leaving::disconnect)),
        (may(CreatorsRead), no_token, routes!(creators::posting_options)),
        (may(CreatorsRead), no_token, routes!(creators::avatar)),
        (may(TokensRead), audited(Action::TokenRead), routes!(tokens::read)),
        (may(TokensRead), audited(Action::TokenRejected), routes!(tokens::rejected)),
        (may(TiktokCall), audited(Action::ProxyCall), routes!(proxy::get)),
        (may(TiktokCall), audited(Action::ProxyCall), routes!(proxy::post)),
        (may(EventsRead), polled, routes!(events::list)),
        (may(EventsRead), no_token, routes!(events::get)),
        (may(EventsReplay), audited(Action::EventReplayed), routes!(events::replay)),
        (may(AuditRead), audited(Action::AuditExported), routes!(audit::list)),
    ];
    let endpoint = |(access, recorded, routes)| Endpoint { access, recorded, routes };
    list.into_iter().map(endpoint).collect()
}

/// Every route of the API, for tests that must forget none.
#[must_use]
pub fn table() -> Vec<Route> {
    endpoints().iter().flat_map(Endpoint::listed).collect()
}

/// The router below [`PREFIX`].
pub(super) fn router(state: &AppState) -> Router<AppState> {
    let (router, document, table) = endpoint::assemble(endpoints(), &Guard::new(state));
    let documents = Arc::new(Documents::new(document, &table));
    let router = router
        .layer(Extension(documents))
        .fallback(no_address)
        .method_not_allowed_fallback(no_method)
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(middleware::from_fn(name_request));
    Router::new().nest(PREFIX, router)
}

/// The body of a request is refused before it comes here.
pub(super) fn body_refused(status: StatusCode, id: Option<&RequestId>) -> Response {
    let problem = if status == Code::TooLarge.status() {
        Problem::new(Code::TooLarge, "A body has up to 64 kB, of a call to TikTok up to 1 MB.")
    } else {
        Problem::new(Code::MalformedJson, "The body did not arrive in time.")
    };
    problem.of_request(id.map_or("", RequestId::as_str)).into_response()
}

async fn no_address(uri: Uri) -> Problem {
    let detail = format!("Nothing is at {}. GET {PREFIX}/docs lists the addresses.", uri.path());
    Problem::new(Code::NotFound, detail)
}

async fn no_method() -> Problem {
    Problem::new(Code::MethodNotAllowed, format!("GET {PREFIX}/docs lists the methods of each address."))
}

fn after_panic(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("an API request panicked");
    Problem::new(Code::Internal, "It is in the log of the app, under this request's id.").into_response()
}

/// Writes the request's id into problems that were answered before their guard knew it.
async fn name_request(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let response = next.run(request).await;
    match id {
        Some(id) => with_request_id(response, id.as_str()),
        None => response,
    }
}
