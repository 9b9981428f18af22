//! Pages for when something of ours broke, drawn without anything that may be broken: no template, no
//! language, no file. Each carries its own small style, which its policy admits by digest.

use std::{any::Any, sync::LazyLock};

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::server::store::StoreError;

/// A page in both languages, because whatever broke may be what knows the language.
struct Words {
    title: [&'static str; 2],
    text: [&'static str; 2],
}

const BROKEN: Words = Words {
    title: ["Something went wrong", "Une erreur est survenue"],
    text: [
        "The fault is ours. Nothing was lost. Please try again in a minute.",
        "L’erreur vient de nous. Rien n’a été perdu. Veuillez réessayer dans une minute.",
    ],
};

const NO_RECORDS: Words = Words {
    title: ["We cannot reach our records", "Nos données sont inaccessibles"],
    text: [
        "Your connection is not affected. Please try again in a minute.",
        "Votre connexion n’est pas touchée. Veuillez réessayer dans une minute.",
    ],
};

const TOO_SLOW: Words = Words {
    title: ["This took too long", "C’était trop long"],
    text: [
        "We gave up waiting for an answer. Please try again in a minute.",
        "Nous avons renoncé à attendre une réponse. Veuillez réessayer dans une minute.",
    ],
};

const STRANGER: Words = Words {
    title: ["This did not come from here", "Cela ne vient pas d’ici"],
    text: [
        "The request did not come from a page of this site, so nothing was done. Go back and try again.",
        "La demande ne vient pas d’une page de ce site\u{202f}: rien n’a été fait. Revenez en arrière et réessayez.",
    ],
};

const STYLE: &str = include_str!("failure.css");

static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let digest = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'; \
         form-action 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

fn drawn(status: StatusCode, words: &Words) -> Response {
    let Words { title: [title, in_french], text: [text, more] } = words;
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main>\
         <svg viewBox=\"4.6 4.5 24 23\" aria-hidden=\"true\"><path d=\"M22.4 9.6a9 9 0 1 0 0 12.8\"/>\
         <circle cx=\"25\" cy=\"16\" r=\"3.2\"/></svg>\
         <h1>{title}</h1><p>{text}</p><p><a href=\"/\">Back to the start</a></p>\
         <section lang=\"fr\"><h2>{in_french}</h2><p>{more}</p><p><a href=\"/\">Revenir à l’accueil</a></p></section>\
         </main></body></html>"
    );
    let policy: [(HeaderName, HeaderValue); 1] = [(header::CONTENT_SECURITY_POLICY, POLICY.clone())];
    (status, policy, Html(page)).into_response()
}

/// Answers a request whose handler panicked; the others go on.
#[allow(clippy::needless_pass_by_value, reason = "the layer gives the panic away")]
pub(super) fn after_panic(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text");
    tracing::error!(panic = text, "a request panicked");
    of_page()
}

/// Answers a request whose page could not be made.
pub(super) fn of_page() -> Response {
    drawn(StatusCode::INTERNAL_SERVER_ERROR, &BROKEN)
}

/// Answers a request for a file or data when the store is away; the cause is logged here.
pub(super) fn of_store(error: &StoreError) -> Response {
    tracing::error!(%error, "a request failed at the store");
    drawn(StatusCode::SERVICE_UNAVAILABLE, &NO_RECORDS)
}

/// Answers a request that another site's page made a browser send.
pub(super) fn of_stranger() -> Response {
    drawn(StatusCode::FORBIDDEN, &STRANGER)
}

/// Middleware: draws the bare answer of a request that ran out of time. A page that tells of TikTok's
/// time-out has the same status and words of its own.
pub(super) async fn draw_timeout(response: Response) -> Response {
    let bare = !response.headers().contains_key(header::CONTENT_TYPE);
    let late = response.status() == StatusCode::GATEWAY_TIMEOUT;
    if late && bare { drawn(StatusCode::GATEWAY_TIMEOUT, &TOO_SLOW) } else { response }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::{Router, body::Body, middleware, routing::get};
    use http::Request;
    use tower::ServiceExt as _;
    use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

    use super::*;

    async fn panics() {
        panic!("canary")
    }

    async fn answer(path: &str) -> (StatusCode, String, String) {
        let app = Router::new()
            .route("/hangs", get(std::future::pending::<()>))
            .route("/panics", get(panics))
            .route("/says", get(|| async { (StatusCode::GATEWAY_TIMEOUT, Html("TikTok")) }))
            .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_millis(1)))
            .layer(middleware::map_response(draw_timeout))
            .layer(CatchPanicLayer::custom(after_panic));
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let (parts, body) = app.oneshot(request).await.unwrap().into_parts();
        let policy = parts.headers.get(header::CONTENT_SECURITY_POLICY);
        let policy = policy.map(|policy| policy.to_str().unwrap().to_owned()).unwrap_or_default();
        let page = axum::body::to_bytes(body, 1 << 16).await.unwrap();
        (parts.status, policy, String::from_utf8(page.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_request_that_breaks_or_hangs_ends_in_a_drawn_page() {
        for (path, status, words) in [("/panics", 500, &BROKEN), ("/hangs", 504, &TOO_SLOW)] {
            let (found, policy, page) = answer(path).await;
            assert_eq!(found, status, "{path}");
            assert!(policy.contains("style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
            for text in words.title.iter().chain(&words.text) {
                assert!(page.contains(text), "{path}: {text}");
            }
            assert!(!page.contains("canary") && !page.contains("<script"), "{page}");
        }
    }

    #[tokio::test]
    async fn a_page_that_tells_of_a_time_out_is_left_alone() {
        assert_eq!(answer("/says").await.2, "TikTok");
    }
}
