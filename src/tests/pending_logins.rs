//! Property: a callback is accepted exactly when its state was issued to that browser, is unused, is
//! among the browser's five newest and at most ten minutes old; within ten minutes it ends again as it ended first.

use creator_connect::{
    domain::LoginFailure,
    server::{
        login::{LoginOptions, browser::LoginBrowser},
        state::AppState,
        store::LoginOutcome,
        tiktok::callback::Callback,
    },
};
use proptest::prelude::*;

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
    /// Whether the store still has it.
    stored: bool,
    /// How its first callback ended, and when.
    ended: Option<(LoginFailure, i64)>,
}

/// The browsers and every state that was issued.
struct Run {
    app: AppState,
    browsers: Vec<LoginBrowser>,
    issued: Vec<Issued>,
    now: i64,
}

impl Run {
    fn new(app: &App) -> Self {
        let browsers = (0..2).map(|_| LoginBrowser::new(&*app.state.entropy)).collect();
        Self { app: app.state.clone(), browsers, issued: Vec::new(), now: app.later(0).0 }
    }

    async fn begin(&mut self, browser: usize) {
        let url = self.app.login.begin(&self.browsers[browser], LoginOptions::default()).await.unwrap();
        let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        self.issued.push(Issued { state, browser, at: self.now, stored: true, ended: None });
        let own: Vec<usize> = (0..self.issued.len())
            .filter(|i| self.issued[*i].browser == browser && self.issued[*i].stored)
            .collect();
        for oldest in own.iter().rev().skip(5) {
            self.issued[*oldest].stored = false;
        }
    }

    /// The failure that the model expects when a browser returns with a login's state.
    fn expected(&mut self, browser: usize, login: usize) -> LoginFailure {
        let now = self.now;
        match self.issued.get_mut(login) {
            Some(issued) if issued.stored && issued.browser == browser => match issued.ended {
                Some((failure, at)) if now - at <= 600 => failure,
                Some(_) => LoginFailure::StateUnknown,
                None => {
                    let is_expired = now - issued.at > 600;
                    // TikTok is unreachable: an accepted callback ends so.
                    let failure =
                        if is_expired { LoginFailure::StateExpired } else { LoginFailure::TikTokUnavailable };
                    issued.ended = Some((failure, now));
                    failure
                }
            },
            _ => LoginFailure::StateUnknown,
        }
    }

    async fn come_back(&self, browser: usize, login: usize) -> LoginFailure {
        let state = self.issued.get(login).map_or("never-issued", |issued| &issued.state).to_owned();
        let callback = Callback::Code { code: "code*1!6431.u1".into(), state };
        let completion = self.app.login.complete(Some(&self.browsers[browser]), callback, ()).await;
        self.app.login.in_flight().idle().await;
        match completion.outcome {
            LoginOutcome::Failed(refusal) => refusal.failure,
            LoginOutcome::Connected(_) => panic!("TikTok is unreachable"),
        }
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
