//! An app without background tasks: a test runs each step.

use std::{collections::HashMap, sync::Arc};

use creator_connect::{
    domain::{CreatorId, Timestamp},
    server::{
        clock::{Clock as _, ManualClock, SystemClock},
        config::Config,
        events,
        forward::{self, Forwarded},
        startup::{self, Dependencies},
        state::AppState,
        store::{EventQuery, ListedEvent, NewGrant},
        vault::Sealed,
    },
};
use tempfile::TempDir;

use super::{CLIENT_KEY, CLIENT_SECRET, delivery::signature, settings};

/// An app that is built and not served.
pub(crate) struct Station {
    pub(crate) state: AppState,
    pub(crate) clock: Arc<ManualClock>,
    _folder: TempDir,
}

impl Station {
    /// An app over a file of its own, with some settings changed.
    pub(crate) async fn start(changes: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings: HashMap<String, String> =
            settings("https://localhost:5000", "http://127.0.0.1:9", &folder);
        settings.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let clock = Arc::new(ManualClock::new(SystemClock.now()));
        let dependencies = Dependencies { clock: Arc::clone(&clock) as _, ..Dependencies::default() };
        let config = Config::read(&|name| settings.get(name).cloned()).unwrap();
        let state = startup::build_with(config, dependencies).await.unwrap();
        Self { state, clock, _folder: folder }
    }

    /// The time by the app's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Saves a new grant of a creator.
    pub(crate) async fn connect(&self, open_id: &str, number: u128) -> CreatorId {
        let now = self.now();
        let sealed = |text: &str| Sealed::from_stored(format!("v1.test.{text}-{open_id}-{}", now.0));
        let grant = NewGrant {
            client_key: CLIENT_KEY.to_owned(),
            open_id: open_id.parse().unwrap(),
            access_token: sealed("access"),
            refresh_token: Some(sealed("refresh")),
            scopes: "user.info.basic".parse().unwrap(),
            token_type: "Bearer".to_owned(),
            granted_at: now,
            access_expires_at: now.plus_seconds(86_400),
            refresh_expires_at: None,
            refresh_due_at: now.plus_seconds(50_000),
        };
        self.state.store.save_grant(&grant, &CreatorId::from_u128(number)).await.unwrap()
    }

    /// Receives an event that is signed now.
    pub(crate) async fn receive(&self, body: &str) {
        let header = signature(CLIENT_SECRET, self.now().0, body);
        events::receive(&self.state.events, &header, body.as_bytes()).await.unwrap();
    }

    /// Handles pending events.
    pub(crate) async fn handle(&self) -> usize {
        events::step(&self.state.events).await.unwrap()
    }

    /// Forwards what is due.
    pub(crate) async fn forward(&self) -> Forwarded {
        forward::step(&self.state.forward, self.state.forwarder.as_ref().unwrap()).await.unwrap()
    }

    /// Handles and forwards until nothing is due.
    pub(crate) async fn run_until_idle(&self) {
        while self.handle().await > 0 {}
        while self.forward().await.delivered > 0 {}
    }

    /// Every event, oldest first.
    pub(crate) async fn events(&self) -> Vec<ListedEvent> {
        let mut events = self.state.store.events(&EventQuery::newest(1000)).await.unwrap();
        events.reverse();
        events
    }
}
