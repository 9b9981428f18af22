//! The switches of the footer without leaving the place: the theme changes at once, and the language comes
//! with the same part of the page in view.

use leptos::{
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast as _,
    web_sys::{HtmlFormElement, SubmitEvent},
};

use super::{
    fetched_page::FetchedPage,
    page::{focus, has_focus},
    toasts::toast_unreached,
};

/// The theme that is none: the system's.
const SYSTEM: &str = "system";

/// Listens to the switches.
#[island]
pub fn Choices() -> impl IntoView {
    Effect::new(|| {
        window_event_listener_untyped("submit", |event| {
            let Some((action, name, value)) = chosen(event.unchecked_ref()) else { return };
            event.prevent_default();
            spawn_local(choose(action, name, value));
        });
    });
}

/// Where a switch is sent, and the name and the value of the button that was pressed; `None` for any
/// other form.
fn chosen(event: &SubmitEvent) -> Option<(String, String, String)> {
    let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
    let button = event.submitter().filter(|_| form.class_list().contains("switch"))?;
    Some((form.get_attribute("action")?, button.get_attribute("name")?, button.get_attribute("value")?))
}

async fn choose(action: String, name: String, value: String) {
    let is_theme = name == "theme";
    let before = is_theme.then(|| colour(&value)).flatten();
    let path = window().location().pathname().unwrap_or_default();
    match FetchedPage::after(&action, &format!("back={path}&{name}={value}")).await {
        Ok(page) if is_theme => {
            for name in ["theme-color", "color-scheme"] {
                page.take_over_meta(name);
            }
            let had_focus = has_focus(".site-footer");
            page.take_over(".site-footer");
            if had_focus {
                focus(&format!(".switch button[value={value}]"));
            }
        }
        // Islands hold words too: the page is made anew, and the browser keeps its place.
        Ok(_) => drop(window().location().reload()),
        Err(_) => {
            if is_theme {
                colour(before.as_deref().unwrap_or(SYSTEM));
            }
            toast_unreached();
        }
    }
}

/// Shows a theme, as the server will from its next answer on. Answers the one before, if it was chosen too.
fn colour(theme: &str) -> Option<String> {
    let root = document().document_element()?;
    let before = root.get_attribute("data-theme");
    // An attribute of this name is always allowed.
    drop(match theme {
        SYSTEM => root.remove_attribute("data-theme"),
        _ => root.set_attribute("data-theme", theme),
    });
    before
}
