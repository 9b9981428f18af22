//! What the creator can do, in order of danger.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{ActionForm, Glyph, Icon, connection::wants_reconnect, leave::DIALOG};
use crate::{
    api::{LogOut, RefreshNow},
    app::i18n::{TitledText, use_texts},
    domain::{ConnectionState, Profile},
};

/// The panel of actions. Reconnecting is left out while the state panel already asks for it.
#[component]
pub fn Actions<'a>(profile: &'a Profile) -> AnyView {
    let t = &use_texts().profile;
    let refresh = profile.can_refresh().then(refresh);
    let reconnect =
        (!wants_reconnect(profile)).then(|| link("about-reconnect", Icon::Link, "/oauth", t.reconnect));
    let connected = profile.state != ConnectionState::Disconnected;
    let switch = TitledText { text: if connected { t.switch.text } else { t.switch_alone }, ..t.switch };
    let leave = if connected { disconnect() } else { delete() };
    view! {
        <section class="panel" aria-labelledby="actions">
            <h2 id="actions">{t.actions}</h2>
            <ul class="actions">
                {link("about-export", Icon::Download, "/account/export", t.export)}
                {refresh}
                {reconnect}
                {link("about-switch", Icon::Switch, "/oauth?switch=1", switch)}
                {log_out(connected)}
                {leave}
            </ul>
        </section>
    }
    .into_any()
}

/// An action that is a link to the server.
fn link(id: &'static str, icon: Icon, href: &'static str, label: TitledText) -> AnyView {
    let control = view! { <a href=href rel="external" aria-describedby=id>{label.title}</a> };
    row(id, icon, control.into_any(), label.text)
}

/// Renewing the connection, which is a form.
fn refresh() -> AnyView {
    let t = &use_texts().profile;
    let (action, label, described_by) = (RefreshNow::url(), t.refresh.title, "about-refresh");
    let control = view! { <ActionForm action label pending=t.refreshing described_by in_place=true/> };
    row(described_by, Icon::Renew, control.into_any(), t.refresh.text)
}

/// Logging out, which is a form.
fn log_out(connected: bool) -> AnyView {
    let t = &use_texts().profile;
    let (action, label, described_by) = (LogOut::url(), t.log_out.title, "about-log-out");
    let control = view! { <ActionForm action label pending=t.logging_out described_by/> };
    let text = if connected { t.log_out.text } else { t.log_out_alone };
    row(described_by, Icon::Exit, control.into_any(), text)
}

/// Leaving: a link to the page that confirms it, which a script opens as a dialog.
fn disconnect() -> AnyView {
    let label = use_texts().profile.disconnect;
    let control = view! {
        <a href="/disconnect" data-dialog=DIALOG aria-describedby="about-disconnect">{label.title}</a>
    };
    grave_row("about-disconnect", Icon::Unlink, control.into_any(), label.text)
}

/// Deleting what is left when nothing is connected.
fn delete() -> AnyView {
    let label = use_texts().profile.delete;
    let control = view! { <a href="/disconnect" aria-describedby="about-delete">{label.title}</a> };
    grave_row("about-delete", Icon::Bin, control.into_any(), label.text)
}

/// A row with an icon, a control that fills it, and the sentence that describes the control.
fn row(id: &'static str, icon: Icon, control: AnyView, text: &'static str) -> AnyView {
    item(None, id, icon, control, text)
}

/// A row for what cannot be taken back by the next press.
fn grave_row(id: &'static str, icon: Icon, control: AnyView, text: &'static str) -> AnyView {
    item(Some("bad"), id, icon, control, text)
}

fn item(
    tone: Option<&'static str>,
    id: &'static str,
    icon: Icon,
    control: AnyView,
    text: &'static str,
) -> AnyView {
    view! {
        <li class=tone>
            <Glyph icon/>
            <div>
                {control}
                <p id=id>{text}</p>
            </div>
        </li>
    }
    .into_any()
}
