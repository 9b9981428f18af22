//! Checks of the TikTok app: redirect URI, scopes, addresses, credentials, clock.

use super::{
    Finding, Verdict,
    clock_skew::{self, Reading},
    reachability,
};
use crate::{
    domain::{Scope, Timestamp},
    server::{
        clock::Clock,
        config::TikTokConfig,
        tiktok::{
            TikTok, Timeouts,
            probe::{
                CredentialCheck, Credentials, is_closed_scope, is_documented_scope, is_sandbox_key,
                is_tiktok_host,
            },
        },
    },
};

const CREDENTIALS: &str = "TikTok app";
const CLOCK: &str = "TikTok clock";

/// Runs every check of the TikTok settings.
pub(super) async fn check_app(config: &TikTokConfig, clock: &dyn Clock) -> Vec<Finding> {
    let mut findings = vec![
        check_redirect_uri(config),
        check_scopes(config),
        check_app_kind(config),
        check_addresses(config),
        check_events(config),
    ];
    findings.extend(check_credentials(config, clock).await);
    findings
}

fn check_redirect_uri(config: &TikTokConfig) -> Finding {
    const SUBJECT: &str = "redirect URI";
    let uri = &config.redirect_uri;
    if !uri.is_loopback() || !is_tiktok_host(&config.authorize_url) {
        return Finding::ok(SUBJECT, format!("{uri} has a form that TikTok takes"));
    }
    let text = format!("{uri} leads every creator to their own machine");
    let remedy =
        "Register https://your host/webhook under Login Kit, Web, and set TIKTOK_REDIRECT_URI to it.";
    if is_sandbox_key(&config.client_key) {
        Finding::warn(SUBJECT, text, remedy)
    } else {
        Finding::fail(SUBJECT, text, remedy)
    }
}

fn check_scopes(config: &TikTokConfig) -> Finding {
    const SUBJECT: &str = "scopes";
    let names = |is_wanted: fn(&Scope) -> bool| {
        let wanted = config.scopes.iter().filter(|scope| is_wanted(scope));
        wanted.map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let (asked, unknown) = (names(|_| true), names(|scope| !is_documented_scope(scope)));
    let closed = names(is_closed_scope);
    let text = match (unknown.as_str(), closed.as_str()) {
        ("", "") => {
            return Finding::ok(SUBJECT, format!("a login asks for {asked}; the app needs each at TikTok"));
        }
        ("", closed) => format!("a login asks for {asked}; apps registered since 2026 cannot get {closed}"),
        (unknown, _) => format!("a login asks for {asked}; TikTok documents no {unknown}"),
    };
    let remedy = "Leave out of TIKTOK_SCOPES what the app's page at TikTok does not list: one scope that the app does not have makes TikTok refuse every login.";
    Finding::warn(SUBJECT, text, remedy)
}

/// What the operator should see at TikTok: nothing here can press the button.
fn check_events(config: &TikTokConfig) -> Finding {
    let uri = &config.redirect_uri;
    let text = format!(
        "with {uri} as the webhook URL, the test button of TikTok's portal shows success (200), and \
         `creator-connect events` lists tiktok.ping"
    );
    Finding::ok("test event", text)
}

fn check_app_kind(config: &TikTokConfig) -> Finding {
    const SUBJECT: &str = "kind of app";
    if is_sandbox_key(&config.client_key) {
        let text = "a sandbox key: only the sandbox's target users can log in, ten at most";
        return Finding::ok(SUBJECT, text);
    }
    Finding::ok(SUBJECT, "a production key: everybody can log in once TikTok has approved the app")
}

fn check_addresses(config: &TikTokConfig) -> Finding {
    const SUBJECT: &str = "TikTok addresses";
    let settings = [("TIKTOK_AUTHORIZE_URL", &config.authorize_url), ("TIKTOK_API_URL", &config.api_url)];
    let elsewhere: Vec<_> =
        settings.iter().filter(|(_, url)| !is_tiktok_host(url)).map(|(name, _)| *name).collect();
    if elsewhere.is_empty() {
        return Finding::ok(SUBJECT, "TikTok's own");
    }
    let leads = if elsewhere.len() == 1 { "leads" } else { "lead" };
    let text = format!("{} {leads} elsewhere, as to a simulator", elsewhere.join(" and "));
    Finding::warn(SUBJECT, text, "Leave them out of the settings to log in at TikTok itself.")
}

/// Requests a client token from TikTok; the response also carries TikTok's time.
async fn check_credentials(config: &TikTokConfig, clock: &dyn Clock) -> [Finding; 2] {
    let tiktok = match TikTok::new(config, Timeouts::default()) {
        Ok(tiktok) => tiktok,
        Err(error) => return unreachable(config, &error),
    };
    let before = clock.now();
    match tiktok.check_credentials().await {
        Ok(checked) => [evaluate_credentials(checked.credentials), check_clock(checked, before, clock)],
        Err(error) => unreachable(config, &error),
    }
}

/// An unreachable TikTok is common behind proxies that are not set up yet: the finding says so, but the check
/// does not fail.
fn unreachable(config: &TikTokConfig, error: &reqwest::Error) -> [Finding; 2] {
    let failure = reachability::unreachable(CREDENTIALS, &config.api_url, "TIKTOK_API_URL", error);
    let text = format!("key and secret were not tried: {}", failure.text);
    let credentials = Finding { verdict: Verdict::NotChecked, text, ..failure };
    [credentials, Finding::not_checked(CLOCK, "TikTok is unreachable")]
}

fn evaluate_credentials(credentials: Credentials) -> Finding {
    match credentials {
        Credentials::Accepted => Finding::ok(CREDENTIALS, "TikTok takes client key and client secret"),
        Credentials::Refused => Finding::fail(
            CREDENTIALS,
            "TikTok refuses the pair of TIKTOK_CLIENT_KEY and TIKTOK_CLIENT_SECRET",
            "Copy both from the same page of https://developers.tiktok.com/apps; a sandbox has a pair of its own.",
        ),
        Credentials::Unclear { status } => Finding::not_checked(
            CREDENTIALS,
            format!("TikTok answered ({status}) without accepting or refusing the key and secret"),
        ),
    }
}

fn check_clock(checked: CredentialCheck, before: Timestamp, clock: &dyn Clock) -> Finding {
    match checked.date {
        Some(theirs) => {
            clock_skew::evaluate(CLOCK, "TikTok's", Reading { theirs, before, after: clock.now() })
        }
        None => Finding::not_checked(CLOCK, "TikTok's response has no date"),
    }
}
