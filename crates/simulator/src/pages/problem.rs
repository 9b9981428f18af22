//! The error page that an app's developer sees when the app is misconfigured.

use axum::response::Html;

use super::words::Words;
use super::{document, escape};
use crate::fields::Fields;

pub(crate) fn page(words: &Words, query: &Fields) -> Html<String> {
    let code = query.get("errCode").map(|code| format!(" · errCode={}", escape(code)));
    let body = format!(
        r#"<h1>{title}</h1>
<p class="lead">{lead}</p>
<p>{list}</p>
<ul class="problems"><li><strong>{name}</strong></li></ul>
<p class="small"><code>error={error}{code}</code></p>"#,
        title = words.problem_title,
        lead = words.problem_lead,
        list = words.problem_list,
        name = escape(query.get("error_type").unwrap_or("unknown")),
        error = escape(query.get("error").unwrap_or_default()),
        code = code.unwrap_or_default(),
    );
    document(words, words.problem_title, &body)
}
