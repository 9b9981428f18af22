//! German.

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

/// German.
pub static DE: Texts = Texts {
    language_name: "Deutsch",
    frame: FrameTexts {
        skip: "Zum Inhalt springen",
        description: "Verbinde dein TikTok mit {app}. Du bestimmst, was erlaubt ist, und kannst die Verbindung jederzeit trennen.",
        home: "{app}, Startseite",
        legal: "Rechtliches",
        privacy: "Datenschutz",
        terms: "Nutzungsbedingungen",
        language: "Sprache",
        independent: "Kein Teil von TikTok und nicht von TikTok unterstützt.",
    },
    login: LoginTexts {
        title: "Verbinde dein TikTok mit {app}",
        lead: "Erlaube es, dass {operator} auf deinem TikTok postet. Du bestimmst, was erlaubt ist, und kannst die Verbindung jederzeit trennen.",
        lead_reading: "Erlaube es, dass {operator} dein TikTok-Profil sieht. Du bestimmst, was erlaubt ist, und kannst die Verbindung jederzeit trennen.",
        proceed: "Weiter mit TikTok",
        returning: "Schon einmal verbunden? TikTok bringt dich direkt zurück.",
        assurances: [
            "Du meldest dich bei TikTok an. Wir sehen dein Passwort nie.",
            "Du kannst die Verbindung jederzeit trennen, hier oder in der TikTok-App.",
            "Keine Werbung und kein Tracking.",
        ],
        consent: Consent {
            before: "Wenn du fortfährst, akzeptierst du die ",
            terms: "Nutzungsbedingungen",
            between: " und die ",
            privacy: "Datenschutzerklärung",
            after: ".",
        },
        logged_out: "Du bist abgemeldet. Dein TikTok bleibt verbunden, bis du es trennst.",
        sign_in_first: "Melde dich an, um dein Profil zu sehen. Mit TikTok geht das in einem Moment.",
        records_down: "Bei uns gibt es gerade ein Problem, deshalb wissen wir nicht, ob du angemeldet bist. Versuch es in einer Minute noch einmal.",
        can: "Was {operator} darf",
        can_lead: "TikTok zeigt dir zuerst diese Liste. Entferne die Häkchen bei allem, was du nicht möchtest.",
        unknown_scope: "TikTok erklärt diese Berechtigung, wenn es dich danach fragt.",
        cannot: "Was {operator} nicht kann",
        cannot_items: &[
            "Dein Passwort sehen oder sich als du anmelden",
            "Nachrichten lesen oder senden",
            "Beiträge löschen oder dein Konto ändern",
            "Alles andere, was du nicht erlaubst",
        ],
        cannot_post: "Etwas posten",
        stores: "Was gespeichert wird",
        stores_items: &[
            "Dein Name, dein Nutzername, dein Bild und die Grenzen, die TikTok für Beiträge setzt.",
            "Die Zugriffstokens von TikTok, verschlüsselt und nie angezeigt.",
            "Cookies für die Anmeldung und deine Sitzung, dazu je eines für Sprache und Design, wenn du sie wählst.",
        ],
        leaves: "So steigst du aus",
        leaves_items: &[
            "Wähle in deinem Profil „Verbindung trennen“. Der Zugriff endet sofort, und TikTok erfährt davon. Du entscheidest, ob auch dein Profil hier gelöscht wird.",
            "Du kannst auch alles über dich löschen lassen oder es vorher herunterladen.",
            "Oder öffne in der TikTok-App „Einstellungen und Datenschutz“, dann „Sicherheit und Berechtigungen“, und entferne {app}.",
            "Abmelden gilt nur für diesen Browser. Dein TikTok bleibt verbunden.",
        ],
        connected_as: "Verbunden als",
        connected: "Du bist verbunden",
        connected_lead: "Sieh dir deine Verbindung, deine Berechtigungen und die letzten Aktivitäten an.",
        disconnected: "Deine Verbindung ist getrennt",
        disconnected_lead: "Dein TikTok ist nicht mehr verbunden. Verbinde es neu, oder sieh nach, was wir noch speichern.",
        to_profile: "Zu deinem Profil",
        another: "Anderes Konto verbinden",
    },
    profile: ProfileTexts {
        title: "Dein Profil",
        nameless: "Dein TikTok-Konto",
        avatar: "Profilbild von {account}",
        account: "Konto",
        switch: "Anderes Konto verwenden",
        log_out: "Abmelden",
        logging_out: "Wird abgemeldet …",
        messages: "Hinweise",
        fills_in: "Wir ergänzen das, sobald TikTok antwortet.",
        log_id: "Referenz von TikTok:",
        permissions: "Berechtigungen",
        granted: "Von dir erlaubt",
        granted_none: "Du hast noch nichts erlaubt.",
        missing: "Nicht erlaubt",
        connected_at: "Verbunden seit",
        refreshed_at: "Zuletzt geprüft",
        known_at: "Profil aktualisiert",
        id: "Deine ID in dieser App",
        copy: "Kopieren",
        copied: "Kopiert",
        copy_failed: "Dein Browser hat das Kopieren nicht erlaubt.",
        export: TitledText {
            title: "Meine Daten herunterladen",
            text: "Alles, was wir über dich speichern, als Datei.",
        },
        disconnect: TitledText {
            title: "Verbindung trennen",
            text: "Beendet den Zugriff, hier und bei TikTok. Du entscheidest, was gelöscht wird.",
        },
        delete: TitledText {
            title: "Meine Daten löschen",
            text: "Löscht, was noch über dich gespeichert ist.",
        },
    },
    status: StatusTexts {
        title: "Status",
        connection: "Verbindung",
        posting: "Posten",
        access_until: "Zugriff bis",
        access_over: "Zugriff beendet am",
        ended_at: "Beendet:",
        checked: "Zuletzt geprüft:",
        checks_not: "TikTok hat uns kein Mittel gegeben, diese Verbindung zu erhalten. Zuletzt geprüft:",
        next_try: "Nächster Versuch:",
        check: "Jetzt prüfen",
        checking: "Wird geprüft …",
        reconnect: "Neu verbinden",
        allow_posting: "Posten erlauben",
        review: "Berechtigungen prüfen",
        review_lead: "TikTok wird dich um Bestätigung bitten.",
    },
    connected: ConnectedTexts {
        title: "Geschafft, du bist verbunden.",
        can_post: "{operator} kann jetzt auf deinem TikTok posten.",
        can_read: "{operator} kann jetzt dein TikTok-Profil sehen.",
        posting_off: "{operator} kann nicht posten, weil du es nicht erlaubt hast.",
        close: "Du kannst diese Seite schließen.",
        back: "Zurück zu {operator}",
    },
    posting: PostingTexts {
        title: "Grenzen, die TikTok für Beiträge setzt",
        unknown_yet: "TikTok hat deine Grenzen für Beiträge noch nicht mitgeteilt.",
        audience: "Wer einen Beitrag sehen kann",
        comments: "Kommentare",
        duets: "Duette",
        stitches: "Stitches",
        allowed: "Erlaubt",
        off: "Aus",
        unknown: "Unbekannt",
        longest: "Maximale Videolänge",
    },
    leave: LeaveTexts {
        title: "Dein TikTok trennen?",
        consequences: "{operator} kann dann nicht mehr posten und deine TikTok-Daten nicht mehr sehen. Du kannst dich jederzeit wieder verbinden.",
        choice: "Dein Profil hier",
        erase: TitledText {
            title: "Löschen", text: "Name, Bild und Grenzen für Beiträge werden gelöscht."
        },
        keep: TitledText { title: "Behalten", text: "Damit es beim nächsten Mal schneller geht." },
        submit: "Trennen",
        pending: "Wird getrennt …",
        stay: "Verbunden bleiben",
        delete: TitledText {
            title: "Alles über mich löschen",
            text: "Beendet den Zugriff, falls es ihn noch gibt, löscht alles, was wir über dich speichern, und meldet dich in allen Browsern ab.",
        },
        delete_ask: "Alles löschen",
        delete_sure: "Bist du sicher? Das lässt sich nicht rückgängig machen.",
        delete_submit: "Ja, alles löschen",
        deleting: "Wird gelöscht …",
        data_title: "Deine Daten löschen",
        data_lead: "Dein TikTok ist nicht mehr verbunden. Hier kannst du löschen, was noch gespeichert ist.",
        erase_kept: TitledText {
            title: "Mein Profil löschen",
            text: "Dein Name, dein Bild und die Grenzen für Beiträge werden gelöscht. Du bleibst angemeldet.",
        },
        erasing: "Wird gelöscht …",
        back: "Zurück zu deinem Profil",
    },
    receipt: ReceiptTexts {
        title: |was_connected, remains| match (was_connected, remains) {
            (_, RemainingData::Nothing) => "Alles über dich ist gelöscht",
            (true, _) => "Dein TikTok ist getrennt",
            (false, RemainingData::Record) => "Dein Profil ist gelöscht",
            (false, RemainingData::Profile) => "Dein TikTok war nicht mehr verbunden",
        },
        lead: "Das ist deine Bestätigung.",
        number: "Bestätigungsnummer",
        at: "Wann",
        connection: "Verbindung",
        ended: "Beendet",
        none: "Es gab keine mehr",
        tokens: "Zugriffstokens",
        tokens_now: |notice| match notice {
            TikTokNotice::Confirmed | TikTokNotice::NotNeeded => "Gelöscht",
            TikTokNotice::Pending => {
                "Hier gelöscht. Eine verschlüsselte Kopie bleibt, bis TikTok bestätigt hat."
            }
        },
        tiktok: "TikTok",
        tiktok_now: |notice| match notice {
            TikTokNotice::Confirmed => {
                "TikTok hat es bestätigt. {app} erscheint nicht mehr unter deinen verbundenen Apps."
            }
            TikTokNotice::Pending => {
                "TikTok hat es noch nicht bestätigt. Wir versuchen es weiter, du musst nichts tun. Wenn du nicht warten möchtest, entferne {app} in der TikTok-App unter „Sicherheit und Berechtigungen“."
            }
            TikTokNotice::NotNeeded => "Es gab TikTok nichts mehr mitzuteilen.",
        },
        stored: "Noch hier gespeichert",
        stored_now: |remains, notice| match (remains, notice) {
            (RemainingData::Profile, _) => {
                "Dein Profil, deine letzten Aktivitäten und die Zeiten der Verbindung, falls du wiederkommst"
            }
            (RemainingData::Record, _) => {
                "Die Nummer, die TikTok deinem Konto gibt, deine letzten Aktivitäten und die Zeiten der Verbindung. Dein Name, dein Bild und die Grenzen für Beiträge sind gelöscht."
            }
            (RemainingData::Nothing, TikTokNotice::Pending) => {
                "Nichts, außer dem, was wir brauchen, um TikTok zu informieren. Es verschwindet, sobald TikTok bestätigt hat."
            }
            (RemainingData::Nothing, _) => "Nichts",
        },
        keep: "Hast du später Fragen? Dann nenne diese Nummer; {operator} kann damit den Vorgang finden, aber nicht dich. Speichere sie jetzt: Wir zeigen sie nur in diesem Browser.",
        save: "Bestätigung speichern",
        again: "Anders überlegt?",
    },
    activity: ActivityTexts {
        title: "Letzte Aktivitäten",
        nothing: "Noch ist nichts passiert.",
        what: happening,
        reason,
        word: "Grund laut TikTok:",
        reference: "ID bei TikTok:",
        details: "Details",
        see_post: "Beitrag ansehen",
        times: |n| format!("{}-mal", number(Locale::De, n)),
        show_all: "Alle anzeigen",
    },
    failure_page: FailurePageTexts {
        remedy: "Das kannst du tun",
        again: "Noch einmal versuchen",
        another: "Anderes Konto verwenden",
        home: "Zur Startseite",
        still_signed_in: "Du bist weiterhin als {account} angemeldet.",
        still_signed_in_unnamed: "Du bist weiterhin mit dem bisherigen Konto angemeldet.",
        log_id: "Wenn du um Hilfe bittest, nenne die Referenz von TikTok:",
        asked: "Die App hat TikTok um Folgendes gebeten:",
        mail_subject: "Mein TikTok mit {app} verbinden",
        mail_body: "Hallo,\n\nmein TikTok ließ sich nicht mit {app} verbinden.\n\nFehler: {what} ({code})\nReferenz von TikTok: {reference}\nZeit: {time}\n",
        no_reference: "keine",
    },
    not_found: NotFoundTexts {
        title: "Diese Seite gibt es nicht",
        text: "Prüfe die Adresse, oder geh zurück zur Startseite.",
        home: "Zur Startseite",
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
    time_left: |n, unit| format!("noch {}", counted(n, unit)),
    duration,
    operator: OperatorTexts {
        title: "Wer dahintersteht",
        named: "{operator} betreibt {app} und ist für deine Daten verantwortlich. TikTok ist daran nicht beteiligt.",
        unnamed: "{app} wird von der Person oder Firma betrieben, die dich hierhergeschickt hat. Sie ist für deine Daten verantwortlich. TikTok ist daran nicht beteiligt.",
        team: "das Team von {app}",
        contractions: &[("von das Team", "vom Team"), ("zu das Team", "zum Team")],
        by: "Betrieben von",
        site: "Website",
        write: "E-Mail an {operator}",
        help: "Hilfe von {operator}",
    },
    stored: StoredTexts {
        title: "Deine Daten",
        from_tiktok: "Von TikTok",
        name: "Name",
        username: "Nutzername",
        picture: "Bild",
        posting: "Grenzen für Beiträge",
        account: "ID deines Kontos bei TikTok",
        keys: "Zugriffstokens",
        keys_now: |connected| {
            if connected {
                "Verschlüsselt gespeichert und nie angezeigt"
            } else {
                "Gelöscht. Eine verschlüsselte Kopie bleibt nur, solange TikTok noch bestätigen muss"
            }
        },
        uses: "Wer die Verbindung benutzt hat",
        got_keys: "{app} hat sie mit TikTok geprüft",
        asked: "{app} hat TikTok nach deinem Profil gefragt",
        nobody_else: "Bisher niemand sonst.",
    },
    time: TimeTexts {
        just_now: "gerade eben",
        soon: "gleich",
        ago: |n, unit| format!("vor {}", dative(n, unit)),
        ahead: |n, unit| format!("in {}", dative(n, unit)),
        offline: "Du bist offline. Was du hier siehst, ist vom",
    },
    choices: ChoiceTexts {
        theme: "Design",
        themes: |theme| match theme {
            Theme::System => "System",
            Theme::Light => "Hell",
            Theme::Dark => "Dunkel",
        },
    },
    popup: PopupTexts { title: "Dein TikTok ist verbunden", close: "Du kannst dieses Fenster schließen." },
};

fn scope(name: &str) -> Option<ScopeText> {
    let (name, why) = match name {
        "user.info.basic" => {
            ("Deinen Namen und dein Bild sehen", "Damit wir wissen, welches Konto du verbunden hast.")
        }
        "user.info.profile" => (
            "Deinen Nutzernamen und deine Bio sehen",
            "Damit dein Konto erkannt wird, mit seinem Verifizierungszeichen, wenn es eines hat.",
        ),
        "user.info.stats" => ("Deine Statistiken sehen", "Wie viele Follower, Likes und Videos du hast."),
        "video.list" => ("Deine öffentlichen Videos sehen", "Die Videos, die alle sehen können."),
        "video.upload" => (
            "Dir Entwürfe schicken",
            "Videos kommen in deinem TikTok-Posteingang an, und du postest sie selbst.",
        ),
        "video.publish" => (
            "Videos und Fotos posten",
            "{operator} kann auf deinem Konto posten. Deine TikTok-Privatsphäre-Einstellungen gelten weiter.",
        ),
        _ => return None,
    };
    Some(ScopeText { name, why })
}

const fn state(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::Connected => "Verbunden",
        ConnectionState::Expiring => "Verbunden, endet bald",
        ConnectionState::Degraded => "Verbunden; TikTok antwortet nur langsam",
        ConnectionState::NeedsReconnect => "Bitte neu verbinden",
        ConnectionState::Disconnected => "Getrennt",
    }
}

const fn posting_status(status: PostingStatus) -> &'static str {
    match status {
        PostingStatus::Ready => "Möglich",
        PostingStatus::NotAllowed => "Von dir nicht erlaubt",
        PostingStatus::Withdrawn => "Berechtigung fehlt",
        PostingStatus::Blocked => "Von TikTok gesperrt",
        PostingStatus::LimitReached => "Pause bis morgen",
        PostingStatus::AppLimitReached => "Pause für heute",
        PostingStatus::Unknown => "Noch nicht bekannt",
    }
}

const fn posting_detail(status: PostingStatus) -> &'static str {
    match status {
        PostingStatus::Ready => "",
        PostingStatus::NotAllowed => {
            "Posten ist ausgeschaltet, weil du es nicht erlaubt hast. Du kannst es hier einschalten."
        }
        PostingStatus::Withdrawn => {
            "TikTok sagt, dass die Berechtigung zum Posten fehlt. Vielleicht hast du sie in der TikTok-App zurückgenommen."
        }
        PostingStatus::Blocked => {
            "TikTok hat dein Konto für das Posten gesperrt, und nur TikTok kann das aufheben. Den Grund zeigt dir die TikTok-App."
        }
        PostingStatus::LimitReached => {
            "Du hast für heute die Grenze erreicht, die TikTok für Beiträge aus verbundenen Apps setzt. Morgen geht es weiter."
        }
        PostingStatus::AppLimitReached => {
            "TikTok lässt jeden Tag nur eine begrenzte Zahl von Creators über {app} posten. Morgen geht es weiter."
        }
        PostingStatus::Unknown => "TikTok hat uns noch nicht gesagt, ob du posten kannst.",
    }
}

const fn connection_detail(connection_detail: ConnectionDetail) -> &'static str {
    match connection_detail {
        ConnectionDetail::Works => "Alles funktioniert. Du musst nichts tun.",
        ConnectionDetail::Waits => {
            "{operator} muss erst etwas beheben, damit diese Verbindung weiterläuft. Du musst nichts tun."
        }
        ConnectionDetail::Ends(Urgency::Month) => {
            "Der Zugriff endet in weniger als einem Monat. Verbinde dich neu, wann es dir passt, dann läuft alles weiter."
        }
        ConnectionDetail::Ends(Urgency::Week) => {
            "Der Zugriff endet in weniger als einer Woche. Verbinde dich vorher neu, dann läuft alles weiter."
        }
        ConnectionDetail::Ends(Urgency::Day) => {
            "Der Zugriff endet in weniger als einem Tag. Verbinde dich jetzt neu, dann läuft alles weiter."
        }
        ConnectionDetail::Delayed(refresh_failure) => delayed(refresh_failure),
        ConnectionDetail::Broken(refresh_failure) => broken(refresh_failure),
        ConnectionDetail::Over(cause) => over(cause),
    }
}

const fn delayed(refresh_failure: RefreshFailure) -> &'static str {
    match refresh_failure {
        RefreshFailure::Unreachable => {
            "Wir erreichen TikTok gerade nicht. Wir versuchen es weiter, du musst nichts tun."
        }
        RefreshFailure::NoAnswer => {
            "TikTok hat noch nicht geantwortet. Wir versuchen es weiter, du musst nichts tun."
        }
        RefreshFailure::Unavailable => {
            "TikTok hat vorübergehend ein Problem. Wir versuchen es weiter, du musst nichts tun."
        }
        RefreshFailure::RateLimited => {
            "TikTok bittet uns, langsamer zu machen; wir prüfen etwas später wieder. Du musst nichts tun."
        }
        RefreshFailure::AnswerLost => {
            "Die letzte Antwort von TikTok hat uns nicht erreicht. Bald wissen wir, ob die Verbindung noch funktioniert; du musst vorerst nichts tun."
        }
        RefreshFailure::AppRefused | RefreshFailure::RequestRefused | RefreshFailure::Unreadable => {
            "{operator} muss erst etwas beheben, bevor wir diese Verbindung prüfen können. Du musst nichts tun."
        }
        RefreshFailure::Refused | RefreshFailure::ConsentEnded | RefreshFailure::Unexpected => {
            "TikTok hat anders geantwortet als erwartet. Wir versuchen es weiter, du musst nichts tun."
        }
    }
}

const fn broken(refresh_failure: RefreshFailure) -> &'static str {
    match refresh_failure {
        RefreshFailure::Refused => {
            "TikTok akzeptiert diese Verbindung nicht mehr. Hast du {app} in der TikTok-App entfernt? Verbinde dich neu, um weiterzumachen."
        }
        RefreshFailure::AnswerLost => {
            "Die Verbindung zu TikTok ist verloren gegangen. Verbinde dich einmal neu, dann ist alles wieder gut."
        }
        RefreshFailure::ConsentEnded => {
            "Die Zeit, die TikTok für den Zugriff setzt, ist abgelaufen. Verbinde dich neu, um weiterzumachen."
        }
        _ => "Diese Verbindung funktioniert nicht mehr. Verbinde dich neu, um weiterzumachen.",
    }
}

const fn over(cause: Option<EndCause>) -> &'static str {
    let Some(cause) = cause else {
        return "Diese Verbindung ist beendet. {operator} hat keinen Zugriff mehr.";
    };
    match cause {
        EndCause::Here => "Du hast dieses Konto getrennt. {operator} hat keinen Zugriff mehr.",
        EndCause::Removed(RemovalReason::ByCreator) => {
            "Du hast {app} in den TikTok-Einstellungen entfernt. {operator} hat keinen Zugriff mehr."
        }
        EndCause::Removed(RemovalReason::AccountDeleted) => {
            "TikTok hat diese Verbindung beendet, weil das Konto dort gelöscht wurde."
        }
        EndCause::Removed(RemovalReason::AgeChanged) => {
            "TikTok hat diese Verbindung beendet, weil sich die Altersangabe des Kontos geändert hat."
        }
        EndCause::Removed(RemovalReason::AccountBanned) => {
            "TikTok hat diese Verbindung beendet, weil es das Konto gesperrt hat. Nur TikTok kann das aufheben."
        }
        EndCause::Removed(RemovalReason::ByDeveloper) => "{operator} hat die Verbindung bei TikTok beendet.",
        EndCause::Removed(RemovalReason::Unknown) => {
            "TikTok hat diese Verbindung beendet und keinen Grund genannt."
        }
    }
}

const fn renewal(renewal: Renewal) -> &'static str {
    match renewal {
        Renewal::Renewed => "Geprüft: Die Verbindung funktioniert.",
        Renewal::Recent => "Gerade eben schon geprüft. Alles gut.",
        Renewal::Later(RefreshFailure::NoAnswer) => {
            "TikTok hat noch nicht geantwortet. Sieh in einer Minute noch einmal nach."
        }
        Renewal::Later(RefreshFailure::Unreachable | RefreshFailure::Unavailable) => {
            "TikTok reagiert gerade nicht. Wir versuchen es weiter."
        }
        Renewal::Later(RefreshFailure::RateLimited) => {
            "TikTok bittet uns, langsamer zu machen. Wir versuchen es weiter."
        }
        Renewal::Later(
            RefreshFailure::AppRefused | RefreshFailure::RequestRefused | RefreshFailure::Unreadable,
        ) => "{operator} muss erst etwas beheben, bevor wir diese Verbindung prüfen können.",
        Renewal::Later(_) => "Das Prüfen hat diesmal nicht geklappt. Wir versuchen es weiter.",
        Renewal::NeedsReconnect => {
            "TikTok akzeptiert die Verbindung nicht mehr. Verbinde dich neu, um weiterzumachen."
        }
        Renewal::NotConnected => "Es gibt keine Verbindung zu prüfen.",
    }
}

const fn privacy_level(level: &PrivacyLevel) -> Option<&'static str> {
    match level {
        PrivacyLevel::PublicToEveryone => Some("Alle"),
        PrivacyLevel::MutualFollowFriends => Some("Freunde"),
        PrivacyLevel::FollowerOfCreator => Some("Follower"),
        PrivacyLevel::SelfOnly => Some("Nur du"),
        PrivacyLevel::Other(_) => None,
    }
}

fn outcome(outcome: FetchOutcome) -> TitledText {
    let (title, text) = match outcome {
        FetchOutcome::Known => ("Aktuell", "Das hat TikTok uns zuletzt mitgeteilt."),
        FetchOutcome::NotAsked => (
            "Einige Angaben fehlen",
            "Dafür braucht es eine Berechtigung, die du nicht gegeben hast. Du kannst sie hier geben.",
        ),
        FetchOutcome::PermissionMissing => (
            "TikTok sagt, dass eine Berechtigung fehlt",
            "Vielleicht hast du sie in der TikTok-App zurückgenommen. Gib sie noch einmal, um alles zu sehen.",
        ),
        FetchOutcome::TokenRefused => (
            "TikTok hat die Verbindung nicht akzeptiert",
            "Das hier ist vielleicht veraltet. Verbinde dich neu, wenn dieser Hinweis bleibt.",
        ),
        FetchOutcome::TooManyPosts => {
            ("Du hast die Grenze für heute erreicht", "Morgen kannst du wieder posten.")
        }
        FetchOutcome::BannedFromPosting => {
            ("TikTok hat dein Konto für das Posten gesperrt", "Nur TikTok kann das aufheben.")
        }
        FetchOutcome::AppCapReached => {
            ("{app} hat die Grenze für heute erreicht", "Morgen kannst du wieder posten.")
        }
        FetchOutcome::RateLimited => (
            "TikTok bittet uns, langsamer zu machen",
            "Das hier ist vielleicht veraltet. Wir aktualisieren es automatisch.",
        ),
        FetchOutcome::Unavailable => (
            "TikTok hat nicht geantwortet",
            "Das hier ist vielleicht veraltet. Wir aktualisieren es automatisch.",
        ),
        FetchOutcome::Unexpected => (
            "Wir haben die Antwort von TikTok nicht verstanden",
            "Das hier ist vielleicht veraltet. {operator} kann nach der Ursache suchen.",
        ),
    };
    TitledText { title, text }
}

#[allow(clippy::too_many_lines, reason = "a table of texts, one row for each failure")]
fn login_failure(failure: LoginFailure) -> FailureText {
    let (title, what, remedy) = match failure {
        LoginFailure::StateUnknown => (
            "Fangen wir noch einmal an",
            "Dieser Link wurde schon benutzt oder in einem anderen Browser geöffnet.",
            "Fang von vorne an und bleib dabei im selben Browser.",
        ),
        LoginFailure::StateExpired => (
            "Die Anmeldung hat zu lange gedauert",
            "Du hattest zehn Minuten Zeit, um dich anzumelden.",
            "Fang noch einmal an, es dauert nur einen Moment.",
        ),
        LoginFailure::CallbackMalformed => (
            "In dieser Adresse fehlt etwas",
            "TikTok bringt dich nach der Anmeldung hierher, und diese Adresse ist unvollständig.",
            "Fang auf der Startseite an statt mit einem Lesezeichen.",
        ),
        LoginFailure::Cancelled => (
            "Nicht verbunden",
            "TikTok hat dein Konto nicht verbunden und uns nichts mitgeteilt.",
            "Wenn du selbst abgebrochen hast, versuch es wieder, wann du möchtest. Wenn du auf „Autorisieren“ gedrückt hast, lässt TikTok dieses Konto vielleicht nicht zu: Nimm dann ein anderes.",
        ),
        LoginFailure::UnknownRefusal => (
            "TikTok hat dein Konto nicht verbunden",
            "TikTok hat aus einem Grund abgelehnt, den wir nicht kennen. Das heißt nicht, dass du etwas falsch gemacht hast.",
            "Versuch es noch einmal. Wenn es wieder passiert, frag {operator} um Hilfe.",
        ),
        LoginFailure::NotSandboxTester => (
            "Dieses Konto steht nicht auf der Testliste",
            "{app} wird bei TikTok noch getestet, und nur Konten auf der Testliste können sich verbinden.",
            "Bitte {operator}, dein Konto hinzuzufügen, was eine Stunde dauern kann, oder nimm ein Konto, das auf der Liste steht.",
        ),
        LoginFailure::ClientKeyRefused => (
            "Das liegt an uns",
            "Du hast alles richtig gemacht, aber TikTok kennt {app} nicht oder hat die App noch nicht freigegeben.",
            "Informiere {operator}, dass der Schlüssel der App abgelehnt wurde.",
        ),
        LoginFailure::RedirectUriRefused => (
            "Das liegt an uns: Der Rückweg stimmt nicht",
            "{app} ist bei TikTok nicht richtig eingerichtet.",
            "Informiere {operator}, dass die Rücksprungadresse abgelehnt wurde.",
        ),
        LoginFailure::PkceRefused => (
            "Das liegt an uns: Der Schutz passt nicht",
            "{app} und TikTok sind sich nicht einig, wie die Anmeldung geschützt wird.",
            "Informiere {operator}, dass die PKCE-Prüfung abgelehnt wurde.",
        ),
        LoginFailure::ScopeRefused => (
            "Das liegt an uns: Eine Berechtigung wurde abgelehnt",
            "{app} bittet um eine Berechtigung, für die TikTok die App nicht freigegeben hat.",
            "Informiere {operator}, dass eine Berechtigung (Scope) abgelehnt wurde; unten steht, worum die App bittet.",
        ),
        LoginFailure::CodeRefused => (
            "Die Anmeldung gilt nicht mehr",
            "Die Bestätigung von TikTok gilt nur einmal und nur kurz. Diese war schon benutzt oder zu alt.",
            "Fang noch einmal an, es dauert nur einen Moment.",
        ),
        LoginFailure::ClientRefused => (
            "Das liegt an uns: Die Zugangsdaten wurden abgelehnt",
            "Du hast alles richtig gemacht, aber TikTok hat {app} nicht akzeptiert.",
            "Informiere {operator}, dass die Zugangsdaten der App abgelehnt wurden.",
        ),
        LoginFailure::RequestRefused => (
            "Das liegt an uns: Die Anfrage wurde abgelehnt",
            "Du hast alles richtig gemacht, aber TikTok hat nicht akzeptiert, wie {app} die Anmeldung abgeschlossen hat.",
            "Informiere {operator}, dass die Token-Anfrage abgelehnt wurde.",
        ),
        LoginFailure::RateLimited => (
            "TikTok bittet uns, langsamer zu machen",
            "In kurzer Zeit sind zu viele Anfragen bei TikTok angekommen.",
            "Warte eine Minute und versuch es dann noch einmal.",
        ),
        LoginFailure::TooManyLogins => (
            "Zu viele Anmeldungen auf einmal",
            "Viele Menschen oder ein Programm melden sich gerade hier oder aus deinem Netz an. Nichts ist verloren gegangen.",
            "Warte eine Minute und versuch es dann noch einmal. Wenn es anhält, nimm ein anderes Netz.",
        ),
        LoginFailure::TikTokUnavailable => (
            "Wir erreichen TikTok nicht",
            "TikTok hat ein Problem, oder die Leitung dorthin ist unterbrochen.",
            "Warte ein paar Minuten und versuch es dann noch einmal.",
        ),
        LoginFailure::TikTokTimeout => (
            "TikTok hat nicht rechtzeitig geantwortet",
            "Wir haben TikTok gebeten, die Anmeldung abzuschließen, und keine Antwort bekommen.",
            "Versuch es in einer Minute noch einmal.",
        ),
        LoginFailure::UnexpectedAnswer => (
            "Wir haben die Antwort von TikTok nicht verstanden",
            "TikTok hat in einer Form geantwortet, die wir nicht kennen.",
            "Versuch es noch einmal. Wenn es wieder passiert, informiere {operator}.",
        ),
        LoginFailure::StoreUnavailable => (
            "Bei uns gibt es gerade ein Problem",
            "Wir erreichen unsere Datenbank im Moment nicht.",
            "Warte eine Minute und versuch es dann noch einmal.",
        ),
        LoginFailure::ConsentKept => (
            "Verbunden, aber noch nicht zu sehen",
            "TikTok hat dein Konto verbunden, und wir haben das sicher festgehalten. Bei uns gibt es gerade ein Problem.",
            "Warte eine Minute und lade diese Seite neu. Du musst nichts noch einmal erlauben.",
        ),
        LoginFailure::Internal => (
            "Bei uns ist etwas schiefgegangen",
            "Das ist unser Fehler, nicht deiner.",
            "Versuch es noch einmal. Wenn es wieder passiert, informiere {operator}.",
        ),
    };
    FailureText { title, what, remedy }
}

const fn problem(problem: LoginProblem) -> &'static str {
    match problem {
        LoginProblem::Creator => "",
        LoginProblem::Operator => "Nur {operator} kann das beheben.",
        LoginProblem::Passing => "Das geht meist von selbst vorbei.",
        LoginProblem::Unknown => "{operator} kann herausfinden, was es bedeutet.",
    }
}

const fn profile_failure(error: ApiError) -> FailureText {
    match error {
        ApiError::StoreUnavailable => FailureText {
            title: "Bei uns gibt es gerade ein Problem",
            what: "Wir können dein Profil im Moment nicht zeigen. Deine Verbindung ist davon nicht betroffen.",
            remedy: "Warte eine Minute und versuch es dann noch einmal.",
        },
        ApiError::BadRequest | ApiError::Transport | ApiError::Internal => FailureText {
            title: "Wir können dein Profil nicht zeigen",
            what: "Bei uns ist etwas schiefgegangen. Deine Verbindung ist davon nicht betroffen.",
            remedy: "Versuch es noch einmal. Wenn es wieder passiert, informiere {operator}.",
        },
    }
}

const fn action_failure(error: ApiError) -> &'static str {
    match error {
        ApiError::StoreUnavailable => {
            "Das hat nicht geklappt: Bei uns gibt es gerade ein Problem. Versuch es in einer Minute noch einmal."
        }
        ApiError::BadRequest => {
            "Das hat nicht geklappt: Die Anfrage wurde nicht verstanden. Versuch es noch einmal."
        }
        ApiError::Transport => "Keine Verbindung. Prüfe dein Internet und versuch es noch einmal.",
        ApiError::Internal => {
            "Das hat nicht geklappt: Bei uns ist etwas schiefgegangen. Versuch es noch einmal."
        }
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
        Unit::Minute => ["Minute", "Minuten"],
        Unit::Hour => ["Stunde", "Stunden"],
        Unit::Day => ["Tag", "Tage"],
        Unit::Month => ["Monat", "Monate"],
        Unit::Year => ["Jahr", "Jahre"],
    };
    let word = if category(Locale::De, n) == PluralCategory::One { one } else { other };
    format!("{} {word}", number(Locale::De, n))
}

/// The same after "vor" and "in".
fn dative(n: u32, unit: Unit) -> String {
    let ending = match unit {
        Unit::Day | Unit::Month | Unit::Year if category(Locale::De, n) != PluralCategory::One => "n",
        _ => "",
    };
    counted(n, unit) + ending
}

fn in_seconds(n: u32) -> String {
    let word = if category(Locale::De, n) == PluralCategory::One { "Sekunde" } else { "Sekunden" };
    format!("{} {word}", number(Locale::De, n))
}

const PRIVACY: Article = Article {
    title: "Datenschutzerklärung",
    lead: "Was {app} über dich speichert, warum, wie lange, und wie du aussteigst.",
    sections: &[
        Section {
            title: "Was gespeichert wird",
            paragraphs: &[
                "Von TikTok, im Rahmen deiner Berechtigungen: dein Anzeigename, dein Nutzername, dein Profilbild und die Grenzen, die TikTok für Beiträge setzt (wer einen Beitrag sehen kann, Kommentare, Duette, Stitches und die maximale Videolänge).",
                "Über die Verbindung: die Zugriffstokens, die TikTok uns gibt, welche Berechtigungen du gegeben hast, wann du dich verbunden hast und bis wann der Zugriff gilt. Tokens werden verschlüsselt, bevor sie gespeichert werden, und keine Seite zeigt sie.",
                "Was mit der Verbindung und mit Beiträgen geschehen ist: wann du dich verbunden hast und was TikTok uns über Beiträge meldet.",
                "Dein TikTok-Passwort und deine E-Mail-Adresse erreichen uns nie.",
            ],
        },
        Section {
            title: "Cookies",
            paragraphs: &[
                "Ein Cookie erkennt deinen Browser während der Anmeldung und endet innerhalb einer Stunde; ein anderes hält dich angemeldet. Je eines merkt sich Sprache und Design, wenn du sie wählst. Es gibt keine Werbung und kein Tracking, und nichts wird von Dritten geladen.",
            ],
        },
        Section {
            title: "Wer es benutzt",
            paragraphs: &[
                "Die Verbindung benutzen nur {operator} und die eigenen Programme dort, im Rahmen deiner Berechtigungen. {app} tauscht Daten mit TikTok und mit der eigenen Datenbank aus, sonst mit niemandem.",
            ],
        },
        Section {
            title: "Protokolle",
            paragraphs: &[
                "Um Fehler zu finden, führt {app} technische Protokolle: was angefragt wurde, wann, und ob es geklappt hat. Sie enthalten keine Namen, keine Tokens und keine Cookies, und alte werden automatisch gelöscht.",
            ],
        },
        Section {
            title: "Wie lange",
            paragraphs: &[
                "Die Tokens bleiben, bis der Zugriff endet: weil du ihn beendest oder weil die Zeit vorbei ist, die TikTok dafür setzt; dein Profil zeigt den Tag. Beendest du ihn hier, werden sie sofort gelöscht. Ist TikTok in dem Moment nicht zu erreichen, bleibt eine verschlüsselte Kopie, bis es so weit ist, höchstens 180 Tage.",
                "Dein Profil bleibt, bis du es löschen lässt oder {operator} es löscht. Eine Sitzung endet, wenn du dich abmeldest, in deinen anderen Browsern, wenn du die Verbindung trennst, oder von selbst: nach 30 Tagen ohne Nutzung und 90 Tage nach der Anmeldung.",
            ],
        },
        Section {
            title: "So steigst du aus",
            paragraphs: &[
                "Wähle in deinem Profil „Verbindung trennen“. Der Zugriff endet sofort, die Tokens werden gelöscht, und TikTok erfährt davon. Du entscheidest, ob dein Profil hier bleibt oder gelöscht wird. Du bekommst eine Bestätigung.",
                "Auf derselben Seite kannst du alles über dich löschen lassen: die Verbindung, dein Profil und deine Sitzungen in allen Browsern. Sobald TikTok Bescheid weiß, bleibt nichts von dir in der Datenbank.",
                "Du kannst den Zugriff auch in der TikTok-App beenden: Öffne „Einstellungen und Datenschutz“, dann „Sicherheit und Berechtigungen“, und entferne {app} aus den verbundenen Apps. Die Tokens funktionieren dann sofort nicht mehr.",
                "Abmelden beendet die Sitzung in diesem Browser und sonst nichts.",
            ],
        },
        Section {
            title: "Deine Rechte",
            paragraphs: &[
                "In deinem Profil kannst du herunterladen, was über dich gespeichert ist, und es löschen lassen. Frag {operator}, wenn deine Daten berichtigt werden sollen oder wenn du eine Frage hast.",
            ],
        },
    ],
};

const TERMS: Article = Article {
    title: "Nutzungsbedingungen",
    lead: "Die Regeln für {app}. Du stimmst ihnen zu, wenn du dein TikTok-Konto verbindest.",
    sections: &[
        Section {
            title: "Was es tut",
            paragraphs: &[
                "{app} verbindet dein TikTok-Konto, zeigt dir, was TikTok darüber sagt, und hält die Verbindung aufrecht, damit {operator} sie im Rahmen deiner Berechtigungen benutzen kann.",
            ],
        },
        Section {
            title: "Dein Konto",
            paragraphs: &[
                "Verbinde nur ein Konto, das dir gehört oder das du verwalten darfst. Für alles, was damit geschieht, gelten weiterhin TikToks eigene Bedingungen.",
            ],
        },
        Section {
            title: "Was erlaubt ist",
            paragraphs: &[
                "{operator} darf nur tun, was deine Berechtigungen abdecken. Du kannst Berechtigungen verweigern und jederzeit zurücknehmen, in der TikTok-App oder indem du in deinem Profil die Verbindung trennst.",
            ],
        },
        Section {
            title: "Was nicht versprochen wird",
            paragraphs: &[
                "Der Dienst kann unterbrochen sein, und TikTok kann sein Angebot ändern oder einstellen. Soweit das Gesetz es zulässt, wird er so bereitgestellt, wie er ist, ohne Gewähr.",
            ],
        },
        Section {
            title: "Unabhängigkeit",
            paragraphs: &["{app} ist kein Teil von TikTok und wird von TikTok nicht unterstützt."],
        },
        Section {
            title: "Ende",
            paragraphs: &[
                "Du kannst in deinem Profil jederzeit und ohne Grund aussteigen. Auch {operator} darf eine Verbindung beenden, zum Beispiel wenn diese Bedingungen verletzt werden.",
            ],
        },
    ],
};

fn happening(what: &ActivityKind) -> &'static str {
    match what {
        ActivityKind::Connected => "Du hast dein Konto verbunden.",
        ActivityKind::Reconnected => "Du hast dein Konto neu verbunden.",
        ActivityKind::Disconnected => "Du hast dein Konto getrennt.",
        ActivityKind::NeedsReconnect => "Die Verbindung funktionierte nicht mehr.",
        ActivityKind::Recovered => "Die Verbindung funktioniert wieder.",
        ActivityKind::Removed(RemovalReason::ByCreator) => "Du hast {app} in der TikTok-App entfernt.",
        ActivityKind::Removed(RemovalReason::AccountDeleted) => "Das TikTok-Konto wurde gelöscht.",
        ActivityKind::Removed(RemovalReason::AgeChanged) => {
            "TikTok hat die Verbindung beendet: Das Alter des Kontos hat sich geändert."
        }
        ActivityKind::Removed(RemovalReason::AccountBanned) => {
            "TikTok hat die Verbindung beendet: Das Konto ist gesperrt."
        }
        ActivityKind::Removed(RemovalReason::ByDeveloper) => {
            "TikTok hat bestätigt, dass {operator} die Verbindung beendet hat."
        }
        ActivityKind::Removed(RemovalReason::Unknown) => "TikTok hat die Verbindung ohne Grund beendet.",
        ActivityKind::UploadFailed => "Ein Video konnte nicht hochgeladen werden.",
        ActivityKind::VideoPublished => "Du hast ein Video gepostet, das mit TikTok geteilt wurde.",
        ActivityKind::DataReady => "Eine Kopie deiner TikTok-Daten ist fertig.",
        ActivityKind::PostFailed => "Ein Beitrag ist fehlgeschlagen.",
        ActivityKind::PostComplete => "Ein Beitrag wurde gepostet.",
        ActivityKind::PostInInbox => "Ein Entwurf wartet in deinem TikTok-Posteingang.",
        ActivityKind::PostPublic => "Ein Beitrag ist jetzt öffentlich.",
        ActivityKind::PostHidden => "Ein Beitrag ist nicht mehr öffentlich.",
        ActivityKind::Other(_) => "Andere Meldung von TikTok",
    }
}

fn reason(word: &str) -> Option<&'static str> {
    Some(match word {
        "file_format_check_failed" => "TikTok akzeptiert dieses Dateiformat nicht.",
        "duration_check_failed" => "Das Video ist zu kurz oder zu lang.",
        "frame_rate_check_failed" => "Die Bildrate des Videos wird nicht akzeptiert.",
        "picture_size_check_failed" => "Die Bildgröße wird nicht akzeptiert.",
        "internal" => "TikTok hatte ein Problem. Ein neuer Versuch ist möglich.",
        "video_pull_failed" => "TikTok konnte das Video nicht abrufen.",
        "photo_pull_failed" => "TikTok konnte das Foto nicht abrufen.",
        "publish_cancelled" => "Der Beitrag wurde abgebrochen.",
        "auth_removed" => "Der Zugriff wurde in der TikTok-App entfernt.",
        "spam_risk_too_many_posts" => "Die Grenze für Beiträge an diesem Tag war erreicht.",
        "spam_risk_user_banned_from_posting" => "TikTok hat das Konto für das Posten gesperrt.",
        "spam_risk_text" => "TikTok hielt den Text für Spam.",
        "spam_risk" => "TikTok hielt den Beitrag für Spam.",
        _ => return None,
    })
}
