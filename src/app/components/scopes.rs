//! A scope in words.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::{
    app::i18n::{named, use_texts},
    domain::Scope,
};

/// A list item that says what a scope allows; one that we do not know is shown by its name.
#[component]
pub fn ScopeItem(
    scope: Scope,
    icon: Icon,
    /// Whether what it allows is left out: of one that was not granted it would not be true.
    #[prop(optional)]
    name_only: bool,
) -> impl IntoView {
    let t = use_texts();
    let words = (t.scope)(scope.as_str());
    let why = words.map_or(t.login.unknown_scope, |words| words.why);
    view! {
        <li>
            <Glyph icon/>
            <div>
                {match words {
                    Some(words) => view! { <strong>{words.name}</strong> }.into_any(),
                    None => view! { <code>{scope.to_string()}</code> }.into_any(),
                }}
                {(!name_only).then(|| view! { <p>{named(why)}</p> })}
            </div>
        </li>
    }
}
