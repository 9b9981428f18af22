//! The end of a login in a popup: its result is posted to the window that opened it.

use leptos::{nonce::use_nonce, prelude::*};

use crate::{
    app::i18n::use_texts,
    domain::{LoginFailure, Site},
};

/// Posts the result of the login to the window that opened this one, and closes this one. Where no site may
/// hear it, where there is no such window and where there is no script, the words alone remain.
///
/// The message is `{source: "creator-connect", type: "connected"}` or `{…, type: "failed", failure}`
/// with [`LoginFailure::name`]: nothing in it says who the creator is. A browser gives it to a window of
/// one of the [`Site::embed_origins`] and to no other.
#[component]
pub fn PopupResult(
    /// Why the login failed; `None` when it did not.
    failure: Option<LoginFailure>,
) -> impl IntoView {
    let origins = expect_context::<Site>().embed_origins;
    let script = (!origins.is_empty()).then(|| {
        view! {
            <script
                nonce=use_nonce()
                data-origins=origins.join(" ")
                data-failure=failure.map(LoginFailure::name)
                inner_html=include_str!("popup_result.js")
            ></script>
        }
    });
    view! {
        <p>{use_texts().popup.close}</p>
        {script}
    }
}
