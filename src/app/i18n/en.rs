//! English.

use icu_plurals::PluralCategory;

use super::{
    ActivityTexts, Article, ChoiceTexts, ConnectedTexts, Consent, FailurePageTexts, FailureText, FrameTexts,
    LeaveTexts, LoginTexts, NotFoundTexts, OperatorTexts, PopupTexts, PostingTexts, ProfileTexts,
    ReceiptTexts, ScopeText, Section, StatusTexts, StoredTexts, Texts, TimeTexts, TitledText, category,
    number,
};
use crate::{
    api::ApiError,
    domain::{
        ActivityKind, ConnectionDetail, ConnectionState, EndCause, FetchOutcome, Locale, LoginFailure,
        LoginProblem, PostingStatus, PrivacyLevel, RefreshFailure, RemainingData, RemovalReason, Renewal,
        Theme, TikTokNotice, Unit, Urgency,
    },
};

/// English, also for a browser that asks for none of our languages.
pub static EN: Texts = Texts {
    language_name: "English",
    frame: FrameTexts {
        skip: "Skip to the content",
        description: "Connect your TikTok to {app}. You decide what’s allowed, and you can disconnect any time.",
        home: "{app}, home",
        legal: "Legal",
        privacy: "Privacy policy",
        terms: "Terms of use",
        language: "Language",
        independent: "Not part of TikTok, and not endorsed by TikTok.",
    },
    login: LoginTexts {
        title: "Connect your TikTok to {app}",
        lead: "Let {operator} post to your TikTok. You decide what’s allowed and can disconnect any time.",
        lead_reading: "Let {operator} see your TikTok profile. You decide what’s allowed and can disconnect any time.",
        proceed: "Continue with TikTok",
        returning: "Connected before? TikTok brings you straight back.",
        assurances: [
            "You sign in on TikTok. We never see your password.",
            "You can disconnect any time, here or in the TikTok app.",
            "No advertising and no tracking.",
        ],
        consent: Consent {
            before: "By continuing, you accept the ",
            terms: "terms of use",
            between: " and the ",
            privacy: "privacy policy",
            after: ".",
        },
        logged_out: "You’re logged out. Your TikTok stays connected until you disconnect it.",
        sign_in_first: "Sign in to see your profile. Continue with TikTok, and you’re back in a moment.",
        records_down: "We’re having trouble on our side and can’t tell if you’re signed in. Try again in a minute.",
        can: "What {operator} can do",
        can_lead: "TikTok shows you this list first. Untick anything you don’t want.",
        unknown_scope: "TikTok explains this permission when it asks you.",
        cannot: "What {operator} can’t do",
        cannot_items: &[
            "See your password or sign in as you",
            "Read or send messages",
            "Delete your posts or change your account",
            "Anything else that you don’t allow",
        ],
        cannot_post: "Post anything",
        stores: "What’s stored",
        stores_items: &[
            "Your name, username and picture, and the posting limits that TikTok sets.",
            "The access tokens TikTok gives us, encrypted and never displayed.",
            "Cookies for the sign-in and for your session, and one each for the language and theme that you choose.",
        ],
        leaves: "How to leave",
        leaves_items: &[
            "Choose Disconnect on your profile. Access ends at once, and TikTok is informed. You decide whether your profile here is erased too.",
            "You can also have everything about you deleted, or download it first.",
            "Or open the TikTok app, go to Settings and privacy, then Security and permissions, and remove {app}.",
            "Logging out only leaves this browser. Your TikTok stays connected.",
        ],
        connected_as: "You’re connected as",
        connected: "You’re connected",
        connected_lead: "See your connection, permissions and recent activity.",
        disconnected: "You’re disconnected",
        disconnected_lead: "Your TikTok isn’t connected any more. Reconnect it, or see what we still store.",
        to_profile: "Go to your profile",
        another: "Connect another account",
    },
    profile: ProfileTexts {
        title: "Your profile",
        nameless: "Your TikTok account",
        avatar: "Profile picture of {account}",
        account: "Account",
        switch: "Use another account",
        log_out: "Log out",
        logging_out: "Logging out…",
        messages: "Messages",
        fills_in: "We’ll fill this in as soon as TikTok answers.",
        log_id: "TikTok’s reference:",
        permissions: "Permissions",
        granted: "You allowed",
        granted_none: "You haven’t allowed anything yet.",
        missing: "Not allowed",
        connected_at: "Connected",
        refreshed_at: "Last checked",
        known_at: "Profile updated",
        id: "Your ID in this app",
        copy: "Copy",
        copied: "Copied",
        copy_failed: "Your browser did not allow copying.",
        export: TitledText { title: "Download my data", text: "Everything we store about you, as a file." },
        disconnect: TitledText {
            title: "Disconnect",
            text: "Ends access, here and on TikTok. You decide what is erased.",
        },
        delete: TitledText { title: "Delete my data", text: "Erases what is still stored about you." },
    },
    status: StatusTexts {
        title: "Status",
        connection: "Connection",
        posting: "Posting",
        access_until: "Access until",
        access_over: "Access ended on",
        ended_at: "Ended:",
        checked: "Last checked",
        checks_not: "TikTok gave us no means to keep this connection going. Last checked",
        next_try: "Next try:",
        check: "Check now",
        checking: "Checking…",
        reconnect: "Reconnect",
        allow_posting: "Allow posting",
        review: "Review permissions",
        review_lead: "TikTok will ask you to confirm.",
    },
    connected: ConnectedTexts {
        title: "You’re connected.",
        can_post: "{operator} can now post to your TikTok.",
        can_read: "{operator} can now see your TikTok profile.",
        posting_off: "{operator} can’t post, because you didn’t allow it.",
        close: "You can close this page.",
        back: "Back to {operator}",
    },
    posting: PostingTexts {
        title: "Posting limits set by TikTok",
        unknown_yet: "TikTok hasn’t sent your posting limits yet.",
        audience: "Who can see a post",
        comments: "Comments",
        duets: "Duets",
        stitches: "Stitches",
        allowed: "Allowed",
        off: "Off",
        unknown: "Unknown",
        longest: "Maximum video length",
    },
    leave: LeaveTexts {
        title: "Disconnect your TikTok?",
        consequences: "{operator} can no longer post or see your TikTok data. You can connect again whenever you like.",
        choice: "Your profile here",
        erase: TitledText { title: "Erase it", text: "Name, picture and posting limits are deleted." },
        keep: TitledText { title: "Keep it", text: "So coming back is quicker." },
        submit: "Disconnect",
        pending: "Disconnecting…",
        stay: "Stay connected",
        delete: TitledText {
            title: "Delete everything about me",
            text: "Ends access if there is any, deletes all that is stored about you, and signs you out in every browser.",
        },
        delete_ask: "Delete everything",
        delete_sure: "Are you sure? This can’t be undone.",
        delete_submit: "Yes, delete everything",
        deleting: "Deleting…",
        data_title: "Delete your data",
        data_lead: "Your TikTok isn’t connected any more. Here you can delete what is still stored.",
        erase_kept: TitledText {
            title: "Erase my profile",
            text: "Your name, picture and posting limits are deleted. You stay signed in.",
        },
        erasing: "Erasing…",
        back: "Back to your profile",
    },
    receipt: ReceiptTexts {
        title: |was_connected, remains| match (was_connected, remains) {
            (_, RemainingData::Nothing) => "Everything about you is deleted",
            (true, _) => "Your TikTok is disconnected",
            (false, RemainingData::Record) => "Your profile is erased",
            (false, RemainingData::Profile) => "Your TikTok was not connected any more",
        },
        lead: "This is your receipt.",
        number: "Receipt number",
        at: "When",
        connection: "Connection",
        ended: "Ended",
        none: "There was none any more",
        tokens: "Access tokens",
        tokens_now: |notice| match notice {
            TikTokNotice::Confirmed | TikTokNotice::NotNeeded => "Deleted",
            TikTokNotice::Pending => "Deleted here. One encrypted copy is kept until TikTok confirms.",
        },
        tiktok: "TikTok",
        tiktok_now: |notice| match notice {
            TikTokNotice::Confirmed => "TikTok confirmed it. {app} no longer appears in your connected apps.",
            TikTokNotice::Pending => {
                "TikTok hasn’t confirmed it yet. We’ll keep trying; you don’t need to do anything. If you’d rather not wait, remove {app} in the TikTok app, under Security and permissions."
            }
            TikTokNotice::NotNeeded => "There was nothing left to tell TikTok.",
        },
        stored: "Still stored here",
        stored_now: |remains, notice| match (remains, notice) {
            (RemainingData::Profile, _) => {
                "Your profile, your recent activity and the dates of the connection, for when you come back"
            }
            (RemainingData::Record, _) => {
                "TikTok’s number for your account, your recent activity and the dates of the connection. Your name, picture and posting limits are erased."
            }
            (RemainingData::Nothing, TikTokNotice::Pending) => {
                "Nothing, except what we need to tell TikTok. It goes as soon as TikTok confirms."
            }
            (RemainingData::Nothing, _) => "Nothing",
        },
        keep: "Questions later? Quote this number to {operator}. It can’t identify you. Save it now: we only show it in this browser.",
        save: "Save the receipt",
        again: "Changed your mind?",
    },
    activity: ActivityTexts {
        title: "Recent activity",
        nothing: "Nothing has happened yet.",
        what: happening,
        reason,
        word: "Reason from TikTok:",
        reference: "TikTok’s ID:",
        details: "Details",
        see_post: "See the post",
        times: |n| format!("{} times", number(Locale::En, n)),
        show_all: "Show all",
    },
    failure_page: FailurePageTexts {
        remedy: "What you can do",
        again: "Try again",
        another: "Use another account",
        home: "Back to home",
        still_signed_in: "You’re still signed in as {account}.",
        still_signed_in_unnamed: "You’re still signed in with the account from before.",
        log_id: "If you ask for help, give TikTok’s reference:",
        asked: "The app asked TikTok for:",
        mail_subject: "Connecting my TikTok to {app}",
        mail_body: "Hello,\n\nconnecting my TikTok to {app} failed.\n\nWhat failed: {what} ({code})\nTikTok’s reference: {reference}\nTime: {time}\n",
        no_reference: "none",
    },
    not_found: NotFoundTexts {
        title: "We can’t find that page",
        text: "Check the address, or go back to home.",
        home: "Back to home",
    },
    scope,
    state,
    connection_detail,
    posting_status,
    posting_detail,
    renewal,
    privacy_level,
    outcome,
    login_failure,
    problem,
    profile_failure,
    action_failure,
    privacy: PRIVACY,
    terms: TERMS,
    time_left: |n, unit| format!("{} left", counted(n, unit)),
    duration,
    operator: OperatorTexts {
        title: "Who runs it",
        named: "{operator} runs {app} and is responsible for your data. TikTok has no part in it.",
        unnamed: "{app} is run by whoever sent you here. They’re responsible for your data. TikTok has no part in it.",
        team: "the {app} team",
        contractions: &[],
        by: "Run by",
        site: "Website",
        write: "Email {operator}",
        help: "Get help from {operator}",
    },
    stored: StoredTexts {
        title: "Your data",
        from_tiktok: "From TikTok",
        name: "Name",
        username: "Username",
        picture: "Picture",
        posting: "Posting limits",
        account: "TikTok’s ID of your account",
        keys: "Access tokens",
        keys_now: |connected| {
            if connected {
                "Stored encrypted, and never displayed"
            } else {
                "Deleted. An encrypted copy is kept only while TikTok has still to confirm"
            }
        },
        uses: "Who used the connection",
        got_keys: "{app} checked it with TikTok",
        asked: "{app} asked TikTok about your profile",
        nobody_else: "Nobody else so far.",
    },
    time: TimeTexts {
        just_now: "just now",
        soon: "in a moment",
        ago: |n, unit| format!("{} ago", counted(n, unit)),
        ahead: |n, unit| format!("in {}", counted(n, unit)),
        offline: "You’re offline. What you see here is from",
    },
    choices: ChoiceTexts {
        theme: "Theme",
        themes: |theme| match theme {
            Theme::System => "System",
            Theme::Light => "Light",
            Theme::Dark => "Dark",
        },
    },
    popup: PopupTexts { title: "Your TikTok is connected", close: "You can close this window." },
};

fn scope(name: &str) -> Option<ScopeText> {
    let (name, why) = match name {
        "user.info.basic" => ("See your name and picture", "So we know which account you connected."),
        "user.info.profile" => (
            "See your username and bio",
            "So your account is recognized, with its verified badge if it has one.",
        ),
        "user.info.stats" => ("See your statistics", "How many followers, likes and videos you have."),
        "video.list" => ("See your public videos", "The videos that everyone can see."),
        "video.upload" => {
            ("Send you drafts", "Videos arrive in your TikTok inbox, and you post them yourself.")
        }
        "video.publish" => (
            "Post videos and photos",
            "{operator} can post to your account. Your TikTok privacy settings still apply.",
        ),
        _ => return None,
    };
    Some(ScopeText { name, why })
}

const fn state(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::Connected => "Connected",
        ConnectionState::Expiring => "Connected, but ending soon",
        ConnectionState::Degraded => "Connected; TikTok is slow to answer",
        ConnectionState::NeedsReconnect => "Please reconnect",
        ConnectionState::Disconnected => "Disconnected",
    }
}

const fn posting_status(status: PostingStatus) -> &'static str {
    match status {
        PostingStatus::Ready => "Ready",
        PostingStatus::NotAllowed => "Not allowed by you",
        PostingStatus::Withdrawn => "Permission missing",
        PostingStatus::Blocked => "Blocked by TikTok",
        PostingStatus::LimitReached => "Paused until tomorrow",
        PostingStatus::AppLimitReached => "Paused for today",
        PostingStatus::Unknown => "Not known yet",
    }
}

const fn posting_detail(status: PostingStatus) -> &'static str {
    match status {
        PostingStatus::Ready => "",
        PostingStatus::NotAllowed => "Posting is off because you didn’t allow it. You can turn it on here.",
        PostingStatus::Withdrawn => {
            "TikTok says that the permission to post is missing. You may have withdrawn it in the TikTok app."
        }
        PostingStatus::Blocked => {
            "TikTok has blocked your account from posting, and only TikTok can lift this. The TikTok app shows you the reason."
        }
        PostingStatus::LimitReached => {
            "You’ve reached TikTok’s limit for posts from connected apps today. Posting works again tomorrow."
        }
        PostingStatus::AppLimitReached => {
            "TikTok lets only so many creators post through {app} each day. Posting works again tomorrow."
        }
        PostingStatus::Unknown => "TikTok hasn’t told us yet whether you can post.",
    }
}

const fn connection_detail(connection_detail: ConnectionDetail) -> &'static str {
    match connection_detail {
        ConnectionDetail::Works => "Everything’s working. Nothing to do.",
        ConnectionDetail::Waits => {
            "{operator} needs to fix something before we can keep this connection going. You don’t need to do anything."
        }
        ConnectionDetail::Ends(Urgency::Month) => {
            "Access ends within a month. Reconnect when it suits you, and nothing is interrupted."
        }
        ConnectionDetail::Ends(Urgency::Week) => {
            "Access ends within a week. Reconnect before then, and nothing is interrupted."
        }
        ConnectionDetail::Ends(Urgency::Day) => {
            "Access ends within a day. Reconnect now, and nothing is interrupted."
        }
        ConnectionDetail::Delayed(refresh_failure) => delayed(refresh_failure),
        ConnectionDetail::Broken(refresh_failure) => broken(refresh_failure),
        ConnectionDetail::Over(cause) => over(cause),
    }
}

const fn delayed(refresh_failure: RefreshFailure) -> &'static str {
    match refresh_failure {
        RefreshFailure::Unreachable => {
            "We can’t reach TikTok right now. We’ll keep trying; you don’t need to do anything."
        }
        RefreshFailure::NoAnswer => {
            "TikTok hasn’t answered yet. We’ll keep trying; you don’t need to do anything."
        }
        RefreshFailure::Unavailable => {
            "TikTok has a temporary problem. We’ll keep trying; you don’t need to do anything."
        }
        RefreshFailure::RateLimited => {
            "TikTok asks us to slow down, so we check again a little later. You don’t need to do anything."
        }
        RefreshFailure::AnswerLost => {
            "TikTok’s last answer didn’t reach us. We’ll know shortly whether the connection still works; you don’t need to do anything yet."
        }
        RefreshFailure::AppRefused | RefreshFailure::RequestRefused | RefreshFailure::Unreadable => {
            "{operator} needs to fix something before we can check this connection. You don’t need to do anything."
        }
        RefreshFailure::Refused | RefreshFailure::ConsentEnded | RefreshFailure::Unexpected => {
            "TikTok gave an answer that we didn’t expect. We’ll keep trying; you don’t need to do anything."
        }
    }
}

const fn broken(refresh_failure: RefreshFailure) -> &'static str {
    match refresh_failure {
        RefreshFailure::Refused => {
            "TikTok no longer accepts this connection. Did you remove {app} in the TikTok app? Reconnect to go on."
        }
        RefreshFailure::AnswerLost => "We lost the connection to TikTok. Reconnect once and you’re set.",
        RefreshFailure::ConsentEnded => "The time that TikTok sets for access is over. Reconnect to go on.",
        _ => "This connection no longer works. Reconnect to go on.",
    }
}

const fn over(cause: Option<EndCause>) -> &'static str {
    let Some(cause) = cause else {
        return "This connection has ended. {operator} no longer has access.";
    };
    match cause {
        EndCause::Here => "You disconnected this account. {operator} no longer has access.",
        EndCause::Removed(RemovalReason::ByCreator) => {
            "You removed {app} in TikTok’s settings. {operator} no longer has access."
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
        EndCause::Removed(RemovalReason::ByDeveloper) => "{operator} ended the connection on TikTok.",
        EndCause::Removed(RemovalReason::Unknown) => "TikTok ended this connection and gave no reason.",
    }
}

const fn renewal(renewal: Renewal) -> &'static str {
    match renewal {
        Renewal::Renewed => "Checked: the connection works.",
        Renewal::Recent => "Already checked a moment ago. All good.",
        Renewal::Later(RefreshFailure::NoAnswer) => "TikTok hasn’t answered yet. Look again in a minute.",
        Renewal::Later(RefreshFailure::Unreachable | RefreshFailure::Unavailable) => {
            "TikTok isn’t responding right now. We’ll keep trying."
        }
        Renewal::Later(RefreshFailure::RateLimited) => "TikTok asks us to slow down. We’ll keep trying.",
        Renewal::Later(
            RefreshFailure::AppRefused | RefreshFailure::RequestRefused | RefreshFailure::Unreadable,
        ) => "{operator} needs to fix something before we can check this connection.",
        Renewal::Later(_) => "The check didn’t work this time. We’ll keep trying.",
        Renewal::NeedsReconnect => "TikTok no longer accepts the connection. Reconnect to go on.",
        Renewal::NotConnected => "There is no connection to check.",
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
        FetchOutcome::Known => ("Up to date", "This is what TikTok last told us."),
        FetchOutcome::NotAsked => (
            "Some details are missing",
            "They need a permission that you didn’t allow. You can allow it here.",
        ),
        FetchOutcome::PermissionMissing => (
            "TikTok says that a permission is missing",
            "You may have withdrawn it in the TikTok app. Allow it again to see all details.",
        ),
        FetchOutcome::TokenRefused => (
            "TikTok did not accept the connection",
            "This may be out of date. Reconnect if this message stays.",
        ),
        FetchOutcome::TooManyPosts => {
            ("You’ve reached today’s limit for posts", "Posting works again tomorrow.")
        }
        FetchOutcome::BannedFromPosting => {
            ("TikTok has blocked your account from posting", "Only TikTok can lift this.")
        }
        FetchOutcome::AppCapReached => {
            ("{app} has reached its limit for today", "Posting works again tomorrow.")
        }
        FetchOutcome::RateLimited => {
            ("TikTok asks us to slow down", "This may be out of date. We’ll update it automatically.")
        }
        FetchOutcome::Unavailable => {
            ("TikTok did not answer", "This may be out of date. We’ll update it automatically.")
        }
        FetchOutcome::Unexpected => {
            ("We didn’t understand TikTok’s answer", "This may be out of date. {operator} can look into it.")
        }
    };
    TitledText { title, text }
}

#[allow(clippy::too_many_lines, reason = "a table of texts, one row for each failure")]
fn login_failure(failure: LoginFailure) -> FailureText {
    let (title, what, remedy) = match failure {
        LoginFailure::StateUnknown => (
            "Let’s start over",
            "This link was already used, or was opened in another browser.",
            "Start again, and finish in the same browser.",
        ),
        LoginFailure::StateExpired => (
            "The sign-in took too long",
            "You had ten minutes to finish signing in.",
            "Start again; it only takes a moment.",
        ),
        LoginFailure::CallbackMalformed => (
            "Something is missing in this address",
            "TikTok brings you here after you sign in, and this address is not complete.",
            "Start from the beginning instead of a bookmark.",
        ),
        LoginFailure::Cancelled => (
            "Not connected",
            "TikTok didn’t connect your account, and didn’t share anything with us.",
            "If you stopped it yourself, try again whenever you like. If you pressed Authorize, TikTok may not let this account connect: use another one.",
        ),
        LoginFailure::UnknownRefusal => (
            "TikTok didn’t connect your account",
            "TikTok refused for a reason that we don’t know. That doesn’t mean you did anything wrong.",
            "Try again. If it happens again, ask {operator} for help.",
        ),
        LoginFailure::NotSandboxTester => (
            "This account is not on the test list",
            "{app} is still being tested on TikTok, and only accounts on its test list can connect.",
            "Ask {operator} to add your account, which can take an hour, or use an account that is on the list.",
        ),
        LoginFailure::ClientKeyRefused => (
            "This one’s on us",
            "You did everything right, but TikTok doesn’t know {app} or hasn’t approved it yet.",
            "Tell {operator} that the client key was refused.",
        ),
        LoginFailure::RedirectUriRefused => (
            "This one’s on us: the way back is wrong",
            "{app} isn’t set up correctly with TikTok.",
            "Tell {operator} that the redirect address was refused.",
        ),
        LoginFailure::PkceRefused => (
            "This one’s on us: the protection doesn’t match",
            "{app} and TikTok don’t agree on how to protect the sign-in.",
            "Tell {operator} that the code challenge was refused.",
        ),
        LoginFailure::ScopeRefused => (
            "This one’s on us: a permission was refused",
            "{app} asks for a permission for which TikTok hasn’t approved it.",
            "Tell {operator} that a scope was refused; below is what the app asks for.",
        ),
        LoginFailure::CodeRefused => (
            "The sign-in is no longer valid",
            "TikTok’s confirmation works once and only for a short time. This one was used or too old.",
            "Start again; it only takes a moment.",
        ),
        LoginFailure::ClientRefused => (
            "This one’s on us: the credentials were refused",
            "You did everything right, but TikTok didn’t accept {app}.",
            "Tell {operator} that the client credentials were refused.",
        ),
        LoginFailure::RequestRefused => (
            "This one’s on us: the request was refused",
            "You did everything right, but TikTok didn’t accept the way in which {app} finished the sign-in.",
            "Tell {operator} that the token request was refused.",
        ),
        LoginFailure::RateLimited => (
            "TikTok asks us to slow down",
            "Too many requests reached TikTok in a short time.",
            "Wait a minute, then try again.",
        ),
        LoginFailure::TooManyLogins => (
            "Too many sign-ins at once",
            "Many people, or one program, are signing in here or from your network right now. Nothing was lost.",
            "Wait a minute, then try again. If it goes on, use another network.",
        ),
        LoginFailure::TikTokUnavailable => (
            "We can’t reach TikTok",
            "TikTok has a problem, or the connection to it is broken.",
            "Wait a few minutes, then try again.",
        ),
        LoginFailure::TikTokTimeout => (
            "TikTok didn’t answer in time",
            "We asked TikTok to finish the sign-in, and no answer came.",
            "Try again in a minute.",
        ),
        LoginFailure::UnexpectedAnswer => (
            "We didn’t understand TikTok’s answer",
            "TikTok answered in a form that we don’t know.",
            "Try again. If it happens again, tell {operator}.",
        ),
        LoginFailure::StoreUnavailable => (
            "We’re having trouble on our side",
            "We can’t reach our database right now.",
            "Wait a minute, then try again.",
        ),
        LoginFailure::ConsentKept => (
            "Connected, but not shown yet",
            "TikTok has connected your account, and we have kept that safely. We’re having trouble on our side right now.",
            "Wait a minute, then reload this page. You don’t have to allow anything again.",
        ),
        LoginFailure::Internal => (
            "Something went wrong on our side",
            "This is our fault, not yours.",
            "Try again. If it happens again, tell {operator}.",
        ),
    };
    FailureText { title, what, remedy }
}

const fn problem(problem: LoginProblem) -> &'static str {
    match problem {
        LoginProblem::Creator => "",
        LoginProblem::Operator => "Only {operator} can fix this.",
        LoginProblem::Passing => "This usually passes by itself.",
        LoginProblem::Unknown => "{operator} can find out what it means.",
    }
}

const fn profile_failure(error: ApiError) -> FailureText {
    match error {
        ApiError::StoreUnavailable => FailureText {
            title: "We’re having trouble on our side",
            what: "We can’t show your profile right now. Your connection is not affected.",
            remedy: "Wait a minute, then try again.",
        },
        ApiError::BadRequest | ApiError::Transport | ApiError::Internal => FailureText {
            title: "We can’t show your profile",
            what: "Something went wrong on our side. Your connection is not affected.",
            remedy: "Try again. If it happens again, tell {operator}.",
        },
    }
}

const fn action_failure(error: ApiError) -> &'static str {
    match error {
        ApiError::StoreUnavailable => {
            "That didn’t work: we’re having trouble on our side. Try again in a minute."
        }
        ApiError::BadRequest => "That didn’t work: the request was not understood. Try again.",
        ApiError::Transport => "No connection. Check your internet and try again.",
        ApiError::Internal => "That didn’t work: something went wrong on our side. Try again.",
    }
}

fn duration(seconds: u32) -> String {
    match (seconds / 60, seconds % 60) {
        (0, rest) => in_seconds(rest),
        (whole, 0) => counted(whole, Unit::Minute),
        (whole, rest) => format!("{} {}", counted(whole, Unit::Minute), in_seconds(rest)),
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

fn in_seconds(n: u32) -> String {
    let word = if category(Locale::En, n) == PluralCategory::One { "second" } else { "seconds" };
    format!("{} {word}", number(Locale::En, n))
}

const PRIVACY: Article = Article {
    title: "Privacy policy",
    lead: "What {app} stores about you, why, for how long, and how you leave.",
    sections: &[
        Section {
            title: "What is stored",
            paragraphs: &[
                "From TikTok, within the permissions that you allow: your display name, your username, your profile picture, and the posting limits that TikTok sets (who can see a post, comments, duets, stitches, and the maximum video length).",
                "About the connection: the access tokens that TikTok gives us, which permissions you allowed, when you connected, and until when access lasts. Tokens are encrypted before they are written, and no page ever shows them.",
                "What happened with the connection and with posts: when you connected, and what TikTok reports to us about posts.",
                "Your TikTok password and your e-mail address never reach us.",
            ],
        },
        Section {
            title: "Cookies",
            paragraphs: &[
                "One cookie recognizes your browser during the sign-in and ends within an hour; another keeps you signed in. One each remembers the language and the theme, if you choose them. There is no advertising, no tracking, and nothing is loaded from third parties.",
            ],
        },
        Section {
            title: "Who uses it",
            paragraphs: &[
                "{operator} and their own programs use the connection, only within the permissions that you allow. {app} exchanges data with TikTok and with the database that {operator} chose, and with nobody else.",
            ],
        },
        Section {
            title: "Logs",
            paragraphs: &[
                "To find faults, {app} keeps technical logs: what was requested, when, and whether it worked. They contain no names, no tokens and no cookies, and old ones are deleted automatically.",
            ],
        },
        Section {
            title: "How long",
            paragraphs: &[
                "The tokens are kept until access ends: because you end it, or because the time is over that TikTok sets for it; your profile page shows the day. When you end it here, they are deleted at once. If TikTok can’t be told at that moment, an encrypted copy is kept until it can be, and for 180 days at most.",
                "Your profile is kept until you have it erased, or {operator} erases it. A session ends when you log out, in your other browsers when you disconnect, or by itself: after 30 days without use, and 90 days after you signed in.",
            ],
        },
        Section {
            title: "How to leave",
            paragraphs: &[
                "On your profile page, choose Disconnect. Access ends at once, the tokens are deleted, and TikTok is told. You decide whether your profile stays here or is erased. You are given a receipt.",
                "On the same page, you can have everything about you deleted: the connection, your profile, and your sessions in every browser. Once TikTok has been told, nothing of you is left in the database.",
                "You can also end access in the TikTok app: go to Settings and privacy, then Security and permissions, and remove {app} from the connected apps. The tokens stop working at once.",
                "Logging out ends the session in this browser and nothing else.",
            ],
        },
        Section {
            title: "Your rights",
            paragraphs: &[
                "On your profile page you can download what is stored about you, and have it deleted. Ask {operator} to have your data corrected, or if you have a question.",
            ],
        },
    ],
};

const TERMS: Article = Article {
    title: "Terms of use",
    lead: "The rules for using {app}. You agree to them when you connect your TikTok account.",
    sections: &[
        Section {
            title: "What it does",
            paragraphs: &[
                "{app} connects your TikTok account, shows you what TikTok says about it, and keeps the connection going, so that {operator} can use it within the permissions that you allow.",
            ],
        },
        Section {
            title: "Your account",
            paragraphs: &[
                "Connect only an account that is yours or that you may manage. TikTok’s own terms continue to apply to everything that is done with it.",
            ],
        },
        Section {
            title: "What is allowed",
            paragraphs: &[
                "{operator} may do only what your permissions cover. You may refuse permissions, and you may withdraw them at any time, in the TikTok app or by disconnecting on your profile page.",
            ],
        },
        Section {
            title: "What is not promised",
            paragraphs: &[
                "The service may be interrupted, and TikTok may change or end what it offers. As far as the law allows, it is provided as it is, without a guarantee.",
            ],
        },
        Section {
            title: "Independence",
            paragraphs: &["{app} is not part of TikTok, and it is not endorsed by TikTok."],
        },
        Section {
            title: "Ending",
            paragraphs: &[
                "You may leave at any time, on your profile page, and need no reason. {operator} may end a connection too, for example when these terms are broken.",
            ],
        },
    ],
};

fn happening(what: &ActivityKind) -> &'static str {
    match what {
        ActivityKind::Connected => "You connected your account.",
        ActivityKind::Reconnected => "You reconnected your account.",
        ActivityKind::Disconnected => "You disconnected your account.",
        ActivityKind::NeedsReconnect => "The connection stopped working.",
        ActivityKind::Recovered => "The connection works again.",
        ActivityKind::Removed(RemovalReason::ByCreator) => "You removed {app} in the TikTok app.",
        ActivityKind::Removed(RemovalReason::AccountDeleted) => "The TikTok account was deleted.",
        ActivityKind::Removed(RemovalReason::AgeChanged) => {
            "TikTok ended the connection: the account’s age changed."
        }
        ActivityKind::Removed(RemovalReason::AccountBanned) => {
            "TikTok ended the connection: the account is banned."
        }
        ActivityKind::Removed(RemovalReason::ByDeveloper) => {
            "TikTok confirmed that {operator} ended the connection."
        }
        ActivityKind::Removed(RemovalReason::Unknown) => "TikTok ended the connection without a reason.",
        ActivityKind::UploadFailed => "A video upload failed.",
        ActivityKind::VideoPublished => "You posted a video that was shared to TikTok.",
        ActivityKind::DataReady => "A copy of your TikTok data is ready.",
        ActivityKind::PostFailed => "A post failed.",
        ActivityKind::PostComplete => "A post was published.",
        ActivityKind::PostInInbox => "A draft is waiting in your TikTok inbox.",
        ActivityKind::PostPublic => "A post is now public.",
        ActivityKind::PostHidden => "A post is no longer public.",
        ActivityKind::Other(_) => "Other update from TikTok",
    }
}

fn reason(word: &str) -> Option<&'static str> {
    Some(match word {
        "file_format_check_failed" => "TikTok does not accept this file format.",
        "duration_check_failed" => "The video is too short or too long.",
        "frame_rate_check_failed" => "The video’s frame rate is not accepted.",
        "picture_size_check_failed" => "The picture size is not accepted.",
        "internal" => "TikTok had a problem. It can be tried again.",
        "video_pull_failed" => "TikTok could not fetch the video.",
        "photo_pull_failed" => "TikTok could not fetch the photo.",
        "publish_cancelled" => "The post was cancelled.",
        "auth_removed" => "Access was removed in the TikTok app.",
        "spam_risk_too_many_posts" => "The limit for posts of that day was reached.",
        "spam_risk_user_banned_from_posting" => "TikTok has blocked the account from posting.",
        "spam_risk_text" => "TikTok took the text for spam.",
        "spam_risk" => "TikTok took the post for spam.",
        _ => return None,
    })
}
