//! A receipt, line by line.

use leptos::prelude::*;

use crate::{
    app::i18n::{iso, moment, use_locale, use_texts},
    domain::{Receipt, Site},
};

/// What was done, and what is left.
#[component]
pub fn ReceiptFacts<'a>(receipt: &'a Receipt) -> AnyView {
    let t = &use_texts().receipt;
    let at = receipt.at;
    let tiktok = (t.tiktok_now)(receipt.tiktok, &expect_context::<Site>().app_name);
    let connection = if receipt.was_connected { t.ended } else { t.none };
    let tokens = receipt.was_connected.then(|| fact(t.tokens, (t.tokens_now)(receipt.tiktok).to_owned()));
    view! {
        <dl class="facts receipt">
            <div class="wide">
                <dt>{t.number}</dt>
                <dd><code>{receipt.number.to_string()}</code></dd>
            </div>
            <div class="wide">
                <dt>{t.at}</dt>
                <dd><time datetime=iso(at)>{moment(use_locale(), at)}</time></dd>
            </div>
            {fact(t.connection, connection.to_owned())}
            {tokens}
            {fact(t.tiktok, tiktok)}
            {fact(t.stored, (t.stored_now)(receipt.remains, receipt.tiktok).to_owned())}
        </dl>
    }
    .into_any()
}

fn fact(name: &'static str, value: String) -> AnyView {
    view! {
        <div class="wide">
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}
