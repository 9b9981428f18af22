//! Files within the binary, in the compressed form that the build made; the counterpart of `ServeDir`.

use std::borrow::Cow;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use embedded_site::File;

use super::etag;

/// The encodings that the build makes, the better one first, with the ending of their files.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The response to a request for the file at `path`; `None` if there is none. `find` looks a file up by its path.
pub(super) fn respond(
    find: impl Fn(&str) -> Option<File>,
    path: &str,
    method: &Method,
    headers: &HeaderMap,
) -> Option<Response> {
    let path = path.trim_start_matches('/');
    let plain = find(path)?;
    let accepted = ENCODINGS.into_iter().filter(|(encoding, _)| accepts(headers, encoding));
    let compressed =
        accepted.filter_map(|(encoding, ending)| Some((encoding, find(&format!("{path}{ending}"))?)));
    let (encoding, file) = match compressed.into_iter().next() {
        Some((encoding, file)) => (Some(encoding), file),
        None => (None, plain),
    };
    let tag = tag_of(&file);
    let is_known = etag::is_named(headers, header::IF_NONE_MATCH, tag.as_bytes());
    let mut response =
        if is_known { StatusCode::NOT_MODIFIED.into_response() } else { content(file, method) };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

fn content(file: File, method: &Method) -> Response {
    let length = file.content.len();
    let bytes = match file.content {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    let body = if *method == Method::HEAD { Body::empty() } else { Body::from(bytes) };
    ([(header::CONTENT_LENGTH, length)], body).into_response()
}

/// Whether the client names an encoding without refusing it (RFC 9110, 12.5.3).
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|entry| {
        let (name, weight) = entry.split_once(';').unwrap_or((entry, ""));
        let weight = weight.trim().trim_start_matches("q=");
        name.trim().eq_ignore_ascii_case(encoding) && weight.parse() != Ok(0.0_f32)
    })
}

/// A strong validator: of the bytes that are sent, so that each encoding has its own.
fn tag_of(file: &File) -> HeaderValue {
    let digest = hex::encode(file.digest.get(..16).unwrap_or_default());
    HeaderValue::try_from(format!("\"{digest}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// The types of the files that the build makes.
fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css",
        "html" => "text/html",
        "ico" => "image/x-icon",
        "js" => "text/javascript",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(path: &str) -> Option<File> {
        let content: &[u8] = match path {
            "pkg/a.js" => b"plain",
            "pkg/a.js.br" => b"br",
            "pkg/a.js.gz" => b"gz",
            "robots.txt" => b"robots",
            _ => return None,
        };
        let mut digest = [0; 32];
        digest[..content.len()].copy_from_slice(content);
        Some(File { content: Cow::Borrowed(content), digest })
    }

    async fn get(
        method: Method,
        path: &str,
        headers: &[(header::HeaderName, &str)],
    ) -> Option<(Response, String)> {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        let (parts, body) = respond(find, path, &method, &headers)?.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 10).await.unwrap();
        Some((Response::from_parts(parts, Body::empty()), String::from_utf8(bytes.to_vec()).unwrap()))
    }

    #[tokio::test]
    async fn best_accepted_encoding_is_sent() {
        for (accept, content, encoding) in [
            ("gzip, deflate, br", "br", Some("br")),
            ("gzip;q=1.0, br;q=0", "gz", Some("gzip")),
            ("br;q=0, gzip;q=0.0", "plain", None),
            ("identity", "plain", None),
        ] {
            let (response, body) =
                get(Method::GET, "/pkg/a.js", &[(header::ACCEPT_ENCODING, accept)]).await.unwrap();
            assert_eq!(body, content, "{accept}");
            let sent = response.headers().get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!(sent, encoding, "{accept}");
            assert_eq!(response.headers()[header::CONTENT_TYPE], "text/javascript");
        }
    }

    #[tokio::test]
    async fn known_content_is_not_sent_again() {
        let (first, _) = get(Method::GET, "/robots.txt", &[]).await.unwrap();
        let etag = first.headers()[header::ETAG].to_str().unwrap();
        for (known, status) in [(etag, StatusCode::NOT_MODIFIED), ("\"other\"", StatusCode::OK)] {
            let (again, _) =
                get(Method::GET, "/robots.txt", &[(header::IF_NONE_MATCH, known)]).await.unwrap();
            assert_eq!(again.status(), status, "{known}");
        }
    }

    #[tokio::test]
    async fn head_has_the_length_and_missing_files_none() {
        let (response, body) = get(Method::HEAD, "/robots.txt", &[]).await.unwrap();
        assert_eq!((response.headers()[header::CONTENT_LENGTH].to_str().unwrap(), body.as_str()), ("6", ""));
        for path in ["/none.txt", "/pkg", "/", "/../robots.txt"] {
            assert!(get(Method::GET, path, &[]).await.is_none(), "{path}");
        }
    }
}
