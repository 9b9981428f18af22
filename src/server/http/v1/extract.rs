//! What endpoints take out of a request; each error says what is wrong with it.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
};
use serde::{
    Deserialize as _, Deserializer,
    de::{DeserializeOwned, Error as _},
};

use super::problem::{Code, Problem};

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

/// The query's parameters.
pub(super) struct Parameters<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|error| Problem::new(Code::TooLarge, error.to_string()))?;
        if !is_json && !bytes.is_empty() {
            let detail = "Send JSON with Content-Type: application/json.";
            return Err(Problem::new(Code::UnsupportedMediaType, detail));
        }
        // No body, or null, is an object without fields. Serde would take an array for a struct, too.
        let is_empty = bytes.is_empty() || bytes.trim_ascii() == b"null";
        let json = if is_empty { b"{}" } else { &bytes[..] };
        if !json.trim_ascii_start().starts_with(b"{") {
            return Err(Problem::new(Code::MalformedJson, "The body is a JSON object."));
        }
        serde_json::from_slice(json).map(Self).map_err(|error| json_problem(&error))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}

fn json_problem(error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    if let Some(field) = unknown_field(&text) {
        return Problem::new(Code::UnknownField, text.clone())
            .at(format!("#/{field}"), "It is unknown here.");
    }
    match error.classify() {
        serde_json::error::Category::Data => Problem::new(Code::Unprocessable, text),
        _ => Problem::new(Code::MalformedJson, text),
    }
}

/// The field of serde's message; a caller may have named it anything, so that it is cut.
fn unknown_field(text: &str) -> Option<String> {
    let (_, name) = text.split_once("unknown field `")?;
    let name = name.split('`').next()?;
    Some(name.chars().take(64).collect())
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        query.map(|axum::extract::Query(parameters)| Self(parameters)).map_err(|error| {
            let text = error.body_text();
            let text = text.trim_start_matches("Failed to deserialize query string: ");
            match unknown_field(text) {
                Some(name) => Problem::new(Code::UnknownField, text).at(name, "It is unknown here."),
                None => Problem::new(Code::Unprocessable, text),
            }
        })
    }
}

/// A parameter whose value is not acceptable.
pub(super) fn unacceptable(name: &str, detail: &str) -> Problem {
    Problem::new(Code::Unprocessable, format!("{name}: {detail}")).at(name, detail)
}

/// The number of items on a page: 50, or what the caller asks for.
pub(super) fn page_limit(limit: Option<u32>) -> Result<u32, Problem> {
    let limit = limit.unwrap_or(50);
    if (1..=200).contains(&limit) { Ok(limit) } else { Err(unacceptable("limit", "It is from 1 to 200.")) }
}

/// A whole number: JSON knows no difference between 300 and 300.0.
pub(super) fn whole_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let number = serde_json::Number::deserialize(deserializer)?;
    let is_whole = |value: &f64| value.fract() == 0.0 && value.abs() < 9e15;
    let from_float = || number.as_f64().filter(is_whole).and_then(|value| format!("{value:.0}").parse().ok());
    number.as_i64().or_else(from_float).ok_or_else(|| D::Error::custom("it is no whole number"))
}
