//! The cast: fictional creators. The first one is preselected on the consent page.

use super::{Behaviour, Counts, Creator, Text};

pub(super) static CREATORS: [Creator; 12] = [
    Creator {
        slug: "public",
        nickname: "Élodie Marchand",
        username: "elodie.cuisine",
        special: Text { english: "Public account", french: "Compte public" },
        avatar: Some(include_bytes!("../avatars/public.png")),
        verified: true,
        bio: "Recettes de saison, en une minute. Lyon.",
        counts: counts(128_400, 312, 2_450_981, 418),
        ..PLAIN
    },
    Creator {
        slug: "private",
        nickname: "Nadia Okafor",
        username: "nadia.okafor",
        special: Text {
            english: "Private account, comments off",
            french: "Compte privé, commentaires fermés",
        },
        avatar: Some(include_bytes!("../avatars/private.png")),
        private: true,
        comment_disabled: true,
        max_video_seconds: 300,
        bio: "Friends only.",
        counts: counts(86, 140, 912, 23),
        ..PLAIN
    },
    Creator {
        slug: "hostile",
        nickname: "<script>alert(\"Zoé\")</script> & 'Noël' \u{202E}tfel ot thgir 🎬✨👩‍🚀 \"][{}' onerror=alert(1)",
        username: "zoe.noel_",
        special: Text {
            english: "A name that tries to break pages",
            french: "Un nom qui cherche à casser les pages",
        },
        avatar: Some(include_bytes!("../avatars/hostile.png")),
        bio: "</p><img src=x onerror=alert(1)> \u{202E}oib",
        counts: counts(u64::MAX >> 1, 0, 9_007_199_254_740_993, 1),
        ..PLAIN
    },
    Creator {
        slug: "banned",
        nickname: "Víctor Salgado",
        username: "victor.salgado",
        special: Text { english: "Banned from posting", french: "Interdit de publication" },
        avatar: Some(include_bytes!("../avatars/banned.png")),
        behaviour: Behaviour::MayNotPost("spam_risk_user_banned_from_posting"),
        counts: counts(5210, 88, 60_312, 97),
        ..PLAIN
    },
    Creator {
        slug: "posted-out",
        nickname: "Manon Lefèvre",
        username: "manon.danse",
        special: Text { english: "Has posted too much today", french: "A trop publié aujourd’hui" },
        avatar: Some(include_bytes!("../avatars/posted-out.png")),
        behaviour: Behaviour::MayNotPost("spam_risk_too_many_posts"),
        bio: "Une chorégraphie par jour.",
        counts: counts(40_117, 95, 803_554, 1204),
        ..PLAIN
    },
    Creator {
        slug: "app-cap",
        nickname: "Jonas Lindqvist",
        username: "jonas.skate",
        special: Text {
            english: "The app’s daily quota of creators is used up",
            french: "Le quota quotidien de l’application est épuisé",
        },
        avatar: Some(include_bytes!("../avatars/app-cap.png")),
        behaviour: Behaviour::MayNotPost("reached_active_user_cap"),
        counts: counts(903, 411, 12_870, 52),
        ..PLAIN
    },
    Creator {
        slug: "no-avatar",
        nickname: "Théo Garnier",
        username: "theo.garnier",
        special: Text { english: "Has no picture", french: "N’a pas de photo" },
        counts: counts(12, 40, 31, 2),
        ..PLAIN
    },
    Creator {
        slug: "long-video",
        nickname: "Samuel Adeyemi",
        username: "samuel.explains",
        special: Text {
            english: "May post videos of one hour",
            french: "Peut publier des vidéos d’une heure",
        },
        avatar: Some(include_bytes!("../avatars/long-video.png")),
        verified: true,
        max_video_seconds: 3600,
        bio: "Long answers to short questions.",
        counts: counts(2_300_450, 18, 48_112_903, 640),
        ..PLAIN
    },
    Creator {
        slug: "info-down",
        nickname: "Françoise Delmas",
        username: "francoise.jardin",
        special: Text {
            english: "Creator info is out of order",
            french: "Les informations du créateur sont en panne",
        },
        avatar: Some(include_bytes!("../avatars/info-down.png")),
        behaviour: Behaviour::CreatorInfoDown,
        bio: "Le jardin, mois par mois.",
        counts: counts(7702, 230, 91_002, 188),
        ..PLAIN
    },
    Creator {
        slug: "outsider",
        nickname: "Amina Benali",
        username: "amina.benali",
        special: Text {
            english: "Not a target user of the sandbox",
            french: "N’est pas testeuse de l’environnement de test",
        },
        avatar: Some(include_bytes!("../avatars/outsider.png")),
        behaviour: Behaviour::Outsider,
        counts: counts(310, 290, 4021, 36),
        ..PLAIN
    },
    Creator {
        slug: "ineligible",
        nickname: "Colin Firmin",
        username: "colin.firmin",
        special: Text {
            english: "May not log in to other apps",
            french: "Ne peut pas se connecter à d’autres applications",
        },
        avatar: Some(include_bytes!("../avatars/ineligible.png")),
        behaviour: Behaviour::Ineligible,
        ..PLAIN
    },
    Creator {
        slug: "minimal",
        nickname: "K.",
        username: "k",
        special: Text {
            english: "TikTok tells next to nothing about them",
            french: "TikTok n’en dit presque rien",
        },
        avatar: Some(include_bytes!("../avatars/minimal.png")),
        behaviour: Behaviour::Minimal,
        ..PLAIN
    },
];

const fn counts(followers: u64, following: u64, likes: u64, videos: u64) -> Counts {
    Counts { followers, following, likes, videos }
}

const PLAIN: Creator = Creator {
    slug: "",
    nickname: "",
    username: "",
    special: Text { english: "", french: "" },
    avatar: None,
    behaviour: Behaviour::Plain,
    private: false,
    comment_disabled: false,
    verified: false,
    max_video_seconds: 600,
    bio: "",
    counts: counts(0, 0, 0, 0),
};
