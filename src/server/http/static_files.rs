//! Static files of the site folder, in the compressed form that the build made.

use std::path::{Component, Path};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::get,
};
use tower_http::services::ServeDir;

use super::embedded_files;
use crate::server::site_files;

/// The content of a name with a hash never changes.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ONE_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");
/// The browser keeps the file and revalidates it (304) at each use.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// The build's own files under `/pkg`. A missing one is an empty 404: no person opens it.
///
/// They are those of a folder, or those within the binary.
pub fn routes<S: Clone + Send + Sync + 'static>(site_root: Option<&Path>) -> Router<S> {
    let routes = match site_root {
        Some(site_root) => Router::new().route_service("/pkg/{*file}", folder(site_root)),
        None => Router::new().route("/pkg/{*file}", get(embedded)),
    };
    routes.layer(middleware::from_fn(cache_built))
}

async fn embedded(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let found = embedded_files::respond(site_files::embedded_file, uri.path(), &method, &headers);
    found.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// A file of the site folder outside `/pkg` (icons, robots.txt, the manifest), or `None`.
///
/// The fallback handler tries this first and renders the 404 page for `None`.
pub async fn public_file(
    site_root: Option<&Path>,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Option<Response> {
    let reads = [Method::GET, Method::HEAD].contains(method);
    if !reads || !is_public(uri.path()) {
        return None;
    }
    let Some(site_root) = site_root else {
        let found = embedded_files::respond(site_files::embedded_file, uri.path(), method, headers);
        return found.map(|file| cached(file, ONE_DAY));
    };
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method.clone();
    *request.uri_mut() = uri.clone();
    *request.headers_mut() = headers.clone();
    let response = folder(site_root).try_call(request).await.ok()?;
    let found = response.status() != StatusCode::NOT_FOUND;
    found.then(|| cached(response.into_response(), ONE_DAY))
}

/// No listings, no index pages; `..` and the like are refused by [`ServeDir`].
fn folder(site_root: &Path) -> ServeDir {
    ServeDir::new(site_root).precompressed_br().precompressed_gzip().append_index_html_on_directories(false)
}

/// Hidden files stay hidden, but for `.well-known` (RFC 8615); `/pkg` has its own route.
fn is_public(path: &str) -> bool {
    let mut components = Path::new(path.trim_start_matches('/')).components().peekable();
    let built = components.peek().is_some_and(|first| first.as_os_str() == "pkg");
    let visible = |part: Component<'_>| match part {
        Component::Normal(name) => name == ".well-known" || !name.to_string_lossy().starts_with(['.', '%']),
        _ => false,
    };
    components.peek().is_some() && !built && components.all(visible)
}

async fn cache_built(request: Request, next: Next) -> Response {
    let rule = if is_hashed(request.uri().path()) { IMMUTABLE } else { REVALIDATE };
    cached(next.run(request).await, rule)
}

/// Whether the last but one part of the name is a hash, as in `creator-connect.Uc7…Q.wasm`.
fn is_hashed(path: &str) -> bool {
    let hash = path.rsplit('/').next().and_then(|name| name.rsplit('.').nth(1));
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    hash.is_some_and(|hash| hash.len() >= 16 && hash.bytes().all(letter) && hash != "creator-connect")
}

/// Adds the caching rule to a file that was found; other responses are not cached.
fn cached(mut response: Response, rule: HeaderValue) -> Response {
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(header::CACHE_CONTROL, rule);
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    response
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;
    use tower::ServiceExt as _;

    use super::*;

    const HASHED: &str = "/pkg/creator-connect.Uc7dQ2mVtB1xYz0AbCdEfg.wasm";

    fn site() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("site");
        fs::create_dir_all(root.join("pkg/snippets")).unwrap();
        let wasm = root.join(HASHED.trim_start_matches('/'));
        fs::write(&wasm, "plain wasm").unwrap();
        fs::write(wasm.with_added_extension("br"), "br").unwrap();
        fs::write(wasm.with_added_extension("gz"), "gz").unwrap();
        fs::write(root.join("pkg/creator-connect.css"), "css").unwrap();
        fs::write(root.join("robots.txt"), "robots").unwrap();
        fs::write(root.join(".secret"), "canary").unwrap();
        fs::write(folder.path().join("outside.txt"), "canary").unwrap();
        folder
    }

    async fn built(method: &str, path: &str, accept: &str) -> (StatusCode, HeaderMap, String) {
        let folder = site();
        let app: Router = routes(Some(&folder.path().join("site")));
        let request = Request::builder().method(method).uri(path).header("accept-encoding", accept);
        let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        read(response).await
    }

    async fn public(method: Method, path: &str) -> Option<(StatusCode, HeaderMap, String)> {
        let folder = site();
        let root = folder.path().join("site");
        let response = public_file(Some(&root), &method, &path.parse().unwrap(), &HeaderMap::new()).await?;
        Some(read(response).await)
    }

    async fn read(response: Response) -> (StatusCode, HeaderMap, String) {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn hashed_file_is_compressed_and_immutable() {
        for (accept, encoding, content) in
            [("gzip, br", Some("br"), "br"), ("gzip", Some("gzip"), "gz"), ("", None, "plain wasm")]
        {
            let (status, headers, body) = built("GET", HASHED, accept).await;
            assert_eq!((status, body.as_str()), (StatusCode::OK, content));
            assert_eq!(headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok()), encoding);
            assert_eq!(headers[header::CONTENT_TYPE], "application/wasm");
            assert_eq!(headers[header::CACHE_CONTROL], IMMUTABLE);
            assert_eq!(headers[header::VARY], "accept-encoding");
        }
    }

    #[tokio::test]
    async fn unhashed_file_is_revalidated() {
        let (_, headers, body) = built("GET", "/pkg/creator-connect.css", "").await;
        assert_eq!((&headers[header::CACHE_CONTROL], body.as_str()), (&REVALIDATE, "css"));
    }

    #[tokio::test]
    async fn missing_file_is_not_cached() {
        for path in [
            "/pkg/gone.AAAAAAAAAAAAAAAAAAAAAA.js",
            "/pkg/snippets",
            "/pkg/snippets/",
            "/pkg/../../outside.txt",
            "/pkg/%2e%2e/%2e%2e/outside.txt",
        ] {
            let (status, headers, body) = built("GET", path, "").await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            assert!(!headers.contains_key(header::CACHE_CONTROL) && body.is_empty(), "{path}");
        }
    }

    #[tokio::test]
    async fn head_has_the_length_and_no_body() {
        let (status, headers, body) = built("HEAD", HASHED, "").await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, ""));
        assert_eq!(headers[header::CONTENT_LENGTH], "10");
        let (status, _, body) = public(Method::HEAD, "/robots.txt").await.unwrap();
        assert_eq!((status, body.as_str()), (StatusCode::OK, ""));
    }

    #[tokio::test]
    async fn public_file_is_cached_for_a_day() {
        let (status, headers, body) = public(Method::GET, "/robots.txt").await.unwrap();
        assert_eq!((status, body.as_str()), (StatusCode::OK, "robots"));
        assert_eq!(headers[header::CACHE_CONTROL], ONE_DAY);
    }

    #[tokio::test]
    async fn other_paths_are_left_to_the_fallback() {
        for path in [
            "/",
            "/pkg",
            HASHED,
            "/gone.txt",
            "/.secret",
            "/%2esecret",
            "/../outside.txt",
            "/%2e%2e/outside.txt",
            "/a%00b",
        ] {
            assert!(public(Method::GET, path).await.is_none(), "{path}");
        }
        assert!(public(Method::POST, "/robots.txt").await.is_none());
    }
}
