//! Every failure of a refresh, and the connection state that follows.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use creator_connect::{
    domain::{
        ConnectionState::{self, Connected, Degraded, NeedsReconnect},
        RefreshFailure,
    },
    server::{
        clock::Stopwatch,
        refresh::{RefreshError, Report},
    },
};
use serde_json::{Value, json};

use super::{DUE, Scene, connected, grant_state};
use crate::support::{
    fail_points::{block_at, on_step},
    process::free_port,
    with_short_timeouts,
};

/// A fault of TikTok, and the state of the grant after it.
struct Row {
    fault: Value,
    state: ConnectionState,
    refresh_failure: RefreshFailure,
}

fn row(fault: Value, state: ConnectionState, refresh_failure: RefreshFailure) -> Row {
    Row { fault, state, refresh_failure }
}

/// For each row: the refresh fails, is retried, and leaves no trace.
async fn each_passes(rows: Vec<Row>) {
    let scene = Scene::new().await;
    scene.app.later(DUE);
    for Row { fault, state, refresh_failure } in rows {
        scene.app.tiktok.order("refresh", fault.clone()).await;
        let asked = scene.refresh_requests().await;
        assert_eq!(scene.step().await.failed, 1, "{fault}");
        assert_eq!(scene.refresh_requests().await, asked + 1, "{fault}");
        assert_eq!(scene.grant_state().await, (state, Some(refresh_failure)), "{fault}");
        assert_eq!(scene.waiting("journal"), 0, "{fault}: no place is left behind");
        scene.app.later(901);
        assert_eq!(scene.step().await.renewed, 1, "{fault}: it is tried again");
        assert_eq!(scene.grant_state().await, (Connected, None), "{fault}: nothing of it stays");
        scene.app.later(DUE);
    }
}

#[tokio::test]
async fn temporary_failure_degrades_and_recovers() {
    let html = json!("<html>Bad gateway</html>");
    each_passes(vec![
        row(json!({ "code": "server_error" }), Degraded, RefreshFailure::Unavailable),
        row(json!({ "code": "temporarily_unavailable" }), Degraded, RefreshFailure::Unavailable),
        row(json!({ "code": "internal_error" }), Degraded, RefreshFailure::Unavailable),
        row(json!({ "code": "rate_limit_exceeded" }), Degraded, RefreshFailure::RateLimited),
        row(json!({ "status": 429, "body": html }), Degraded, RefreshFailure::RateLimited),
        row(json!({ "status": 500, "body": html }), Degraded, RefreshFailure::Unavailable),
        row(json!({ "status": 503, "body": html }), Degraded, RefreshFailure::Unavailable),
        row(json!({ "drop": "before" }), Degraded, RefreshFailure::NoAnswer),
    ])
    .await;
}

#[tokio::test]
async fn unexpected_response_degrades_and_is_not_final() {
    let other = json!({ "data": {}, "error": { "code": "something_new", "message": "", "log_id": "1" } });
    each_passes(vec![
        row(json!({ "garbage": true }), Degraded, RefreshFailure::Unexpected),
        row(json!({ "code": "access_denied" }), Degraded, RefreshFailure::Unexpected),
        row(json!({ "code": "something_new" }), Degraded, RefreshFailure::Unexpected),
        row(json!({ "body": other }), Degraded, RefreshFailure::Unexpected),
        row(json!({ "body": {} }), Degraded, RefreshFailure::Unexpected),
        row(json!({ "body": "x".repeat(300_000) }), Degraded, RefreshFailure::Unexpected),
    ])
    .await;
}

#[tokio::test]
async fn failure_that_the_operator_fixes_keeps_the_grant_connected() {
    each_passes(vec![
        row(json!({ "code": "invalid_client" }), Connected, RefreshFailure::AppRefused),
        row(json!({ "code": "unauthorized_client" }), Connected, RefreshFailure::AppRefused),
        row(json!({ "code": "invalid_request" }), Connected, RefreshFailure::RequestRefused),
        row(json!({ "code": "invalid_scope" }), Connected, RefreshFailure::RequestRefused),
        row(json!({ "code": "unsupported_grant_type" }), Connected, RefreshFailure::RequestRefused),
    ])
    .await;
}

#[tokio::test]
async fn request_without_response_times_out_within_the_lease() {
    let scene = Scene::with(with_short_timeouts).await;
    scene.app.tiktok.order("refresh", json!({ "hang": true })).await;
    assert_eq!(scene.due_step().await.failed, 1);
    assert_eq!(scene.grant_state().await, (Degraded, Some(RefreshFailure::NoAnswer)));
    scene.app.later(901);
    assert_eq!(scene.step().await.renewed, 1, "TikTok had not done its part");
}

#[tokio::test]
async fn expiry_of_a_slow_response_counts_from_the_request() {
    let (watch, asked_ms) = (Stopwatch::start(), Arc::new(AtomicU64::new(0)));
    let at_the_question = Arc::clone(&asked_ms);
    let scene = Scene::new().await;
    on_step("refresh::requested", &scene.id, move || {
        at_the_question.store(watch.elapsed_ms(), Ordering::SeqCst);
    });
    scene.app.tiktok.order("refresh", json!({ "delay_ms": 3000 })).await;
    let claimed_at = scene.app.later(DUE);
    let claimed_ms = watch.elapsed_ms();
    assert_eq!(scene.step().await.renewed, 1);
    let grant = scene.grant().await;
    let until_asked = i64::try_from((asked_ms.load(Ordering::SeqCst) - claimed_ms) / 1000).unwrap();
    assert!((0..=until_asked).contains(&grant.refreshed_at.seconds_since(claimed_at)));
    assert_eq!(grant.grant_status.access_expires_at, grant.refreshed_at.plus_seconds(7200));
}

#[tokio::test]
async fn unreachable_tiktok_leaves_the_grant_sure() {
    let scene = Scene::new().await;
    let nowhere = format!("http://127.0.0.1:{}", free_port());
    let tiktok = scene.tiktok(|config| config.api_url = nowhere.parse().unwrap());
    let other = scene.another("other-journal", |parts| parts.tiktok = tiktok);
    assert_eq!(scene.due_step_of(&other).await.failed, 1);
    assert_eq!(scene.grant_state().await, (Degraded, Some(RefreshFailure::Unreachable)));
    let creator = scene.app.state.store.creator(&scene.id).await.unwrap().unwrap();
    assert!(creator.grant.unwrap().due_at.unwrap() <= scene.app.later(60), "and soon is");
}

#[tokio::test]
async fn refused_token_needs_a_reconnect_which_restores_it() {
    let scene = Scene::new().await;
    scene.app.tiktok.order("refresh", json!({ "code": "invalid_grant" })).await;
    assert_eq!(scene.due_step().await.dead, 1);
    assert_eq!(scene.grant_state().await, (NeedsReconnect, Some(RefreshFailure::Refused)));
    scene.app.later(DUE);
    assert_eq!(scene.step().await, Report::default(), "it is not asked again");
    connected(&scene.app, "public").await;
    assert_eq!(scene.grant_state().await, (Connected, None));
    assert_eq!(scene.due_step().await.renewed, 1);
}

#[tokio::test]
async fn log_id_of_a_failure_is_stored() {
    let scene = Scene::new().await;
    scene.app.tiktok.order("refresh", json!({ "code": "server_error" })).await;
    scene.due_step().await;
    let creator = scene.app.state.store.creator(&scene.id).await.unwrap().unwrap();
    assert!(creator.grant.unwrap().log_id.is_some());
}

/// TikTok has rotated the token, and the response was lost.
#[tokio::test]
async fn lost_response_ends_as_answer_lost() {
    let scene = Scene::new().await;
    scene.app.tiktok.order("refresh", json!({ "drop": "after" })).await;
    scene.due_step().await;
    assert_eq!(scene.grant_state().await, (Degraded, Some(RefreshFailure::NoAnswer)));
    scene.app.later(60);
    assert_eq!(scene.step().await.failed, 1, "it is asked once more, and refused");
    assert_eq!(scene.grant_state().await, (Degraded, Some(RefreshFailure::AnswerLost)));
    let asked = scene.refresh_requests().await;
    scene.app.later(590);
    let pressed = scene.app.state.refresher.refresh_now(&scene.id).await;
    assert!(
        matches!(pressed, Err(RefreshError::Later { refresh_failure: RefreshFailure::AnswerLost, .. })),
        "{pressed:?}"
    );
    assert_eq!(
        scene.grant_state().await,
        (Degraded, Some(RefreshFailure::AnswerLost)),
        "no verdict is brought forward"
    );
    assert_eq!(scene.step().await, Report::default(), "every journal has its time");
    scene.app.later(60);
    assert_eq!(scene.step().await.dead, 1);
    assert_eq!(scene.grant_state().await, (NeedsReconnect, Some(RefreshFailure::AnswerLost)));
    assert_eq!(scene.refresh_requests().await, asked, "without another question");
    connected(&scene.app, "public").await;
    assert_eq!(scene.grant_state().await, (Connected, None));
}

#[tokio::test]
async fn verdict_is_not_later_than_the_access_tokens_expiry() {
    let scene = Scene::new().await;
    scene.app.tiktok.order("refresh", json!({ "drop": "after" })).await;
    scene.due_step().await;
    scene.app.later(7200 - DUE - 100);
    scene.step().await;
    assert_eq!(scene.grant_state().await, (Degraded, Some(RefreshFailure::AnswerLost)));
    scene.app.later(99);
    assert_eq!(scene.step().await.claimed, 0);
    scene.app.later(1);
    assert_eq!(scene.step().await.dead, 1, "the token ends before ten minutes are over");
}

#[tokio::test]
async fn tokens_of_another_creator_are_never_stored() {
    let scene = Scene::new().await;
    let before = scene.grant().await;
    let foreign = json!({ "access_token": "act.foreign", "refresh_token": "rft.foreign", "expires_in": 7200,
        "open_id": "somebody-else", "scope": "user.info.basic", "token_type": "Bearer" });
    scene.app.tiktok.order("refresh", json!({ "body": foreign })).await;
    assert_eq!(scene.due_step().await.failed, 1);
    assert_eq!(scene.grant_state().await, (Degraded, Some(RefreshFailure::Unexpected)));
    assert_eq!(scene.grant().await.access_token, before.access_token);
    assert_eq!(scene.waiting("journal"), 0);
}

/// A writer with newer tokens has refreshed after this attempt.
#[tokio::test(flavor = "multi_thread")]
async fn refused_token_is_ignored_when_a_newer_one_is_stored() {
    let scene = Scene::new().await;
    let (mut arrival, go) = block_at("refresh::requested", &scene.id);
    let other = scene.another("other-journal", |_| {});
    scene.app.later(DUE);
    let step = tokio::spawn({
        let refresher = Arc::clone(&scene.app.state.refresher);
        async move { refresher.step().await }
    });
    arrival.recv().await.unwrap();
    // The first one is blocked past its lease; the second claims and refreshes the grant.
    scene.app.later(121);
    assert_eq!(other.step().await.renewed, 1);
    go.send(()).unwrap();
    assert_eq!(step.await.unwrap().overtaken, 1);
    assert_eq!(scene.grant_state().await, (Connected, None));
    assert_eq!(scene.due_step_of(&other).await.renewed, 1, "what is stored is alive");
}

#[tokio::test]
async fn refused_app_stops_requests_and_changes_no_grant() {
    let scene = Scene::new().await;
    let mut ids = vec![scene.id.clone()];
    for creator in ["private", "hostile", "banned"] {
        ids.push(connected(&scene.app, creator).await);
    }
    let refused = json!({ "code": "invalid_client" });
    scene.app.tiktok.order_times("refresh", refused, 1000).await;
    scene.due_step().await;
    let asked = scene.refresh_requests().await;
    for _ in 0..4 {
        scene.app.later(60);
        scene.step().await;
    }
    assert_eq!(scene.refresh_requests().await, asked, "for five minutes nobody asks");
    for id in &ids {
        assert_eq!(grant_state(&scene.app, id).await.0, Connected);
    }
    scene.app.tiktok.clear_faults().await;
    let mut renewed = 0;
    for _ in 0..6 {
        scene.app.later(61);
        renewed += scene.step().await.renewed;
    }
    assert_eq!(renewed, 4, "all of them follow");
}

#[tokio::test]
async fn many_refusals_in_a_row_ask_no_creator_to_reconnect() {
    let scene = Scene::new().await;
    let mut ids = vec![scene.id.clone()];
    for creator in ["private", "hostile", "banned", "long-video", "no-avatar", "minimal"] {
        ids.push(connected(&scene.app, creator).await);
    }
    scene.app.tiktok.order_times("refresh", json!({ "code": "invalid_grant" }), 1000).await;
    scene.due_step().await;
    for id in &ids {
        assert_eq!(grant_state(&scene.app, id).await, (Degraded, Some(RefreshFailure::Refused)));
    }
    scene.app.tiktok.clear_faults().await;
    scene.app.later(60);
    assert_eq!(scene.step().await.renewed, ids.len());
    for id in &ids {
        assert_eq!(grant_state(&scene.app, id).await, (Connected, None));
    }
}

/// A restored backup, or an operator whose creators have all left.
#[tokio::test]
async fn refusals_that_last_for_hours_are_believed() {
    let scene = Scene::new().await;
    let mut ids = vec![scene.id.clone()];
    for creator in ["private", "hostile", "banned", "long-video", "no-avatar"] {
        ids.push(connected(&scene.app, creator).await);
    }
    scene.app.tiktok.order_times("refresh", json!({ "code": "invalid_grant" }), 100_000).await;
    scene.due_step().await;
    for _ in 0..24 {
        for id in &ids {
            assert_eq!(grant_state(&scene.app, id).await, (Degraded, Some(RefreshFailure::Refused)));
        }
        scene.app.later(900);
        scene.step().await;
    }
    for _ in 0..2 {
        scene.app.later(900);
        scene.step().await;
    }
    for id in &ids {
        assert_eq!(grant_state(&scene.app, id).await, (NeedsReconnect, Some(RefreshFailure::Refused)));
    }
}

#[tokio::test]
async fn refusal_is_believed_again_after_a_success() {
    let scene = Scene::new().await;
    let mut ids = vec![scene.id.clone()];
    for creator in ["private", "hostile", "banned", "long-video"] {
        ids.push(connected(&scene.app, creator).await);
    }
    scene.app.tiktok.order_times("refresh", json!({ "code": "invalid_grant" }), 5).await;
    scene.due_step().await;
    scene.app.later(60);
    scene.app.tiktok.order_times("refresh", json!({ "code": "invalid_grant" }), 1).await;
    let report = scene.step().await;
    assert_eq!(report.renewed, 4);
    scene.app.later(900);
    scene.app.tiktok.order_times("refresh", json!({ "code": "invalid_grant" }), 1).await;
    let last = scene.step().await;
    assert_eq!(report.dead + last.dead, 1, "{report:?} {last:?}");
}
