//! A receiver of forwarded events, with responses that a test sets.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
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

/// The secret that signs its messages.
pub(crate) const SECRET: &str = "whsec_Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5";

/// A listening receiver.
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
    /// Messages whose response never comes and whose sender still waits.
    hanging: AtomicUsize,
}

/// Counts a hanging message until its sender gives up.
struct Hanging(Arc<Shared>);

impl Drop for Hanging {
    fn drop(&mut self) {
        self.0.hanging.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A message whose signature holds.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// `webhook-id`.
    pub(crate) id: String,
    /// The body to the letter.
    pub(crate) text: String,
}

/// A response.
#[derive(Clone, Copy, Default)]
pub(crate) struct Answer {
    /// It is sent to the next message that contains this.
    pub(crate) about: &'static str,
    /// The status; 0 is 200.
    pub(crate) status: u16,
    /// `Retry-After`, where not 0.
    pub(crate) retry_after: u32,
    /// The length of the body.
    pub(crate) bytes: usize,
    /// Whether it never comes.
    pub(crate) hangs: bool,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook-CANARYpath", listener.local_addr().unwrap());
        let shared = Arc::new(Shared::default());
        let app = Router::new().route("/{*path}", post(receive)).with_state(Arc::clone(&shared));
        let served = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, shared, served }
    }

    /// The settings of an app that forwards events to it.
    pub(crate) fn settings(&self) -> [(&'static str, &str); 3] {
        [
            ("EVENT_FORWARD_URL", &self.url),
            ("EVENT_FORWARD_SECRET", SECRET),
            ("EVENT_FORWARD_ALLOW_PRIVATE", "true"),
        ]
    }

    /// Sets the responses to the next messages, in order; later ones get 200.
    pub(crate) fn answers(&self, answers: &[Answer]) {
        self.shared.answers.lock().unwrap().extend(answers);
    }

    /// The messages so far, in order; the signature of each is valid.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.shared.messages.lock().unwrap().clone()
    }

    /// The number of messages whose sender waits for a response that never comes.
    pub(crate) fn hanging(&self) -> usize {
        self.shared.hanging.load(Ordering::SeqCst)
    }

    /// The types of the messages so far.
    pub(crate) fn types(&self) -> Vec<String> {
        self.messages().iter().map(Message::kind).collect()
    }

    /// Waits for messages with `count` different ids, and returns their types in order.
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

/// Verifies with an independent library. It uses the machine's clock, so a message of a later test time is
/// compared with the library's own signature for that time.
fn is_signed(headers: &HeaderMap, body: &[u8]) -> bool {
    let webhook = Webhook::new(SECRET).unwrap();
    let text = |name: &str| headers[name].to_str().unwrap();
    let time: i64 = text("webhook-timestamp").parse().unwrap();
    if (time - SystemClock.now().0).abs() < 200 {
        return webhook.verify(body, headers).is_ok();
    }
    webhook.sign(text("webhook-id"), time, body).unwrap() == text("webhook-signature")
}

/// An invalid signature is refused, and fails the test that expects the message.
async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
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
    if answer.hangs {
        shared.hanging.fetch_add(1, Ordering::SeqCst);
    }
    shared.count.send_modify(|count| *count += 1);
    if answer.hangs {
        let _hanging = Hanging(Arc::clone(&shared));
        std::future::pending::<()>().await;
    }
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
