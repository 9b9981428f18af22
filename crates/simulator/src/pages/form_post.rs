//! A callback by form POST: a form that submits itself, with a button for browsers without JavaScript.

use axum::response::Html;

use super::words::Words;
use super::{document, escape};
use crate::callback::Pairs;

pub(crate) fn page(words: &Words, uri: &str, pairs: &Pairs<'_>) -> Html<String> {
    let inputs = pairs.iter().map(|(name, value)| {
        format!(r#"<input type="hidden" name="{}" value="{}">"#, escape(name), escape(value)) + "\n"
    });
    let body = format!(
        r#"<h1>{title}</h1>
<form method="post" action="{uri}" id="callback">
{inputs}<div class="decision"><button>{go_on}</button></div>
</form>
<script src="/simulator/submit.js"></script>"#,
        title = words.returning,
        uri = escape(uri),
        inputs = inputs.collect::<String>(),
        go_on = words.go_on,
    );
    document(words, words.returning, &body)
}
