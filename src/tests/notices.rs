//! Notices at `NOTIFY_URL`.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use axum::{Router, extract::State, http::StatusCode, routing::post};
use creator_connect::server::{
    notices::{self, Watch},
    startup,
};
use tokio::{net::TcpListener, task::JoinSet};

use crate::support::App;

/// A receiver of notices that refuses the first.
struct Receiver {
    url: String,
    bodies: Arc<Mutex<Vec<String>>>,
    _served: JoinSet<()>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/CANARY-topic?token=CANARY", listener.local_addr().unwrap());
        let bodies = Arc::<Mutex<Vec<String>>>::default();
        let app = Router::new().route("/CANARY-topic", post(receive)).with_state(Arc::clone(&bodies));
        let mut served = JoinSet::new();
        served.spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, bodies, _served: served }
    }

    fn bodies(&self) -> Vec<String> {
        self.bodies.lock().unwrap().clone()
    }
}

async fn receive(State(bodies): State<Arc<Mutex<Vec<String>>>>, body: String) -> StatusCode {
    let mut bodies = bodies.lock().unwrap();
    bodies.push(body);
    if bodies.len() == 1 { StatusCode::BAD_GATEWAY } else { StatusCode::OK }
}

#[tokio::test]
async fn trouble_is_told_until_it_arrives_and_then_hourly() {
    let receiver = Receiver::start().await;
    let app = App::start_with(&[("NOTIFY_URL", &receiver.url)]).await;
    let parts = startup::notices(&app.state).unwrap().unwrap();
    let mut watch = Watch::default();
    assert_eq!(notices::step(&parts, &mut watch).await, 0, "all is well");
    let journal = app.file("journal");
    fs::remove_dir_all(&journal).unwrap();
    fs::write(&journal, "no folder").unwrap();
    // Each row: the seconds that pass, and the notices that arrive then.
    for (seconds, arrived) in [(60, 0), (121, 0), (60, 1), (60, 0), (3600, 1)] {
        app.later(seconds);
        assert_eq!(notices::step(&parts, &mut watch).await, arrived, "after {seconds} s");
    }
    let bodies = receiver.bodies();
    assert_eq!(bodies.len(), 3, "{bodies:?}");
    let expected = "creator-connect at localhost: JOURNAL_DIR cannot be written: no grant is refreshed. (JournalDown, \
                    docs/troubleshooting.md#journaldown)";
    assert!(bodies.iter().all(|body| body == expected), "{bodies:?}");
}

#[tokio::test]
async fn no_address_means_no_notices() {
    let app = App::start().await;
    assert!(startup::notices(&app.state).unwrap().is_none());
}
