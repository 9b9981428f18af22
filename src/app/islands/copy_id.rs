//! A button that copies the creator's id; it is there only where a script can work it.

use leptos::{prelude::*, task::spawn_local, wasm_bindgen::JsValue};

use super::toast::toast;

/// The button, hidden until the script runs. A toast says how it went.
#[island]
pub fn CopyId(
    /// What is copied.
    id: String,
    /// What the button says.
    copy: String,
    /// What is said when it worked.
    copied: String,
    /// What is said when the browser refused.
    failed: String,
) -> impl IntoView {
    let awake = RwSignal::new(false);
    Effect::new(move || awake.set(true));
    let on_click = move |_| {
        let (id, copied, failed) = (id.clone(), copied.clone(), failed.clone());
        spawn_local(async move {
            let worked = write_to_clipboard(&id).await.is_ok();
            toast(if worked { &copied } else { &failed });
        });
    };
    view! {
        <button type="button" class="button quiet" hidden=move || !awake.get() on:click=on_click>{copy}</button>
    }
}

/// Puts text into the clipboard; a browser may refuse, and without HTTPS it has none.
async fn write_to_clipboard(text: &str) -> Result<JsValue, JsValue> {
    let clipboard = window().navigator().clipboard();
    if clipboard.is_undefined() {
        return Err(JsValue::UNDEFINED);
    }
    leptos::__reexports::wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text)).await
}
