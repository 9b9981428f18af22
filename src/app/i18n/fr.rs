//! French: "vous", typographic apostrophes, a narrow no-break space before `;`, `:`, `?`, `!` and `%`.

use icu_plurals::PluralCategory;

use super::{
    ActivityTexts, Article, ChoiceTexts, Consent, FailurePageTexts, FailureText, FrameTexts, LoginTexts,
    NotFoundTexts, PopupTexts, ProfileTexts, ScopeText, Section, Texts, Told, category, number,
};
use crate::{
    api::ApiError,
    domain::{
        ConnectionState, FetchOutcome, Happening, Locale, LoginFailure, LoginProblem, PrivacyLevel,
        RemovalReason, Theme,
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
        legal: "Mentions",
        privacy: "Confidentialité",
        terms: "Conditions d’utilisation",
        language: "Langue",
        independent: "Service indépendant de TikTok, sans son parrainage.",
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
        records_down: "Nos données sont injoignables pour le moment\u{202f}: nous ne savons pas si votre compte est déjà connecté. Vous pouvez lire cette page\u{202f}; la connexion devra peut-être attendre un instant.",
        asks: "Ce que nous demandons",
        asks_lead: "TikTok vous montre ces autorisations avant tout partage. Vous pouvez refuser toutes celles qu’il permet de décocher.",
        unknown_scope: "TikTok explique cette autorisation au moment de vous la demander.",
        stores: "Ce qui est enregistré",
        stores_items: &[
            "Votre nom, votre nom d’utilisateur, votre photo et ce que TikTok vous permet de publier.",
            "Les clés de la connexion, chiffrées. Aucune page ne les montre.",
            "Un cookie pour votre session, et un pour la langue et un pour le thème que vous choisissez. Ni publicité, ni pistage.",
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
                format!(
                    "Pour mettre fin à la connexion, ouvrez l’application TikTok, allez dans Paramètres et confidentialité, puis Sécurité et autorisations, et retirez {app} des applications connectées."
                ),
                "Se déconnecter ferme la session dans ce navigateur seulement. La connexion à TikTok reste."
                    .to_owned(),
                "Vous pouvez télécharger à tout moment ce qui est enregistré sur vous.".to_owned(),
            ]
        },
        connected_as: "Compte connecté\u{202f}:",
        connected: "Votre compte est connecté",
        connected_lead: "Votre profil montre ce que TikTok dit de votre compte et comment se porte la connexion.",
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
        messages: "Messages",
        log_id: "Référence de TikTok\u{202f}:",
        posting: "Ce que vous pouvez publier",
        posting_unknown: "TikTok ne nous a pas encore dit ce que vous pouvez publier.",
        audience: "Qui peut voir une publication",
        comments: "Commentaires",
        duets: "Duos",
        stitches: "Collages",
        allowed: "Permis",
        off: "Désactivés",
        unknown: "Non précisé",
        longest: "Vidéo la plus longue",
        permissions: "Autorisations",
        granted: "Vous autorisez",
        granted_none: "Vous n’avez encore rien autorisé.",
        missing: "Non autorisé",
        details: "Détails",
        connected_at: "Connexion établie",
        refreshed_at: "Dernier renouvellement",
        known_at: "Dernières nouvelles de TikTok",
        id: "Votre identifiant",
        copy: "Copier",
        copied: "Copié",
        copy_failed: "Votre navigateur n’a pas permis la copie.",
        actions: "Ce que vous pouvez faire",
        reconnect: Told { title: "Reconnecter", text: "Renouvelle la connexion et votre accord." },
        switch: Told {
            title: "Changer de compte",
            text: "Connecte un autre compte TikTok dans ce navigateur.",
        },
        ask_missing: Told {
            title: "Demander les autorisations manquantes",
            text: "TikTok vous redemande ce que vous n’avez pas autorisé.",
        },
        export: Told {
            title: "Télécharger mes données",
            text: "Un fichier avec tout ce qui est enregistré sur vous.",
        },
        log_out: Told {
            title: "Se déconnecter",
            text: "Ferme la session dans ce navigateur. La connexion à TikTok reste.",
        },
        logging_out: "Déconnexion…",
    },
    activity: ActivityTexts {
        title: "Activité récente",
        what: happening,
        word: "Le mot de TikTok :",
        reference: "Identifiant TikTok :",
    },
    failure_page: FailurePageTexts {
        remedy: "Ce que vous pouvez faire",
        again: "Réessayer",
        another: "Utiliser un autre compte",
        home: "Revenir à l’accueil",
        log_id: "Si vous demandez de l’aide, donnez la référence de TikTok\u{202f}:",
    },
    not_found: NotFoundTexts {
        title: "Cette page n’existe pas",
        text: "L’adresse est peut-être mal écrite, ou la page a été déplacée.",
        home: "Aller à l’accueil",
    },
    scope,
    state,
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

fn state(state: ConnectionState) -> Told {
    let (title, text) = match state {
        ConnectionState::Connected => {
            ("Connecté", "Votre compte est connecté, avec votre accord donné à TikTok.")
        }
        ConnectionState::Expiring => (
            "Connecté, mais bientôt à terme",
            "Reconnectez votre compte avant la fin de votre accord, et rien ne sera interrompu.",
        ),
        ConnectionState::Degraded => (
            "Connecté, avec du retard",
            "TikTok n’a pas encore renouvelé la connexion. Nous réessayons\u{202f}; il n’y a rien à faire.",
        ),
        ConnectionState::NeedsReconnect => (
            "À reconnecter",
            "TikTok n’accepte plus cette connexion. Il n’y a que vous qui puissiez la renouveler.",
        ),
        ConnectionState::Disconnected => {
            ("Déconnecté", "Cette connexion a pris fin. Plus rien ne peut être fait d’ici avec votre compte.")
        }
    };
    Told { title, text }
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

fn outcome(outcome: FetchOutcome) -> Told {
    let (title, text) = match outcome {
        FetchOutcome::Known => ("À jour", "TikTok nous a dit ce qui est affiché ici."),
        FetchOutcome::NotAsked => (
            "Certains détails ne sont pas disponibles",
            "Ils demandent une autorisation que vous n’avez pas donnée\u{202f}; nous ne les avons donc pas demandés à TikTok.",
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
    Told { title, text }
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
        LoginFailure::NotEligible => (
            "TikTok ne permet pas de connecter ce compte",
            "TikTok ne laisse pas ce compte s’identifier dans d’autres applications.",
            "Regardez dans l’application TikTok s’il y a un message sur votre compte, ou utilisez un autre compte.",
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
            "Dites à l’exploitant qu’une autorisation (scope) a été refusée.",
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
            "Nos données sont injoignables",
            "L’endroit où sont gardées les connexions ne répond pas pour le moment.",
            "Attendez une minute, puis réessayez.",
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
        LoginProblem::Creator => "Rien n’est en panne\u{202f}; la suite dépend de vous.".to_owned(),
        LoginProblem::Operator => format!("Seul l’exploitant de {app} peut y remédier."),
        LoginProblem::Passing => "En général, cela passe tout seul.".to_owned(),
    }
}

const fn profile_failure(error: ApiError) -> FailureText {
    match error {
        ApiError::StoreUnavailable => FailureText {
            title: "Nos données sont injoignables pour le moment",
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
            "Cela n’a pas marché\u{202f}: nos données sont injoignables pour le moment. Réessayez dans une minute."
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

fn privacy(app: &str) -> Article {
    Article {
        title: "Politique de confidentialité",
        lead: format!(
            "Ce que {app} enregistre sur vous, pourquoi, combien de temps, et comment partir. {app} est géré par son exploitant\u{202f}: les personnes ou l’entreprise qui vous en ont donné l’adresse. Vos données sont sous leur responsabilité."
        ),
        sections: vec![
            section(
                "Ce qui est enregistré",
                &[
                    "Ce que TikTok transmet, dans la limite de vos autorisations\u{202f}: votre nom affiché, votre nom d’utilisateur, votre photo de profil et ce que TikTok vous permet de publier (qui peut le voir, commentaires, duos, collages et durée maximale des vidéos).",
                    "Ce qui concerne la connexion\u{202f}: les jetons qui la maintiennent, vos autorisations, sa date et la fin de validité de votre accord. Les jetons sont chiffrés avant d’être écrits, et aucune page ne les montre.",
                    "Votre mot de passe TikTok et votre adresse e-mail ne nous parviennent jamais.",
                ],
            ),
            section(
                "Cookies",
                &[
                    "Un cookie garde votre session ouverte. Un autre retient la langue et un troisième le thème, si vous les choisissez. Il n’y a ni publicité ni pistage, et rien n’est chargé depuis des sites tiers.",
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
                    "Votre profil et votre connexion sont gardés jusqu’à ce que vous mettiez fin à la connexion ou que l’exploitant les supprime. TikTok met de lui-même un terme à chaque connexion\u{202f}; votre page de profil indique le jour. Une session prend fin quand vous vous déconnectez, ou d’elle-même.",
                ],
            ),
            Section {
                title: "Comment partir",
                paragraphs: vec![
                    format!(
                        "Pour mettre fin à la connexion, ouvrez l’application TikTok, allez dans Paramètres et confidentialité, puis Sécurité et autorisations, et retirez {app} des applications connectées. Les jetons cessent aussitôt de fonctionner."
                    ),
                    "Se déconnecter ferme la session dans ce navigateur, et rien d’autre.".to_owned(),
                ],
            },
            section(
                "Vos droits",
                &[
                    "Sur votre page de profil, vous pouvez télécharger ce qui est enregistré sur vous. Adressez-vous à l’exploitant pour faire corriger ou supprimer vos données, ou pour toute question.",
                ],
            ),
        ],
    }
}

fn terms(app: &str) -> Article {
    Article {
        title: "Conditions d’utilisation",
        lead: format!(
            "Les règles pour utiliser {app}. Vous en convenez avec son exploitant, c’est-à-dire les personnes ou l’entreprise qui vous en ont donné l’adresse, quand vous connectez votre compte TikTok."
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
                    "Uniquement ce que couvrent vos autorisations. Vous pouvez en refuser, et les retirer à tout moment dans l’application TikTok.",
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
                    "{app} ne fait pas partie de TikTok et n’est pas parrainé par TikTok."
                )],
            },
            section(
                "Fin",
                &[
                    "Vous pouvez partir à tout moment, sans raison à donner. L’exploitant peut lui aussi mettre fin à une connexion, par exemple si ces conditions ne sont pas respectées.",
                ],
            ),
        ],
    }
}

fn happening(what: &Happening) -> &'static str {
    match what {
        Happening::Connected => "Vous avez connecté votre compte.",
        Happening::Reconnected => "Vous avez de nouveau connecté votre compte.",
        Happening::Disconnected => "Vous avez mis fin à la connexion.",
        Happening::NeedsReconnect => "La connexion ne fonctionne plus.",
        Happening::Recovered => "La connexion fonctionne de nouveau.",
        Happening::Removed(RemovalReason::ByCreator) => "Vous avez retiré cette application dans TikTok.",
        Happening::Removed(RemovalReason::AccountDeleted) => "Le compte TikTok a été supprimé.",
        Happening::Removed(RemovalReason::AgeChanged) => {
            "TikTok a mis fin à la connexion : l’âge du compte a changé."
        }
        Happening::Removed(RemovalReason::AccountBanned) => {
            "TikTok a mis fin à la connexion : le compte est banni."
        }
        Happening::Removed(RemovalReason::ByDeveloper) => {
            "La connexion a été interrompue de notre côté, auprès de TikTok."
        }
        Happening::Removed(RemovalReason::Unknown) => {
            "TikTok a mis fin à la connexion sans donner de raison."
        }
        Happening::UploadFailed => "Une vidéo n’est pas arrivée à TikTok.",
        Happening::VideoPublished => "Vous avez publié une vidéo partagée vers TikTok.",
        Happening::DataReady => "Une copie de vos données TikTok est prête.",
        Happening::PostFailed => "Une publication a échoué.",
        Happening::PostComplete => "Une publication est en ligne.",
        Happening::PostInInbox => "Une publication vous attend dans votre boîte de réception TikTok.",
        Happening::PostPublic => "Tout le monde peut maintenant voir une publication.",
        Happening::PostHidden => "Une publication n’est plus visible par tout le monde.",
        Happening::Other(_) => "TikTok nous a annoncé quelque chose que nous ne connaissons pas encore.",
    }
}
