//! A form that is sent without leaving the page: the answer is the page as the server would show it now,
//! and what has changed is taken over from it. Not an island.
//!
//! So the server says everything once, in the words and the language that a page without script has.

use leptos::{
    __reexports::wasm_bindgen_futures::JsFuture,
    prelude::*,
    wasm_bindgen::{JsCast as _, JsValue},
    web_sys::{
        Document, DomParser, Element, Headers, HtmlElement, Request, RequestInit, Response, SupportedType,
    },
};

/// A page that came as the answer to a form.
pub struct Fresh {
    /// Its address.
    pub address: String,
    document: Document,
}

impl Fresh {
    /// Sends a form by POST and follows to where it leads. `fields` are written as in an address.
    pub async fn after(action: &str, fields: &str) -> Result<Self, JsValue> {
        let headers = Headers::new()?;
        headers.set("Accept", "text/html")?;
        headers.set("Content-Type", "application/x-www-form-urlencoded")?;
        let wish = RequestInit::new();
        wish.set_method("POST");
        wish.set_headers(&headers);
        wish.set_body(&JsValue::from_str(fields));
        let request = Request::new_with_str_and_init(action, &wish)?;
        let answer: Response = JsFuture::from(window().fetch_with_request(&request)).await?.unchecked_into();
        let text = JsFuture::from(answer.text()?).await?.as_string().unwrap_or_default();
        let document = DomParser::new()?.parse_from_string(&text, SupportedType::TextHtml)?;
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
        self.find("main > .notice")?.text_content().map(|text| text.trim().to_owned())
    }

    /// Whether it has something.
    pub fn has(&self, selector: &str) -> bool {
        self.find(selector).is_some()
    }

    /// Shows its own in the place of what this page has.
    pub fn take_over(&self, selector: &str) {
        let here = document().query_selector(selector).ok().flatten();
        if let (Some(here), Some(there)) = (here, self.find(selector)) {
            // A node that is gone in between leaves the page as it is.
            drop(here.replace_with_with_node_1(&there));
        }
    }

    /// Shows its own `meta` elements of a name in the head in the place of this page's.
    pub fn take_over_meta(&self, name: &str) {
        let Some(head) = document().head() else { return };
        metas(&document(), name).iter().for_each(Element::remove);
        for new in metas(&self.document, name) {
            drop(head.append_child(&new));
        }
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.document.query_selector(selector).ok().flatten()
    }
}

/// All at once: what a document finds by a tag's name follows each change of it.
fn metas(document: &Document, name: &str) -> Vec<Element> {
    let found = document.get_elements_by_tag_name("meta");
    let all = (0..found.length()).filter_map(|at| found.item(at));
    all.filter(|meta| meta.get_attribute("name").as_deref() == Some(name)).collect()
}

/// Gives the focus to an element.
pub fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        // Without it the focus is where it was.
        drop(element.focus());
    }
}
