//! Every connection state as the profile page shows it in both languages, and as the export has it.

use creator_connect::{
    domain::{CreatorId, EndCause, GrantEvent, RefreshFailure, RemovalReason, Timestamp},
    server::store::{Ending, GrantClaim, RefreshResult},
};
use serde_json::Value;

use crate::support::{App, Browser};

const DAY: i64 = 86_400;

/// A creator who is signed in twice, once in each language.
struct Readers {
    id: CreatorId,
    english: Browser,
    french: Browser,
}

async fn readers(app: &App) -> Readers {
    let english = app.signed_in("public").await;
    let french = app.browser_with(&[("accept-language", "fr")]);
    french.log_in(&app.tiktok, "public").await;
    Readers { id: app.creator(&english).await, english, french }
}

impl Readers {
    /// Asserts that both pages have their texts.
    async fn assert_shown(&self, english: &[&str], french: &[&str]) {
        for (browser, words) in [(&self.english, english), (&self.french, french)] {
            let page = browser.get("/profile").await.text;
            for words in words {
                assert!(page.contains(words), "{words}: {page}");
            }
        }
    }

    /// The connection in the export.
    async fn export(&self) -> Value {
        let page = self.english.get("/account/export").await;
        let data: Value = serde_json::from_str(&page.text).unwrap();
        data["connection"].clone()
    }
}

/// Completes a refresh with `event`, as the engine would write it.
async fn complete_refresh_with(app: &App, creator: &CreatorId, event: GrantEvent) -> Timestamp {
    let claimed = app.state.store.claim_grant(creator, 60).await.unwrap();
    let GrantClaim::Claimed { now, claim } = claimed else { panic!("{claimed:?}") };
    let grant_status = claim.grant_status.after(event, now);
    let due_at = grant_status.needs_reconnect_since.is_none().then(|| now.plus_seconds(600));
    let log_id = Some("2099EXAMPLE".parse().unwrap());
    let refresh_result = RefreshResult {
        grant: claim.grant,
        grant_status,
        tokens: None,
        due_at,
        failures: 1,
        unsure: false,
        log_id,
    };
    assert!(app.state.store.complete_refresh(&refresh_result).await.unwrap());
    now
}

#[tokio::test]
async fn connected_state_is_shown() {
    let app = App::start().await;
    let readers = readers(&app).await;
    let english = [
        "class=\"panel state good\"",
        "Everything’s working",
        "Access until",
        "Last checked",
        "<strong>Ready</strong>",
    ];
    let french = ["Tout fonctionne", "Accès valable jusqu’au", "Dernière vérification"];
    readers.assert_shown(&english, &french).await;
    let export = readers.export().await;
    assert_eq!(export["state"], "connected");
    assert!(export["next_refresh_at"].is_string() && export["access_ends_at"].is_string());
    assert!(export["trouble"].is_null() && export["end_cause"].is_null());
}

#[tokio::test]
async fn expiring_consent_is_shown_with_rising_urgency() {
    let app = App::start().await;
    let readers = readers(&app).await;
    let stored = app.state.store.creator(&readers.id).await.unwrap().unwrap();
    let end = stored.grant.unwrap().grant_status.refresh_expires_at.unwrap();
    let rows = [
        (
            29,
            "state warn",
            "href=\"/oauth\" rel=\"external\" class=\"button\"",
            "ends within a month",
            "dans moins d’un mois",
        ),
        (
            6,
            "state warn",
            "href=\"/oauth\" rel=\"external\" class=\"button primary\"",
            "ends within a week",
            "dans moins d’une semaine",
        ),
        (
            1,
            "state bad",
            "href=\"/oauth\" rel=\"external\" class=\"button primary\"",
            "ends within a day",
            "dans moins d’un jour",
        ),
    ];
    for (days, tone, button, english, french) in rows {
        app.both_later(end.plus_seconds(-days * DAY).seconds_since(app.later(0))).await;
        let page = page_at(&app, &readers.id, "en").await;
        for words in [tone, button, english, "Connected, but ending soon"] {
            assert!(page.contains(words), "{days}: {words}");
        }
        assert!(page_at(&app, &readers.id, "fr").await.contains(french), "{days}: {french}");
    }
    app.both_later(DAY).await;
    let page = page_at(&app, &readers.id, "en").await;
    assert!(page.contains("The time that TikTok sets") && page.contains("Please reconnect"));
}

/// The profile page in a session made for it: a session expires before a consent does.
async fn page_at(app: &App, creator: &CreatorId, language: &'static str) -> String {
    let browser = app.browser_with(&[("accept-language", language)]);
    let id = app.session_of(creator).await;
    browser.get_with("/profile", &[("cookie", &id)]).await.text
}

#[tokio::test]
async fn transient_failure_is_shown_with_its_cause() {
    let rows = [
        (
            RefreshFailure::Unreachable,
            "We can’t reach TikTok right now",
            "TikTok est injoignable pour le moment",
        ),
        (RefreshFailure::NoAnswer, "hasn’t answered yet", "n’a pas encore répondu"),
        (RefreshFailure::Unavailable, "has a temporary problem", "rencontre un problème passager"),
        (RefreshFailure::RateLimited, "asks us to slow down", "nous demande de ralentir"),
        (RefreshFailure::AnswerLost, "didn’t reach us", "ne nous est pas parvenue"),
        (RefreshFailure::Unexpected, "that we didn’t expect", "que nous n’attendions pas"),
    ];
    let app = App::start().await;
    let readers = readers(&app).await;
    for (refresh_failure, english, french) in rows {
        complete_refresh_with(&app, &readers.id, GrantEvent::Failed(refresh_failure)).await;
        let english = [english, "state warn", "TikTok is slow to answer", "Next try:", "2099EXAMPLE"];
        readers.assert_shown(&english, &[french, "TikTok tarde à répondre", "Prochain essai"]).await;
        let page = readers.english.get("/profile").await.text;
        assert!(
            !page.contains("href=\"/oauth\" rel=\"external\" class=\"button primary\""),
            "{refresh_failure}: no request to reconnect"
        );
        let export = readers.export().await;
        assert_eq!(
            (&export["state"], &export["trouble"]),
            (&"degraded".into(), &refresh_failure.as_str().into())
        );
        assert!(export["trouble_since"].is_string());
    }
}

#[tokio::test]
async fn operators_fault_leaves_the_state_connected() {
    let app = App::start().await;
    let readers = readers(&app).await;
    for refresh_failure in
        [RefreshFailure::AppRefused, RefreshFailure::RequestRefused, RefreshFailure::Unreadable]
    {
        complete_refresh_with(&app, &readers.id, GrantEvent::Failed(refresh_failure)).await;
        let words = "The Creator Connect team needs to fix something";
        readers
            .assert_shown(
                &[words, "<strong>Connected</strong>"],
                &["L’équipe Creator Connect doit régler un problème technique"],
            )
            .await;
    }
}

#[tokio::test]
async fn needs_reconnect_is_shown_with_its_cause() {
    let rows = [
        (
            RefreshFailure::Refused,
            "Did you remove Creator Connect in the TikTok app?",
            "Avez-vous retiré Creator Connect",
        ),
        (
            RefreshFailure::AnswerLost,
            "We lost the connection to TikTok",
            "La connexion avec TikTok a été perdue",
        ),
        (RefreshFailure::ConsentEnded, "The time that TikTok sets", "La durée que TikTok fixe"),
    ];
    let app = App::start().await;
    for (refresh_failure, english, french) in rows {
        let readers = readers(&app).await;
        complete_refresh_with(&app, &readers.id, GrantEvent::Dead(refresh_failure)).await;
        let english = [
            english,
            "state bad",
            "Please reconnect",
            "href=\"/oauth\" rel=\"external\" class=\"button primary\"",
        ];
        readers.assert_shown(&english, &[french, "Reconnexion nécessaire"]).await;
        let page = readers.english.get("/profile").await.text;
        assert!(!page.contains("/api/refresh_now"), "there is nothing to refresh");
        let export = readers.export().await;
        assert_eq!(
            (&export["state"], &export["trouble"]),
            (&"needs_reconnect".into(), &refresh_failure.as_str().into())
        );
    }
}

#[tokio::test]
async fn disconnected_state_is_shown_with_its_cause() {
    let rows = [
        (EndCause::Here, true, "You disconnected this account", "Vous avez déconnecté ce compte"),
        (EndCause::Removed(RemovalReason::Unknown), true, "gave no reason", "sans en donner la raison"),
        (
            EndCause::Removed(RemovalReason::ByCreator),
            true,
            "in TikTok’s settings",
            "dans les paramètres de TikTok",
        ),
        (EndCause::Removed(RemovalReason::AccountDeleted), false, "was deleted there", "y a été supprimé"),
        (EndCause::Removed(RemovalReason::AgeChanged), false, "the age given", "l’âge indiqué"),
        (
            EndCause::Removed(RemovalReason::AccountBanned),
            false,
            "has banned the account",
            "a banni le compte",
        ),
        (
            EndCause::Removed(RemovalReason::ByDeveloper),
            true,
            "The Creator Connect team ended the connection",
            "L’équipe Creator Connect a mis fin",
        ),
    ];
    let app = App::start().await;
    for (cause, expected, english, french) in rows {
        let readers = readers(&app).await;
        let ending =
            Ending { at: app.later(0), cause, given_until: None, revoke: false, erase_profile: false };
        app.state.store.end_grant(&readers.id, &ending).await.unwrap().unwrap();
        readers
            .assert_shown(
                &[english, "Disconnected", "Ended:"],
                &[french, "Déconnecté", "Fin de la connexion"],
            )
            .await;
        let page = readers.english.get("/profile").await.text;
        let asks_to_reconnect = page.contains("href=\"/oauth\" rel=\"external\" class=\"button primary\"");
        assert_eq!(asks_to_reconnect, expected, "{cause}");
        let export = readers.export().await;
        assert_eq!(
            (&export["state"], &export["end_cause"]),
            (&"disconnected".into(), &cause.as_str().into())
        );
        assert!(export["ended_at"].is_string());
    }
}
