//! The simulator's own pages: plain HTML that works without JavaScript.

pub(crate) mod apps;
pub(crate) mod consent;
pub(crate) mod form_post;
pub(crate) mod index;
pub(crate) mod problem;
pub(crate) mod words;

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

use self::words::Words;
use super::creators::Creator;

/// A whole page; `body` is HTML already.
fn document(words: &Words, title: &str, body: &str) -> Html<String> {
    Html(format!(
        r#"<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title} · {simulator}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/simulator/style.css">
</head>
<body>
<p class="banner"><strong>{simulator}</strong> <span>{not_real}</span></p>
<main>
{body}
</main>
</body>
</html>
"#,
        lang = words.lang,
        title = escape(title),
        simulator = words.simulator,
        not_real = words.not_real,
    ))
}

/// Text made safe between tags and inside quoted attributes.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// The creator's picture, or their first letter.
fn portrait(creator: &Creator) -> String {
    let slug = creator.slug;
    if creator.avatar.is_some() {
        return format!(
            r#"<img class="face" src="/simulator/avatars/{slug}.png" alt="" width="48" height="48">"#
        );
    }
    let initial: String = creator.nickname.chars().take(1).collect();
    format!(r#"<span class="face" aria-hidden="true">{}</span>"#, escape(&initial))
}

pub(crate) async fn style() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (headers, include_str!("pages/style.css")).into_response()
}

pub(crate) async fn submit_script() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (headers, include_str!("pages/submit.js")).into_response()
}
