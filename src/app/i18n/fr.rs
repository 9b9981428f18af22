//! French.

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

/// French.
pub static FR: Texts = Texts {
    language_name: "Français",
    frame: FrameTexts {
        skip: "Aller au contenu",
        description: "Connectez votre TikTok à {app}. Vous choisissez ce qui est permis et pouvez vous retirer à tout moment.",
        home: "{app}, accueil",
        legal: "Mentions légales",
        privacy: "Confidentialité",
        terms: "Conditions d’utilisation",
        language: "Langue",
        independent: "Ni affilié à TikTok, ni approuvé par TikTok.",
    },
    login: LoginTexts {
        title: "Connectez votre TikTok à {app}",
        lead: "Autorisez {operator} à publier sur votre TikTok. Vous choisissez ce qui est permis et pouvez vous retirer à tout moment.",
        lead_reading: "Autorisez {operator} à consulter votre profil TikTok. Vous choisissez ce qui est permis et pouvez vous retirer à tout moment.",
        proceed: "Continuer avec TikTok",
        returning: "Déjà connecté auparavant\u{202f}? TikTok vous ramène directement.",
        assurances: [
            "Vous vous identifiez sur TikTok. Nous ne voyons jamais votre mot de passe.",
            "Vous pouvez vous retirer à tout moment, ici ou dans l’application TikTok.",
            "Ni publicité, ni pistage.",
        ],
        consent: Consent {
            before: "En continuant, vous acceptez les ",
            terms: "conditions d’utilisation",
            between: " et la ",
            privacy: "politique de confidentialité",
            after: ".",
        },
        logged_out: "Vous avez quitté ce navigateur. Votre compte TikTok, lui, reste relié tant que vous ne le retirez pas.",
        sign_in_first: "Identifiez-vous pour voir votre profil. Continuez avec TikTok, vous y serez dans un instant.",
        records_down: "Un problème de notre côté nous empêche de savoir si vous êtes connecté. Réessayez dans une minute.",
        can: "Ce que {operator} peut faire",
        can_lead: "TikTok vous montre d’abord cette liste. Décochez ce que vous ne voulez pas.",
        unknown_scope: "TikTok explique cette autorisation au moment de vous la demander.",
        cannot: "Ce que {operator} ne peut pas faire",
        cannot_items: &[
            "Voir votre mot de passe ou s’identifier à votre place",
            "Lire ou envoyer des messages",
            "Supprimer vos publications ou modifier votre compte",
            "Tout ce que vous n’autorisez pas",
        ],
        cannot_post: "Publier quoi que ce soit",
        stores: "Ce qui est enregistré",
        stores_items: &[
            "Votre nom, votre nom d’utilisateur, votre photo et les limites de publication fixées par TikTok.",
            "Les jetons d’accès fournis par TikTok, chiffrés et jamais affichés.",
            "Des cookies pour la connexion et pour votre session, un pour la langue et un pour le thème si vous les choisissez.",
        ],
        leaves: "Comment partir",
        leaves_items: &[
            "Sur votre profil, choisissez Déconnecter mon TikTok. L’accès prend fin aussitôt et TikTok en est informé. Vous décidez si votre profil ici est effacé lui aussi.",
            "Vous pouvez aussi faire supprimer tout ce qui vous concerne, ou le télécharger d’abord.",
            "Ou bien ouvrez l’application TikTok, allez dans Paramètres et confidentialité, puis Sécurité et autorisations, et retirez {app}.",
            "Fermer la session ne concerne que ce navigateur. Votre compte TikTok reste relié.",
        ],
        connected_as: "Compte connecté\u{202f}:",
        connected: "Votre compte est connecté",
        connected_lead: "Consultez l’état de la connexion, vos autorisations et l’activité récente.",
        disconnected: "Aucun compte n’est connecté",
        disconnected_lead: "Votre compte TikTok n’est plus connecté. Reconnectez-le, ou voyez ce que nous conservons encore.",
        to_profile: "Voir votre profil",
        another: "Connecter un autre compte",
    },
    profile: ProfileTexts {
        title: "Votre profil",
        nameless: "Votre compte TikTok",
        avatar: "Photo de profil de {account}",
        account: "Compte",
        switch: "Utiliser un autre compte",
        log_out: "Fermer la session",
        logging_out: "Fermeture…",
        messages: "Messages",
        fills_in: "Nous compléterons ces informations dès que TikTok répondra.",
        log_id: "Référence de TikTok\u{202f}:",
        permissions: "Autorisations",
        granted: "Vous autorisez",
        granted_none: "Vous n’avez encore rien autorisé.",
        missing: "Non autorisé",
        connected_at: "Connexion établie",
        refreshed_at: "Dernière vérification",
        known_at: "Profil mis à jour",
        id: "Votre identifiant dans cette application",
        copy: "Copier",
        copied: "Copié",
        copy_failed: "Votre navigateur n’a pas permis la copie.",
        export: TitledText {
            title: "Télécharger mes données",
            text: "Tout ce que nous conservons sur vous, dans un fichier.",
        },
        disconnect: TitledText {
            title: "Déconnecter mon TikTok",
            text: "Met fin à l’accès, ici et sur TikTok. Vous décidez de ce qui est effacé.",
        },
        delete: TitledText {
            title: "Supprimer mes données",
            text: "Efface ce que nous conservons encore sur vous.",
        },
    },
    status: StatusTexts {
        title: "État",
        connection: "Connexion",
        posting: "Publication",
        access_until: "Accès valable jusqu’au",
        access_over: "Accès terminé le",
        ended_at: "Fin de la connexion\u{202f}:",
        checked: "Dernière vérification\u{202f}:",
        checks_not: "TikTok ne nous a pas donné le moyen de maintenir cette connexion. Dernière vérification\u{202f}:",
        next_try: "Prochain essai\u{202f}:",
        check: "Vérifier maintenant",
        checking: "Vérification…",
        reconnect: "Reconnecter",
        allow_posting: "Autoriser la publication",
        review: "Revoir les autorisations",
        review_lead: "TikTok vous demandera de confirmer.",
    },
    connected: ConnectedTexts {
        title: "C’est fait, votre compte est connecté.",
        can_post: "{operator} peut maintenant publier sur votre TikTok.",
        can_read: "{operator} peut maintenant consulter votre profil TikTok.",
        posting_off: "{operator} ne peut pas publier\u{202f}: vous ne l’avez pas autorisé.",
        close: "Vous pouvez fermer cette page.",
        back: "Revenir à {operator}",
    },
    posting: PostingTexts {
        title: "Limites de publication fixées par TikTok",
        unknown_yet: "TikTok n’a pas encore communiqué vos limites de publication.",
        audience: "Qui peut voir une publication",
        comments: "Commentaires",
        duets: "Duos",
        stitches: "Collages",
        allowed: "Autorisés",
        off: "Désactivés",
        unknown: "Non précisé",
        longest: "Durée maximale d’une vidéo",
    },
    leave: LeaveTexts {
        title: "Déconnecter votre TikTok\u{202f}?",
        consequences: "{operator} ne pourra plus publier ni consulter vos données TikTok. Vous pourrez vous reconnecter quand vous voudrez.",
        choice: "Votre profil ici",
        erase: TitledText {
            title: "L’effacer",
            text: "Le nom, la photo et les limites de publication sont supprimés.",
        },
        keep: TitledText { title: "Le garder", text: "Pour revenir plus vite." },
        submit: "Déconnecter",
        pending: "Déconnexion en cours…",
        stay: "Rester connecté",
        delete: TitledText {
            title: "Supprimer tout ce qui me concerne",
            text: "Met fin à l’accès s’il existe encore, supprime tout ce que nous conservons sur vous et ferme votre session dans tous les navigateurs.",
        },
        delete_ask: "Tout supprimer",
        delete_sure: "Voulez-vous vraiment tout supprimer\u{202f}? C’est définitif.",
        delete_submit: "Oui, tout supprimer",
        deleting: "Suppression…",
        data_title: "Supprimer vos données",
        data_lead: "Votre compte TikTok n’est plus connecté. Vous pouvez supprimer ici ce que nous conservons encore.",
        erase_kept: TitledText {
            title: "Effacer mon profil",
            text: "Votre nom, votre photo et les limites de publication sont supprimés. Votre session reste ouverte.",
        },
        erasing: "Effacement…",
        back: "Revenir à votre profil",
    },
    receipt: ReceiptTexts {
        title: |was_connected, remains| match (was_connected, remains) {
            (_, RemainingData::Nothing) => "Tout ce qui vous concerne est supprimé",
            (true, _) => "Votre TikTok est déconnecté",
            (false, RemainingData::Record) => "Votre profil est effacé",
            (false, RemainingData::Profile) => "Votre TikTok n’était plus connecté",
        },
        lead: "Voici votre reçu.",
        number: "Numéro du reçu",
        at: "Date",
        connection: "Connexion",
        ended: "Terminée",
        none: "Il n’y en avait plus",
        tokens: "Jetons d’accès",
        tokens_now: |notice| match notice {
            TikTokNotice::Confirmed | TikTokNotice::NotNeeded => "Supprimés",
            TikTokNotice::Pending => {
                "Supprimés ici. Une copie chiffrée reste jusqu’à la confirmation de TikTok."
            }
        },
        tiktok: "TikTok",
        tiktok_now: |notice| match notice {
            TikTokNotice::Confirmed => {
                "TikTok a confirmé. {app} n’apparaît plus dans vos applications connectées."
            }
            TikTokNotice::Pending => {
                "TikTok n’a pas encore confirmé. Nous réessayons automatiquement, vous n’avez rien à faire. Si vous ne voulez pas attendre, retirez {app} dans l’application TikTok, sous Sécurité et autorisations."
            }
            TikTokNotice::NotNeeded => "Il n’y avait plus rien à signaler à TikTok.",
        },
        stored: "Encore conservé ici",
        stored_now: |remains, notice| match (remains, notice) {
            (RemainingData::Profile, _) => {
                "Votre profil, votre activité récente et les dates de la connexion, pour le jour où vous reviendrez"
            }
            (RemainingData::Record, _) => {
                "Le numéro que TikTok donne à votre compte, votre activité récente et les dates de la connexion. Votre nom, votre photo et les limites de publication sont effacés."
            }
            (RemainingData::Nothing, TikTokNotice::Pending) => {
                "Rien, sauf ce qu’il faut pour informer TikTok. Cela disparaît dès que TikTok a confirmé."
            }
            (RemainingData::Nothing, _) => "Rien",
        },
        keep: "Une question plus tard\u{202f}? Donnez ce numéro à {operator}\u{202f}: il ne permet pas de vous identifier. Enregistrez-le maintenant, il ne s’affiche que dans ce navigateur.",
        save: "Enregistrer le reçu",
        again: "Vous avez changé d’avis\u{202f}?",
    },
    activity: ActivityTexts {
        title: "Activité récente",
        nothing: "Il ne s’est encore rien passé.",
        what: happening,
        reason,
        word: "Motif indiqué par TikTok\u{202f}:",
        reference: "Identifiant TikTok\u{202f}:",
        details: "Détails",
        see_post: "Voir la publication",
        times: |n| format!("{} fois", number(Locale::Fr, n)),
        show_all: "Tout afficher",
    },
    failure_page: FailurePageTexts {
        remedy: "Ce que vous pouvez faire",
        again: "Réessayer",
        another: "Utiliser un autre compte",
        home: "Revenir à l’accueil",
        still_signed_in: "Vous êtes toujours connecté avec {account}.",
        still_signed_in_unnamed: "Vous êtes toujours connecté avec le compte précédent.",
        log_id: "Si vous demandez de l’aide, donnez la référence de TikTok\u{202f}:",
        asked: "L’application a demandé à TikTok\u{202f}:",
        mail_subject: "Connexion de mon TikTok à {app}",
        mail_body: "Bonjour,\n\nla connexion de mon TikTok à {app} a échoué.\n\nErreur\u{202f}: {what} ({code})\nRéférence de TikTok\u{202f}: {reference}\nDate\u{202f}: {time}\n",
        no_reference: "aucune",
    },
    not_found: NotFoundTexts {
        title: "Page introuvable",
        text: "Vérifiez l’adresse ou revenez à l’accueil.",
        home: "Revenir à l’accueil",
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
    time_left: |n, unit| format!("encore {}", counted(n, unit)),
    duration,
    operator: OperatorTexts {
        title: "Qui en est responsable",
        named: "{operator} gère {app} et répond de vos données. TikTok n’y prend aucune part.",
        unnamed: "{app} est géré par la personne ou l’entreprise qui vous a envoyé ici et qui répond de vos données. TikTok n’y prend aucune part.",
        team: "l’équipe {app}",
        contractions: &[],
        by: "Un service de",
        site: "Site web",
        write: "Écrire à {operator}",
        help: "Demander de l’aide à {operator}",
    },
    stored: StoredTexts {
        title: "Vos données",
        from_tiktok: "Transmis par TikTok",
        name: "Nom",
        username: "Nom d’utilisateur",
        picture: "Photo",
        posting: "Limites de publication",
        account: "Identifiant de votre compte TikTok",
        keys: "Jetons d’accès",
        keys_now: |connected| {
            if connected {
                "Conservés chiffrés, jamais affichés"
            } else {
                "Supprimés. Une copie chiffrée ne reste que si TikTok doit encore confirmer"
            }
        },
        uses: "Qui s’est servi de la connexion",
        got_keys: "{app} l’a vérifiée auprès de TikTok",
        asked: "{app} a demandé votre profil à TikTok",
        nobody_else: "Personne d’autre jusqu’ici.",
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
    popup: PopupTexts { title: "Votre TikTok est connecté", close: "Vous pouvez fermer cette fenêtre." },
};

fn scope(name: &str) -> Option<ScopeText> {
    let (name, why) = match name {
        "user.info.basic" => ("Voir votre nom et votre photo", "Pour savoir quel compte vous avez connecté."),
        "user.info.profile" => (
            "Voir votre nom d’utilisateur et votre bio",
            "Pour reconnaître votre compte, avec son badge de vérification s’il en a un.",
        ),
        "user.info.stats" => {
            ("Voir vos statistiques", "Le nombre de vos abonnés, de vos mentions J’aime et de vos vidéos.")
        }
        "video.list" => ("Voir vos vidéos publiques", "Les vidéos que tout le monde peut voir."),
        "video.upload" => (
            "Vous envoyer des brouillons",
            "Les vidéos arrivent dans votre boîte de réception TikTok et c’est vous qui les publiez.",
        ),
        "video.publish" => (
            "Publier des vidéos et des photos",
            "{operator} peut publier sur votre compte. Vos réglages de confidentialité TikTok restent valables.",
        ),
        _ => return None,
    };
    Some(ScopeText { name, why })
}

const fn state(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::Connected => "Connecté",
        ConnectionState::Expiring => "Connecté, se termine bientôt",
        ConnectionState::Degraded => "Connecté, TikTok tarde à répondre",
        ConnectionState::NeedsReconnect => "Reconnexion nécessaire",
        ConnectionState::Disconnected => "Déconnecté",
    }
}

const fn posting_status(status: PostingStatus) -> &'static str {
    match status {
        PostingStatus::Ready => "Possible",
        PostingStatus::NotAllowed => "Non autorisée par vous",
        PostingStatus::Withdrawn => "Autorisation manquante",
        PostingStatus::Blocked => "Bloquée par TikTok",
        PostingStatus::LimitReached => "En pause jusqu’à demain",
        PostingStatus::AppLimitReached => "En pause pour aujourd’hui",
        PostingStatus::Unknown => "Pas encore connue",
    }
}

const fn posting_detail(status: PostingStatus) -> &'static str {
    match status {
        PostingStatus::Ready => "",
        PostingStatus::NotAllowed => {
            "La publication est désactivée\u{202f}: vous ne l’avez pas autorisée. Vous pouvez l’activer ici."
        }
        PostingStatus::Withdrawn => {
            "TikTok signale que l’autorisation de publier manque. Vous l’avez peut-être retirée dans l’application TikTok."
        }
        PostingStatus::Blocked => {
            "TikTok interdit à votre compte de publier, et seul TikTok peut lever cette interdiction. L’application TikTok vous en donne la raison."
        }
        PostingStatus::LimitReached => {
            "Vous avez atteint la limite du jour que TikTok fixe aux applications connectées. La publication reprend demain."
        }
        PostingStatus::AppLimitReached => {
            "TikTok limite le nombre de créateurs qui publient chaque jour avec {app}. La publication reprend demain."
        }
        PostingStatus::Unknown => "TikTok ne nous a pas encore dit si vous pouvez publier.",
    }
}

const fn connection_detail(connection_detail: ConnectionDetail) -> &'static str {
    match connection_detail {
        ConnectionDetail::Works => "Tout fonctionne, vous n’avez rien à faire.",
        ConnectionDetail::Waits => {
            "{operator} doit régler un problème technique pour que la connexion continue. Vous n’avez rien à faire."
        }
        ConnectionDetail::Ends(Urgency::Month) => {
            "L’accès prend fin dans moins d’un mois. Reconnectez votre compte quand cela vous convient, et rien ne sera interrompu."
        }
        ConnectionDetail::Ends(Urgency::Week) => {
            "L’accès prend fin dans moins d’une semaine. Reconnectez votre compte d’ici là, et rien ne sera interrompu."
        }
        ConnectionDetail::Ends(Urgency::Day) => {
            "L’accès prend fin dans moins d’un jour. Reconnectez votre compte maintenant, et rien ne sera interrompu."
        }
        ConnectionDetail::Delayed(refresh_failure) => delayed(refresh_failure),
        ConnectionDetail::Broken(refresh_failure) => broken(refresh_failure),
        ConnectionDetail::Over(cause) => over(cause),
    }
}

const fn delayed(refresh_failure: RefreshFailure) -> &'static str {
    match refresh_failure {
        RefreshFailure::Unreachable => {
            "TikTok est injoignable pour le moment. Nous réessayons, vous n’avez rien à faire."
        }
        RefreshFailure::NoAnswer => {
            "TikTok n’a pas encore répondu. Nous réessayons, vous n’avez rien à faire."
        }
        RefreshFailure::Unavailable => {
            "TikTok rencontre un problème passager. Nous réessayons, vous n’avez rien à faire."
        }
        RefreshFailure::RateLimited => {
            "TikTok nous demande de ralentir\u{202f}: nous vérifierons un peu plus tard. Vous n’avez rien à faire."
        }
        RefreshFailure::AnswerLost => {
            "La dernière réponse de TikTok ne nous est pas parvenue. Nous saurons bientôt si la connexion fonctionne encore\u{202f}; vous n’avez rien à faire pour l’instant."
        }
        RefreshFailure::AppRefused | RefreshFailure::RequestRefused | RefreshFailure::Unreadable => {
            "{operator} doit régler un problème technique avant que la connexion puisse être vérifiée. Vous n’avez rien à faire."
        }
        RefreshFailure::Refused | RefreshFailure::ConsentEnded | RefreshFailure::Unexpected => {
            "TikTok a donné une réponse que nous n’attendions pas. Nous réessayons, vous n’avez rien à faire."
        }
    }
}

const fn broken(refresh_failure: RefreshFailure) -> &'static str {
    match refresh_failure {
        RefreshFailure::Refused => {
            "TikTok n’accepte plus cette connexion. Avez-vous retiré {app} dans l’application TikTok\u{202f}? Reconnectez votre compte pour continuer."
        }
        RefreshFailure::AnswerLost => {
            "La connexion avec TikTok a été perdue. Reconnectez votre compte une fois et tout sera rétabli."
        }
        RefreshFailure::ConsentEnded => {
            "La durée que TikTok fixe pour l’accès est écoulée. Reconnectez votre compte pour continuer."
        }
        _ => "Cette connexion ne fonctionne plus. Reconnectez votre compte pour continuer.",
    }
}

const fn over(cause: Option<EndCause>) -> &'static str {
    let Some(cause) = cause else {
        return "Cette connexion a pris fin. {operator} n’y a plus accès.";
    };
    match cause {
        EndCause::Here => "Vous avez déconnecté ce compte. {operator} n’y a plus accès.",
        EndCause::Removed(RemovalReason::ByCreator) => {
            "Vous avez retiré {app} dans les paramètres de TikTok. {operator} n’y a plus accès."
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
        EndCause::Removed(RemovalReason::ByDeveloper) => "{operator} a mis fin à la connexion sur TikTok.",
        EndCause::Removed(RemovalReason::Unknown) => {
            "TikTok a mis fin à cette connexion sans en donner la raison."
        }
    }
}

const fn renewal(renewal: Renewal) -> &'static str {
    match renewal {
        Renewal::Renewed => "Vérifiée à l’instant\u{202f}: la connexion fonctionne.",
        Renewal::Recent => "Déjà vérifiée à l’instant, tout va bien.",
        Renewal::Later(RefreshFailure::NoAnswer) => {
            "TikTok n’a pas encore répondu. Regardez à nouveau dans une minute."
        }
        Renewal::Later(RefreshFailure::Unreachable | RefreshFailure::Unavailable) => {
            "TikTok ne répond pas pour l’instant. Nous réessayons automatiquement."
        }
        Renewal::Later(RefreshFailure::RateLimited) => {
            "TikTok nous demande de ralentir. Nous réessayons automatiquement."
        }
        Renewal::Later(
            RefreshFailure::AppRefused | RefreshFailure::RequestRefused | RefreshFailure::Unreadable,
        ) => "{operator} doit régler un problème technique avant que la connexion puisse être vérifiée.",
        Renewal::Later(_) => "La vérification n’a pas abouti. Nous réessayons automatiquement.",
        Renewal::NeedsReconnect => {
            "TikTok n’accepte plus la connexion. Reconnectez votre compte pour continuer."
        }
        Renewal::NotConnected => "Il n’y a pas de connexion à vérifier.",
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
        FetchOutcome::Known => ("À jour", "Voici ce que TikTok nous a communiqué en dernier."),
        FetchOutcome::NotAsked => (
            "Certains détails manquent",
            "Ils demandent une autorisation que vous n’avez pas donnée. Vous pouvez la donner ici.",
        ),
        FetchOutcome::PermissionMissing => (
            "TikTok signale une autorisation manquante",
            "Vous l’avez peut-être retirée dans l’application TikTok. Donnez-la à nouveau pour voir tous les détails.",
        ),
        FetchOutcome::TokenRefused => (
            "TikTok n’a pas accepté la connexion",
            "Ces informations peuvent dater. Reconnectez votre compte si ce message persiste.",
        ),
        FetchOutcome::TooManyPosts => {
            ("Vous avez atteint la limite de publications du jour", "La publication reprend demain.")
        }
        FetchOutcome::BannedFromPosting => {
            ("TikTok interdit à votre compte de publier", "Seul TikTok peut lever cette interdiction.")
        }
        FetchOutcome::AppCapReached => {
            ("{app} a atteint sa limite du jour", "La publication reprend demain.")
        }
        FetchOutcome::RateLimited => (
            "TikTok nous demande de ralentir",
            "Ces informations peuvent dater. Elles seront mises à jour automatiquement.",
        ),
        FetchOutcome::Unavailable => (
            "TikTok n’a pas répondu",
            "Ces informations peuvent dater. Elles seront mises à jour automatiquement.",
        ),
        FetchOutcome::Unexpected => (
            "Nous n’avons pas compris la réponse de TikTok",
            "Ces informations peuvent dater. {operator} peut en chercher la cause.",
        ),
    };
    TitledText { title, text }
}

#[allow(clippy::too_many_lines, reason = "a table of texts, one row for each failure")]
fn login_failure(failure: LoginFailure) -> FailureText {
    let (title, what, remedy) = match failure {
        LoginFailure::StateUnknown => (
            "Reprenons du début",
            "Ce lien a déjà servi, ou a été ouvert dans un autre navigateur.",
            "Recommencez, et terminez dans le même navigateur.",
        ),
        LoginFailure::StateExpired => (
            "La connexion a pris trop de temps",
            "Vous aviez dix minutes pour vous connecter.",
            "Recommencez, c’est rapide.",
        ),
        LoginFailure::CallbackMalformed => (
            "Il manque quelque chose dans cette adresse",
            "TikTok vous amène ici après votre identification, et cette adresse n’est pas complète.",
            "Recommencez depuis le début au lieu d’ouvrir un favori.",
        ),
        LoginFailure::Cancelled => (
            "Compte non connecté",
            "TikTok n’a pas connecté votre compte et ne nous a rien transmis.",
            "Si vous avez arrêté vous-même, réessayez quand vous voulez. Si vous avez appuyé sur Autoriser, TikTok ne permet peut-être pas à ce compte de se connecter\u{202f}: utilisez-en un autre.",
        ),
        LoginFailure::UnknownRefusal => (
            "TikTok n’a pas connecté votre compte",
            "TikTok a refusé pour une raison que nous ne connaissons pas. Cela ne veut pas dire que vous avez fait une erreur.",
            "Réessayez. Si cela se répète, demandez de l’aide à {operator}.",
        ),
        LoginFailure::NotSandboxTester => (
            "Ce compte n’est pas sur la liste de test",
            "{app} est encore en test sur TikTok, et seuls les comptes de sa liste de test peuvent se connecter.",
            "Demandez à {operator} d’ajouter votre compte, ce qui peut prendre une heure, ou utilisez un compte de la liste.",
        ),
        LoginFailure::ClientKeyRefused => (
            "Le problème vient de nous",
            "Vous avez tout fait correctement, mais TikTok ne connaît pas {app} ou ne l’a pas encore approuvé.",
            "Dites à {operator} que la clé de l’application a été refusée.",
        ),
        LoginFailure::RedirectUriRefused => (
            "Le problème vient de nous\u{202f}: l’adresse de retour est fausse",
            "{app} n’est pas correctement configuré auprès de TikTok.",
            "Dites à {operator} que l’adresse de retour a été refusée.",
        ),
        LoginFailure::PkceRefused => (
            "Le problème vient de nous\u{202f}: la protection ne correspond pas",
            "{app} et TikTok ne s’accordent pas sur la protection de la connexion.",
            "Dites à {operator} que la vérification PKCE a été refusée.",
        ),
        LoginFailure::ScopeRefused => (
            "Le problème vient de nous\u{202f}: une autorisation a été refusée",
            "{app} demande une autorisation pour laquelle TikTok ne l’a pas approuvé.",
            "Dites à {operator} qu’une autorisation (scope) a été refusée\u{202f}; voici plus bas ce que l’application demande.",
        ),
        LoginFailure::CodeRefused => (
            "La connexion n’est plus valable",
            "La confirmation de TikTok ne sert qu’une fois et peu de temps. Celle-ci avait déjà servi ou était trop ancienne.",
            "Recommencez, c’est rapide.",
        ),
        LoginFailure::ClientRefused => (
            "Le problème vient de nous\u{202f}: les identifiants ont été refusés",
            "Vous avez tout fait correctement, mais TikTok n’a pas accepté {app}.",
            "Dites à {operator} que les identifiants de l’application ont été refusés.",
        ),
        LoginFailure::RequestRefused => (
            "Le problème vient de nous\u{202f}: la demande a été refusée",
            "Vous avez tout fait correctement, mais TikTok n’a pas accepté la façon dont {app} a terminé la connexion.",
            "Dites à {operator} que la demande de jeton a été refusée.",
        ),
        LoginFailure::RateLimited => (
            "TikTok nous demande de ralentir",
            "Trop de demandes sont arrivées à TikTok en peu de temps.",
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
            "Réessayez. Si cela se répète, prévenez {operator}.",
        ),
        LoginFailure::StoreUnavailable => (
            "Nous avons un problème de notre côté",
            "Notre base de données est injoignable pour le moment.",
            "Attendez une minute, puis réessayez.",
        ),
        LoginFailure::ConsentKept => (
            "Compte connecté, mais pas encore affiché",
            "TikTok a connecté votre compte, et nous l’avons bien conservé. Nous avons un problème de notre côté pour le moment.",
            "Attendez une minute, puis rechargez cette page. Vous n’avez rien à autoriser de nouveau.",
        ),
        LoginFailure::Internal => (
            "Une erreur s’est produite de notre côté",
            "C’est notre faute, pas la vôtre.",
            "Réessayez. Si cela se répète, prévenez {operator}.",
        ),
    };
    FailureText { title, what, remedy }
}

const fn problem(problem: LoginProblem) -> &'static str {
    match problem {
        LoginProblem::Creator => "",
        LoginProblem::Operator => "Il n’y a que {operator} qui puisse y remédier.",
        LoginProblem::Passing => "En général, cela passe tout seul.",
        LoginProblem::Unknown => "{operator} peut en trouver la cause.",
    }
}

const fn profile_failure(error: ApiError) -> FailureText {
    match error {
        ApiError::StoreUnavailable => FailureText {
            title: "Nous avons un problème de notre côté",
            what: "Votre profil ne peut pas être affiché pour le moment. Votre connexion n’est pas touchée.",
            remedy: "Attendez une minute, puis réessayez.",
        },
        ApiError::BadRequest | ApiError::Transport | ApiError::Internal => FailureText {
            title: "Nous ne pouvons pas afficher votre profil",
            what: "Une erreur s’est produite de notre côté. Votre connexion n’est pas touchée.",
            remedy: "Réessayez. Si cela se répète, prévenez {operator}.",
        },
    }
}

const fn action_failure(error: ApiError) -> &'static str {
    match error {
        ApiError::StoreUnavailable => {
            "Cela n’a pas marché\u{202f}: nous avons un problème de notre côté. Réessayez dans une minute."
        }
        ApiError::BadRequest => "Cela n’a pas marché\u{202f}: la demande n’a pas été comprise. Réessayez.",
        ApiError::Transport => "Pas de connexion. Vérifiez votre accès à Internet et réessayez.",
        ApiError::Internal => {
            "Cela n’a pas marché\u{202f}: une erreur s’est produite de notre côté. Réessayez."
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
        Unit::Minute => ["minute", "minutes"],
        Unit::Hour => ["heure", "heures"],
        Unit::Day => ["jour", "jours"],
        Unit::Month => ["mois", "mois"],
        Unit::Year => ["an", "ans"],
    };
    let word = if category(Locale::Fr, n) == PluralCategory::One { one } else { other };
    format!("{} {word}", number(Locale::Fr, n))
}

fn in_seconds(n: u32) -> String {
    let word = if category(Locale::Fr, n) == PluralCategory::One { "seconde" } else { "secondes" };
    format!("{} {word}", number(Locale::Fr, n))
}

const PRIVACY: Article = Article {
    title: "Politique de confidentialité",
    lead: "Ce que {app} enregistre sur vous, pourquoi, combien de temps, et comment partir.",
    sections: &[
        Section {
            title: "Ce qui est enregistré",
            paragraphs: &[
                "Ce que TikTok transmet, dans la limite de vos autorisations\u{202f}: votre nom affiché, votre nom d’utilisateur, votre photo de profil et les limites de publication fixées par TikTok (qui peut voir une publication, commentaires, duos, collages et durée maximale des vidéos).",
                "Ce qui concerne la connexion\u{202f}: les jetons d’accès que TikTok nous donne, vos autorisations, sa date et la fin de l’accès. Les jetons sont chiffrés avant d’être écrits, et aucune page ne les montre.",
                "Ce qui s’est passé avec la connexion et les publications\u{202f}: quand vous vous êtes connecté, et ce que TikTok nous signale sur les publications.",
                "Votre mot de passe TikTok et votre adresse e-mail ne nous parviennent jamais.",
            ],
        },
        Section {
            title: "Cookies",
            paragraphs: &[
                "Un cookie reconnaît votre navigateur pendant la connexion et disparaît dans l’heure\u{202f}; un autre garde votre session ouverte. Un troisième retient la langue et un quatrième le thème, si vous les choisissez. Il n’y a ni publicité ni pistage, et rien n’est chargé depuis des sites tiers.",
            ],
        },
        Section {
            title: "Qui s’en sert",
            paragraphs: &[
                "{operator} et ses propres programmes utilisent la connexion, dans la limite de vos autorisations. {app} échange des données avec TikTok et avec sa propre base de données, et avec personne d’autre.",
            ],
        },
        Section {
            title: "Journaux techniques",
            paragraphs: &[
                "Pour trouver les pannes, {app} tient des journaux techniques\u{202f}: ce qui a été demandé, quand, et si cela a réussi. Ils ne contiennent ni noms, ni jetons, ni cookies, et les anciens sont supprimés automatiquement.",
            ],
        },
        Section {
            title: "Combien de temps",
            paragraphs: &[
                "Les jetons sont gardés jusqu’à la fin de l’accès\u{202f}: parce que vous y mettez fin, ou parce que la durée que TikTok fixe est écoulée\u{202f}; votre page de profil indique le jour. Quand vous y mettez fin ici, ils sont supprimés aussitôt. Si TikTok ne peut pas en être informé à ce moment-là, une copie chiffrée est gardée jusqu’à ce qu’il puisse l’être, 180 jours au plus.",
                "Votre profil est gardé jusqu’à ce que vous le fassiez effacer, ou que {operator} l’efface. Une session prend fin quand vous la fermez, dans vos autres navigateurs quand vous déconnectez votre compte, ou automatiquement\u{202f}: après 30 jours sans utilisation, et 90 jours après votre connexion.",
            ],
        },
        Section {
            title: "Comment partir",
            paragraphs: &[
                "Sur votre page de profil, choisissez Déconnecter mon TikTok. L’accès prend fin aussitôt, les jetons sont supprimés et TikTok en est informé. Vous décidez si votre profil reste ici ou s’il est effacé. Vous recevez un reçu.",
                "Sur la même page, vous pouvez faire supprimer tout ce qui vous concerne\u{202f}: la connexion, votre profil et vos sessions dans tous les navigateurs. Une fois TikTok informé, il ne reste rien de vous dans la base de données.",
                "Vous pouvez aussi mettre fin à l’accès dans l’application TikTok\u{202f}: allez dans Paramètres et confidentialité, puis Sécurité et autorisations, et retirez {app} des applications connectées. Les jetons cessent aussitôt de fonctionner.",
                "Fermer la session ne concerne que ce navigateur, et rien d’autre.",
            ],
        },
        Section {
            title: "Vos droits",
            paragraphs: &[
                "Sur votre page de profil, vous pouvez télécharger ce qui est enregistré sur vous et le faire supprimer. Écrivez à {operator} pour faire corriger vos données, ou pour toute question.",
            ],
        },
    ],
};

const TERMS: Article = Article {
    title: "Conditions d’utilisation",
    lead: "Les règles pour utiliser {app}. Vous les acceptez en connectant votre compte TikTok.",
    sections: &[
        Section {
            title: "Ce que fait le service",
            paragraphs: &[
                "{app} relie votre compte TikTok, vous montre ce que TikTok en dit et maintient la connexion, pour que {operator} puisse l’utiliser dans la limite de vos autorisations.",
            ],
        },
        Section {
            title: "Votre compte",
            paragraphs: &[
                "Ne connectez qu’un compte qui vous appartient ou que vous avez le droit de gérer. Les conditions de TikTok continuent de s’appliquer à tout ce qui est fait avec lui.",
            ],
        },
        Section {
            title: "Ce qui est permis",
            paragraphs: &[
                "{operator} ne peut faire que ce que couvrent vos autorisations. Vous pouvez en refuser, et les retirer à tout moment, dans l’application TikTok ou en déconnectant votre compte sur votre page de profil.",
            ],
        },
        Section {
            title: "Ce qui n’est pas garanti",
            paragraphs: &[
                "Le service peut être interrompu, et TikTok peut changer ou arrêter ce qu’il propose. Dans les limites de la loi, le service est fourni tel quel, sans garantie.",
            ],
        },
        Section {
            title: "Indépendance",
            paragraphs: &["{app} ne fait pas partie de TikTok et n’est pas approuvé par TikTok."],
        },
        Section {
            title: "Résiliation",
            paragraphs: &[
                "Vous pouvez partir à tout moment, depuis votre page de profil et sans raison à donner. {operator} peut aussi mettre fin à une connexion, par exemple si ces conditions ne sont pas respectées.",
            ],
        },
    ],
};

fn happening(what: &ActivityKind) -> &'static str {
    match what {
        ActivityKind::Connected => "Vous avez connecté votre compte.",
        ActivityKind::Reconnected => "Vous avez reconnecté votre compte.",
        ActivityKind::Disconnected => "Vous avez déconnecté votre compte.",
        ActivityKind::NeedsReconnect => "La connexion ne fonctionne plus.",
        ActivityKind::Recovered => "La connexion fonctionne de nouveau.",
        ActivityKind::Removed(RemovalReason::ByCreator) => {
            "Vous avez retiré {app} dans l’application TikTok."
        }
        ActivityKind::Removed(RemovalReason::AccountDeleted) => "Le compte TikTok a été supprimé.",
        ActivityKind::Removed(RemovalReason::AgeChanged) => {
            "TikTok a mis fin à la connexion\u{202f}: l’âge du compte a changé."
        }
        ActivityKind::Removed(RemovalReason::AccountBanned) => {
            "TikTok a mis fin à la connexion\u{202f}: le compte est banni."
        }
        ActivityKind::Removed(RemovalReason::ByDeveloper) => {
            "TikTok a confirmé que {operator} a mis fin à la connexion."
        }
        ActivityKind::Removed(RemovalReason::Unknown) => {
            "TikTok a mis fin à la connexion sans donner de raison."
        }
        ActivityKind::UploadFailed => "L’envoi d’une vidéo a échoué.",
        ActivityKind::VideoPublished => "Vous avez publié une vidéo partagée vers TikTok.",
        ActivityKind::DataReady => "Une copie de vos données TikTok est prête.",
        ActivityKind::PostFailed => "Une publication a échoué.",
        ActivityKind::PostComplete => "Une publication est en ligne.",
        ActivityKind::PostInInbox => "Un brouillon vous attend dans votre boîte de réception TikTok.",
        ActivityKind::PostPublic => "Une publication est maintenant publique.",
        ActivityKind::PostHidden => "Une publication n’est plus publique.",
        ActivityKind::Other(_) => "Autre notification de TikTok",
    }
}

fn reason(word: &str) -> Option<&'static str> {
    Some(match word {
        "file_format_check_failed" => "TikTok n’accepte pas ce format de fichier.",
        "duration_check_failed" => "La vidéo est trop courte ou trop longue.",
        "frame_rate_check_failed" => "La fréquence d’images de la vidéo n’est pas acceptée.",
        "picture_size_check_failed" => "La taille de l’image n’est pas acceptée.",
        "internal" => "TikTok a eu un problème. Un nouvel essai est possible.",
        "video_pull_failed" => "TikTok n’a pas pu récupérer la vidéo.",
        "photo_pull_failed" => "TikTok n’a pas pu récupérer la photo.",
        "publish_cancelled" => "La publication a été annulée.",
        "auth_removed" => "L’accès a été retiré dans l’application TikTok.",
        "spam_risk_too_many_posts" => "La limite de publications du jour était atteinte.",
        "spam_risk_user_banned_from_posting" => "TikTok interdit à ce compte de publier.",
        "spam_risk_text" => "TikTok a pris le texte pour du spam.",
        "spam_risk" => "TikTok a pris la publication pour du spam.",
        _ => return None,
    })
}
