//! The way to leave, at the end of the profile.

use leptos::prelude::*;

use super::{Glyph, Icon, leave::DIALOG};
use crate::{
    app::i18n::{TitledText, use_texts},
    domain::{ConnectionState, Profile},
};

/// A link to the page that confirms leaving, which a script opens as a dialog; without a connection, to the page that
/// deletes what is left.
#[component]
pub fn LeaveLink<'a>(profile: &'a Profile) -> AnyView {
    let t = &use_texts().profile;
    let connected = profile.state != ConnectionState::Disconnected;
    let (icon, TitledText { title, text }) =
        if connected { (Icon::Unlink, t.disconnect) } else { (Icon::Bin, t.delete) };
    view! {
        <div class="panel leave-link bad">
            <Glyph icon/>
            <div>
                <a href="/disconnect" data-dialog=connected.then_some(DIALOG) aria-describedby="about-leaving">
                    {title}
                </a>
                <p id="about-leaving">{text}</p>
            </div>
        </div>
    }
    .into_any()
}
