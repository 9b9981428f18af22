//! Replicas: two processes over one Supabase, each of which serves any browser.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::json;
use tokio::sync::Notify;

use crate::support::{
    Browser, Gateway, SIGN_IN_FIRST, Tiktok,
    process::{Process, free_port},
    supabase::Hold,
};

/// Two apps behind one name: TikTok knows the first one's address.
struct Replicas {
    first: Process,
    second: Process,
    tiktok: Tiktok,
    _gateway: Gateway,
    _hold: Hold,
}

impl Replicas {
    async fn start() -> Self {
        // A real process claims every revocation that is due, those of other tests too.
        let hold = Hold::alone().await;
        let gateway = Gateway::start();
        let settings = gateway.app_settings();
        let mut settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        settings.push(("TRUSTED_PROXIES", "127.0.0.1"));
        let public = free_port();
        let tiktok = Tiktok::start(&format!("https://localhost:{public}/webhook"), None).await;
        let first = Process::start(public, public, &tiktok, &settings);
        let second = Process::start(free_port(), public, &tiktok, &settings);
        Self { first, second, tiktok, _gateway: gateway, _hold: hold }
    }

    /// An address of the first app, at the second.
    fn at_second(&self, address: &str) -> String {
        address.replace(&self.first.origin, &self.second.origin)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn login_spans_replicas() {
    let replicas = Replicas::start().await;
    let browser = replicas.first.browser();
    let authorize = browser.begin().await;
    let granted = ["user.info.basic", "video.publish"];
    let callback = replicas.tiktok.approve(&authorize, "public", &granted).await;
    assert!(callback.starts_with(&replicas.first.origin), "{callback}");
    let done = browser.get(&replicas.at_second(&callback)).await;
    assert_eq!(done.location(), "/profile", "{}", done.title());
    for origin in [&replicas.first.origin, &replicas.second.origin] {
        let profile = browser.get(&format!("{origin}/profile")).await;
        assert_eq!(profile.status, 200);
        assert!(profile.text.contains("elodie.cuisine"));
    }
    let again = browser.get(&callback).await;
    assert_eq!(again.location(), "/profile", "it ends as it ended at the other replica");
    assert_eq!(replicas.tiktok.count("token").await, 1, "a code is exchanged once");
}

#[tokio::test(flavor = "multi_thread")]
async fn log_out_counts_at_every_replica() {
    let replicas = Replicas::start().await;
    let browser = replicas.first.browser();
    assert_eq!(browser.log_in(&replicas.tiktok, "private").await.location(), "/profile");
    let out = browser.post("/api/log_out", &[]).await;
    assert!(out.status.is_redirection(), "{}", out.status);
    let profile = browser.get(&format!("{}/profile", replicas.second.origin)).await;
    assert_eq!(profile.location(), SIGN_IN_FIRST);
}

/// Fifty browsers log in at the first replica, which is killed after a dozen successful responses.
#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_login_survives_a_killed_replica() {
    let mut replicas = Replicas::start().await;
    // Ten logins are in flight when it is killed, however fast the others are.
    replicas.tiktok.order_times("token", json!({ "delay_ms": 60_000 }), 10).await;
    let callbacks = consented(&replicas).await;
    let (acknowledged, dozen) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let logins: Vec<_> = callbacks
        .into_iter()
        .map(|(browser, callback)| {
            let (acknowledged, dozen) = (Arc::clone(&acknowledged), Arc::clone(&dozen));
            tokio::spawn(async move {
                let page = browser.try_get(&callback).await;
                let is_in = page.is_some_and(|page| page.location() == "/profile");
                if is_in && acknowledged.fetch_add(1, Ordering::SeqCst) == 11 {
                    dozen.notify_one();
                }
                (browser, is_in)
            })
        })
        .collect();
    dozen.notified().await;
    replicas.first.kill();
    let mut kept = 0;
    for login in logins {
        let (browser, is_in) = login.await.unwrap();
        let profile = browser.get(&format!("{}/profile", replicas.second.origin)).await;
        assert!(!is_in || profile.status == 200, "an acknowledged login is lost: {}", profile.title());
        kept += usize::from(is_in);
    }
    assert_eq!(kept, acknowledged.load(Ordering::SeqCst));
    assert!((12..50).contains(&kept), "the process was killed in the middle: {kept} of 50");
}

/// Fifty browsers whose creators have consented, each with the address that TikTok sends it to.
async fn consented(replicas: &Replicas) -> Vec<(Browser, String)> {
    let creators = ["public", "private", "hostile", "banned", "no-avatar", "long-video"];
    let mut callbacks = Vec::new();
    for (number, creator) in creators.into_iter().cycle().take(50).enumerate() {
        let browser = replicas.first.browser_with(&[("x-forwarded-for", &format!("192.0.2.{number}"))]);
        let authorize = browser.begin().await;
        let granted = ["user.info.basic", "video.publish"];
        callbacks.push((browser, replicas.tiktok.approve(&authorize, creator, &granted).await));
    }
    callbacks
}
