//! French: "vous", typographic apostrophes, a narrow no-break space before `;`, `:`, `?`, `!` and `%`.

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

/// French.
pub static FR: Texts = Texts {
    language_name: "Français",
    frame: FrameTexts {
        skip: "Aller au contenu",
        description: |app| {
            format!(
                "Connectez votre compte TikTok à {app}, voyez ce qui est enregistré et partez quand vous voulez."
            )
        },
        home: |app| format!("{app}, accueil"),
        legal: "Mentions légales",
        privacy: "Confidentialité",
        terms: "Conditions d’utilisation",
        language: "Langue",
        independent: "Ni affilié à TikTok, ni approuvé par TikTok.",
    },
    login: LoginTexts {
        title: "Connectez votre compte TikTok",
        lead: |app| {
            format!(
                "{app} se relie à votre compte TikTok. Vous choisissez ce qui est permis, vous voyez ce qui est enregistré et vous partez quand vous voulez."
            )
        },
        proceed: "Continuer avec TikTok",
        reassurance: "Vous vous identifiez sur la page de TikTok. Nous ne voyons jamais votre mot de passe.",
        consent: Consent {
            before: "En continuant, vous acceptez les ",
            terms: "conditions d’utilisation",
            between: " et la ",
            privacy: "politique de confidentialité",
            after: ".",
        },
        logged_out: "La session est fermée dans ce navigateur. Si votre compte était connecté, il l’est toujours.",
        records_down: "Nos données sont inaccessibles pour le moment\u{202f}: nous ne savons pas si votre compte est déjà connecté. Vous pouvez lire cette page\u{202f}; la connexion devra peut-être attendre un instant.",
        asks: "Ce que nous demandons",
        asks_lead: "TikTok vous montre ces autorisations avant tout partage. Vous pouvez refuser toutes celles qu’il permet de décocher.",
        unknown_scope: "TikTok explique cette autorisation au moment de vous la demander.",
        stores: "Ce qui est enregistré",
        stores_items: &[
            "Votre nom, votre nom d’utilisateur, votre photo et ce que TikTok vous permet de publier.",
            "Les clés de la connexion, chiffrées. Aucune page ne les montre.",
            "Des cookies pour la connexion et pour votre session, un pour la langue et un pour le thème si vous les choisissez. Ni publicité ni pistage.",
        ],
        uses: "À quoi cela sert",
        uses_text: |app| {
            format!(
                "Les responsables de {app} n’utilisent la connexion que dans la limite de vos autorisations, par exemple pour publier une vidéo en votre nom."
            )
        },
        leaves: "Comment partir",
        leaves_items: |app| {
            vec![
                "Sur votre page de profil, choisissez Déconnecter mon compte TikTok. La connexion prend fin aussitôt, ses clés sont effacées et TikTok en est informé. Vous décidez si votre profil est effacé lui aussi.".to_owned(),
                "Sur la même page, vous pouvez faire supprimer tout ce qui vous concerne.".to_owned(),
                format!(
                    "Ou bien ouvrez l’application TikTok, allez dans Paramètres et confidentialité, puis Sécurité et autorisations, et retirez {app} des applications connectées."
                ),
                "Fermer la session ne concerne que ce navigateur. La connexion à TikTok reste.".to_owned(),
                "Vous pouvez télécharger à tout moment ce qui est enregistré sur vous.".to_owned(),
            ]
        },
        connected_as: "Compte connecté\u{202f}:",
        connected: "Votre compte est connecté",
        connected_lead: "Votre profil montre ce que TikTok dit de votre compte et comment se porte la connexion.",
        disconnected: "Aucun compte n’est connecté",
        disconnected_lead: "Votre session est ouverte ici, mais aucun compte TikTok n’est connecté. Vous pouvez en connecter un à nouveau, ou voir sur votre profil ce qui est encore enregistré.",
        to_profile: "Voir votre profil",
        another: "Connecter un autre compte",
    },
    profile: ProfileTexts {
        title: "Votre profil",
        nameless: "Votre compte TikTok",
        avatar: |name| format!("Photo de profil de {name}"),
        connection: "Connexion",
        consent_until: "Votre accord est valable jusqu’au",
        consent_unknown: "TikTok n’a pas indiqué jusqu’à quand votre accord est valable.",
        consent_over: "Votre accord a pris fin le",
        ended_at: "Fin de la connexion\u{202f}:",
        renews_itself: "La connexion se renouvelle d’elle-même. Dernière fois\u{202f}:",
        renews_not: "TikTok ne nous a pas donné le moyen de renouveler cette connexion. Dernier renouvellement\u{202f}:",
        next_try: "Prochain essai\u{202f}:",
        messages: "Messages",
        log_id: "Référence de TikTok\u{202f}:",
        posting: "Ce que TikTok vous permet de publier",
        posting_unknown: "TikTok n’a pas dit ce que vous pouvez publier.",
        posting_past: "Voici ce que TikTok indiquait pendant la connexion. Rien ne peut plus être publié d’ici.",
        audience: "Qui peut voir une publication",
        comments: "Commentaires",
        duets: "Duos",
        stitches: "Collages",
        allowed: "Autorisés",
        off: "Désactivés",
        unknown: "Non précisé",
        longest: "Vidéo la plus longue",
        permissions: "Autorisations",
        granted: "Vous autorisez",
        granted_none: "Vous n’avez encore rien autorisé.",
        missing: "Non autorisé",
        connected_at: "Connexion établie",
        refreshed_at: "Dernier renouvellement",
        known_at: "Profil lu chez TikTok",
        id: "Votre identifiant dans cette application",
        copy: "Copier",
        copied: "Copié",
        copy_failed: "Votre navigateur n’a pas permis la copie.",
        actions: "Ce que vous pouvez faire",
        refresh: TitledText {
            title: "Renouveler maintenant",
            text: "Renouvelle la connexion tout de suite. Cela se fait aussi tout seul.",
        },
        refreshing: "Renouvellement…",
        reconnect: TitledText {
            title: "Reconnecter",
            text: "Vous mène chez TikTok pour redonner votre accord.",
        },
        switch: TitledText {
            title: "Changer de compte",
            text: "Connecte un autre compte TikTok dans ce navigateur. Celui-ci reste connecté tant que vous ne le déconnectez pas.",
        },
        switch_alone: "Connecte un autre compte TikTok dans ce navigateur.",
        ask_missing: TitledText {
            title: "Demander les autorisations manquantes",
            text: "TikTok vous redemande ce que vous n’avez pas autorisé.",
        },
        export: TitledText {
            title: "Télécharger mes données",
            text: "Un fichier avec votre profil, l’état de la connexion et l’activité récente.",
        },
        log_out: TitledText {
            title: "Fermer la session",
            text: "Dans ce navigateur seulement. La connexion à TikTok reste.",
        },
        log_out_alone: "Dans ce navigateur seulement.",
        logging_out: "Fermeture…",
        disconnect: TitledText {
            title: "Déconnecter mon compte TikTok",
            text: "Met fin à la connexion, ici et chez TikTok. Vous décidez de ce qui est effacé.",
        },
        delete: TitledText {
            title: "Supprimer mes données",
            text: "Efface ce qui est encore enregistré sur vous.",
        },
    },
    leave: LeaveTexts {
        title: "Déconnecter votre compte TikTok",
        consequences: |app| {
            vec![
                "La connexion prend fin aussitôt. Plus rien ne peut être fait d’ici avec votre compte TikTok."
                    .to_owned(),
                "Les clés de la connexion sont effacées.".to_owned(),
                format!("TikTok en est informé, et {app} disparaît des applications connectées à votre compte."),
                "Vous pourrez vous reconnecter quand vous voudrez.".to_owned(),
            ]
        },
        choice: "Que devient votre profil ici\u{202f}?",
        erase: TitledText {
            title: "L’effacer",
            text: "Votre nom, votre photo et ce que TikTok vous permet de publier sont supprimés. L’identifiant TikTok de votre compte et les dates restent.",
        },
        keep: TitledText { title: "Le garder", text: "Il reste ici pour le jour où vous reviendrez." },
        submit: "Déconnecter",
        pending: "Déconnexion en cours…",
        cancel: "Annuler",
        delete: TitledText {
            title: "Supprimer tout ce qui me concerne",
            text: "Met fin à la connexion s’il y en a une, supprime tout ce qui est enregistré sur vous et ferme votre session dans tous les navigateurs. C’est définitif.",
        },
        delete_submit: "Tout supprimer",
        deleting: "Suppression…",
        data_title: "Supprimer vos données",
        data_lead: "Votre compte n’est plus connecté. Vous pouvez faire supprimer ici ce qui est encore enregistré.",
        erase_kept: TitledText {
            title: "Effacer mon profil",
            text: "Votre nom, votre photo et ce que TikTok vous permet de publier sont supprimés. Votre session reste ouverte.",
        },
        erasing: "Effacement…",
        back: "Revenir à votre profil",
    },
    receipt: ReceiptTexts {
        title: |was_connected, remains| match (was_connected, remains) {
            (_, Remains::Nothing) => "Tout ce qui vous concerne est supprimé",
            (true, _) => "Votre compte est déconnecté",
            (false, Remains::Record) => "Votre profil est effacé",
            (false, Remains::Profile) => "Votre compte n’était plus connecté",
        },
        lead: "Voici votre reçu.",
        number: "Numéro du reçu",
        at: "Date",
        connection: "Connexion",
        ended: "Terminée",
        none: "Il n’y en avait plus",
        tokens: "Clés de la connexion",
        tokens_now: |notice| match notice {
            TikTokNotice::Confirmed | TikTokNotice::NotNeeded => "Effacées",
            TikTokNotice::Pending => {
                "Effacées de la connexion. Une copie chiffrée attend que TikTok soit informé, et ne sert à rien d’autre."
            }
        },
        tiktok: "TikTok",
        tiktok_now: |notice, app| match notice {
            TikTokNotice::Confirmed => {
                format!(
                    "A été informé et l’a confirmé. {app} a disparu des applications connectées à votre compte."
                )
            }
            TikTokNotice::Pending => format!(
                "N’a pas encore confirmé. Nous réessayons jusqu’à ce que ce soit fait\u{202f}; vous n’avez rien à faire. Si vous ne voulez pas attendre, retirez {app} dans l’application TikTok, sous Sécurité et autorisations."
            ),
            TikTokNotice::NotNeeded => "Il n’y avait plus rien à lui signaler.".to_owned(),
        },
        stored: "Enregistré ici",
        stored_now: |remains, notice| match (remains, notice) {
            (Remains::Profile, _) => "Votre profil, pour le jour où vous reviendrez",
            (Remains::Record, _) => {
                "Seulement le numéro que TikTok donne à votre compte et les dates de la connexion. Votre nom, votre photo et ce que vous pouvez publier sont effacés."
            }
            (Remains::Nothing, TikTokNotice::Pending) => {
                "Rien, sauf ce qu’il faut pour informer TikTok. Cela disparaît dès que c’est fait."
            }
            (Remains::Nothing, _) => "Rien",
        },
        keep: "Si vous avez un jour une question, donnez ce numéro à l’exploitant. Il ne désigne personne. Cette page ne le montre que dans ce navigateur\u{202f}: imprimez-la ou prenez-la en photo si vous voulez le garder.",
        again: "Vous avez changé d’avis\u{202f}?",
    },
    activity: ActivityTexts {
        title: "Activité récente",
        nothing: "Il ne s’est encore rien passé.",
        what: happening,
        word: "Terme employé par TikTok\u{202f}:",
        reference: "Identifiant TikTok\u{202f}:",
    },
    failure_page: FailurePageTexts {
        remedy: "Ce que vous pouvez faire",
        again: "Réessayer",
        another: "Utiliser un autre compte",
        home: "Revenir à l’accueil",
        still_signed_in: "Votre session reste ouverte ici, avec le même compte qu’avant.",
        log_id: "Si vous demandez de l’aide, donnez la référence de TikTok\u{202f}:",
        asked: "L’application a demandé à TikTok\u{202f}:",
    },
    not_found: NotFoundTexts {
        title: "Cette page n’existe pas",
        text: "L’adresse est peut-être mal écrite, ou la page a été déplacée.",
        home: "Aller à l’accueil",
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
        title: "Qui en est responsable",
        lead: |app, name| match name {
            Some(name) => {
                format!("{name} exploite {app} et répond de vos données. TikTok n’y prend aucune part.")
            }
            None => format!(
                "Les personnes ou l’entreprise qui vous ont donné cette adresse exploitent {app} et répondent de vos données. TikTok n’y prend aucune part."
            ),
        },
        by: "Un service de",
        site: "Site web",
        write: |address| format!("Écrire à {address}"),
        help: "Demander de l’aide",
    },
    stored: StoredTexts {
        title: "Ce qui est enregistré sur vous",
        from_tiktok: "Reçu de TikTok",
        name: "Nom",
        username: "Nom d’utilisateur",
        picture: "Photo",
        posting: "Ce que TikTok vous permet de publier",
        account: "Identifiant de votre compte chez TikTok",
        keys: "Clés de la connexion",
        keys_now: |connected| {
            if connected {
                "Enregistrées chiffrées, jamais montrées"
            } else {
                "Effacées. Une copie chiffrée n’attend que si TikTok doit encore être informé"
            }
        },
        uses: "Qui s’est servi de la connexion",
        got_keys: |app| format!("{app} a reçu ses clés de TikTok"),
        asked: |app| format!("{app} a demandé votre profil à TikTok"),
        nobody_else: "Personne d’autre\u{202f}: cette application ne transmet les clés à aucun autre programme.",
    },
    time: TimeTexts {
        just_now: "à l’instant",
        soon: "dans un instant",
        ago: |n, unit| format!("il y a {}", counted(n, unit)),
        ahead: |n, unit| format!("dans {}", counted(n, unit)),
        offline: "Vous êtes hors ligne. Ce que vous voyez ici date du",
    },
    choices: ChoiceTexts {
        theme: "Thème",
        themes: |theme| match theme {
            Theme::System => "Système",
            Theme::Light => "Clair",
            Theme::Dark => "Sombre",
        },
    },
    popup: PopupTexts {
        title: "Votre compte est connecté",
        lead: |app| format!("{app} est maintenant relié à votre compte TikTok."),
        close: "Vous pouvez fermer cette fenêtre et reprendre où vous en étiez.",
    },
};

fn scope(name: &str) -> Option<ScopeText> {
    let (name, why) = match name {
        "user.info.basic" => ("Votre nom et votre photo", "Pour que vous voyiez quel compte est connecté."),
        "user.info.profile" => (
            "Votre nom d’utilisateur et votre bio",
            "Pour reconnaître votre compte, avec son badge de vérification s’il en a un.",
        ),
        "user.info.stats" => {
            ("Vos statistiques", "Le nombre de vos abonnés, de vos mentions J’aime et de vos vidéos.")
        }
        "video.list" => ("Vos vidéos publiques", "La liste des vidéos que tout le monde peut voir."),
        "video.upload" => (
            "Envoi de brouillons",
            "Les vidéos arrivent dans votre boîte de réception TikTok et c’est vous qui les publiez.",
        ),
        "video.publish" => (
            "Publication de contenus",
            "Des vidéos et des photos peuvent être publiées sur votre compte, selon les réglages que vous choisissez chez TikTok.",
        ),
        _ => return None,
    };
    Some(ScopeText { name, why })
}

const fn state(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::Connected => "Connecté",
        ConnectionState::Expiring => "Connecté, expire bientôt",
        ConnectionState::Degraded => "Connecté, avec du retard",
        ConnectionState::NeedsReconnect => "À reconnecter",
        ConnectionState::Disconnected => "Déconnecté",
    }
}

const fn connection_detail(connection_detail: ConnectionDetail) -> &'static str {
    match connection_detail {
        ConnectionDetail::Works => "Votre compte est connecté, avec l’accord que vous avez donné à TikTok.",
        ConnectionDetail::Waits => {
            "Votre compte est connecté. Son renouvellement est retardé par un problème que seul l’exploitant peut régler\u{202f}; vous n’avez rien à faire."
        }
        ConnectionDetail::Ends(Urgency::Month) => {
            "Votre accord prend fin dans moins d’un mois. Reconnectez votre compte quand cela vous convient, et rien ne sera interrompu."
        }
        ConnectionDetail::Ends(Urgency::Week) => {
            "Votre accord prend fin dans moins d’une semaine. Reconnectez votre compte d’ici là, et rien ne sera interrompu."
        }
        ConnectionDetail::Ends(Urgency::Day) => {
            "Votre accord prend fin dans moins d’un jour, et la connexion avec lui. Reconnectez votre compte maintenant, et rien ne sera interrompu."
        }
        ConnectionDetail::Delayed(refresh_failure) => delayed(refresh_failure),
        ConnectionDetail::Broken(refresh_failure) => broken(refresh_failure),
        ConnectionDetail::Over(cause) => over(cause),
    }
}

const fn delayed(refresh_failure: RefreshFailure) -> &'static str {
    match refresh_failure {
        RefreshFailure::Unreachable => {
            "TikTok est injoignable pour le moment, et la connexion n’est donc pas encore renouvelée. Nous réessayons\u{202f}; il n’y a rien à faire."
        }
        RefreshFailure::NoAnswer => {
            "Nous avons demandé à TikTok de renouveler la connexion, et il n’a pas encore répondu. Nous réessayons\u{202f}; il n’y a rien à faire."
        }
        RefreshFailure::Unavailable => {
            "TikTok dit ne pas pouvoir renouveler la connexion en ce moment. Nous réessayons\u{202f}; il n’y a rien à faire."
        }
        RefreshFailure::RateLimited => {
            "TikTok nous demande de ralentir\u{202f}: la connexion sera renouvelée un peu plus tard. Il n’y a rien à faire."
        }
        RefreshFailure::AnswerLost => {
            "La réponse de TikTok au dernier renouvellement ne nous est pas parvenue. Nous saurons bientôt si la connexion fonctionne encore\u{202f}; il n’y a rien à faire pour l’instant."
        }
        RefreshFailure::AppRefused | RefreshFailure::RequestRefused | RefreshFailure::Unreadable => {
            "La connexion ne peut pas être renouvelée tant que l’exploitant n’a pas réglé un problème. Vous n’avez rien à faire."
        }
        RefreshFailure::Refused | RefreshFailure::ConsentEnded | RefreshFailure::Unexpected => {
            "TikTok n’a pas encore renouvelé la connexion, d’une manière que nous n’attendions pas. Nous réessayons\u{202f}; il n’y a rien à faire."
        }
    }
}

const fn broken(refresh_failure: RefreshFailure) -> &'static str {
    match refresh_failure {
        RefreshFailure::Refused => {
            "TikTok n’accepte plus cette connexion\u{202f}; vous l’avez peut-être retirée dans l’application TikTok. Il n’y a que vous qui puissiez la renouveler."
        }
        RefreshFailure::AnswerLost => {
            "TikTok a renouvelé la connexion, mais sa réponse s’est perdue en chemin, et l’ancienne clé n’est plus valable. Reconnectez votre compte une fois, et tout rentrera dans l’ordre."
        }
        RefreshFailure::ConsentEnded => {
            "Votre accord est arrivé au terme que TikTok lui fixe. Reconnectez votre compte pour le donner à nouveau."
        }
        _ => "Cette connexion ne fonctionne plus. Il n’y a que vous qui puissiez la renouveler.",
    }
}

const fn over(cause: Option<EndCause>) -> &'static str {
    let Some(cause) = cause else {
        return "Cette connexion a pris fin. Plus rien ne peut être fait d’ici avec votre compte.";
    };
    match cause {
        EndCause::Here => {
            "Vous avez mis fin à cette connexion ici. Plus rien ne peut être fait d’ici avec votre compte."
        }
        EndCause::Removed(RemovalReason::ByCreator) => {
            "Vous avez retiré cette application dans les paramètres de TikTok, ce qui a mis fin à la connexion."
        }
        EndCause::Removed(RemovalReason::AccountDeleted) => {
            "TikTok a mis fin à cette connexion parce que le compte y a été supprimé."
        }
        EndCause::Removed(RemovalReason::AgeChanged) => {
            "TikTok a mis fin à cette connexion parce que l’âge indiqué pour le compte a changé."
        }
        EndCause::Removed(RemovalReason::AccountBanned) => {
            "TikTok a mis fin à cette connexion parce qu’il a banni le compte. Seul TikTok peut lever cette mesure."
        }
        EndCause::Removed(RemovalReason::ByDeveloper) => {
            "L’exploitant de cette application a mis fin à la connexion chez TikTok."
        }
        EndCause::Removed(RemovalReason::Unknown) => {
            "TikTok a mis fin à cette connexion sans en donner la raison."
        }
    }
}

const fn renewal(renewal: Renewal) -> &'static str {
    match renewal {
        Renewal::Renewed => "La connexion a été renouvelée.",
        Renewal::Recent => "La connexion a été renouvelée il y a moins d’une minute. Il n’y a rien à faire.",
        Renewal::Later(RefreshFailure::NoAnswer) => {
            "Nous avons demandé à TikTok, qui n’a pas encore répondu. Regardez à nouveau dans une minute."
        }
        Renewal::Later(RefreshFailure::Unreachable | RefreshFailure::Unavailable) => {
            "TikTok n’a pas pu renouveler la connexion à l’instant. Nous réessaierons de nous-mêmes."
        }
        Renewal::Later(RefreshFailure::RateLimited) => {
            "TikTok nous demande de ralentir. Nous réessaierons de nous-mêmes."
        }
        Renewal::Later(
            RefreshFailure::AppRefused | RefreshFailure::RequestRefused | RefreshFailure::Unreadable,
        ) => "La connexion ne peut pas être renouvelée tant que l’exploitant n’a pas réglé un problème.",
        Renewal::Later(_) => {
            "La connexion n’a pas été renouvelée cette fois. Nous réessaierons de nous-mêmes."
        }
        Renewal::NeedsReconnect => {
            "La connexion ne peut plus être renouvelée. Reconnectez votre compte pour continuer."
        }
        Renewal::NotConnected => "Il n’y a pas de connexion à renouveler.",
    }
}

const fn privacy_level(level: &PrivacyLevel) -> Option<&'static str> {
    match level {
        PrivacyLevel::PublicToEveryone => Some("Tout le monde"),
        PrivacyLevel::MutualFollowFriends => Some("Amis"),
        PrivacyLevel::FollowerOfCreator => Some("Abonnés"),
        PrivacyLevel::SelfOnly => Some("Vous uniquement"),
        PrivacyLevel::Other(_) => None,
    }
}

fn outcome(outcome: FetchOutcome) -> TitledText {
    let (title, text) = match outcome {
        FetchOutcome::Known => ("À jour", "TikTok nous a dit ce qui est affiché ici."),
        FetchOutcome::NotAsked => (
            "Certains détails ne sont pas disponibles",
            "Ils demandent une autorisation que vous n’avez pas donnée\u{202f}; nous ne les avons donc pas demandés à TikTok. Vous pouvez la donner plus bas.",
        ),
        FetchOutcome::PermissionMissing => (
            "TikTok signale une autorisation manquante",
            "Vous l’avez peut-être retirée dans TikTok. Donnez-la à nouveau pour voir tous les détails.",
        ),
        FetchOutcome::TokenRefused => (
            "TikTok n’a pas accepté la connexion",
            "Ce que vous voyez peut dater. Reconnectez votre compte si ce message persiste.",
        ),
        FetchOutcome::TooManyPosts => (
            "Vous avez atteint la limite de publications du jour",
            "TikTok n’accepte plus aujourd’hui de publications par des applications connectées. Réessayez demain.",
        ),
        FetchOutcome::BannedFromPosting => (
            "TikTok interdit à votre compte de publier",
            "Seul TikTok peut lever cette interdiction. L’application TikTok vous en donne la raison.",
        ),
        FetchOutcome::AppCapReached => (
            "Cette application a atteint sa limite du jour",
            "TikTok limite le nombre de créateurs qui publient chaque jour par une même application. Réessayez demain.",
        ),
        FetchOutcome::RateLimited => (
            "TikTok nous demande de ralentir",
            "Ce que vous voyez peut dater un peu. La mise à jour se fera d’elle-même.",
        ),
        FetchOutcome::Unavailable => {
            ("TikTok n’a pas répondu", "Ce que vous voyez peut dater. Votre connexion n’est pas touchée.")
        }
        FetchOutcome::Unexpected => (
            "Nous n’avons pas compris la réponse de TikTok",
            "Ce que vous voyez peut dater. L’exploitant peut chercher la cause.",
        ),
    };
    TitledText { title, text }
}

#[allow(clippy::too_many_lines, reason = "a table of texts, one row for each failure")]
fn login_failure(failure: LoginFailure) -> FailureText {
    let (title, what, remedy) = match failure {
        LoginFailure::StateUnknown => (
            "Cette connexion n’a pas commencé ici",
            "La réponse de TikTok ne correspond à aucune connexion de ce navigateur, ou elle a déjà servi.",
            "Recommencez, et terminez dans le même navigateur.",
        ),
        LoginFailure::StateExpired => (
            "La connexion a pris trop de temps",
            "Une connexion est valable dix minutes, et elles sont écoulées.",
            "Recommencez. Cela ne prend qu’un instant.",
        ),
        LoginFailure::CallbackMalformed => (
            "Il manque quelque chose dans cette adresse",
            "TikTok vous amène ici avec sa réponse après votre identification. Cette adresse ne contient pas de réponse.",
            "Recommencez depuis le début au lieu d’ouvrir cette page par un favori.",
        ),
        LoginFailure::Cancelled => (
            "Vous n’avez pas connecté votre compte",
            "La connexion a été annulée chez TikTok. Rien n’a été partagé, rien n’a changé.",
            "Si ce n’était pas voulu, réessayez. Si TikTok a affiché un message sur votre compte, utilisez un autre compte.",
        ),
        LoginFailure::UnknownRefusal => (
            "TikTok n’a pas connecté votre compte",
            "TikTok a refusé pour une raison que nous ne connaissons pas. Vous n’y êtes pas forcément pour quelque chose.",
            "Réessayez. Si cela se répète, demandez de l’aide à l’exploitant.",
        ),
        LoginFailure::NotSandboxTester => (
            "Ce compte n’est pas sur la liste de test",
            "L’application est encore à l’essai chez TikTok, et seuls les comptes de sa liste de test peuvent se connecter.",
            "Demandez à l’exploitant d’ajouter votre compte, ce qui peut prendre une heure, ou utilisez un compte de la liste.",
        ),
        LoginFailure::ClientKeyRefused => (
            "TikTok n’accepte pas cette application",
            "TikTok ne connaît pas la clé de l’application, ou ne l’a pas encore approuvée. Votre compte n’y est pour rien.",
            "Dites à l’exploitant que la clé (client key) a été refusée.",
        ),
        LoginFailure::RedirectUriRefused => (
            "TikTok ne connaît pas le chemin du retour",
            "L’adresse à laquelle TikTok devrait vous renvoyer n’est pas enregistrée pour cette application.",
            "Dites à l’exploitant que l’adresse de redirection a été refusée.",
        ),
        LoginFailure::PkceRefused => (
            "TikTok a refusé la protection supplémentaire",
            "TikTok et cette application ne s’accordent pas sur la manière de protéger la connexion.",
            "Dites à l’exploitant que le «\u{202f}code challenge\u{202f}» a été refusé.",
        ),
        LoginFailure::ScopeRefused => (
            "TikTok a refusé une autorisation",
            "L’application demande une autorisation que TikTok ne lui a pas accordée.",
            "Dites à l’exploitant qu’une autorisation (scope) a été refusée\u{202f}; voyez ci-dessous ce que l’application demande.",
        ),
        LoginFailure::CodeRefused => (
            "La connexion n’est plus valable",
            "La confirmation de TikTok sert une seule fois et peu de temps. Celle-ci avait déjà servi ou était trop ancienne.",
            "Recommencez. Cela ne prend qu’un instant.",
        ),
        LoginFailure::ClientRefused => (
            "TikTok a refusé les identifiants de l’application",
            "Tout était en ordre de votre côté, mais TikTok n’a accepté ni la clé ni le secret de l’application.",
            "Dites à l’exploitant que les identifiants de l’application ont été refusés.",
        ),
        LoginFailure::RequestRefused => (
            "TikTok n’a pas accepté notre demande",
            "Tout était en ordre de votre côté, mais TikTok a rejeté la façon dont cette application a terminé la connexion.",
            "Dites à l’exploitant que la demande de jeton a été refusée.",
        ),
        LoginFailure::RateLimited => (
            "TikTok nous demande de ralentir",
            "Trop de demandes sont arrivées chez TikTok en peu de temps.",
            "Attendez une minute, puis réessayez.",
        ),
        LoginFailure::TooManyLogins => (
            "Trop de connexions à la fois",
            "Beaucoup de personnes, ou un programme, se connectent ici ou depuis votre réseau en ce moment. Rien n’a été perdu.",
            "Attendez une minute, puis réessayez. Si cela continue, utilisez un autre réseau.",
        ),
        LoginFailure::TikTokUnavailable => (
            "TikTok est injoignable",
            "TikTok a un problème, ou la liaison avec TikTok est coupée.",
            "Attendez quelques minutes, puis réessayez.",
        ),
        LoginFailure::TikTokTimeout => (
            "TikTok n’a pas répondu à temps",
            "Nous avons demandé à TikTok de terminer la connexion, et aucune réponse n’est venue.",
            "Réessayez dans une minute.",
        ),
        LoginFailure::UnexpectedAnswer => (
            "Nous n’avons pas compris la réponse de TikTok",
            "TikTok a répondu sous une forme que nous ne connaissons pas.",
            "Réessayez. Si cela se répète, prévenez l’exploitant.",
        ),
        LoginFailure::StoreUnavailable => (
            "Nos données sont inaccessibles",
            "L’endroit où sont gardées les connexions ne répond pas pour le moment.",
            "Attendez une minute, puis réessayez.",
        ),
        LoginFailure::ConsentKept => (
            "Compte connecté, mais pas encore affiché",
            "TikTok a connecté votre compte, et nous l’avons bien conservé. Nos données sont inaccessibles pour le moment.",
            "Attendez une minute, puis rechargez cette page. Vous n’avez rien à autoriser de nouveau.",
        ),
        LoginFailure::Internal => (
            "Une erreur s’est produite de notre côté",
            "C’est notre faute, pas la vôtre.",
            "Réessayez. Si cela se répète, prévenez l’exploitant.",
        ),
    };
    FailureText { title, what, remedy }
}

fn problem(problem: LoginProblem, app: &str) -> String {
    match problem {
        LoginProblem::Creator => "Rien n’est en panne.".to_owned(),
        LoginProblem::Operator => format!("Seul l’exploitant de {app} peut y remédier."),
        LoginProblem::Passing => "En général, cela passe tout seul.".to_owned(),
        LoginProblem::Unknown => format!("L’exploitant de {app} peut en trouver la cause."),
    }
}

const fn profile_failure(error: ApiError) -> FailureText {
    match error {
        ApiError::StoreUnavailable => FailureText {
            title: "Nos données sont inaccessibles pour le moment",
            what: "Votre profil ne peut pas être affiché. Votre connexion n’est pas touchée.",
            remedy: "Attendez une minute, puis réessayez.",
        },
        ApiError::BadRequest | ApiError::Transport | ApiError::Internal => FailureText {
            title: "Nous ne pouvons pas afficher votre profil",
            what: "Une erreur s’est produite de notre côté. Votre connexion n’est pas touchée.",
            remedy: "Réessayez. Si cela se répète, prévenez l’exploitant.",
        },
    }
}

const fn action_failure(error: ApiError) -> &'static str {
    match error {
        ApiError::StoreUnavailable => {
            "Cela n’a pas marché\u{202f}: nos données sont inaccessibles pour le moment. Réessayez dans une minute."
        }
        ApiError::BadRequest => "Cela n’a pas marché\u{202f}: la demande n’a pas été comprise. Réessayez.",
        ApiError::Transport => {
            "Cela n’a pas marché\u{202f}: le serveur est injoignable. Vérifiez votre connexion et réessayez."
        }
        ApiError::Internal => {
            "Cela n’a pas marché\u{202f}: une erreur s’est produite de notre côté. Réessayez."
        }
    }
}

fn days_left(days: u32) -> String {
    match (days, category(Locale::Fr, days)) {
        (0, _) => "moins d’un jour".to_owned(),
        (_, PluralCategory::One) => format!("encore {days} jour"),
        _ => format!("encore {} jours", number(Locale::Fr, days)),
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
        Unit::Hour => ["heure", "heures"],
        Unit::Day => ["jour", "jours"],
        Unit::Month => ["mois", "mois"],
        Unit::Year => ["an", "ans"],
    };
    let word = if category(Locale::Fr, n) == PluralCategory::One { one } else { other };
    format!("{} {word}", number(Locale::Fr, n))
}

fn in_minutes(n: u32) -> String {
    let word = if category(Locale::Fr, n) == PluralCategory::One { "minute" } else { "minutes" };
    format!("{} {word}", number(Locale::Fr, n))
}

fn in_seconds(n: u32) -> String {
    let word = if category(Locale::Fr, n) == PluralCategory::One { "seconde" } else { "secondes" };
    format!("{} {word}", number(Locale::Fr, n))
}

fn section(title: &'static str, paragraphs: &[&str]) -> Section {
    let paragraphs = paragraphs.iter().map(|&text| text.to_owned()).collect();
    Section { title, paragraphs }
}

fn privacy(app: &str, operator: Option<&str>) -> Article {
    let who = operator.map_or_else(
        || format!("{app} est géré par son exploitant\u{202f}: les personnes ou l’entreprise qui vous en ont donné l’adresse. Vos données sont sous leur responsabilité."),
        |name| format!("{app} est géré par {name}, appelé ici l’exploitant, qui est responsable de vos données."),
    );
    Article {
        title: "Politique de confidentialité",
        lead: format!("Ce que {app} enregistre sur vous, pourquoi, combien de temps, et comment partir. {who}"),
        sections: vec![
            section(
                "Ce qui est enregistré",
                &[
                    "Ce que TikTok transmet, dans la limite de vos autorisations\u{202f}: votre nom affiché, votre nom d’utilisateur, votre photo de profil et ce que TikTok vous permet de publier (qui peut le voir, commentaires, duos, collages et durée maximale des vidéos).",
                    "Ce qui concerne la connexion\u{202f}: les clés qui la maintiennent (TikTok les appelle des jetons), vos autorisations, sa date et la fin de validité de votre accord. Les jetons sont chiffrés avant d’être écrits, et aucune page ne les montre.",
                    "Votre mot de passe TikTok et votre adresse e-mail ne nous parviennent jamais.",
                ],
            ),
            section(
                "Cookies",
                &[
                    "Un cookie reconnaît votre navigateur pendant la connexion et disparaît dans l’heure\u{202f}; un autre garde votre session ouverte. Un troisième retient la langue et un quatrième le thème, si vous les choisissez. Il n’y a ni publicité ni pistage, et rien n’est chargé depuis des sites tiers.",
                ],
            ),
            section(
                "Qui s’en sert",
                &[
                    "L’exploitant et ses propres programmes utilisent la connexion, dans la limite de vos autorisations. L’application échange des données avec TikTok et avec la base de données choisie par l’exploitant, et avec personne d’autre.",
                ],
            ),
            section(
                "Journaux techniques",
                &[
                    "Pour trouver les pannes, l’application tient des journaux techniques\u{202f}: ce qui a été demandé, quand, et si cela a réussi. Ils ne contiennent ni noms, ni jetons, ni cookies, et les anciens sont supprimés automatiquement.",
                ],
            ),
            section(
                "Combien de temps",
                &[
                    "Les jetons sont gardés jusqu’à la fin de la connexion\u{202f}: parce que vous y mettez fin, ou parce que le délai que TikTok fixe à chaque accord est écoulé\u{202f}; votre page de profil indique le jour. Quand vous y mettez fin ici, ils sont effacés aussitôt. Si TikTok ne peut pas en être informé à ce moment-là, une copie chiffrée attend qu’il puisse l’être, 180 jours au plus.",
                    "Votre profil est gardé jusqu’à ce que vous le fassiez effacer, ou que l’exploitant l’efface. Une session prend fin quand vous la fermez, dans vos autres navigateurs quand vous déconnectez votre compte, ou d’elle-même : après 30 jours sans utilisation, et 90 jours après votre connexion.",
                ],
            ),
            Section {
                title: "Comment partir",
                paragraphs: vec![
                    "Sur votre page de profil, choisissez Déconnecter mon compte TikTok. La connexion prend fin aussitôt, ses jetons sont effacés et TikTok en est informé. Vous décidez si votre profil reste ici ou s’il est effacé. Vous recevez un reçu.".to_owned(),
                    "Sur la même page, vous pouvez faire supprimer tout ce qui vous concerne\u{202f}: la connexion, votre profil et vos sessions dans tous les navigateurs. Une fois TikTok informé, il ne reste rien de vous dans la base de données.".to_owned(),
                    format!(
                        "Vous pouvez aussi mettre fin à la connexion dans l’application TikTok\u{202f}: allez dans Paramètres et confidentialité, puis Sécurité et autorisations, et retirez {app} des applications connectées. Les jetons cessent aussitôt de fonctionner."
                    ),
                    "Fermer la session ne concerne que ce navigateur, et rien d’autre.".to_owned(),
                ],
            },
            section(
                "Vos droits",
                &[
                    "Sur votre page de profil, vous pouvez télécharger ce qui est enregistré sur vous et le faire supprimer. Adressez-vous à l’exploitant pour faire corriger vos données, ou pour toute question.",
                ],
            ),
        ],
    }
}

fn terms(app: &str, operator: Option<&str>) -> Article {
    let who = operator.map_or_else(
        || {
            "son exploitant, c’est-à-dire les personnes ou l’entreprise qui vous en ont donné l’adresse"
                .to_owned()
        },
        |name| format!("son exploitant, {name}"),
    );
    Article {
        title: "Conditions d’utilisation",
        lead: format!(
            "Les règles pour utiliser {app}. En connectant votre compte TikTok, vous vous engagez à les respecter envers {who}."
        ),
        sections: vec![
            Section {
                title: "Ce que fait le service",
                paragraphs: vec![format!(
                    "{app} relie votre compte TikTok, vous montre ce que TikTok en dit et maintient la connexion, pour que l’exploitant puisse l’utiliser dans la limite de vos autorisations."
                )],
            },
            section(
                "Votre compte",
                &[
                    "Ne connectez qu’un compte qui vous appartient ou que vous avez le droit de gérer. Les conditions de TikTok continuent de s’appliquer à tout ce qui est fait avec lui.",
                ],
            ),
            section(
                "Ce que l’exploitant peut faire",
                &[
                    "Uniquement ce que couvrent vos autorisations. Vous pouvez en refuser, et les retirer à tout moment, dans l’application TikTok ou en déconnectant votre compte sur votre page de profil.",
                ],
            ),
            section(
                "Ce qui n’est pas garanti",
                &[
                    "Le service peut être interrompu, et TikTok peut changer ou arrêter ce qu’il propose. Dans les limites de la loi, le service est fourni tel quel, sans garantie.",
                ],
            ),
            Section {
                title: "Indépendance",
                paragraphs: vec![format!(
                    "{app} ne fait pas partie de TikTok et n’est pas approuvé par TikTok."
                )],
            },
            section(
                "Résiliation",
                &[
                    "Vous pouvez partir à tout moment, depuis votre page de profil et sans raison à donner. L’exploitant peut lui aussi mettre fin à une connexion, par exemple si ces conditions ne sont pas respectées.",
                ],
            ),
        ],
    }
}

fn happening(what: &ActivityKind) -> &'static str {
    match what {
        ActivityKind::Connected => "Vous avez connecté votre compte.",
        ActivityKind::Reconnected => "Vous avez de nouveau connecté votre compte.",
        ActivityKind::Disconnected => "Vous avez mis fin à la connexion.",
        ActivityKind::NeedsReconnect => "La connexion ne fonctionne plus.",
        ActivityKind::Recovered => "La connexion fonctionne de nouveau.",
        ActivityKind::Removed(RemovalReason::ByCreator) => "Vous avez retiré cette application dans TikTok.",
        ActivityKind::Removed(RemovalReason::AccountDeleted) => "Le compte TikTok a été supprimé.",
        ActivityKind::Removed(RemovalReason::AgeChanged) => {
            "TikTok a mis fin à la connexion\u{202f}: l’âge du compte a changé."
        }
        ActivityKind::Removed(RemovalReason::AccountBanned) => {
            "TikTok a mis fin à la connexion\u{202f}: le compte est banni."
        }
        ActivityKind::Removed(RemovalReason::ByDeveloper) => {
            "TikTok a confirmé que nous avons mis fin à la connexion."
        }
        ActivityKind::Removed(RemovalReason::Unknown) => {
            "TikTok a mis fin à la connexion sans donner de raison."
        }
        ActivityKind::UploadFailed => "Une vidéo n’est pas arrivée à TikTok.",
        ActivityKind::VideoPublished => "Vous avez publié une vidéo partagée vers TikTok.",
        ActivityKind::DataReady => "Une copie de vos données TikTok est prête.",
        ActivityKind::PostFailed => "Une publication a échoué.",
        ActivityKind::PostComplete => "Une publication est en ligne.",
        ActivityKind::PostInInbox => "Une publication vous attend dans votre boîte de réception TikTok.",
        ActivityKind::PostPublic => "Tout le monde peut maintenant voir une publication.",
        ActivityKind::PostHidden => "Une publication n’est plus visible par tout le monde.",
        ActivityKind::Other(_) => "TikTok nous a annoncé quelque chose que nous ne connaissons pas encore.",
    }
}
