//! A receipt, line by line, and as a file.

use leptos::prelude::*;

use crate::{
    app::i18n::{iso, moment, named, use_locale, use_texts},
    domain::{Receipt, percent_encoded},
};

/// What was done, and what is left.
#[component]
pub fn ReceiptFacts<'a>(receipt: &'a Receipt) -> AnyView {
    let t = &use_texts().receipt;
    let at = receipt.at;
    let fact = |(name, value): (&'static str, String)| {
        view! {
            <div class="wide">
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
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
            {effects(receipt).into_iter().map(fact).collect_view()}
        </dl>
    }
    .into_any()
}

/// The link that saves the receipt: a text file in its own address, so that it needs neither a script nor a request.
#[component]
pub fn SaveReceipt<'a>(receipt: &'a Receipt) -> AnyView {
    let t = &use_texts().receipt;
    let at = moment(use_locale(), receipt.at);
    let mut lines = vec![(t.number, receipt.number.to_string()), (t.at, at)];
    lines.extend(effects(receipt));
    let title = (t.title)(receipt.was_connected, receipt.remains).to_owned();
    let lines = lines.into_iter().map(|(name, value)| format!("{name}: {value}"));
    let text = [title, String::new()].into_iter().chain(lines).collect::<Vec<_>>().join("\n");
    let href = format!("data:text/plain;charset=utf-8,{}", percent_encoded(&text));
    view! { <a class="button primary" href=href download=format!("{}.txt", receipt.number) rel="external">{t.save}</a> }
        .into_any()
}

/// What became of the connection, its tokens, the permission at TikTok and the stored data.
fn effects(receipt: &Receipt) -> Vec<(&'static str, String)> {
    let t = &use_texts().receipt;
    let connection = if receipt.was_connected { t.ended } else { t.none };
    let tokens = receipt.was_connected.then(|| (t.tokens, (t.tokens_now)(receipt.tiktok).to_owned()));
    let mut effects = vec![(t.connection, connection.to_owned())];
    effects.extend(tokens);
    effects.push((t.tiktok, named((t.tiktok_now)(receipt.tiktok))));
    effects.push((t.stored, (t.stored_now)(receipt.remains, receipt.tiktok).to_owned()));
    effects
}
