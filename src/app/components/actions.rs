//! What the creator can do, in order of danger.

use leptos::prelude::*;

use super::{Glyph, Icon, connection::wants_reconnect};
use crate::{
    app::{
        i18n::{Told, use_texts},
        islands::LogOutForm,
    },
    domain::ConnectionState,
};

/// The panel of actions. Reconnecting is left out while the state panel already asks for it.
#[component]
pub fn Actions(state: ConnectionState) -> AnyView {
    let t = &use_texts().profile;
    let reconnect =
        (!wants_reconnect(state)).then(|| link("about-reconnect", Icon::Renew, "/oauth", t.reconnect));
    view! {
        <section class="panel" aria-labelledby="actions">
            <h2 id="actions">{t.actions}</h2>
            <ul class="actions">
                {reconnect}
                {link("about-switch", Icon::Switch, "/oauth?switch=1", t.switch)}
                {link("about-export", Icon::Download, "/account/export", t.export)}
                {log_out()}
            </ul>
        </section>
    }
    .into_any()
}

/// An action that is a link to the server.
fn link(id: &'static str, icon: Icon, href: &'static str, told: Told) -> AnyView {
    let control = view! { <a href=href rel="external" aria-describedby=id>{told.title}</a> };
    row(id, icon, control.into_any(), told.text)
}

/// Logging out, which is a form.
fn log_out() -> AnyView {
    let t = &use_texts().profile;
    let label = t.log_out.title.to_owned();
    let pending = t.logging_out.to_owned();
    let control = view! { <LogOutForm label pending described_by="about-log-out".to_owned()/> };
    row("about-log-out", Icon::Exit, control.into_any(), t.log_out.text)
}

/// A row with an icon, a control that fills it, and the sentence that describes the control.
fn row(id: &'static str, icon: Icon, control: AnyView, text: &'static str) -> AnyView {
    view! {
        <li>
            <Glyph icon/>
            <div>
                {control}
                <p id=id>{text}</p>
            </div>
        </li>
    }
    .into_any()
}
