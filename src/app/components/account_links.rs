//! The links of the signed-in account: another one, and out.

use leptos::{prelude::*, server_fn::ServerFn};

use super::ActionForm;
use crate::{api::LogOut, app::i18n::use_texts};

/// Signing in with another account, and logging out.
#[component]
pub fn AccountLinks() -> AnyView {
    let t = &use_texts().profile;
    let (action, label, pending) = (LogOut::url(), t.log_out, t.logging_out);
    view! {
        <nav class="account-links" aria-label=t.account>
            <a class="quiet-link" href="/oauth?switch=1" rel="external">{t.switch}</a>
            <ActionForm action label pending class="quiet-link"/>
        </nav>
    }
    .into_any()
}
