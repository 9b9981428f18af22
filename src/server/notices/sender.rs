//! Sends a notice in the form that its receiver takes.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response};
use serde_json::json;
use url::Url;

use crate::server::tls;

/// The receiver must answer within this time.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The client for `NOTIFY_URL`.
pub struct Notifier {
    http: Client,
    url: Url,
    /// Which app it is about: the host of its redirect URI.
    app: String,
}

impl Notifier {
    /// A client for `url`, about the app at the host `app`.
    ///
    /// # Errors
    /// When the TLS set-up of this machine is unusable.
    pub fn new(url: Url, app: String) -> Result<Self, reqwest::Error> {
        Ok(Self { http: tls::client_builder().timeout(TIMEOUT).build()?, url, app })
    }

    /// Sends one notice; returns whether it arrived. The address is never logged: it may be its only protection.
    pub async fn send(&self, name: &str, sentence: &str) -> bool {
        let text = format!(
            "creator-connect at {}: {sentence} ({name}, docs/troubleshooting.md#{})",
            self.app,
            name.to_lowercase()
        );
        let response = self.request(text).send().await;
        let status = response.as_ref().map(Response::status).ok();
        let arrived = status.is_some_and(|status| status.is_success());
        if !arrived {
            let status = status.map(|status| status.as_u16());
            tracing::warn!(name, status, "a notice did not reach NOTIFY_URL and will be sent again");
        }
        arrived
    }

    /// Slack and Discord want JSON; everything else, as ntfy, takes the text itself.
    fn request(&self, text: String) -> RequestBuilder {
        let request = self.http.post(self.url.clone());
        match self.url.host_str() {
            Some("hooks.slack.com") => request.json(&json!({ "text": text })),
            Some("discord.com" | "discordapp.com") => request.json(&json!({ "content": text })),
            _ => request.header("content-type", "text/plain; charset=utf-8").body(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn body_has_the_form_of_its_receiver() {
        for (url, body) in [
            ("https://hooks.slack.com/services/T/B/x", r#"{"text":"Hello"}"#),
            ("https://discord.com/api/webhooks/1/x", r#"{"content":"Hello"}"#),
            ("https://ntfy.example/topic", "Hello"),
        ] {
            let notifier = Notifier::new(url.parse().unwrap(), "studio.example".to_owned()).unwrap();
            let request = notifier.request("Hello".to_owned()).build().unwrap();
            assert_eq!(request.body().and_then(reqwest::Body::as_bytes), Some(body.as_bytes()), "{url}");
        }
    }
}
