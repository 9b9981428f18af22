//! "Manage apps": the creators who authorized the app, with a button to remove it.

use axum::response::Html;

use super::words::Words;
use super::{document, escape, portrait};
use crate::apps::{EVENTS, SampleEvent};
use crate::content_posting::post::{Post, Status};
use crate::creators::Creator;
use crate::fields::Fields;
use crate::grants::Consent;
use crate::simulator::Memory;

/// `query` has the result of the event that was sent before, if any.
pub(crate) fn page(words: &Words, memory: &Memory, query: &Fields) -> Html<String> {
    let consents = memory.grants.authorised.values();
    let cards: String = consents.map(|consent| card(words, memory, consent)).collect();
    let list = if cards.is_empty() { format!(r#"<p class="card">{}</p>"#, words.nobody) } else { cards };
    let body = format!(
        r#"<h1>{title}</h1>
{notice}<p class="lead">{lead}</p>
{list}"#,
        title = words.manage_apps,
        notice = query.get("event").map_or(String::new(), |event| notice(words, event, query.get("status"))),
        lead = words.apps_lead,
    );
    document(words, words.manage_apps, &body)
}

fn notice(words: &Words, event: &str, status: Option<&str>) -> String {
    let outcome = match status {
        Some(status) => format!("{} {}", words.answered, escape(status)),
        None => words.no_answer.to_owned(),
    };
    format!(
        r#"<p class="notice" role="status">{sent}: <code>{event}</code> · {outcome}</p>"#,
        sent = words.sent,
        event = escape(event),
    )
}

fn card(words: &Words, memory: &Memory, consent: &Consent) -> String {
    let creator = consent.creator;
    format!(
        r#"<section class="app">
<div class="row">{portrait}<span class="who"><bdi class="name">{nickname}</bdi><span class="handle">@{username}</span>
<span class="special"><code>{scopes}</code></span></span></div>
<form method="post" action="/simulator/apps/{slug}/remove"><button>{remove}</button></form>
{posts}<details><summary>{other}</summary>
<form method="post" action="/simulator/apps/{slug}/event">
{events}</form></details>
</section>
"#,
        portrait = portrait(creator),
        nickname = escape(creator.nickname),
        username = escape(creator.username),
        scopes = escape(&consent.scopes.join(", ")),
        slug = creator.slug,
        remove = words.remove,
        posts = posts(words, memory, creator),
        other = words.other_events,
        events =
            EVENTS.iter().enumerate().map(|(place, sample)| button(words, place, sample)).collect::<String>(),
    )
}

/// The creator's posts, latest first; nothing without one.
fn posts(words: &Words, memory: &Memory, creator: &'static Creator) -> String {
    let mut posts: Vec<&Post> = memory.posts.of(creator.into()).collect();
    posts.reverse();
    let items: String = posts.into_iter().map(|post| item(words, creator, post)).collect();
    if items.is_empty() {
        return items;
    }
    format!("<details open><summary>{}</summary>\n{items}</details>\n", words.posts)
}

fn item(words: &Words, creator: &Creator, post: &Post) -> String {
    let id = escape(&post.publish_id);
    let form = format!(
        r#"<form method="post" action="/simulator/apps/{slug}/publish">
<button name="publish_id" value="{id}" class="quiet">{publish}<span class="unseen"> {id}</span></button></form>"#,
        slug = creator.slug,
        publish = words.publish_draft,
    );
    format!(
        r#"<div class="event"><span><code>{status}</code><small>{id}</small></span>{form}</div>
"#,
        status = post.status.name(),
        form = if post.status == Status::SendToUserInbox { form.as_str() } else { "" },
    )
}

fn button(words: &Words, place: usize, sample: &SampleEvent) -> String {
    let (name, content) = (escape(sample.name), escape(sample.content));
    format!(
        r#"<p class="event"><span><code>{name}</code><small>{content}</small></span>
<button name="event" value="{place}" class="quiet">{send}<span class="unseen"> {name} {content}</span></button></p>
"#,
        send = words.send,
    )
}
