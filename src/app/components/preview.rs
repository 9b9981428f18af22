//! What other programs show of a page when its address is passed on.

use leptos::prelude::*;
use leptos_meta::{Link, Meta};

use crate::{
    app::i18n::{named, use_texts},
    domain::Site,
};

/// The app in a sentence and a picture, and the one address under which the page is found.
///
/// Only for a page that anyone may see: the others lead there.
#[component]
pub fn Preview(
    /// The page's path.
    path: &'static str,
    /// Its title.
    title: String,
) -> impl IntoView {
    let site = expect_context::<Site>();
    let t = use_texts();
    let description = named(t.frame.description);
    view! {
        <Link rel="canonical" href=format!("{}{path}", site.origin)/>
        <Meta property="og:type" content="website"/>
        <Meta property="og:site_name" content=site.app_name.clone()/>
        <Meta property="og:title" content=title/>
        <Meta property="og:description" content=description/>
        <Meta property="og:url" content=format!("{}{path}", site.origin)/>
        <Meta property="og:image" content=format!("{}/social.png", site.origin)/>
        <Meta property="og:image:width" content="1200"/>
        <Meta property="og:image:height" content="630"/>
        <Meta property="og:image:alt" content=site.app_name/>
        <Meta name="twitter:card" content="summary_large_image"/>
    }
}
