//! Who runs the app: their name and the ways to reach them, as far as the settings say.

use leptos::prelude::*;

use crate::{
    app::i18n::use_texts,
    domain::{Contact, Operator, Site},
};

/// The section of the login page.
#[component]
pub fn OperatorSection() -> AnyView {
    let t = &use_texts().operator;
    let site = expect_context::<Site>();
    view! {
        <section aria-labelledby="operator">
            <h2 id="operator">{t.title}</h2>
            <p>{(t.lead)(&site.app_name, site.operator.name.as_deref())}</p>
            <OperatorLinks/>
        </section>
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

fn ask(contact: &Contact) -> AnyView {
    let t = &use_texts().operator;
    let words = match contact {
        Contact::Email(address) => (t.write)(address),
        Contact::Page(_) => t.help.to_owned(),
    };
    view! { <a class="text-link" href=contact.href() rel="external">{words}</a> }.into_any()
}
