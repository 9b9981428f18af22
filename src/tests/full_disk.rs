//! A disk that is full for a while, under a real process.

use std::{fs, io::Write as _, path::PathBuf};

use creator_connect::server::clock::{Clock as _, SystemClock};
use serde_json::json;

use crate::support::{
    Browser, CLIENT_SECRET, Page, Tiktok,
    delivery::{body, signature},
    process::{Process, free_port},
    until,
};

/// What a creator reads whose request cannot be stored.
const REFUSAL: &str = "we’re having trouble on our side";

/// An app whose database and journal are on a disk of 3 MB.
struct Scene {
    process: Process,
    tiktok: Tiktok,
}

impl Scene {
    async fn start() -> Self {
        let port = free_port();
        let tiktok = Tiktok::start(&format!("https://localhost:{port}/webhook"), None).await;
        Self { process: Process::start_on_small_disk(3, port, &tiktok), tiktok }
    }

    fn filler(&self) -> PathBuf {
        self.process.small_disk().join("filler")
    }

    /// Fills the disk to its last byte.
    fn fill(&self) {
        let mut filler = fs::File::create(self.filler()).unwrap();
        while filler.write_all(&[0; 4096]).is_ok() {}
        // The write-ahead log has room of its own, which is used up first.
        while filler.write(&[0]).is_ok_and(|written| written > 0) {}
    }

    fn empty(&self) {
        fs::remove_file(self.filler()).unwrap();
    }

    /// Delivers an event with a body of 60 kB; returns the status.
    async fn deliver(&self, number: i64) -> u16 {
        let now = SystemClock.now().0;
        let event = body("video.publish.completed", now, &json!({ "n": number, "fill": "x".repeat(60_000) }));
        self.process.browser().deliver(&signature(CLIENT_SECRET, now, &event), &event).await.status.as_u16()
    }

    /// Delivers events until one cannot be stored.
    async fn use_up_the_log(&self) {
        for number in 0.. {
            match self.deliver(number).await {
                200 => assert!(number < 100, "the disk is not full"),
                status => return assert_eq!(status, 503),
            }
        }
    }

    async fn readiness(&self) -> u16 {
        self.process.browser().get("/readyz").await.status.as_u16()
    }
}

/// Disconnects without JavaScript; returns the page to which that leads.
async fn disconnect(browser: &Browser, origin: &str) -> Page {
    let back = format!("{origin}/disconnect");
    let headers = [("sec-fetch-site", "same-origin"), ("accept", "text/html"), ("referer", back.as_str())];
    let page = browser.post_with("/api/disconnect", &headers, &[("profile", "keep")]).await;
    browser.get(page.location()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn full_disk_refuses_clearly_and_recovers_alone() {
    let scene = Scene::start().await;
    let creator = scene.process.browser();
    assert_eq!(creator.log_in(&scene.tiktok, "public").await.location(), "/profile");
    until("the profile is stored", async || {
        creator.get("/profile").await.text.contains("Everything’s working")
    })
    .await;
    scene.fill();
    scene.use_up_the_log().await;

    let newcomer = scene.process.browser();
    let login = newcomer.get("/oauth").await;
    assert_eq!(login.status, 503, "{}", login.text);
    let refused = disconnect(&creator, &scene.process.origin).await;
    assert!(refused.text.contains(REFUSAL), "{}", refused.text);
    let profile = creator.get("/profile").await;
    assert!(profile.text.contains("Everything’s working"), "{}", profile.text);
    until("the process says that it is not ready", async || scene.readiness().await == 503).await;
    assert_eq!(newcomer.get("/livez").await.status, 200);

    scene.empty();
    until("the process is ready", async || scene.readiness().await == 200).await;
    for creator in ["public", "private"] {
        let page = scene.process.browser().log_in(&scene.tiktok, creator).await;
        assert_eq!(page.location(), "/profile", "{creator}: {}", page.text);
    }
    assert_eq!(scene.deliver(1000).await, 200);
    let receipt = disconnect(&creator, &scene.process.origin).await;
    assert!(receipt.text.contains("Your TikTok is disconnected"), "{}", receipt.text);
}
