//! Logins while clocks disagree: this process's, the store's and TikTok's.

use std::sync::Arc;

use creator_connect::{
    domain::ConnectionState,
    server::clock::{Clock as _, ManualClock, SystemClock},
};
use serde_json::{Value, json};

use crate::support::{
    App, Gateway,
    delivery::body,
    supabase::{self, Hold},
    until,
};

/// Over Supabase the store has a clock of its own.
#[tokio::test]
async fn grant_of_a_process_with_a_wrong_clock_has_store_times() {
    let _hold = Hold::alone().await;
    supabase::reset();
    for jump in [86_400, -86_400] {
        let gateway = Gateway::start();
        let settings = gateway.app_settings();
        let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let wrong = Arc::new(ManualClock::new(SystemClock.now().plus_seconds(jump)));
        let app = App::start_from(&settings, |dependencies| dependencies.clock = wrong).await;
        app.signed_in("public").await;
        let query = "SELECT abs(extract(epoch FROM granted_at - now())) < 60
                AND abs(extract(epoch FROM access_expires_at - now()) - 7200) < 60
                AND extract(epoch FROM refresh_due_at - now()) BETWEEN 4400 AND 5200
            FROM public.tiktok_tokens WHERE is_active";
        assert_eq!(supabase::query(query).trim(), "t", "{jump}");
    }
}

/// The removal came before the consent, but after it by a clock that is behind.
#[tokio::test]
async fn reconnect_survives_an_earlier_removal_while_the_clock_is_behind() {
    let app = App::start().await;
    app.later(-60);
    let browser = app.signed_in("public").await;
    let creator = app.creator(&browser).await;
    let open_id = app.state.store.creator(&creator).await.unwrap().unwrap().open_id;
    let removed_at = SystemClock.now().plus_seconds(-5).0;
    let mut event: Value =
        serde_json::from_str(&body("authorization.removed", removed_at, &json!({ "reason": 1 }))).unwrap();
    event["user_openid"] = json!(open_id.as_str());
    assert_eq!(app.deliver_signed(0, &event.to_string()).await.status, 200);
    until("the newer grant is checked", || async { app.tiktok.count("refresh").await == 1 }).await;
    let profile = app.state.profiles.load(&creator).await.unwrap().unwrap();
    assert_eq!(profile.state, ConnectionState::Connected);
}
