//! Property: a callback is accepted exactly when its state was issued to that browser, is unused, is
//! among the browser's five newest and at most ten minutes old.

use std::sync::Arc;

use creator_connect::{
    domain::LoginFailure,
    server::{
        login::LoginOptions,
        session::{StoredSessions, WebSession},
        state::AppState,
        tiktok::callback::Callback,
    },
};
use proptest::prelude::*;
use tower_sessions::Session;

use crate::support::App;

#[derive(Clone, Debug)]
enum Step {
    /// A browser follows the login link.
    Begin { browser: usize },
    /// A browser comes back with the state of some login, its own or not.
    Return { browser: usize, login: usize },
    /// Time passes.
    Wait { seconds: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..2_usize).prop_map(|browser| Step::Begin { browser }),
        4 => (0..2_usize, 0..8_usize).prop_map(|(browser, login)| Step::Return { browser, login }),
        1 => (1..400_i64).prop_map(|seconds| Step::Wait { seconds }),
    ]
}

/// An issued state in the model.
struct Issued {
    state: String,
    browser: usize,
    at: i64,
    live: bool,
}

/// The browsers' sessions and every state that was issued.
struct Run {
    app: AppState,
    browsers: Vec<Session>,
    issued: Vec<Issued>,
    now: i64,
}

impl Run {
    fn new(app: &App) -> Self {
        let layer_store =
            Arc::new(StoredSessions::new(Arc::clone(&app.state.store), Arc::clone(&app.state.clock)));
        let browsers = (0..2).map(|_| Session::new(None, Arc::clone(&layer_store) as _, None)).collect();
        Self { app: app.state.clone(), browsers, issued: Vec::new(), now: app.later(0).0 }
    }

    async fn begin(&mut self, browser: usize) {
        let session = WebSession::new(self.browsers[browser].clone());
        let url = self.app.login.begin(&session, LoginOptions::default()).await.unwrap();
        let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        self.issued.push(Issued { state, browser, at: self.now, live: true });
        let own: Vec<usize> = (0..self.issued.len())
            .filter(|i| self.issued[*i].browser == browser && self.issued[*i].live)
            .collect();
        for oldest in own.iter().rev().skip(5) {
            self.issued[*oldest].live = false;
        }
    }

    /// The failure that the model expects when a browser returns with a login's state, which is used up.
    fn expected(&mut self, browser: usize, login: usize) -> LoginFailure {
        let now = self.now;
        match self.issued.get_mut(login) {
            Some(issued) if issued.live && issued.browser == browser => {
                issued.live = false;
                // TikTok is unreachable: an accepted callback ends so.
                if now - issued.at > 600 {
                    LoginFailure::StateExpired
                } else {
                    LoginFailure::TikTokUnavailable
                }
            }
            _ => LoginFailure::StateUnknown,
        }
    }

    async fn come_back(&self, browser: usize, login: usize) -> LoginFailure {
        let state = self.issued.get(login).map_or("never-issued", |issued| &issued.state).to_owned();
        let callback = Callback::Code { code: "code*1!6431.u1".into(), state };
        let session = WebSession::new(self.browsers[browser].clone());
        self.app.login.complete(&session, callback).await.refusal.unwrap().failure
    }
}

#[test]
fn callback_is_accepted_only_with_a_valid_state() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let steps = prop::collection::vec(step(), 1..40);
    proptest!(ProptestConfig::with_cases(24), |(steps in steps)| {
        runtime.block_on(async {
            // Nothing listens on port 1.
            let app = App::start_with(&[("TIKTOK_API_URL", "http://127.0.0.1:1")]).await;
            let mut run = Run::new(&app);
            for step in steps {
                match step {
                    Step::Begin { browser } => run.begin(browser).await,
                    Step::Wait { seconds } => run.now = app.later(seconds).0,
                    Step::Return { browser, login } => {
                        let found = run.come_back(browser, login).await;
                        prop_assert_eq!(found, run.expected(browser, login));
                    }
                }
            }
            Ok(())
        })?;
    });
}
