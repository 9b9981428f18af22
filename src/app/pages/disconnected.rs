//! `/disconnected`: the receipt of a creator who left, and the way back in.

use leptos::prelude::*;

use super::own_page;
use crate::{
    api,
    app::{
        components::{Glyph, Icon, Page, ReceiptFacts, SaveReceipt},
        i18n::{named, use_texts},
    },
    domain::{Receipt, RemainingData},
};

/// The receipt; renders nothing when the session has none, for the answer is a redirect then.
#[component]
pub fn DisconnectedPage() -> impl IntoView {
    Suspend::new(async {
        own_page(api::kept_receipt().await, "/disconnected", |receipt| view! { <ReceiptView receipt/> })
    })
}

#[component]
fn ReceiptView(receipt: Receipt) -> impl IntoView {
    let (t, texts) = (&use_texts().receipt, use_texts());
    let title = (t.title)(receipt.was_connected, receipt.remains);
    let profile = (receipt.remains != RemainingData::Nothing)
        .then(|| view! { <a class="text-link" href="/profile">{texts.login.to_profile}</a> });
    view! {
        <Page title>
            <article class="failure good left">
                <Glyph icon=Icon::Check/>
                <h1>{title}</h1>
                <p class="lead">{t.lead}</p>
                <ReceiptFacts receipt=&receipt/>
                <p>{named(t.keep)}</p>
                <div class="buttons">
                    <SaveReceipt receipt=&receipt/>
                    {profile}
                </div>
                <h2>{t.again}</h2>
                <a class="button" href="/oauth" rel="external">{texts.login.proceed}</a>
            </article>
        </Page>
    }
}
