//! The operator's own program: takes forwarded events, and says what it is told to say.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use creator_connect::server::clock::{Clock as _, SystemClock};
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// What messages to it are signed with.
pub(crate) const SECRET: &str = "whsec_Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5";

/// One program that listens.
pub(crate) struct Receiver {
    /// Where it listens, as `EVENT_FORWARD_URL` has it.
    pub(crate) url: String,
    shared: Arc<Shared>,
    served: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    messages: Mutex<Vec<Message>>,
    answers: Mutex<Vec<Answer>>,
    count: watch::Sender<usize>,
}

/// A message whose signature holds.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// `webhook-id`.
    pub(crate) id: String,
    /// The body to the letter.
    pub(crate) text: String,
}

/// What it answers with.
#[derive(Clone, Copy, Default)]
pub(crate) struct Answer {
    /// To the next message that has this in it.
    pub(crate) about: &'static str,
    /// The status; 0 is 200.
    pub(crate) status: u16,
    /// `Retry-After`, where not 0.
    pub(crate) retry_after: u32,
    /// So many bytes of body.
    pub(crate) bytes: usize,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook-CANARYpath", listener.local_addr().unwrap());
        let shared = Arc::new(Shared::default());
        let app = Router::new().route("/{*path}", post(take)).with_state(Arc::clone(&shared));
        let served = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, shared, served }
    }

    /// The settings of an app that passes events on to it.
    pub(crate) fn settings(&self) -> [(&'static str, &str); 3] {
        [
            ("EVENT_FORWARD_URL", &self.url),
            ("EVENT_FORWARD_SECRET", SECRET),
            ("EVENT_FORWARD_ALLOW_PRIVATE", "true"),
        ]
    }

    /// The next messages are answered so, one after the other; all others with 200.
    pub(crate) fn answers(&self, answers: &[Answer]) {
        self.shared.answers.lock().unwrap().extend(answers);
    }

    /// What came so far, in order; every message verifies.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.shared.messages.lock().unwrap().clone()
    }

    /// The types of the messages so far.
    pub(crate) fn types(&self) -> Vec<String> {
        self.messages().iter().map(Message::kind).collect()
    }

    /// Waits until messages of so many ids have come, and answers their types in order.
    pub(crate) async fn has(&self, count: usize) -> Vec<String> {
        let mut seen = self.shared.count.subscribe();
        let enough = seen.wait_for(|_| self.distinct().len() >= count);
        let waited = tokio::time::timeout(Duration::from_secs(60), enough).await.is_ok();
        assert!(waited, "only {:?} came", self.types());
        self.distinct().iter().map(Message::kind).collect()
    }

    /// The messages without repetitions.
    fn distinct(&self) -> Vec<Message> {
        let mut known = HashSet::new();
        self.messages().into_iter().filter(|message| known.insert(message.id.clone())).collect()
    }
}

impl Message {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }
}

/// By a library that is not ours. It goes by the machine's clock, so a message of a test's later time is
/// held against the library's own signature for that time.
fn is_signed(headers: &HeaderMap, body: &[u8]) -> bool {
    let webhook = Webhook::new(SECRET).unwrap();
    let text = |name: &str| headers[name].to_str().unwrap();
    let time: i64 = text("webhook-timestamp").parse().unwrap();
    if (time - SystemClock.now().0).abs() < 200 {
        return webhook.verify(body, headers).is_ok();
    }
    webhook.sign(text("webhook-id"), time, body).unwrap() == text("webhook-signature")
}

/// A signature that does not hold fails the test that looks for the message.
async fn take(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_signed(&headers, &body) || headers[header::CONTENT_TYPE] != "application/json" {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let message = Message {
        id: headers["webhook-id"].to_str().unwrap().to_owned(),
        text: String::from_utf8(body.to_vec()).unwrap(),
    };
    let answer = {
        let mut answers = shared.answers.lock().unwrap();
        let place = answers.iter().position(|answer| message.text.contains(answer.about));
        place.map(|place| answers.remove(place)).unwrap_or_default()
    };
    shared.messages.lock().unwrap().push(message);
    shared.count.send_modify(|count| *count += 1);
    let status = StatusCode::from_u16(if answer.status == 0 { 200 } else { answer.status }).unwrap();
    let mut response = (status, "x".repeat(answer.bytes)).into_response();
    if answer.retry_after > 0 {
        response.headers_mut().insert(header::RETRY_AFTER, answer.retry_after.into());
    }
    if status.is_redirection() {
        response.headers_mut().insert(header::LOCATION, "/elsewhere".parse().unwrap());
    }
    response
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.served.abort();
    }
}
