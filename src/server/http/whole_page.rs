//! Removes what only islands need from pages without them: inline scripts, and marks that are not valid HTML.

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderValue, header},
    response::Response,
};

use super::failure;

/// The limit of a page; none comes near it.
const LARGEST_PAGE_BYTES: usize = 1024 * 1024;

const END: &[u8] = b"</html>";

/// With these marks the framework's script finds its way between texts; to HTML it is a comment that is not closed.
const MARK: &[u8] = b"<!>";

/// Middleware: cuts off what the framework appends after the document, and takes its marks out, unless the page has
/// islands that read them. The end is inline script even on a page without scripts.
pub(super) async fn trim_scripts(response: Response) -> Response {
    let is_page = |value: &HeaderValue| value.as_bytes().starts_with(b"text/html");
    if !response.headers().get(header::CONTENT_TYPE).is_some_and(is_page) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(page) = to_bytes(body, LARGEST_PAGE_BYTES).await else {
        return failure::page_unavailable();
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(trimmed(page)))
}

fn trimmed(page: Bytes) -> Bytes {
    match position(&page, END) {
        Some(at) if position(&page, b"<script type=\"module\"").is_none() => {
            without_marks(&page.slice(..at + END.len()))
        }
        _ => page,
    }
}

fn without_marks(page: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(page.len());
    let mut from = 0;
    for at in memchr::memmem::find_iter(page, MARK) {
        out.extend_from_slice(page.get(from..at).unwrap_or_default());
        from = at + MARK.len();
    }
    out.extend_from_slice(page.get(from..).unwrap_or_default());
    out.into()
}

fn position(page: &[u8], part: &[u8]) -> Option<usize> {
    memchr::memmem::find(page, part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_without_islands_ends_with_its_document() {
        let page = Bytes::from_static(b"<html><p>x</p></html><script>__RESOLVED=[];</script>");
        assert_eq!(trimmed(page), "<html><p>x</p></html>");
    }

    #[test]
    fn page_without_islands_has_no_marks() {
        let page = Bytes::from_static(b"<html><p>a<!> b<!></p></html>");
        assert_eq!(trimmed(page), "<html><p>a b</p></html>");
    }

    #[test]
    fn page_with_islands_keeps_its_scripts() {
        let page =
            Bytes::from_static(b"<html><script type=\"module\">go()</script></html><script>x</script>");
        assert_eq!(trimmed(page.clone()), page);
    }

    #[test]
    fn text_without_an_end_is_kept() {
        assert_eq!(trimmed(Bytes::from_static(b"<p>x</p>")), "<p>x</p>");
    }
}
