//! The `OpenAPI` document and its page.

use creator_connect::server::http::v1::{problem::Code, table};
use reqwest::Method;

use super::Program;
use crate::support::App;

#[tokio::test]
async fn document_has_every_route_and_what_it_needs() {
    let app = App::start().await;
    let nobody = Program::of(&app, "", "");
    let answer = nobody.get("/openapi.json").await;
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    for route in table() {
        let operation = &document["paths"][&route.path][route.method.to_ascii_lowercase()];
        assert!(operation.is_object(), "{route:?}");
        let is_secured = operation["security"].is_array();
        assert_eq!(is_secured, !["/openapi.json", "/docs"].contains(&route.path.as_str()), "{route:?}");
    }
    let etag = answer.header("etag").to_owned();
    let again = nobody.send(Method::GET, "/openapi.json", &[("if-none-match", &etag)], None).await;
    assert_eq!((again.status, answer.header("cache-control")), (304, "no-cache"));
}

#[tokio::test]
async fn page_describes_every_route_and_code() {
    let app = App::start().await;
    let page = Program::of(&app, "", "").get("/docs").await;
    assert!(page.header("content-type").starts_with("text/html"));
    for code in Code::ALL {
        assert!(page.text.contains(&format!("id=\"{}\"", code.as_str())), "{code:?}");
    }
    for route in table() {
        assert!(page.text.contains(&format!("<code>{} {}</code>", route.method, route.path)), "{route:?}");
    }
    assert!(page.text.contains("The key needs the permission <code>tokens:read</code>"));
    assert!(page.text.contains("<dt><code>min_valid_for</code></dt>"), "bodies are described too");
    assert!(!page.text.contains("<script"));
    assert!(std::path::Path::new("public/api-docs.css").exists(), "its style is one of the public files");
}
