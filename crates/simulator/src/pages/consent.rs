//! The consent page: a creator is chosen, scopes are unticked, and the request is approved or denied.

use axum::response::Html;

use super::words::Words;
use super::{document, escape, portrait};
use crate::authorize::Request;
use crate::creators::{self, Creator};

pub(crate) fn page(app: &str, words: &Words, request: &Request, known: Option<&Creator>) -> Html<String> {
    let chosen = known.or(creators::all().first()).map_or("", |creator| creator.slug);
    let cards = creators::all().iter().map(|creator| card(words, creator, creator.slug == chosen));
    let scopes = request.scopes.iter().map(|scope| tick(words, scope));
    let body = format!(
        r#"<h1>{title}</h1>
<p class="lead"><strong>{app}</strong> {lead}</p>
<form method="post">
<fieldset class="creators"><legend>{continue_as}</legend>
{cards}</fieldset>
<fieldset class="scopes"><legend>{may}</legend>
{scopes}</fieldset>
<p class="small">{end_any_time} <a href="/simulator/apps">{manage_apps}</a>.</p>
<div class="decision">
<button name="decision" value="deny" class="quiet">{cancel}</button>
<button name="decision" value="approve">{approve}</button>
</div>
</form>"#,
        title = words.consent_title,
        app = escape(app),
        lead = words.consent_lead,
        continue_as = words.continue_as,
        cards = cards.collect::<String>(),
        may = words.may,
        scopes = scopes.collect::<String>(),
        end_any_time = words.end_any_time,
        manage_apps = words.manage_apps,
        cancel = words.cancel,
        approve = words.approve,
    );
    document(words, words.consent_title, &body)
}

fn card(words: &Words, creator: &Creator, chosen: bool) -> String {
    format!(
        r#"<label class="card"><input type="radio" name="creator" value="{slug}" required{checked}>
{portrait}<span class="who"><bdi class="name">{nickname}</bdi>
<span class="special">@{username} · {special}</span></span></label>
"#,
        slug = creator.slug,
        checked = if chosen { " checked" } else { "" },
        portrait = portrait(creator),
        nickname = escape(creator.nickname),
        username = escape(creator.username),
        special = escape(words.of(&creator.special)),
    )
}

/// A disabled box is not sent with the form; the basic scope is granted without it.
fn tick(words: &Words, scope: &str) -> String {
    let fixed = scope == "user.info.basic";
    format!(
        r#"<label class="tick"><input type="checkbox" name="scope" value="{value}" checked{disabled}>
<span class="who"><span>{text}</span><span class="special"><code>{value}</code>{note}</span></span></label>
"#,
        value = escape(scope),
        disabled = if fixed { " disabled" } else { "" },
        text = escape(words.scope(scope)),
        note = if fixed { format!(" · {}", words.always_on) } else { String::new() },
    )
}
