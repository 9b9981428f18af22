//! A browser without script: cookies, real TLS, redirects not followed.

use std::{net::SocketAddr, time::Duration};

use reqwest::{
    Client, Method, Response, StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect,
};

use super::Tiktok;

/// One browser with its cookies.
pub(crate) struct Browser {
    client: Client,
    origin: String,
}

/// A response with its whole body.
pub(crate) struct Page {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its protocol.
    pub(crate) version: reqwest::Version,
    /// Its body, where that is text.
    pub(crate) text: String,
    /// Its body.
    pub(crate) bytes: Vec<u8>,
}

impl Browser {
    /// A browser that resolves the app's name itself; `localhost` may have two addresses on a machine.
    pub(crate) fn new(origin: &str, port: u16, headers: &[(&'static str, &str)]) -> Self {
        let usual = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()));
        let client = Client::builder()
            .cookie_store(true)
            .redirect(redirect::Policy::none())
            .danger_accept_invalid_certs(true)
            .resolve("localhost", SocketAddr::from(([127, 0, 0, 1], port)))
            .default_headers(usual.collect())
            // It only ends what hangs: a slow machine may take its time.
            .timeout(Duration::from_mins(4))
            .build()
            .unwrap();
        Self { client, origin: origin.to_owned() }
    }

    /// Opens a path, or an address of the app.
    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(Method::GET, path, &[], None).await
    }

    /// Opens a path; `None` when the connection breaks.
    pub(crate) async fn try_get(&self, path: &str) -> Option<Page> {
        let response = self.client.get(self.address(path)).send().await.ok()?;
        Page::try_read(response).await
    }

    /// Opens a path with headers of the test's own.
    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Page {
        self.send(Method::GET, path, headers, None).await
    }

    /// Sends a form as a page of the app would.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        let own = [("sec-fetch-site", "same-origin"), ("accept", "text/html")];
        self.send(Method::POST, path, &own, Some(form)).await
    }

    /// Sends a form with headers of the test's own.
    pub(crate) async fn post_with(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        form: &[(&str, &str)],
    ) -> Page {
        self.send(Method::POST, path, headers, Some(form)).await
    }

    /// Posts a body.
    pub(crate) async fn post_body(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Page {
        let mut request = self.client.post(self.address(path)).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Page::read(request.send().await.unwrap()).await
    }

    /// Posts an empty form with headers that may be anything; `None` when the connection breaks.
    pub(crate) async fn try_post(&self, path: &str, headers: &[(&str, &str)]) -> Option<Page> {
        let mut request = self.client.post(self.address(path)).form::<[(); 0]>(&[]);
        for (name, value) in headers {
            request = request.header(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        Page::try_read(request.send().await.ok()?).await
    }

    /// Sends a request with any method; `None` when the connection breaks.
    pub(crate) async fn try_request(&self, method: &str, path: &str) -> Option<Page> {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        Page::try_read(self.client.request(method, self.address(path)).send().await.ok()?).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        form: Option<&[(&str, &str)]>,
    ) -> Page {
        let mut request = self.client.request(method, self.address(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(form) = form {
            request = request.form(form);
        }
        Page::read(request.send().await.unwrap()).await
    }

    fn address(&self, path: &str) -> String {
        if path.starts_with("https://") { path.to_owned() } else { format!("{}{path}", self.origin) }
    }

    /// Follows "Continue with TikTok" and returns the address at TikTok.
    pub(crate) async fn begin(&self) -> String {
        let page = self.get("/oauth").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        page.location().to_owned()
    }

    /// Logs in with every scope and returns the response to the callback.
    pub(crate) async fn log_in(&self, tiktok: &Tiktok, creator: &str) -> Page {
        self.log_in_with(tiktok, creator, &["user.info.basic", "video.publish"]).await
    }

    /// Logs in with some scopes and returns the response to the callback.
    pub(crate) async fn log_in_with(&self, tiktok: &Tiktok, creator: &str, scopes: &[&str]) -> Page {
        let authorize = self.begin().await;
        let callback = tiktok.approve(&authorize, creator, scopes).await;
        self.get(&callback).await
    }
}

impl Page {
    async fn read(response: Response) -> Self {
        Self::try_read(response).await.expect("the response is complete")
    }

    async fn try_read(response: Response) -> Option<Self> {
        let (status, version) = (response.status(), response.version());
        let headers = response.headers().clone();
        let bytes = response.bytes().await.ok()?.to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Some(Self { status, headers, version, text, bytes })
    }

    /// A header's text; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where it redirects to.
    pub(crate) fn location(&self) -> &str {
        self.header("location")
    }

    /// The cookie that it sets, with its attributes; empty when it sets none of that name.
    pub(crate) fn cookie(&self, name: &str) -> String {
        let cookies = self.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
        cookies.filter(|cookie| cookie.starts_with(&format!("{name}="))).map(str::to_owned).collect()
    }

    /// The page's title.
    pub(crate) fn title(&self) -> &str {
        let title = self.text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
        title.map_or("", |(title, _)| title)
    }
}
