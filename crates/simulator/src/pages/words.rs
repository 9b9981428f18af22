//! The texts of the consent and "manage apps" pages, in English and French.

use axum::http::{HeaderMap, header};

use crate::creators::Text;
use crate::fields::Fields;

pub(crate) struct Words {
    pub(crate) lang: &'static str,
    pub(crate) simulator: &'static str,
    pub(crate) not_real: &'static str,
    pub(crate) consent_title: &'static str,
    pub(crate) consent_lead: &'static str,
    pub(crate) continue_as: &'static str,
    pub(crate) may: &'static str,
    pub(crate) always_on: &'static str,
    pub(crate) approve: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) end_any_time: &'static str,
    pub(crate) manage_apps: &'static str,
    pub(crate) problem_title: &'static str,
    pub(crate) problem_lead: &'static str,
    pub(crate) problem_list: &'static str,
    pub(crate) returning: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) apps_lead: &'static str,
    pub(crate) nobody: &'static str,
    pub(crate) remove: &'static str,
    pub(crate) posts: &'static str,
    pub(crate) publish_draft: &'static str,
    pub(crate) other_events: &'static str,
    pub(crate) send: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) answered: &'static str,
    pub(crate) no_answer: &'static str,
    basic: &'static str,
    profile: &'static str,
    stats: &'static str,
    list: &'static str,
    upload: &'static str,
    publish: &'static str,
}

impl Words {
    pub(crate) fn english() -> &'static Self {
        &ENGLISH
    }

    /// By `lang` in the query, else by the browser's first language.
    pub(crate) fn choose(query: &Fields, headers: &HeaderMap) -> &'static Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let language = query.get("lang").or(accepted).unwrap_or_default();
        if language.trim().to_ascii_lowercase().starts_with("fr") { &FRENCH } else { &ENGLISH }
    }

    /// The description of a scope; its name, if there is none.
    pub(crate) fn scope<'a>(&self, scope: &'a str) -> &'a str {
        match scope {
            "user.info.basic" => self.basic,
            "user.info.profile" => self.profile,
            "user.info.stats" => self.stats,
            "video.list" => self.list,
            "video.upload" => self.upload,
            "video.publish" => self.publish,
            other => other,
        }
    }

    pub(crate) fn of(&self, text: &Text) -> &'static str {
        if self.lang == "fr" { text.french } else { text.english }
    }
}

static ENGLISH: Words = Words {
    lang: "en",
    simulator: "TikTok simulator",
    not_real: "Nobody here is real.",
    consent_title: "Let this app use your account?",
    consent_lead: "asks for access. Choose who you are and what it may do.",
    continue_as: "Continue as",
    may: "The app may",
    always_on: "always included",
    approve: "Authorize",
    cancel: "Cancel",
    end_any_time: "You can end this at any time under",
    manage_apps: "Manage apps",
    problem_title: "Something went wrong",
    problem_lead: "We couldn’t log in with TikTok. This may be due to specific app settings.",
    problem_list: "If you’re a developer, correct the following:",
    returning: "Going back to the app",
    go_on: "Continue",
    apps_lead: "These creators have let the app use their account.",
    nobody: "Nobody has, so far.",
    remove: "Remove access",
    posts: "Posts of the app",
    publish_draft: "Publish draft",
    other_events: "Send another event",
    send: "Send",
    sent: "Sent",
    answered: "the app answered",
    no_answer: "the app did not answer",
    basic: "Read your profile: picture and display name",
    profile: "Read more of your profile: bio, username, verified badge",
    stats: "Read your numbers: followers, likes, videos",
    list: "Read your public videos",
    upload: "Put drafts into your TikTok inbox",
    publish: "Post content to your TikTok account",
};

static FRENCH: Words = Words {
    lang: "fr",
    simulator: "Simulateur TikTok",
    not_real: "Ici, personne n’est réel.",
    consent_title: "Laisser cette application utiliser votre compte ?",
    consent_lead: "demande un accès. Choisissez qui vous êtes et ce qu’elle pourra faire.",
    continue_as: "Continuer en tant que",
    may: "L’application pourra",
    always_on: "toujours inclus",
    approve: "Autoriser",
    cancel: "Annuler",
    end_any_time: "Vous pouvez y mettre fin à tout moment dans",
    manage_apps: "Gérer les applications",
    problem_title: "Une erreur s’est produite",
    problem_lead: "Nous n’avons pas pu vous connecter avec TikTok. Cela peut venir des réglages de l’application.",
    problem_list: "Si vous la développez, corrigez ceci :",
    returning: "Retour vers l’application",
    go_on: "Continuer",
    apps_lead: "Ces créateurs ont laissé l’application utiliser leur compte.",
    nobody: "Personne pour l’instant.",
    remove: "Retirer l’accès",
    posts: "Publications de l’application",
    publish_draft: "Publier le brouillon",
    other_events: "Envoyer un autre événement",
    send: "Envoyer",
    sent: "Envoyé",
    answered: "l’application a répondu",
    no_answer: "l’application n’a pas répondu",
    basic: "Lire votre profil : photo et nom affiché",
    profile: "Lire la suite de votre profil : bio, nom d’utilisateur, badge",
    stats: "Lire vos chiffres : abonnés, mentions J’aime, vidéos",
    list: "Lire vos vidéos publiques",
    upload: "Déposer des brouillons dans votre boîte TikTok",
    publish: "Publier sur votre compte TikTok",
};
