//! Error pages for faults of the server, rendered without anything that may be at fault: no template, no
//! language, no file. Each contains its own small style, which its policy admits by digest.

use std::{any::Any, sync::LazyLock};

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::server::{store::StoreError, telemetry::throttle};

/// The texts of an error page, in English and French: the language of the request may be unknown.
struct Texts {
    title: [&'static str; 2],
    text: [&'static str; 2],
}

const INTERNAL_ERROR: Texts = Texts {
    title: ["Something went wrong", "Une erreur est survenue"],
    text: [
        "The fault is ours. Nothing was lost. Please try again in a minute.",
        "L’erreur vient de nous. Rien n’a été perdu. Veuillez réessayer dans une minute.",
    ],
};

const STORE_UNAVAILABLE: Texts = Texts {
    title: ["We’re having trouble on our side", "Nous avons un problème de notre côté"],
    text: [
        "Your connection is not affected. Please try again in a minute.",
        "Votre connexion n’est pas touchée. Veuillez réessayer dans une minute.",
    ],
};

const TIMED_OUT: Texts = Texts {
    title: ["This took too long", "C’était trop long"],
    text: [
        "We gave up waiting for an answer. Please try again in a minute.",
        "Nous avons renoncé à attendre une réponse. Veuillez réessayer dans une minute.",
    ],
};

const CROSS_ORIGIN: Texts = Texts {
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

fn render(status: StatusCode, texts: &Texts) -> Response {
    let Texts { title: [title, french_title], text: [text, french_text] } = texts;
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main>\
         <svg viewBox=\"4.6 4.5 24 23\" aria-hidden=\"true\"><path d=\"M22.4 9.6a9 9 0 1 0 0 12.8\"/>\
         <circle cx=\"25\" cy=\"16\" r=\"3.2\"/></svg>\
         <h1>{title}</h1><p>{text}</p><p><a href=\"/\">Back to the start</a></p>\
         <section lang=\"fr\"><h2>{french_title}</h2><p>{french_text}</p><p><a href=\"/\">Revenir à l’accueil</a></p></section>\
         </main></body></html>"
    );
    let policy: [(HeaderName, HeaderValue); 1] = [(header::CONTENT_SECURITY_POLICY, POLICY.clone())];
    (status, policy, Html(page)).into_response()
}

/// The response of a request whose handler panicked; other requests go on.
#[allow(clippy::needless_pass_by_value, reason = "the layer passes the panic by value")]
pub(super) fn after_panic(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text");
    tracing::error!(panic = text, "request handler panicked");
    page_unavailable()
}

/// The response of a request whose page could not be rendered.
pub(super) fn page_unavailable() -> Response {
    render(StatusCode::INTERNAL_SERVER_ERROR, &INTERNAL_ERROR)
}

/// The response of a request for a file or data when the store is unavailable; logs the cause.
pub(super) fn store_unavailable(error: &StoreError) -> Response {
    throttle::log("store", || tracing::error!(%error, "request failed: the store is unavailable"));
    render(StatusCode::SERVICE_UNAVAILABLE, &STORE_UNAVAILABLE)
}

/// The response of a cross-origin request that would change something.
pub(super) fn cross_origin() -> Response {
    render(StatusCode::FORBIDDEN, &CROSS_ORIGIN)
}

/// The response of a request that took too long.
pub(super) fn timed_out() -> Response {
    render(StatusCode::GATEWAY_TIMEOUT, &TIMED_OUT)
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, routing::get};
    use http::Request;
    use tower::ServiceExt as _;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::*;

    async fn panics() {
        panic!("canary")
    }

    async fn panicked() -> Response {
        let app = Router::new().route("/", get(panics)).layer(CatchPanicLayer::custom(after_panic));
        app.oneshot(Request::builder().uri("/").body(Body::empty()).unwrap()).await.unwrap()
    }

    async fn read(response: Response) -> (StatusCode, String, String) {
        let (parts, body) = response.into_parts();
        let policy = parts.headers.get(header::CONTENT_SECURITY_POLICY);
        let policy = policy.map(|policy| policy.to_str().unwrap().to_owned()).unwrap_or_default();
        let page = axum::body::to_bytes(body, 1 << 16).await.unwrap();
        (parts.status, policy, String::from_utf8(page.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn panic_and_timeout_render_error_pages() {
        for (response, status, texts) in
            [(panicked().await, 500, &INTERNAL_ERROR), (timed_out(), 504, &TIMED_OUT)]
        {
            let (found, policy, page) = read(response).await;
            assert_eq!(found, status);
            assert!(policy.contains("style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
            for text in texts.title.iter().chain(&texts.text) {
                assert!(page.contains(text), "{status}: {text}");
            }
            assert!(!page.contains("canary") && !page.contains("<script"), "{page}");
        }
    }
}
