//! The `OpenAPI` document, made from the code, and a page that people read, made from the document.

use axum::{
    Json,
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use utoipa::{
    OpenApi as _,
    openapi::{
        OpenApi,
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use super::{
    problem::Code,
    route::{Access, Recorded, Route, documented},
};

/// Revalidated at each use.
const CACHING: HeaderValue = HeaderValue::from_static("no-cache");

/// The page has a style of its own and nothing else.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "creator-connect",
        description = "Access tokens that work, and calls of TikTok's API, for the creators who have connected. \
            Every enum is open: a later version may add values. Errors are problems (RFC 9457) with a code of a closed list."
    ),
    servers((url = "/api/v1"))
)]
struct Document;

/// The document in its two forms, with their entity tags.
pub(super) struct Documents {
    json: (String, HeaderValue),
    page: (String, HeaderValue),
}

impl Documents {
    /// The documents of these routes.
    pub(super) fn new(routes: OpenApi, table: &[Route]) -> Self {
        let document = complete(Document::openapi().merge_from(routes), table);
        let json = serde_json::to_value(&document).unwrap_or_default();
        let page = page(&json, table);
        Self { json: tagged(json.to_string()), page: tagged(page) }
    }

    /// `GET /openapi.json`.
    pub(super) fn json(&self, headers: &HeaderMap) -> Response {
        respond(&self.json, headers, HeaderValue::from_static("application/json"))
    }

    /// `GET /docs`.
    pub(super) fn page(&self, headers: &HeaderMap) -> Response {
        let content_type = HeaderValue::from_static("text/html; charset=utf-8");
        let mut response = respond(&self.page, headers, content_type);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
        response
    }
}

fn tagged(text: String) -> (String, HeaderValue) {
    let digest = hex::encode(Sha256::digest(&text));
    let tag = format!("\"{}\"", digest.get(..32).unwrap_or_default());
    (text, HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\"")))
}

fn respond((text, tag): &(String, HeaderValue), headers: &HeaderMap, content_type: HeaderValue) -> Response {
    let caching = [(header::CACHE_CONTROL, CACHING), (header::ETAG, tag.clone())];
    if headers.get(header::IF_NONE_MATCH) == Some(tag) {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    (caching, [(header::CONTENT_TYPE, content_type)], text.clone()).into_response()
}

/// Adds what the table knows: who may call each operation, and whether it is on record.
fn complete(mut document: OpenApi, table: &[Route]) -> OpenApi {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("cck_…").build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("key", SecurityScheme::Http(bearer));
    let paths = std::mem::take(&mut document.paths.paths);
    document.paths.paths = paths.into_iter().map(|(path, item)| (documented(&path), item)).collect();
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("GET", &mut item.get),
            ("POST", &mut item.post),
            ("PATCH", &mut item.patch),
            ("DELETE", &mut item.delete),
        ];
        for (method, operation) in operations {
            let route = table.iter().find(|route| route.path == *path && route.method == method);
            let (Some(operation), Some(route)) = (operation.as_mut(), route) else { continue };
            let needs = match route.access {
                Access::Public => None,
                Access::AnyKey => Some(Vec::new()),
                Access::Permission(permission) => Some(vec![permission.as_str().to_owned()]),
            };
            if let Some(permissions) = needs {
                let note = permissions.first().map_or_else(
                    || "Any key may call this.".to_owned(),
                    |permission| format!("The key needs the permission `{permission}`."),
                );
                let described =
                    operation.description.take().or(operation.summary.clone()).unwrap_or_default();
                operation.description =
                    Some(format!("{described}\n\n{note}{}", recorded_note(route.recorded)));
                operation.security =
                    Some(vec![SecurityRequirement::new::<_, Vec<String>, String>("key", Vec::new())]);
            }
        }
    }
    document
}

fn recorded_note(recorded: Recorded) -> String {
    match recorded {
        Recorded::Audited(action) => format!(" It is on record as `{}`.", action.as_str()),
        Recorded::NotAudited(_) => String::new(),
    }
}

/// The page: each operation with its parameters and answers, and the codes of problems.
fn page(document: &Value, table: &[Route]) -> String {
    let mut page = String::from(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>API of creator-connect</title><link rel=\"stylesheet\" href=\"/api-docs.css\"></head><body><main>\
         <h1>API of creator-connect</h1><p>Base address <code>/api/v1</code>. Every request carries \
         <code>Authorization: Bearer cck_…</code>. <a href=\"/api/v1/openapi.json\">OpenAPI 3.1</a></p>",
    );
    for route in table {
        operation(&mut page, document, route);
    }
    page.push_str("<h2 id=\"problems\">Problems</h2><table><thead><tr><th>Code</th><th>Status</th><th>What happened</th></tr></thead><tbody>");
    for code in Code::ALL {
        let (name, status, title) = (code.as_str(), code.status().as_u16(), code.title());
        page.extend([format!(
            "<tr id=\"{name}\"><td><code>{name}</code></td><td>{status}</td><td>{title}</td></tr>"
        )]);
    }
    page.push_str("</tbody></table></main></body></html>\n");
    page
}

fn operation(page: &mut String, document: &Value, route: &Route) {
    let method = route.method.to_ascii_lowercase();
    let operation = at(document, &["paths", &route.path, &method]);
    let text = |name| at(operation, &[name]).as_str();
    let description = text("description").or_else(|| text("summary")).unwrap_or_default();
    page.extend([format!(
        "<section><h2><code>{} {}</code></h2><p>{}</p>",
        route.method,
        escape(&route.path),
        prose(description).replace("\n\n", "</p><p>")
    )]);
    let parameters = at(operation, &["parameters"]).as_array().map(Vec::as_slice).unwrap_or_default();
    let described = |value: &'_ Value, name| at(value, &[name]).as_str().map(str::to_owned);
    rows(page, parameters.iter().map(|one| (described(one, "name"), described(one, "description"))));
    let answer = ["202", "200"].map(|status| at(operation, &["responses", status]));
    let answer = answer.into_iter().find(|answer| answer.is_object()).unwrap_or(&Value::Null);
    for (title, content) in [("Body", at(operation, &["requestBody"])), ("Answer", answer)] {
        let Some(schema) = schema_name(at(content, &["content", "application/json", "schema"])) else {
            continue;
        };
        let properties = at(document, &["components", "schemas", schema, "properties"]).as_object();
        if let Some(properties) = properties {
            page.extend([format!("<h3>{title}</h3>")]);
            rows(
                page,
                properties.iter().map(|(name, one)| (Some(name.clone()), described(one, "description"))),
            );
        }
    }
    page.push_str("</section>");
}

/// The value at a path of names; `null` where there is none.
fn at<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    path.iter().try_fold(value, |value, name| value.get(name)).unwrap_or(&Value::Null)
}

fn rows(page: &mut String, rows: impl Iterator<Item = (Option<String>, Option<String>)>) {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return;
    }
    page.push_str("<dl>");
    for (name, description) in rows {
        let (name, description) =
            (escape(&name.unwrap_or_default()), prose(&description.unwrap_or_default()));
        page.extend([format!("<dt><code>{name}</code></dt><dd>{description}</dd>")]);
    }
    page.push_str("</dl>");
}

/// The name of a schema, which may be one of two where the other is `null`.
fn schema_name(schema: &Value) -> Option<&str> {
    let alternatives = at(schema, &["oneOf"]).as_array().map(Vec::as_slice).unwrap_or_default();
    let reference = std::iter::once(schema).chain(alternatives).find_map(|one| at(one, &["$ref"]).as_str());
    reference.and_then(|reference| reference.rsplit('/').next())
}

/// Text with code in backticks.
fn prose(text: &str) -> String {
    let parts = escape(text);
    let parts = parts.split('`').enumerate();
    parts
        .map(|(at, part)| if at % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() })
        .collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The document of this API.
#[utoipa::path(
    get, path = "/openapi.json", tag = "documents",
    responses((status = 200, description = "OpenAPI 3.1", body = Value), (status = 304, description = "It is as If-None-Match has it"))
)]
pub(super) async fn openapi(request: Request) -> Response {
    match request.extensions().get::<std::sync::Arc<Documents>>() {
        Some(documents) => documents.json(request.headers()),
        None => Json(Value::Null).into_response(),
    }
}

/// A page for people.
#[utoipa::path(
    get, path = "/docs", tag = "documents",
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = 304, description = "It is as If-None-Match has it")
    )
)]
pub(super) async fn docs(request: Request) -> Response {
    match request.extensions().get::<std::sync::Arc<Documents>>() {
        Some(documents) => documents.page(request.headers()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
