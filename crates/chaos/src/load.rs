//! A load of signed events: what is sent when, and what became of each delivery.
//!
//! The schedule does not wait for answers, as TikTok does not: a server that falls behind meets all that has
//! become due meanwhile, and every wait counts from the moment at which its delivery was to be sent.

use std::{sync::Arc, time::Duration};

use anyhow::{Result, ensure};
use creator_connect::{
    domain::Timestamp,
    server::clock::{Clock as _, Stopwatch, SystemClock},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Client;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::task::JoinSet;

use crate::tiktok::{CLIENT_KEY, CLIENT_SECRET};

/// Of so many deliveries one repeats an earlier one.
const REPEATED_OF: u64 = 20;
/// A repetition follows its first delivery at once, or after so many others: those are of removals, too.
const AT_ONCE: u64 = 1;
const LATER: u64 = 1019;
/// Of so many events one removes the app.
const REMOVED_OF: u64 = 100;
/// Beyond 2^53, as TikTok's ids of posts are.
const POST_ID: u64 = 7_000_000_000_000_000_000;
/// Whoever has waited so long for an answer waits no longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is offered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) rate: u64,
    pub(crate) seconds: u64,
}

/// One delivery and its answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    /// The number of the event in it.
    pub(crate) event: u64,
    /// 0 when none came.
    pub(crate) status: u16,
    /// Since the moment at which it was to be sent.
    pub(crate) after: Duration,
}

impl Plan {
    pub(crate) const fn deliveries(self) -> u64 {
        self.rate * self.seconds
    }

    /// How many creators remove the app, each once.
    pub(crate) const fn removals(self) -> u64 {
        self.deliveries().div_ceil(REMOVED_OF)
    }

    /// Sends everything when it is due, and answers when everything is answered.
    pub(crate) async fn offer(self, sender: Sender) -> Vec<Answer> {
        let (sender, since) = (Arc::new(sender), Stopwatch::start());
        let mut sending = JoinSet::new();
        for delivery in 0..self.deliveries() {
            let due = Duration::from_nanos(delivery * 1_000_000_000 / self.rate);
            let early = due.saturating_sub(since.elapsed());
            if !early.is_zero() {
                tokio::time::sleep(early).await;
            }
            let sender = Arc::clone(&sender);
            sending.spawn(async move {
                let event = event_in(delivery);
                let status = sender.send(event).await;
                Answer { event, status, after: since.elapsed().saturating_sub(due) }
            });
        }
        sending.join_all().await
    }
}

/// TikTok, as far as it sends events.
pub(crate) struct Sender {
    client: Client,
    url: String,
    /// Whom the events are about.
    open_ids: Vec<String>,
    /// When all of them happened.
    at: Timestamp,
}

impl Sender {
    pub(crate) fn new(url: String, open_ids: Vec<String>) -> Result<Self> {
        ensure!(!open_ids.is_empty(), "there is nobody to tell of");
        let client = Client::builder().no_proxy().timeout(PATIENCE).build()?;
        Ok(Self { client, url, open_ids, at: SystemClock.now() })
    }

    /// Sends an event, signed now; answers the status.
    async fn send(&self, event: u64) -> u16 {
        let body = self.body(event);
        let request = self
            .client
            .post(&self.url)
            .header("content-type", "application/json")
            .header("tiktok-signature", signature(SystemClock.now().0, &body))
            .body(body);
        let Ok(answer) = request.send().await else { return 0 };
        let status = answer.status();
        // Read to its end, so that the connection is used again.
        drop(answer.bytes().await);
        status.as_u16()
    }

    /// An event as TikTok writes it. The same number has the same body, to the letter.
    fn body(&self, event: u64) -> String {
        let (name, content) = told(event);
        let anybody = usize::try_from(event).unwrap_or_default() % self.open_ids.len();
        let place = removed_by(event).unwrap_or(anybody);
        json!({ "client_key": CLIENT_KEY, "event": name, "create_time": self.at.0,
            "user_openid": self.open_ids.get(place), "content": content.to_string() })
        .to_string()
    }
}

/// The number of the event that a delivery has in it: its own, or that of an earlier delivery.
fn event_in(delivery: u64) -> u64 {
    let apart = if (delivery / REPEATED_OF).is_multiple_of(2) { AT_ONCE } else { LATER };
    if delivery % REPEATED_OF == REPEATED_OF - 1 && delivery >= apart { delivery - apart } else { delivery }
}

/// Who removes the app by this event, by their place among the creators.
pub(crate) fn removed_by(event: u64) -> Option<usize> {
    usize::try_from(event / REMOVED_OF).ok().filter(|_| event.is_multiple_of(REMOVED_OF))
}

fn told(event: u64) -> (&'static str, Value) {
    match event % REMOVED_OF {
        0 => ("authorization.removed", json!({ "reason": 1, "number": event })),
        1..30 => (
            "post.publish.complete",
            json!({ "publish_id": format!("v_pub_url~v2.{event}"),
            "publish_type": "DIRECT_POST", "number": event }),
        ),
        30..60 => ("post.publish.publicly_available", json!({ "post_id": POST_ID + event, "number": event })),
        60..80 => ("post.publish.failed", json!({ "reason": "spam_risk_text", "number": event })),
        80..99 => {
            ("video.publish.completed", json!({ "share_id": format!("video.{event}"), "number": event }))
        }
        _ => ("something.new", json!({ "number": event })),
    }
}

fn signature(time: i64, body: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(CLIENT_SECRET.as_bytes());
    let mac = mac.map(|mac| mac.chain_update(format!("{time}.{body}")).finalize().into_bytes());
    format!("t={time},s={}", mac.map(hex::encode).unwrap_or_default())
}
