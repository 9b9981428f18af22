//! What is stored about the creator, since when, and who used the connection.

use leptos::prelude::*;

use super::{Disclosure, Glyph, Icon, moment};
use crate::{
    app::i18n::{named, use_texts},
    domain::{ConnectionState, FetchOutcome, Profile, ProgramUse, Timestamp},
};

/// The panel of what is stored.
#[component]
pub fn StoredPanel<'a>(profile: &'a Profile) -> AnyView {
    let t = &use_texts().stored;
    let (facts, own_id) = (facts(profile), own_id(profile.id.to_string()));
    view! {
        <Disclosure id="stored" title=t.title.to_owned()>
            {download()}
            <div id="dates">{facts}</div>
            {own_id}
        </Disclosure>
    }
    .into_any()
}

/// What is stored, since when, and who used the connection.
fn facts(profile: &Profile) -> AnyView {
    let t = &use_texts().stored;
    let connected = profile.state != ConnectionState::Disconnected;
    view! {
        <dl class="facts">
            <div class="wide">
                <dt>{t.from_tiktok}</dt>
                <dd><ul class="chips">{kinds(profile)}</ul></dd>
            </div>
            <div class="wide">
                <dt>{t.keys}</dt>
                <dd>{(t.keys_now)(connected)}</dd>
            </div>
            {dates(profile)}
        </dl>
        {connected.then(|| uses(profile))}
    }
    .into_any()
}

/// Everything as a file.
fn download() -> AnyView {
    let label = use_texts().profile.export;
    view! {
        <p class="download">
            <a class="button" href="/account/export" rel="external" aria-describedby="about-export">
                <Glyph icon=Icon::Download/> {label.title}
            </a>
            <span id="about-export" class="small">{label.text}</span>
        </p>
    }
    .into_any()
}

/// The kinds of data that TikTok returned about the creator. The account's id is always there.
fn kinds(profile: &Profile) -> AnyView {
    let t = &use_texts().stored;
    let kinds = [
        (t.name, profile.nickname.is_some()),
        (t.username, profile.username.is_some()),
        (t.picture, profile.has_avatar),
        (t.posting, profile.posting.is_some()),
        (t.account, true),
    ];
    let stored = kinds.into_iter().filter(|(_, is_stored)| *is_stored);
    stored.map(|(kind, _)| view! { <li>{kind}</li> }).collect_view().into_any()
}

fn dates(profile: &Profile) -> AnyView {
    let t = &use_texts().profile;
    view! {
        {fact(t.connected_at, profile.connected_at)}
        {profile.refreshed_at.map(|at| fact(t.refreshed_at, at))}
        {profile.profile_known_at.map(|at| fact(t.known_at, at))}
    }
    .into_any()
}

/// A named moment.
fn fact(name: &'static str, at: Timestamp) -> AnyView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{moment::at(at)}</dd>
        </div>
    }
    .into_any()
}

/// Who used the connection, and when last: only this app can.
fn uses(profile: &Profile) -> AnyView {
    let t = &use_texts().stored;
    // Without a permission TikTok was not asked, though that was noted.
    let was_asked =
        [profile.user_info, profile.creator_info].iter().any(|one| *one != FetchOutcome::NotAsked);
    let asked_at = profile.profile_asked_at.filter(|_| was_asked);
    let entry = |words: String, at: Timestamp| {
        view! { <li><span>{words}</span> " " {moment::ago(at, profile.as_of)}</li> }
    };
    view! {
        <h3>{t.uses}</h3>
        <ul class="uses">
            {profile.refreshed_at.map(|at| entry(named(t.got_keys), at))}
            {asked_at.map(|at| entry(named(t.asked), at))}
            {programs(profile)}
        </ul>
    }
    .into_any()
}

/// The operator's programs that used the connection, how often and when last.
fn programs(profile: &Profile) -> AnyView {
    let texts = use_texts();
    if profile.programs.is_empty() {
        return view! { <li>{texts.stored.nobody_else}</li> }.into_any();
    }
    let entry = |program: &ProgramUse| {
        let times = (program.count > 1).then(|| format!(" · {}", (texts.activity.times)(program.count)));
        let name = view! { <span><bdi>{program.name.clone()}</bdi>{times}</span> };
        view! { <li>{name} " " {moment::ago(program.last_at, profile.as_of)}</li> }
    };
    profile.programs.iter().map(entry).collect_view().into_any()
}

/// The creator's id, with a button that copies it, which shows only where a script can work it.
fn own_id(id: String) -> AnyView {
    let t = &use_texts().profile;
    let button = view! {
        <button
            type="button"
            class="button quiet"
            hidden
            data-copy=id.clone()
            data-copied=t.copied
            data-refused=t.copy_failed
        >
            {t.copy}
        </button>
    };
    view! {
        <dl class="facts after">
            <div class="wide">
                <dt>{t.id}</dt>
                <dd class="creator-id"><code>{id}</code> {button}</dd>
            </div>
        </dl>
    }
    .into_any()
}
