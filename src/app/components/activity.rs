//! The recent activity of the creator, here and at TikTok.

use leptos::prelude::*;

use super::moment;
use crate::{
    app::i18n::{named, use_texts},
    domain::{Activity, ActivityKind, Profile},
};

/// Number of entries that are shown at once.
const SHOWN: usize = 3;

/// The panel of recent activity.
#[component]
pub fn ActivityPanel<'a>(profile: &'a Profile) -> AnyView {
    let t = &use_texts().activity;
    let mut entries = grouped(&profile.activity);
    let older = entries.split_off(SHOWN.min(entries.len()));
    let list = |entries: Vec<Entry>| {
        let items = entries.into_iter().map(|entry| item(entry, profile)).collect_view();
        view! { <ol class="activity">{items}</ol> }
    };
    let content = if entries.is_empty() {
        view! { <p class="small">{t.nothing}</p> }.into_any()
    } else {
        list(entries).into_any()
    };
    let older = (!older.is_empty()).then(|| {
        view! {
            <details class="older">
                <summary>{t.show_all}</summary>
                {list(older)}
            </details>
        }
    });
    view! {
        <section id="recent_activity" class="panel" aria-labelledby="activity">
            <h2 id="activity">{t.title}</h2>
            {content}
            {older}
        </section>
    }
    .into_any()
}

/// The same activity, once or several times in a row; the newest of them.
struct Entry {
    newest: Activity,
    count: u32,
}

/// Puts neighbours together that say the same.
fn grouped(activities: &[Activity]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for activity in activities {
        match entries.last_mut() {
            Some(Entry { newest, count })
                if newest.what == activity.what && newest.reason == activity.reason =>
            {
                *count += 1;
            }
            _ => entries.push(Entry { newest: activity.clone(), count: 1 }),
        }
    }
    entries
}

/// A sentence, why, and how long ago; ids and TikTok's own words behind "Details".
fn item(Entry { newest, count }: Entry, profile: &Profile) -> AnyView {
    let t = &use_texts().activity;
    let times = (count > 1).then(|| format!(" · {}", (t.times)(count)));
    let reason = newest.reason.as_deref().and_then(t.reason);
    let post = post_address(&newest, profile);
    view! {
        <li>
            <p>{named((t.what)(&newest.what))}</p>
            {reason.map(|text| view! { <p class="small">{text}</p> })}
            <small>{moment::ago(newest.at, profile.as_of)} {times}</small>
            {post.map(|href| view! {
                <a class="text-link" href=href rel="external noreferrer">{t.see_post}</a>
            })}
            {details(&newest)}
        </li>
    }
    .into_any()
}

/// The address of a post at TikTok, where its id and the creator's handle are known.
fn post_address(activity: &Activity, profile: &Profile) -> Option<String> {
    let id = activity.reference.as_ref().filter(|_| activity.what == ActivityKind::PostPublic)?;
    let username = profile.username.as_ref()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_';
    (id.bytes().all(|byte| byte.is_ascii_digit()) && username.chars().all(plain))
        .then(|| format!("https://www.tiktok.com/@{username}/video/{id}"))
}

/// What helps only whoever looks into it.
fn details(activity: &Activity) -> Option<AnyView> {
    let t = &use_texts().activity;
    let word = match &activity.what {
        ActivityKind::Other(name) => Some(name.clone()),
        _ => activity.reason.clone(),
    };
    let parts = [word.map(|word| (t.word, word)), activity.reference.clone().map(|id| (t.reference, id))];
    let lines: Vec<_> = parts.into_iter().flatten().map(|(label, text)| small_print(label, text)).collect();
    (!lines.is_empty()).then(|| {
        view! {
            <details class="fine-print">
                <summary>{t.details}</summary>
                {lines}
            </details>
        }
        .into_any()
    })
}

/// Foreign text: isolated, so that its direction ends with it.
fn small_print(label: &'static str, text: String) -> AnyView {
    view! { <small>{label} " " <bdi><code>{text}</code></bdi></small> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    fn activity(what: ActivityKind, reason: Option<&str>) -> Activity {
        Activity { what, at: Timestamp(7), reference: None, reason: reason.map(str::to_owned) }
    }

    #[test]
    fn repeats_in_a_row_are_one_entry() {
        let activities = [
            activity(ActivityKind::PostFailed, Some("internal")),
            activity(ActivityKind::PostFailed, Some("internal")),
            activity(ActivityKind::PostFailed, Some("spam_risk")),
            activity(ActivityKind::PostPublic, None),
            activity(ActivityKind::PostFailed, Some("spam_risk")),
        ];
        let counts: Vec<u32> = grouped(&activities).iter().map(|entry| entry.count).collect();
        assert_eq!(counts, [2, 1, 1, 1]);
    }
}
