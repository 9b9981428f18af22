//! Every way in which a refresh can fail, and what becomes of the creator's connection.

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

use super::{DUE, Scene, connected, stands};
use crate::support::{
    fail_points::{block_at, on_step},
    process::free_port,
    with_short_timeouts,
};

/// What TikTok does, and what the grant then is.
struct Row {
    fault: Value,
    state: ConnectionState,
    refresh_failure: RefreshFailure,
}

fn row(fault: Value, state: ConnectionState, refresh_failure: RefreshFailure) -> Row {
    Row { fault, state, refresh_failure }
}

/// One row after the other: it fails, it is tried again, and nothing of it stays.
async fn each_passes(rows: Vec<Row>) {
    let scene = Scene::new().await;
    scene.app.later(DUE);
    for Row { fault, state, refresh_failure } in rows {
        scene.app.tiktok.order("refresh", fault.clone()).await;
        let asked = scene.asked().await;
        assert_eq!(scene.step().await.failed, 1, "{fault}");
        assert_eq!(scene.asked().await, asked + 1, "{fault}");
        assert_eq!(scene.stands().await, (state, Some(refresh_failure)), "{fault}");
        assert_eq!(scene.waiting("journal"), 0, "{fault}: no place is left behind");
        scene.app.later(901);
        assert_eq!(scene.step().await.renewed, 1, "{fault}: it is tried again");
        assert_eq!(scene.stands().await, (Connected, None), "{fault}: nothing of it stays");
        scene.app.later(DUE);
    }
}

#[tokio::test]
async fn what_may_pass_degrades_and_heals() {
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
async fn what_nobody_understands_degrades_and_is_not_final() {
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
async fn what_the_operator_must_mend_is_no_failing_of_the_grant() {
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
async fn an_answer_that_does_not_come_is_given_up_after_the_lease_has_not() {
    let scene = Scene::with(with_short_timeouts).await;
    scene.app.tiktok.order("refresh", json!({ "hang": true })).await;
    assert_eq!(scene.due_step().await.failed, 1);
    assert_eq!(scene.stands().await, (Degraded, Some(RefreshFailure::NoAnswer)));
    scene.app.later(901);
    assert_eq!(scene.step().await.renewed, 1, "TikTok had not done its part");
}

#[tokio::test]
async fn a_slow_answer_counts_from_the_question() {
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
async fn tiktok_that_cannot_be_reached_was_not_asked() {
    let scene = Scene::new().await;
    let nowhere = format!("http://127.0.0.1:{}", free_port());
    let tiktok = scene.tiktok(|config| config.api_url = nowhere.parse().unwrap());
    let other = scene.another("other-journal", |parts| parts.tiktok = tiktok);
    assert_eq!(scene.due_step_of(&other).await.failed, 1);
    assert_eq!(scene.stands().await, (Degraded, Some(RefreshFailure::Unreachable)));
    let creator = scene.app.state.store.creator(&scene.id).await.unwrap().unwrap();
    assert!(creator.grant.unwrap().due_at.unwrap() <= scene.app.later(60), "and soon is");
}

#[tokio::test]
async fn a_token_that_tiktok_calls_dead_needs_a_reconnect_which_heals_it() {
    let scene = Scene::new().await;
    scene.app.tiktok.order("refresh", json!({ "code": "invalid_grant" })).await;
    assert_eq!(scene.due_step().await.dead, 1);
    assert_eq!(scene.stands().await, (NeedsReconnect, Some(RefreshFailure::Refused)));
    scene.app.later(DUE);
    assert_eq!(scene.step().await, Report::default(), "it is not asked again");
    connected(&scene.app, "public").await;
    assert_eq!(scene.stands().await, (Connected, None));
    assert_eq!(scene.due_step().await.renewed, 1);
}

#[tokio::test]
async fn the_log_id_of_a_failure_is_kept() {
    let scene = Scene::new().await;
    scene.app.tiktok.order("refresh", json!({ "code": "server_error" })).await;
    scene.due_step().await;
    let creator = scene.app.state.store.creator(&scene.id).await.unwrap().unwrap();
    assert!(creator.grant.unwrap().log_id.is_some());
}

/// TikTok has rotated the token, and nobody has heard the new one.
#[tokio::test]
async fn an_answer_that_never_came_is_its_own_outcome() {
    let scene = Scene::new().await;
    scene.app.tiktok.order("refresh", json!({ "drop": "after" })).await;
    scene.due_step().await;
    assert_eq!(scene.stands().await, (Degraded, Some(RefreshFailure::NoAnswer)));
    scene.app.later(60);
    assert_eq!(scene.step().await.failed, 1, "it is asked once more, and refused");
    assert_eq!(scene.stands().await, (Degraded, Some(RefreshFailure::AnswerLost)));
    let asked = scene.asked().await;
    scene.app.later(590);
    let pressed = scene.app.state.refresher.refresh_now(&scene.id).await;
    assert!(
        matches!(pressed, Err(RefreshError::Later { refresh_failure: RefreshFailure::AnswerLost, .. })),
        "{pressed:?}"
    );
    assert_eq!(
        scene.stands().await,
        (Degraded, Some(RefreshFailure::AnswerLost)),
        "no verdict is brought forward"
    );
    assert_eq!(scene.step().await, Report::default(), "every journal has its time");
    scene.app.later(60);
    assert_eq!(scene.step().await.dead, 1);
    assert_eq!(scene.stands().await, (NeedsReconnect, Some(RefreshFailure::AnswerLost)));
    assert_eq!(scene.asked().await, asked, "without another question");
    connected(&scene.app, "public").await;
    assert_eq!(scene.stands().await, (Connected, None));
}

#[tokio::test]
async fn the_end_of_the_access_token_is_not_waited_past() {
    let scene = Scene::new().await;
    scene.app.tiktok.order("refresh", json!({ "drop": "after" })).await;
    scene.due_step().await;
    scene.app.later(7200 - DUE - 100);
    scene.step().await;
    assert_eq!(scene.stands().await, (Degraded, Some(RefreshFailure::AnswerLost)));
    scene.app.later(99);
    assert_eq!(scene.step().await.claimed, 0);
    scene.app.later(1);
    assert_eq!(scene.step().await.dead, 1, "the token ends before ten minutes are over");
}

#[tokio::test]
async fn tokens_of_somebody_else_are_never_stored() {
    let scene = Scene::new().await;
    let before = scene.grant().await;
    let foreign = json!({ "access_token": "act.foreign", "refresh_token": "rft.foreign", "expires_in": 7200,
        "open_id": "somebody-else", "scope": "user.info.basic", "token_type": "Bearer" });
    scene.app.tiktok.order("refresh", json!({ "body": foreign })).await;
    assert_eq!(scene.due_step().await.failed, 1);
    assert_eq!(scene.stands().await, (Degraded, Some(RefreshFailure::Unexpected)));
    assert_eq!(scene.grant().await.access_token, before.access_token);
    assert_eq!(scene.waiting("journal"), 0);
}

/// Whoever has newer tokens by then has refreshed after us.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_token_is_nothing_when_another_writer_has_a_newer_one() {
    let scene = Scene::new().await;
    let (mut arrival, go) = block_at("refresh::requested", &scene.id);
    let other = scene.another("other-journal", |_| {});
    scene.app.later(DUE);
    let step = tokio::spawn({
        let refresher = Arc::clone(&scene.app.state.refresher);
        async move { refresher.step().await }
    });
    arrival.recv().await.unwrap();
    // The first one sleeps past its lease; the second claims, and is refused nothing.
    scene.app.later(121);
    assert_eq!(other.step().await.renewed, 1);
    go.send(()).unwrap();
    assert_eq!(step.await.unwrap().overtaken, 1);
    assert_eq!(scene.stands().await, (Connected, None));
    assert_eq!(scene.due_step_of(&other).await.renewed, 1, "what is stored is alive");
}

#[tokio::test]
async fn a_refused_app_stops_the_asking_and_touches_no_grant() {
    let scene = Scene::new().await;
    let mut ids = vec![scene.id.clone()];
    for creator in ["private", "hostile", "banned"] {
        ids.push(connected(&scene.app, creator).await);
    }
    let refused = json!({ "code": "invalid_client" });
    scene.app.tiktok.order_times("refresh", refused, 1000).await;
    scene.due_step().await;
    let asked = scene.asked().await;
    for _ in 0..4 {
        scene.app.later(60);
        scene.step().await;
    }
    assert_eq!(scene.asked().await, asked, "for five minutes nobody asks");
    for id in &ids {
        assert_eq!(stands(&scene.app, id).await.0, Connected);
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
async fn when_many_are_refused_in_a_row_nobody_is_told_to_connect_again() {
    let scene = Scene::new().await;
    let mut ids = vec![scene.id.clone()];
    for creator in ["private", "hostile", "banned", "long-video", "no-avatar", "minimal"] {
        ids.push(connected(&scene.app, creator).await);
    }
    scene.app.tiktok.order_times("refresh", json!({ "code": "invalid_grant" }), 1000).await;
    scene.due_step().await;
    for id in &ids {
        assert_eq!(stands(&scene.app, id).await, (Degraded, Some(RefreshFailure::Refused)));
    }
    scene.app.tiktok.clear_faults().await;
    scene.app.later(60);
    assert_eq!(scene.step().await.renewed, ids.len());
    for id in &ids {
        assert_eq!(stands(&scene.app, id).await, (Connected, None));
    }
}

#[tokio::test]
async fn once_somebody_is_refreshed_a_refusal_is_believed_again() {
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
