//! A page that is fetched without leaving the one that is open, by itself or as the answer to a form: what has changed is
//! taken over from it. Not an island.
//!
//! So the server says everything once, in the words and the language that a page without script has.

use leptos::{
    __reexports::wasm_bindgen_futures::JsFuture,
    prelude::*,
    wasm_bindgen::{JsCast as _, JsValue},
    web_sys::{
        Document, DomParser, Headers, HtmlElement, Request, RequestInit, Response, SupportedType,
        js_sys::Promise,
    },
};

use super::{
    copy_text, open_dialogs,
    page::{all, first},
    relative_times,
};

/// The parts of the profile that change while it is open.
pub const CHANGES: [&str; 3] = ["#grant_status", "#dates", "#recent_activity"];

/// Waits until no dialog is open: a status message behind one is not announced, and the dialog must not vanish.
pub async fn dialogs_closed() {
    let open = first(&document(), "dialog[open]").and_then(|dialog| dialog.dyn_into::<HtmlElement>().ok());
    if let Some(dialog) = open {
        let closed = Promise::new(&mut |resolve, _| dialog.set_onclose(Some(&resolve)));
        drop(JsFuture::from(closed).await);
    }
}

async fn fetch(request: &Request) -> Result<Response, JsValue> {
    Ok(JsFuture::from(window().fetch_with_request(request)).await?.unchecked_into())
}

/// A page that was fetched.
pub struct FetchedPage {
    /// Its address.
    pub address: String,
    /// Its content.
    pub document: Document,
}

impl FetchedPage {
    /// Sends a form by POST and follows to where it leads. `fields` are written as in an address.
    ///
    /// Fails where the server was not reached, and where its answer is no page of the app: a form that was
    /// taken always leads on to one.
    pub async fn after(action: &str, fields: &str) -> Result<Self, JsValue> {
        let headers = Headers::new()?;
        headers.set("Accept", "text/html")?;
        headers.set("Content-Type", "application/x-www-form-urlencoded")?;
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_headers(&headers);
        init.set_body(&JsValue::from_str(fields));
        let answer = fetch(&Request::new_with_str_and_init(action, &init)?).await?;
        if !answer.redirected() {
            return Err(JsValue::NULL);
        }
        Self::parse(&answer).await
    }

    /// Requests the page that is open once more.
    pub async fn get() -> Result<Self, JsValue> {
        let path = window().location().pathname()?;
        let init = RequestInit::new();
        let headers = Headers::new()?;
        headers.set("Accept", "text/html")?;
        init.set_headers(&headers);
        let answer = fetch(&Request::new_with_str_and_init(&path, &init)?).await?;
        Self::parse(&answer).await
    }

    async fn parse(answer: &Response) -> Result<Self, JsValue> {
        let text = JsFuture::from(answer.text()?).await?.as_string().unwrap_or_default();
        let document = DomParser::new()?.parse_from_string(&text, SupportedType::TextHtml)?;
        if first(&document, "main#main").is_none() {
            return Err(JsValue::NULL);
        }
        open_dialogs::mark(&document);
        copy_text::reveal(&document);
        relative_times::localize(&document);
        Ok(Self { address: answer.url(), document })
    }

    /// Whether it is the page that is open.
    pub fn is_this_page(&self) -> bool {
        let path = window().location().pathname().unwrap_or_default();
        let origin = window().location().origin().unwrap_or_default();
        let rest = self.address.strip_prefix(&format!("{origin}{path}"));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '#']))
    }

    /// The notice on top of it.
    pub fn notice(&self) -> Option<String> {
        first(&self.document, "main > .notice")?.text_content().map(|text| text.trim().to_owned())
    }

    /// Whether it has something.
    pub fn has(&self, selector: &str) -> bool {
        first(&self.document, selector).is_some()
    }

    /// Shows its own in the place of what this page has, where that is not the same.
    pub fn take_over(&self, selector: &str) {
        if let (Some(here), Some(there)) = (first(&document(), selector), first(&self.document, selector))
            && !here.is_equal_node(Some(&there))
        {
            // A node that is gone in between leaves the page as it is.
            drop(here.replace_with_with_node_1(&there));
        }
    }

    /// Shows its title and its main part in the place of this page's.
    pub fn take_over_main(&self) {
        document().set_title(&self.document.title());
        self.take_over("main");
    }

    /// Shows its own `meta` elements of a name in the head in the place of this page's.
    pub fn take_over_meta(&self, name: &str) {
        let Some(head) = document().head() else { return };
        let selector = format!("meta[name={name}]");
        for old in all(&document(), &selector) {
            old.remove();
        }
        for new in all(&self.document, &selector) {
            drop(head.append_child(&new));
        }
    }
}
