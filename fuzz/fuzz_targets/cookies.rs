//! Fuzzes the header `Cookie`: no cookie signs anybody in but a session's own, and of two preferences the first counts.

#![no_main]

use std::{cell::RefCell, sync::Arc};

use axum::{
    Router,
    body::to_bytes,
    extract::Request,
    http::{HeaderMap, HeaderValue, header::COOKIE},
    routing::get,
};
use creator_connect::{
    domain::{CreatorId, Locale, Theme},
    server::{
        http::preferences,
        session::{self, StoredSessions, WebSession},
    },
};
use creator_connect_fuzz::App;
use libfuzzer_sys::fuzz_target;
use tower::ServiceExt as _;
use tower_sessions::Session;

/// A page that says whether a creator is signed in, and the cookie of one who is.
struct Scene {
    app: App,
    page: Router,
    cookie: String,
}

thread_local! {
    static SCENE: RefCell<Option<Scene>> = const { RefCell::new(None) };
}

fuzz_target!(|cookies: &[u8]| {
    let Ok(header) = HeaderValue::from_bytes(cookies) else { return };
    check_preferences(cookies, header.clone());
    SCENE.with_borrow_mut(|scene| scene.get_or_insert_with(Scene::new).check_session(cookies, header));
});

fn check_preferences(cookies: &[u8], header: HeaderValue) {
    let headers = HeaderMap::from_iter([(COOKIE, header)]);
    assert_ne!(preferences::language(&headers, false), Locale::Pseudo, "that one is for developers");
    let _any = (preferences::language(&headers, true), preferences::theme(&headers));
    let chosen = [b"theme=dark; lang=fr; ", cookies].concat();
    let header = HeaderValue::from_bytes(&chosen).expect("it was valid without the prefix");
    // A header that is not ASCII is passed over as a whole.
    if header.to_str().is_ok() {
        let headers = HeaderMap::from_iter([(COOKIE, header)]);
        assert_eq!(
            (preferences::theme(&headers), preferences::language(&headers, true)),
            (Theme::Dark, Locale::Fr)
        );
    }
}

impl Scene {
    fn new() -> Self {
        let app = App::start();
        let (store, clock) = (Arc::clone(&app.state.store), Arc::clone(&app.clock));
        let browser =
            Session::new(None, Arc::new(StoredSessions::new(Arc::clone(&store), clock.clone())), None);
        let signed_in = WebSession::new(browser.clone());
        app.runtime.block_on(signed_in.sign_in(&CreatorId::from_u128(7))).expect("the session is stored");
        let cookie = format!("{}={}", session::COOKIE, browser.id().expect("it has an id"));
        let page = Router::new().route("/", get(creator)).layer(session::layer(store, clock));
        Self { app, page, cookie }
    }

    fn check_session(&self, cookies: &[u8], header: HeaderValue) {
        assert_eq!(self.creator(header), "", "nobody can guess a session");
        let own = [cookies, b"; ", self.cookie.as_bytes()].concat();
        let own = HeaderValue::from_bytes(&own).expect("it was valid without the suffix");
        if own.to_str().is_ok() {
            assert_eq!(
                self.creator(own),
                CreatorId::from_u128(7).as_str(),
                "no other cookie hides the session"
            );
        }
    }

    /// The creator whom the page names.
    fn creator(&self, cookies: HeaderValue) -> String {
        let mut request = Request::default();
        request.headers_mut().insert(COOKIE, cookies);
        let text = async {
            let response = self.page.clone().oneshot(request).await.expect("a router never fails");
            assert!(response.status().is_success(), "{}", response.status());
            to_bytes(response.into_body(), 100).await.expect("the text is short")
        };
        String::from_utf8_lossy(&self.app.runtime.block_on(text)).into_owned()
    }
}

async fn creator(session: Session) -> String {
    let creator = WebSession::new(session).creator().await.expect("the store is there");
    creator.map_or_else(String::new, String::from)
}
