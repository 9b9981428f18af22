//! Who runs the app: their name and the ways to reach them, as far as the settings say.

use leptos::prelude::*;

use crate::{
    app::i18n::{named, use_texts},
    domain::{Contact, Operator, Site},
};

/// Who runs the app and is responsible for the data.
pub fn operator_sentence() -> String {
    let t = &use_texts().operator;
    let has_name = expect_context::<Site>().operator.name.is_some();
    named(if has_name { t.named } else { t.unnamed })
}

/// The operator's name under a heading; nothing where the settings name none.
#[component]
pub fn RunBy() -> AnyView {
    let Operator { name, url, .. } = expect_context::<Site>().operator;
    let Some(name) = name else { return ().into_any() };
    let name = match url {
        Some(href) => view! { <a href=href rel="external">{name}</a> }.into_any(),
        None => name.into_any(),
    };
    view! { <p class="run-by">{use_texts().operator.by} " " {name}</p> }.into_any()
}

/// The section of the login page.
#[component]
pub fn OperatorSection() -> AnyView {
    let t = &use_texts().operator;
    view! {
        <details>
            <summary><h2>{t.title}</h2></summary>
            <p>{operator_sentence()}</p>
            <OperatorLinks/>
        </details>
    }
    .into_any()
}

/// The ways to the operator; nothing when the settings name none.
#[component]
pub fn OperatorLinks() -> AnyView {
    let Operator { url, contact, .. } = expect_context::<Site>().operator;
    if url.is_none() && contact.is_none() {
        return ().into_any();
    }
    let site = use_texts().operator.site;
    view! {
        <p class="ways">
            {url.map(|href| view! { <a class="text-link" href=href rel="external">{site}</a> })}
            {contact.as_ref().map(ask)}
        </p>
    }
    .into_any()
}

/// The way to help; nothing when the settings name none.
#[component]
pub fn AskOperator() -> AnyView {
    expect_context::<Site>().operator.contact.as_ref().map(ask).into_any()
}

/// What the link to the operator says; `None` where the settings name no contact.
pub fn operator_label() -> Option<String> {
    expect_context::<Site>().operator.contact.as_ref().map(label)
}

fn ask(contact: &Contact) -> AnyView {
    view! { <a class="text-link" href=contact.href() rel="external">{label(contact)}</a> }.into_any()
}

fn label(contact: &Contact) -> String {
    let t = &use_texts().operator;
    named(match contact {
        Contact::Email(_) => t.write,
        Contact::Page(_) => t.help,
    })
}
