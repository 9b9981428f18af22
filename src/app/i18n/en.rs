//! English.

use icu_plurals::PluralCategory;

use super::{
    ActivityTexts, Article, ChoiceTexts, Consent, FailurePageTexts, FailureText, FrameTexts, LeaveTexts,
    LoginTexts, NotFoundTexts, OperatorTexts, PopupTexts, ProfileTexts, ReceiptTexts, ScopeText, Section,
    StoredTexts, Texts, TimeTexts, TitledText, category, number,
};
use crate::{
    api::ApiError,
    domain::{
        ActivityKind, ConnectionDetail, ConnectionState, EndCause, FetchOutcome, Locale, LoginFailure,
        LoginProblem, PrivacyLevel, RefreshFailure, Remains, RemovalReason, Renewal, Theme, TikTokNotice,
        Unit, Urgency,
    },
};

/// English, also for whoever speaks none of our languages.
pub static EN: Texts = Texts {
    language_name: "English",
    frame: FrameTexts {
        skip: "Skip to the content",
        description: |app| {
            format!("Connect your TikTok account to {app}, see what is stored, and leave at any time.")
        },
        home: |app| format!("{app}, home"),
        legal: "Legal",
        privacy: "Privacy policy",
        terms: "Terms of use",
        language: "Language",
        independent: "Not part of TikTok, and not endorsed by TikTok.",
    },
    login: LoginTexts {
        title: "Connect your TikTok account",
        lead: |app| {
            format!(
                "{app} links to your TikTok account. You choose what it may do, you see what is stored, and you can leave at any time."
            )
        },
        proceed: "Continue with TikTok",
        reassurance: "You sign in on TikTok’s own page. We never see your password.",
        consent: Consent {
            before: "By continuing, you accept the ",
            terms: "terms of use",
            between: " and the ",
            privacy: "privacy policy",
            after: ".",
        },
        logged_out: "You are logged out in this browser. If your account was connected, it still is.",
        records_down: "We cannot reach our records right now, so we do not know whether you are signed in. You can read this page; connecting may have to wait a moment.",
        asks: "What we ask for",
        asks_lead: "TikTok shows you these permissions before anything is shared. You may refuse any that it lets you untick.",
        unknown_scope: "TikTok explains this permission when it asks you.",
        stores: "What is stored",
        stores_items: &[
            "Your name, username and picture, and what TikTok lets you post.",
            "The keys to the connection, encrypted. No page ever shows them.",
            "Cookies for the sign-in and for your session, and one each for the language and theme that you choose. No advertising and no tracking.",
        ],
        uses: "How it is used",
        uses_text: |app| {
            format!(
                "The people who run {app} use the connection only within the permissions that you allow, for example to publish a video for you."
            )
        },
        leaves: "How to leave",
        leaves_items: |app| {
            vec![
                "On your profile page, choose Disconnect. The connection ends at once, its keys are erased, and TikTok is told. You decide whether your profile is erased too.".to_owned(),
                "On the same page, you can have everything about you deleted.".to_owned(),
                format!(
                    "Or open the TikTok app, go to Settings and privacy, then Security and permissions, and remove {app} from the connected apps."
                ),
                "Logging out ends the session in this browser only. The connection stays.".to_owned(),
                "You can download what is stored about you at any time.".to_owned(),
            ]
        },
        connected_as: "You are connected as",
        connected: "You are connected",
        connected_lead: "Your profile shows what TikTok says about your account and how the connection is doing.",
        disconnected: "You are disconnected",
        disconnected_lead: "You are signed in here, and no TikTok account is connected. You can connect again, or see on your profile what is still stored.",
        to_profile: "Go to your profile",
        another: "Connect another account",
    },
    profile: ProfileTexts {
        title: "Your profile",
        nameless: "Your TikTok account",
        avatar: |name| format!("Profile picture of {name}"),
        connection: "Connection",
        consent_until: "Your consent lasts until",
        consent_unknown: "TikTok did not say how long your consent lasts.",
        consent_over: "Your consent ended on",
        ended_at: "Ended:",
        renews_itself: "The connection renews by itself. Last time:",
        renews_not: "TikTok gave us no means to renew this connection. Last renewed:",
        next_try: "Next try:",
        messages: "Messages",
        log_id: "TikTok’s reference:",
        posting: "What TikTok lets you post",
        posting_unknown: "TikTok has not said what you can post.",
        posting_past: "This is what TikTok said while you were connected. Nothing can be posted from here now.",
        audience: "Who can see a post",
        comments: "Comments",
        duets: "Duets",
        stitches: "Stitches",
        allowed: "Allowed",
        off: "Off",
        unknown: "Unknown",
        longest: "Longest video",
        permissions: "Permissions",
        granted: "You allowed",
        granted_none: "You have allowed nothing yet.",
        missing: "Not allowed",
        connected_at: "Connected",
        refreshed_at: "Last renewed",
        known_at: "Profile read at TikTok",
        id: "Your ID in this app",
        copy: "Copy",
        copied: "Copied",
        copy_failed: "Your browser did not allow copying.",
        actions: "What you can do",
        refresh: TitledText {
            title: "Refresh now",
            text: "Renews the connection at once. It also does so by itself.",
        },
        refreshing: "Refreshing…",
        reconnect: TitledText { title: "Reconnect", text: "Takes you to TikTok to give your consent again." },
        switch: TitledText {
            title: "Switch account",
            text: "Connects another TikTok account in this browser. This one stays connected until you disconnect it.",
        },
        switch_alone: "Connects another TikTok account in this browser.",
        ask_missing: TitledText {
            title: "Ask for missing permissions",
            text: "TikTok asks you again for what you did not allow.",
        },
        export: TitledText {
            title: "Download my data",
            text: "A file with your profile, how the connection stands and what happened lately.",
        },
        log_out: TitledText {
            title: "Log out",
            text: "Ends the session in this browser. The connection stays.",
        },
        log_out_alone: "Ends the session in this browser.",
        logging_out: "Logging out…",
        disconnect: TitledText {
            title: "Disconnect",
            text: "Ends the connection, here and at TikTok. You decide what is erased.",
        },
        delete: TitledText { title: "Delete my data", text: "Erases what is still stored about you." },
    },
    leave: LeaveTexts {
        title: "Disconnect your account",
        consequences: |app| {
            vec![
                "The connection ends at once. Nothing can be done with your TikTok account from here any more."
                    .to_owned(),
                "The keys to the connection are erased.".to_owned(),
                format!("TikTok is told, and {app} is removed from the connected apps of your account."),
                "You can connect again whenever you like.".to_owned(),
            ]
        },
        choice: "What happens to your profile here?",
        erase: TitledText {
            title: "Erase it",
            text: "Your name, your picture and what TikTok lets you post are deleted. TikTok’s ID of your account and the dates stay.",
        },
        keep: TitledText { title: "Keep it", text: "It stays here for when you come back." },
        submit: "Disconnect",
        pending: "Disconnecting…",
        cancel: "Cancel",
        delete: TitledText {
            title: "Delete everything about me",
            text: "Ends the connection if there is one, deletes all that is stored about you, and signs you out in every browser. This cannot be undone.",
        },
        delete_submit: "Delete everything",
        deleting: "Deleting…",
        data_title: "Delete your data",
        data_lead: "Your account is not connected any more. Here you can delete what is still stored.",
        erase_kept: TitledText {
            title: "Erase my profile",
            text: "Your name, your picture and what TikTok lets you post are deleted. You stay signed in.",
        },
        erasing: "Erasing…",
        back: "Back to your profile",
    },
    receipt: ReceiptTexts {
        title: |was_connected, remains| match (was_connected, remains) {
            (_, Remains::Nothing) => "Everything about you is deleted",
            (true, _) => "Your account is disconnected",
            (false, Remains::Record) => "Your profile is erased",
            (false, Remains::Profile) => "Your account was not connected any more",
        },
        lead: "This is your receipt.",
        number: "Receipt number",
        at: "When",
        connection: "Connection",
        ended: "Ended",
        none: "There was none any more",
        tokens: "Keys to the connection",
        tokens_now: |notice| match notice {
            TikTokNotice::Confirmed | TikTokNotice::NotNeeded => "Erased",
            TikTokNotice::Pending => {
                "Erased from the connection. An encrypted copy waits until TikTok has been told, and is good for nothing else."
            }
        },
        tiktok: "TikTok",
        tiktok_now: |notice, app| match notice {
            TikTokNotice::Confirmed => {
                format!(
                    "Has been told and has confirmed it. {app} is gone from the connected apps of your account."
                )
            }
            TikTokNotice::Pending => format!(
                "Has not confirmed it yet. We keep telling it until it does; you need not do anything. If you do not want to wait, remove {app} in the TikTok app, under Security and permissions."
            ),
            TikTokNotice::NotNeeded => "There was nothing left to tell TikTok.".to_owned(),
        },
        stored: "Stored here",
        stored_now: |remains, notice| match (remains, notice) {
            (Remains::Profile, _) => "Your profile, for when you come back",
            (Remains::Record, _) => {
                "Only TikTok’s number for your account and the dates of the connection. Your name, your picture and what you may post are erased."
            }
            (Remains::Nothing, TikTokNotice::Pending) => {
                "Nothing, except what is needed to tell TikTok. It goes as soon as TikTok knows."
            }
            (Remains::Nothing, _) => "Nothing",
        },
        keep: "If you ever want to ask about it, give the operator this number. It names nobody. This page shows it only in this browser, so print it or take a picture if you want to keep it.",
        again: "Changed your mind?",
    },
    activity: ActivityTexts {
        title: "Recent activity",
        nothing: "Nothing has happened yet.",
        what: happening,
        word: "TikTok’s word for it:",
        reference: "TikTok’s ID:",
    },
    failure_page: FailurePageTexts {
        remedy: "What you can do",
        again: "Try again",
        another: "Use another account",
        home: "Back to the start",
        still_signed_in: "You are still signed in here with the account from before.",
        log_id: "If you ask for help, give TikTok’s reference:",
        asked: "The app asked TikTok for:",
    },
    not_found: NotFoundTexts {
        title: "This page does not exist",
        text: "The address may be mistyped, or the page has moved.",
        home: "Go to the start",
    },
    scope,
    state,
    connection_detail,
    renewal,
    privacy_level,
    outcome,
    login_failure,
    problem,
    profile_failure,
    action_failure,
    privacy,
    terms,
    days_left,
    duration,
    operator: OperatorTexts {
        title: "Who runs it",
        lead: |app, name| match name {
            Some(name) => {
                format!("{name} runs {app} and is responsible for your data. TikTok has no part in it.")
            }
            None => format!(
                "The people or the company that gave you this address run {app} and are responsible for your data. TikTok has no part in it."
            ),
        },
        by: "Run by",
        site: "Website",
        write: |address| format!("Write to {address}"),
        help: "Ask for help",
    },
    stored: StoredTexts {
        title: "What is stored about you",
        from_tiktok: "From TikTok",
        name: "Name",
        username: "Username",
        picture: "Picture",
        posting: "What TikTok lets you post",
        account: "TikTok’s ID of your account",
        keys: "Keys to the connection",
        keys_now: |connected| {
            if connected {
                "Stored encrypted, and shown to nobody"
            } else {
                "Erased. An encrypted copy waits only if TikTok has still to be told"
            }
        },
        uses: "Who used the connection",
        got_keys: |app| format!("{app} got its keys from TikTok"),
        asked: |app| format!("{app} asked TikTok about your profile"),
        nobody_else: "Nobody else: this app gives the keys to no other program.",
    },
    time: TimeTexts {
        just_now: "just now",
        soon: "in a moment",
        ago: |n, unit| format!("{} ago", counted(n, unit)),
        ahead: |n, unit| format!("in {}", counted(n, unit)),
        offline: "You are offline. What you see here is from",
    },
    choices: ChoiceTexts {
        theme: "Theme",
        themes: |theme| match theme {
            Theme::System => "System",
            Theme::Light => "Light",
            Theme::Dark => "Dark",
        },
    },
    popup: PopupTexts {
        title: "Your account is connected",
        lead: |app| format!("{app} is now linked to your TikTok account."),
        close: "You can close this window and go on where you were.",
    },
};

fn scope(name: &str) -> Option<ScopeText> {
    let (name, why) = match name {
        "user.info.basic" => ("Your name and picture", "So that you can see which account is connected."),
        "user.info.profile" => (
            "Your username and bio",
            "So that your account is recognised, with its verified badge if it has one.",
        ),
        "user.info.stats" => ("Your statistics", "How many followers, likes and videos you have."),
        "video.list" => ("Your public videos", "A list of the videos that everyone can see."),
        "video.upload" => {
            ("Sending drafts", "Videos arrive in your TikTok inbox, and you publish them yourself.")
        }
        "video.publish" => (
            "Publishing posts",
            "Videos and photos can be published to your account, within the settings that you choose at TikTok.",
        ),
        _ => return None,
    };
    Some(ScopeText { name, why })
}

const fn state(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::Connected => "Connected",
        ConnectionState::Expiring => "Connected, but ending soon",
        ConnectionState::Degraded => "Connected, with delays",
        ConnectionState::NeedsReconnect => "Reconnect needed",
        ConnectionState::Disconnected => "Disconnected",
    }
}

const fn connection_detail(connection_detail: ConnectionDetail) -> &'static str {
    match connection_detail {
        ConnectionDetail::Works => "Your account is connected, with the consent that you gave at TikTok.",
        ConnectionDetail::Waits => {
            "Your account is connected. Renewing it is held up by something that only the operator can mend; there is nothing for you to do."
        }
        ConnectionDetail::Ends(Urgency::Month) => {
            "Your consent ends within a month. Reconnect when it suits you, and nothing is interrupted."
        }
        ConnectionDetail::Ends(Urgency::Week) => {
            "Your consent ends within a week. Reconnect before then, and nothing is interrupted."
        }
        ConnectionDetail::Ends(Urgency::Day) => {
            "Your consent ends within a day, and the connection with it. Reconnect now, and nothing is interrupted."
        }
        ConnectionDetail::Delayed(refresh_failure) => delayed(refresh_failure),
        ConnectionDetail::Broken(refresh_failure) => broken(refresh_failure),
        ConnectionDetail::Over(cause) => over(cause),
    }
}

const fn delayed(refresh_failure: RefreshFailure) -> &'static str {
    match refresh_failure {
        RefreshFailure::Unreachable => {
            "TikTok cannot be reached at the moment, so the connection is not renewed yet. We keep trying; there is nothing to do."
        }
        RefreshFailure::NoAnswer => {
            "We asked TikTok to renew the connection, and it has not answered so far. We keep trying; there is nothing to do."
        }
        RefreshFailure::Unavailable => {
            "TikTok says that it cannot renew the connection right now. We keep trying; there is nothing to do."
        }
        RefreshFailure::RateLimited => {
            "TikTok asks us to slow down, so the connection is renewed a little later. There is nothing to do."
        }
        RefreshFailure::AnswerLost => {
            "TikTok’s answer to the last renewal did not reach us. We will know shortly whether the connection still works; there is nothing to do yet."
        }
        RefreshFailure::AppRefused | RefreshFailure::RequestRefused | RefreshFailure::Unreadable => {
            "The connection cannot be renewed until the operator has mended something. There is nothing for you to do."
        }
        RefreshFailure::Refused | RefreshFailure::ConsentEnded | RefreshFailure::Unexpected => {
            "TikTok did not renew the connection yet, in a way that we did not expect. We keep trying; there is nothing to do."
        }
    }
}

const fn broken(refresh_failure: RefreshFailure) -> &'static str {
    match refresh_failure {
        RefreshFailure::Refused => {
            "TikTok no longer accepts this connection; perhaps you removed it in the TikTok app. Only you can renew it."
        }
        RefreshFailure::AnswerLost => {
            "TikTok renewed the connection, but its answer was lost on the way to us, and the old key is void. Reconnect once, and all is well again."
        }
        RefreshFailure::ConsentEnded => {
            "Your consent has reached the end that TikTok sets for it. Reconnect to give it anew."
        }
        _ => "This connection no longer works. Only you can renew it.",
    }
}

const fn over(cause: Option<EndCause>) -> &'static str {
    let Some(cause) = cause else {
        return "This connection has ended. Nothing can be done with your account from here.";
    };
    match cause {
        EndCause::Here => {
            "You ended this connection here. Nothing can be done with your account from here any more."
        }
        EndCause::Removed(RemovalReason::ByCreator) => {
            "You removed this app in TikTok’s settings, and the connection ended with that."
        }
        EndCause::Removed(RemovalReason::AccountDeleted) => {
            "TikTok ended this connection because the account was deleted there."
        }
        EndCause::Removed(RemovalReason::AgeChanged) => {
            "TikTok ended this connection because the age given for the account changed."
        }
        EndCause::Removed(RemovalReason::AccountBanned) => {
            "TikTok ended this connection because it has banned the account. Only TikTok can lift that."
        }
        EndCause::Removed(RemovalReason::ByDeveloper) => {
            "The operator of this app ended the connection at TikTok."
        }
        EndCause::Removed(RemovalReason::Unknown) => "TikTok ended this connection and gave no reason.",
    }
}

const fn renewal(renewal: Renewal) -> &'static str {
    match renewal {
        Renewal::Renewed => "The connection has been renewed.",
        Renewal::Recent => "The connection was renewed less than a minute ago. There is nothing to do.",
        Renewal::Later(RefreshFailure::NoAnswer) => {
            "TikTok has been asked and has not answered so far. Look again in a minute."
        }
        Renewal::Later(RefreshFailure::Unreachable | RefreshFailure::Unavailable) => {
            "TikTok could not renew the connection just now. We try again by ourselves."
        }
        Renewal::Later(RefreshFailure::RateLimited) => {
            "TikTok asks us to slow down. We try again by ourselves."
        }
        Renewal::Later(
            RefreshFailure::AppRefused | RefreshFailure::RequestRefused | RefreshFailure::Unreadable,
        ) => "The connection cannot be renewed until the operator has mended something.",
        Renewal::Later(_) => "The connection was not renewed this time. We try again by ourselves.",
        Renewal::NeedsReconnect => "The connection cannot be renewed any more. Reconnect to go on.",
        Renewal::NotConnected => "There is no connection to renew.",
    }
}

const fn privacy_level(level: &PrivacyLevel) -> Option<&'static str> {
    match level {
        PrivacyLevel::PublicToEveryone => Some("Everyone"),
        PrivacyLevel::MutualFollowFriends => Some("Friends"),
        PrivacyLevel::FollowerOfCreator => Some("Followers"),
        PrivacyLevel::SelfOnly => Some("Only you"),
        PrivacyLevel::Other(_) => None,
    }
}

fn outcome(outcome: FetchOutcome) -> TitledText {
    let (title, text) = match outcome {
        FetchOutcome::Known => ("Up to date", "TikTok has told us what is shown here."),
        FetchOutcome::NotAsked => (
            "Some details are not available",
            "They need a permission that you did not allow, so we did not ask TikTok for them. Below you can allow it.",
        ),
        FetchOutcome::PermissionMissing => (
            "TikTok says that a permission is missing",
            "You may have withdrawn it in TikTok. Allow it again to see all details.",
        ),
        FetchOutcome::TokenRefused => (
            "TikTok did not accept the connection",
            "What you see may be old. Reconnect if this message stays.",
        ),
        FetchOutcome::TooManyPosts => (
            "You have reached today’s limit for posts",
            "TikTok accepts no more posts from connected apps today. Try again tomorrow.",
        ),
        FetchOutcome::BannedFromPosting => (
            "TikTok has blocked your account from posting",
            "Only TikTok can lift this. The TikTok app shows you the reason.",
        ),
        FetchOutcome::AppCapReached => (
            "This app has reached its limit for today",
            "TikTok lets only so many creators post through one app each day. Try again tomorrow.",
        ),
        FetchOutcome::RateLimited => {
            ("TikTok asks us to slow down", "What you see may be a little old. It updates itself later.")
        }
        FetchOutcome::Unavailable => {
            ("TikTok did not answer", "What you see may be old. Your connection is not affected.")
        }
        FetchOutcome::Unexpected => (
            "We did not understand TikTok’s answer",
            "What you see may be old. The operator can look into it.",
        ),
    };
    TitledText { title, text }
}

#[allow(clippy::too_many_lines, reason = "a table of texts, one row for each failure")]
fn login_failure(failure: LoginFailure) -> FailureText {
    let (title, what, remedy) = match failure {
        LoginFailure::StateUnknown => (
            "This sign-in did not start here",
            "The answer from TikTok does not belong to a sign-in in this browser, or it was used before.",
            "Start again, and finish in the same browser.",
        ),
        LoginFailure::StateExpired => (
            "The sign-in took too long",
            "A sign-in is valid for ten minutes, and they are over.",
            "Start again. It takes only a moment.",
        ),
        LoginFailure::CallbackMalformed => (
            "Something is missing in this address",
            "TikTok brings you here with its answer after you sign in. This address contains no answer.",
            "Start from the beginning instead of opening this page from a bookmark.",
        ),
        LoginFailure::Cancelled => (
            "You did not connect",
            "The sign-in was cancelled at TikTok. Nothing was shared, and nothing was changed.",
            "If you did not mean to, try again. If TikTok showed you a message about your account, use another account.",
        ),
        LoginFailure::UnknownRefusal => (
            "TikTok didn’t connect your account",
            "TikTok refused for a reason that we don’t know. That doesn’t mean you did anything wrong.",
            "Try again. If it happens again, ask the operator for help.",
        ),
        LoginFailure::NotSandboxTester => (
            "This account is not on the test list",
            "The app is still being tested at TikTok, and only accounts on its test list can connect.",
            "Ask the operator to add your account, which can take an hour, or use an account that is on the list.",
        ),
        LoginFailure::ClientKeyRefused => (
            "TikTok does not accept this app",
            "TikTok does not know the app’s key, or has not approved the app yet. Your account is not the cause.",
            "Tell the operator that the client key was refused.",
        ),
        LoginFailure::RedirectUriRefused => (
            "TikTok does not know the way back",
            "The address to which TikTok should send you is not registered for this app.",
            "Tell the operator that the redirect address was refused.",
        ),
        LoginFailure::PkceRefused => (
            "TikTok refused the extra protection",
            "TikTok and this app do not agree on how to protect the sign-in.",
            "Tell the operator that the code challenge was refused.",
        ),
        LoginFailure::ScopeRefused => (
            "TikTok refused a permission",
            "The app asks for a permission for which TikTok has not approved it.",
            "Tell the operator that a scope was refused; below is what the app asks for.",
        ),
        LoginFailure::CodeRefused => (
            "The sign-in is no longer valid",
            "TikTok’s confirmation can be used once and only for a short time. This one was used or too old.",
            "Start again. It takes only a moment.",
        ),
        LoginFailure::ClientRefused => (
            "TikTok refused the app’s credentials",
            "You signed in correctly, but TikTok did not accept the app’s key and secret.",
            "Tell the operator that the client credentials were refused.",
        ),
        LoginFailure::RequestRefused => (
            "TikTok did not accept our request",
            "You signed in correctly, but TikTok rejected the way in which this app finished the sign-in.",
            "Tell the operator that the token request was refused.",
        ),
        LoginFailure::RateLimited => (
            "TikTok asks us to slow down",
            "Too many requests reached TikTok in a short time.",
            "Wait a minute, then try again.",
        ),
        LoginFailure::TooManyLogins => (
            "Too many sign-ins at once",
            "Many people, or one program, are signing in here or from your network at this moment. Nothing was lost.",
            "Wait a minute, then try again. If it goes on, use another network.",
        ),
        LoginFailure::TikTokUnavailable => (
            "TikTok cannot be reached",
            "TikTok has a problem, or the connection to it is broken.",
            "Wait a few minutes, then try again.",
        ),
        LoginFailure::TikTokTimeout => (
            "TikTok did not answer in time",
            "We asked TikTok to finish the sign-in, and no answer came.",
            "Try again in a minute.",
        ),
        LoginFailure::UnexpectedAnswer => (
            "We did not understand TikTok’s answer",
            "TikTok answered in a form that we do not know.",
            "Try again. If it happens again, tell the operator.",
        ),
        LoginFailure::StoreUnavailable => (
            "We cannot reach our records",
            "The place where connections are kept does not answer right now.",
            "Wait a minute, then try again.",
        ),
        LoginFailure::ConsentKept => (
            "Connected, but not shown yet",
            "TikTok has connected your account, and we have kept that safely. We cannot reach our records right now.",
            "Wait a minute, then reload this page. You do not have to allow anything again.",
        ),
        LoginFailure::Internal => (
            "Something went wrong on our side",
            "This is our fault, not yours.",
            "Try again. If it happens again, tell the operator.",
        ),
    };
    FailureText { title, what, remedy }
}

fn problem(problem: LoginProblem, app: &str) -> String {
    match problem {
        LoginProblem::Creator => "Nothing is broken.".to_owned(),
        LoginProblem::Operator => format!("Only the operator of {app} can solve this."),
        LoginProblem::Passing => "This usually passes by itself.".to_owned(),
        LoginProblem::Unknown => format!("The operator of {app} can find out what it means."),
    }
}

const fn profile_failure(error: ApiError) -> FailureText {
    match error {
        ApiError::StoreUnavailable => FailureText {
            title: "We cannot reach our records right now",
            what: "Your profile cannot be shown for the moment. Your connection is not affected.",
            remedy: "Wait a minute, then try again.",
        },
        ApiError::BadRequest | ApiError::Transport | ApiError::Internal => FailureText {
            title: "We cannot show your profile",
            what: "Something went wrong on our side. Your connection is not affected.",
            remedy: "Try again. If it happens again, tell the operator.",
        },
    }
}

const fn action_failure(error: ApiError) -> &'static str {
    match error {
        ApiError::StoreUnavailable => {
            "That did not work: we cannot reach our records right now. Try again in a minute."
        }
        ApiError::BadRequest => "That did not work: the request was not understood. Try again.",
        ApiError::Transport => {
            "That did not work: the server could not be reached. Check your connection and try again."
        }
        ApiError::Internal => "That did not work: something went wrong on our side. Try again.",
    }
}

fn days_left(days: u32) -> String {
    match (days, category(Locale::En, days)) {
        (0, _) => "less than a day left".to_owned(),
        (_, PluralCategory::One) => format!("{days} day left"),
        _ => format!("{} days left", number(Locale::En, days)),
    }
}

fn duration(seconds: u32) -> String {
    match (seconds / 60, seconds % 60) {
        (0, rest) => in_seconds(rest),
        (whole, 0) => in_minutes(whole),
        (whole, rest) => format!("{} {}", in_minutes(whole), in_seconds(rest)),
    }
}

fn counted(n: u32, unit: Unit) -> String {
    let [one, other] = match unit {
        Unit::Minute => ["minute", "minutes"],
        Unit::Hour => ["hour", "hours"],
        Unit::Day => ["day", "days"],
        Unit::Month => ["month", "months"],
        Unit::Year => ["year", "years"],
    };
    let word = if category(Locale::En, n) == PluralCategory::One { one } else { other };
    format!("{} {word}", number(Locale::En, n))
}

fn in_minutes(n: u32) -> String {
    let word = if category(Locale::En, n) == PluralCategory::One { "minute" } else { "minutes" };
    format!("{} {word}", number(Locale::En, n))
}

fn in_seconds(n: u32) -> String {
    let word = if category(Locale::En, n) == PluralCategory::One { "second" } else { "seconds" };
    format!("{} {word}", number(Locale::En, n))
}

fn section(title: &'static str, paragraphs: &[&str]) -> Section {
    let paragraphs = paragraphs.iter().map(|&text| text.to_owned()).collect();
    Section { title, paragraphs }
}

fn privacy(app: &str, operator: Option<&str>) -> Article {
    let who = operator.map_or_else(
        || format!("{app} is run by its operator: the people or the company that gave you its address. They are responsible for your data."),
        |name| format!("{app} is run by {name}, called the operator here, who is responsible for your data."),
    );
    Article {
        title: "Privacy policy",
        lead: format!("What {app} stores about you, why, for how long, and how you leave. {who}"),
        sections: vec![
            section(
                "What is stored",
                &[
                    "From TikTok, within the permissions that you allow: your display name, your username, your profile picture, and what TikTok lets you post (who can see it, comments, duets, stitches, and the longest video).",
                    "About the connection: the keys that keep it alive (TikTok calls them tokens), which permissions you allowed, when you connected, and until when your consent lasts. Tokens are encrypted before they are written, and no page ever shows them.",
                    "Your TikTok password and your e-mail address never reach us.",
                ],
            ),
            section(
                "Cookies",
                &[
                    "One cookie recognises your browser during the sign-in and ends within an hour; another keeps you signed in. One each remembers the language and the theme, if you choose them. There is no advertising, no tracking, and nothing is loaded from third parties.",
                ],
            ),
            section(
                "Who uses it",
                &[
                    "The operator and the operator’s own programs use the connection, only within the permissions that you allow. The app exchanges data with TikTok and with the database that the operator chose, and with nobody else.",
                ],
            ),
            section(
                "Logs",
                &[
                    "To find faults, the app keeps technical logs: what was requested, when, and whether it worked. They contain no names, no tokens and no cookies, and old ones are deleted automatically.",
                ],
            ),
            section(
                "How long",
                &[
                    "The tokens are kept until the connection ends: because you end it, or because the time is over that TikTok sets for every consent; your profile page shows the day. When you end it here, they are erased at once. If TikTok cannot be told at that moment, an encrypted copy waits until it can be, and for 180 days at most.",
                    "Your profile is kept until you have it erased, or the operator erases it. A session ends when you log out, in your other browsers when you disconnect, or by itself: after 30 days without use, and 90 days after you signed in.",
                ],
            ),
            Section {
                title: "How to leave",
                paragraphs: vec![
                    "On your profile page, choose Disconnect. The connection ends at once, its tokens are erased, and TikTok is told. You decide whether your profile stays here or is erased. You are given a receipt.".to_owned(),
                    "On the same page, you can have everything about you deleted: the connection, your profile, and your sessions in every browser. Once TikTok has been told, nothing of you is left in the database.".to_owned(),
                    format!(
                        "You can also end the connection in the TikTok app: go to Settings and privacy, then Security and permissions, and remove {app} from the connected apps. The tokens stop working at once."
                    ),
                    "Logging out ends the session in this browser and nothing else.".to_owned(),
                ],
            },
            section(
                "Your rights",
                &[
                    "On your profile page you can download what is stored about you, and have it deleted. Ask the operator to have your data corrected, or if you have a question.",
                ],
            ),
        ],
    }
}

fn terms(app: &str, operator: Option<&str>) -> Article {
    let who = operator.map_or_else(
        || "its operator, the people or the company that gave you its address,".to_owned(),
        |name| format!("its operator, {name},"),
    );
    Article {
        title: "Terms of use",
        lead: format!(
            "The rules for using {app}. You agree to them with {who} when you connect your TikTok account."
        ),
        sections: vec![
            Section {
                title: "What it does",
                paragraphs: vec![format!(
                    "{app} connects your TikTok account, shows you what TikTok says about it, and keeps the connection alive, so that the operator can use it within the permissions that you allow."
                )],
            },
            section(
                "Your account",
                &[
                    "Connect only an account that is yours or that you may manage. TikTok’s own terms continue to apply to everything that is done with it.",
                ],
            ),
            section(
                "What the operator may do",
                &[
                    "Only what your permissions cover. You may refuse permissions, and you may withdraw them at any time, in the TikTok app or by disconnecting on your profile page.",
                ],
            ),
            section(
                "What is not promised",
                &[
                    "The service may be interrupted, and TikTok may change or end what it offers. As far as the law allows, it is provided as it is, without a guarantee.",
                ],
            ),
            Section {
                title: "Independence",
                paragraphs: vec![format!("{app} is not part of TikTok, and it is not endorsed by TikTok.")],
            },
            section(
                "Ending",
                &[
                    "You may leave at any time, on your profile page, and need no reason. The operator may end a connection too, for example when these terms are broken.",
                ],
            ),
        ],
    }
}

fn happening(what: &ActivityKind) -> &'static str {
    match what {
        ActivityKind::Connected => "You connected your account.",
        ActivityKind::Reconnected => "You connected your account again.",
        ActivityKind::Disconnected => "You ended the connection.",
        ActivityKind::NeedsReconnect => "The connection stopped working.",
        ActivityKind::Recovered => "The connection works again.",
        ActivityKind::Removed(RemovalReason::ByCreator) => "You removed this app in TikTok.",
        ActivityKind::Removed(RemovalReason::AccountDeleted) => "The TikTok account was deleted.",
        ActivityKind::Removed(RemovalReason::AgeChanged) => {
            "TikTok ended the connection: the account’s age changed."
        }
        ActivityKind::Removed(RemovalReason::AccountBanned) => {
            "TikTok ended the connection: the account is banned."
        }
        ActivityKind::Removed(RemovalReason::ByDeveloper) => {
            "TikTok has confirmed that we ended the connection."
        }
        ActivityKind::Removed(RemovalReason::Unknown) => "TikTok ended the connection without a reason.",
        ActivityKind::UploadFailed => "A video did not reach TikTok.",
        ActivityKind::VideoPublished => "You published a video that was shared to TikTok.",
        ActivityKind::DataReady => "A copy of your TikTok data is ready.",
        ActivityKind::PostFailed => "A post failed.",
        ActivityKind::PostComplete => "A post was published.",
        ActivityKind::PostInInbox => "A post waits in your TikTok inbox.",
        ActivityKind::PostPublic => "A post can be seen by everybody now.",
        ActivityKind::PostHidden => "A post can no longer be seen by everybody.",
        ActivityKind::Other(_) => "TikTok told us something that we do not know yet.",
    }
}
