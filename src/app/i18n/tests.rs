//! What the types cannot guarantee: texts are distinct, typographically right and counted correctly.

mod formats;

use std::collections::HashSet;

use super::{Locale, Texts, texts};
use crate::{
    api::ApiError,
    domain::{
        ActivityKind, ConnectionDetail, ConnectionState, EndCause, FetchOutcome, LoginFailure, LoginProblem,
        PostingStatus, PrivacyLevel, RefreshFailure, RemainingData, RemovalReason, Renewal, TikTokNotice,
        Timestamp, Urgency,
    },
};

const STATES: [ConnectionState; 5] = [
    ConnectionState::Connected,
    ConnectionState::Expiring,
    ConnectionState::Degraded,
    ConnectionState::NeedsReconnect,
    ConnectionState::Disconnected,
];
const API_ERRORS: [ApiError; 4] =
    [ApiError::StoreUnavailable, ApiError::BadRequest, ApiError::Transport, ApiError::Internal];
const SCOPES: [&str; 6] = [
    "user.info.basic",
    "user.info.profile",
    "user.info.stats",
    "video.list",
    "video.upload",
    "video.publish",
];

/// 2026-11-22T14:19:05Z
const AT: Timestamp = Timestamp(1_795_357_145);

/// The source of each language.
const SOURCES: [&str; 5] = [
    include_str!("en.rs"),
    include_str!("fr.rs"),
    include_str!("de.rs"),
    include_str!("es.rs"),
    include_str!("pt_br.rs"),
];

fn everywhere(check: impl Fn(&Texts)) {
    for locale in Locale::ALL {
        check(texts(locale));
    }
}

fn assert_distinct(kind: &str, texts_of: Vec<String>) {
    assert!(texts_of.iter().all(|text| !text.trim().is_empty()), "{kind}: an empty text");
    let distinct: HashSet<&String> = texts_of.iter().collect();
    assert_eq!(distinct.len(), texts_of.len(), "{kind}: the same text twice");
}

#[test]
fn every_login_failure_has_its_own_page() {
    everywhere(|t| {
        let failures = LoginFailure::ALL.map(t.login_failure);
        assert_distinct("title", failures.iter().map(|text| text.title.to_owned()).collect());
        assert_distinct("what", failures.iter().map(|text| text.what.to_owned()).collect());
        assert!(failures.iter().all(|text| !text.remedy.is_empty()));
    });
}

#[test]
fn every_fetch_outcome_has_its_own_message() {
    everywhere(|t| {
        assert_distinct(
            "outcome",
            FetchOutcome::ALL.map(|outcome| (t.outcome)(outcome).title.to_owned()).into(),
        );
    });
}

#[test]
fn every_state_has_its_own_words() {
    everywhere(|t| {
        assert_distinct("state", STATES.map(|state| (t.state)(state).to_owned()).into());
    });
}

/// Every connection detail, each of which has a text of its own.
fn connection_details() -> Vec<ConnectionDetail> {
    let passing = [
        RefreshFailure::Unreachable,
        RefreshFailure::NoAnswer,
        RefreshFailure::Unavailable,
        RefreshFailure::RateLimited,
        RefreshFailure::AnswerLost,
        RefreshFailure::AppRefused,
        RefreshFailure::Unexpected,
    ];
    let dead = [
        RefreshFailure::Refused,
        RefreshFailure::AnswerLost,
        RefreshFailure::ConsentEnded,
        RefreshFailure::Unexpected,
    ];
    let mut connection_details = vec![
        ConnectionDetail::Works,
        ConnectionDetail::Waits,
        ConnectionDetail::Over(None),
        ConnectionDetail::Over(Some(EndCause::Here)),
    ];
    connection_details.extend([Urgency::Month, Urgency::Week, Urgency::Day].map(ConnectionDetail::Ends));
    connection_details.extend(passing.map(ConnectionDetail::Delayed));
    connection_details.extend(dead.map(ConnectionDetail::Broken));
    let removed = |reason: &RemovalReason| ConnectionDetail::Over(Some(EndCause::Removed(*reason)));
    connection_details.extend(RemovalReason::ALL.iter().map(removed));
    connection_details
}

#[test]
fn every_story_has_its_own_words() {
    everywhere(|t| {
        assert_distinct(
            "connection_detail",
            connection_details()
                .into_iter()
                .map(|connection_detail| (t.connection_detail)(connection_detail).to_owned())
                .collect(),
        );
        for refresh_failure in RefreshFailure::ALL {
            let texts_of =
                [ConnectionDetail::Delayed(*refresh_failure), ConnectionDetail::Broken(*refresh_failure)]
                    .map(t.connection_detail);
            assert!(
                texts_of.iter().all(|text| !text.is_empty()) && texts_of[0] != texts_of[1],
                "{refresh_failure}"
            );
        }
    });
}

#[test]
fn every_renewal_has_its_own_answer() {
    let renewals = [
        Renewal::Renewed,
        Renewal::Recent,
        Renewal::Later(RefreshFailure::Unreachable),
        Renewal::Later(RefreshFailure::NoAnswer),
        Renewal::Later(RefreshFailure::RateLimited),
        Renewal::Later(RefreshFailure::AppRefused),
        Renewal::Later(RefreshFailure::Unexpected),
        Renewal::NeedsReconnect,
        Renewal::NotConnected,
    ];
    everywhere(|t| {
        assert_distinct("renewal", renewals.map(|renewal| (t.renewal)(renewal).to_owned()).into());
    });
}

#[test]
fn a_receipt_tells_its_cases_apart() {
    let notices = [TikTokNotice::Confirmed, TikTokNotice::Pending, TikTokNotice::NotNeeded];
    let remains = [RemainingData::Profile, RemainingData::Record, RemainingData::Nothing];
    everywhere(|t| {
        assert_distinct("notice", notices.map(|notice| (t.receipt.tiktok_now)(notice).to_owned()).into());
        for notice in notices {
            let stored = remains.map(|remains| (t.receipt.stored_now)(remains, notice).to_owned());
            assert_distinct("stored", stored.into());
        }
    });
}

#[test]
fn every_happening_has_its_own_words() {
    everywhere(|t| {
        let texts_of = ActivityKind::samples().into_iter().map(|what| (t.activity.what)(&what).to_owned());
        assert_distinct("happening", texts_of.collect());
    });
}

#[test]
fn every_known_privacy_level_has_its_own_words() {
    let levels = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"];
    everywhere(|t| {
        let texts_of = levels.map(|level| (t.privacy_level)(&PrivacyLevel::from(level.to_owned())));
        assert_distinct("level", texts_of.iter().flatten().map(|&text| text.to_owned()).collect());
        assert_eq!(texts_of.iter().flatten().count(), levels.len());
        assert_eq!((t.privacy_level)(&PrivacyLevel::Other("NEW".to_owned())), None);
    });
}

#[test]
fn every_scope_of_tiktok_has_its_own_words() {
    everywhere(|t| {
        let texts_of = SCOPES.map(|scope| (t.scope)(scope).map(|text| text.name.to_owned()));
        assert_eq!(texts_of.iter().flatten().count(), SCOPES.len());
        assert_distinct("scope", texts_of.into_iter().flatten().collect());
        assert_eq!((t.scope)("new.scope"), None);
    });
}

#[test]
fn every_error_of_ours_has_its_own_sentence() {
    everywhere(|t| {
        assert_distinct("action", API_ERRORS.map(|error| (t.action_failure)(error).to_owned()).into());
    });
}

#[test]
fn every_posting_status_has_its_own_words() {
    everywhere(|t| {
        let all = PostingStatus::ALL;
        assert_distinct("posting", all.map(|status| (t.posting_status)(status).to_owned()).into());
        let not_ready = all.into_iter().filter(|status| *status != PostingStatus::Ready);
        let details = not_ready.map(|status| (t.posting_detail)(status).to_owned()).collect();
        assert_distinct("posting detail", details);
    });
}

#[test]
fn problem_of_the_operator_names_them() {
    everywhere(|t| {
        for problem in [LoginProblem::Operator, LoginProblem::Unknown] {
            assert!((t.problem)(problem).contains("{operator}"), "{problem:?}");
        }
    });
}

/// The reasons of <https://developers.tiktok.com/doc/content-posting-api-reference-get-video-status>.
const REASONS: [&str; 13] = [
    "file_format_check_failed",
    "duration_check_failed",
    "frame_rate_check_failed",
    "picture_size_check_failed",
    "internal",
    "video_pull_failed",
    "photo_pull_failed",
    "publish_cancelled",
    "auth_removed",
    "spam_risk_too_many_posts",
    "spam_risk_user_banned_from_posting",
    "spam_risk_text",
    "spam_risk",
];

#[test]
fn every_documented_reason_has_its_own_words() {
    everywhere(|t| {
        let texts_of = REASONS.map(|word| (t.activity.reason)(word).unwrap_or_default().to_owned());
        assert_distinct("reason", texts_of.into());
        assert_eq!((t.activity.reason)("something_new"), None);
    });
}

#[test]
fn legal_pages_name_the_app() {
    everywhere(|t| {
        for article in [&t.privacy, &t.terms] {
            assert!(article.lead.contains("{app}") && article.sections.len() > 4, "{}", article.title);
        }
        assert!(t.operator.named.contains("{operator}") && t.operator.named.contains("{app}"));
        assert!(t.operator.unnamed.contains("{app}") && !t.operator.unnamed.contains("{operator}"));
    });
}

/// A name that is misspelt would be shown as it is.
#[test]
fn every_placeholder_is_known() {
    let known = ["app", "operator", "account", "what", "code", "reference", "time", "word", "verb", ""];
    for text in SOURCES.into_iter().flat_map(literals) {
        for after in text.split('{').skip(1) {
            let name = after.split('}').next().unwrap_or_default();
            assert!(known.contains(&name), "{{{name}}} in {text}");
        }
    }
}

/// The texts between quotation marks of a source file; comments are passed over.
fn literals(source: &str) -> Vec<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let joined = code.collect::<Vec<_>>().join("\n");
    joined.split('"').skip(1).step_by(2).map(|text| text.replace("\\u{202f}", "\u{202f}")).collect()
}

#[test]
fn french_is_set_as_in_print() {
    for text in literals(include_str!("fr.rs")) {
        assert!(!text.contains('\''), "a straight apostrophe: {text}");
        for mark in [" ;", " :", " ?", " !", " %", "« ", " »"] {
            assert!(!text.contains(mark), "a breaking space: {text}");
        }
        assert!(!text.contains('\u{a0}'), "a no-break space that is not narrow: {text}");
        let letters: Vec<char> = text.chars().collect();
        let bare = |pair: &[char]| ";:?!»%".contains(pair[1]) && pair[0] != '\u{202f}';
        assert!(!letters.windows(2).any(bare), "no space before a mark: {text}");
    }
}

#[test]
fn no_language_has_a_straight_apostrophe() {
    let texts_of = SOURCES.into_iter().flat_map(literals);
    let straight: Vec<_> = texts_of.filter(|text| text.contains('\'')).collect();
    assert_eq!(straight, [""; 0]);
}

/// The texts of the pseudo-locale come from the English file: what is said there is said here.
#[test]
fn pseudo_locale_has_every_text_and_is_longer() {
    let (english, pseudo) = (texts(Locale::En), texts(Locale::Pseudo));
    assert_eq!(pseudo.profile.log_out, "[Ļööĝ ööûûţ]");
    assert_eq!((pseudo.scope)("new.scope"), None);
    assert!((pseudo.scope)("video.publish").is_some(), "a name that is compared with is left alone");
    for failure in LoginFailure::ALL {
        let [short, long] = [english, pseudo].map(|t| (t.login_failure)(failure).what.chars().count());
        let percent = long * 100 / short;
        assert!((125..165).contains(&percent), "{failure:?}: {percent} %");
    }
    assert_eq!(pseudo.frame.home, "[{app}, hööméé]");
}
