//! Appearance by settings and preferences: theme, language, app name, link preview.

use crate::support::{App, Page};

/// The opening tag of the document.
fn document(page: &Page) -> &str {
    let (_, rest) = page.text.split_once("<html").unwrap();
    rest.split_once('>').unwrap().0
}

#[tokio::test]
async fn theme_defaults_to_the_systems() {
    let app = App::start().await;
    let page = app.browser().get("/").await;
    assert!(!document(&page).contains("data-theme"), "{}", document(&page));
    assert!(page.text.contains("content=\"light dark\""));
    for scheme in ["light", "dark"] {
        assert!(page.text.contains(&format!("media=\"(prefers-color-scheme: {scheme})\"")), "{scheme}");
    }
}

#[tokio::test]
async fn chosen_theme_is_kept_without_script() {
    let app = App::start().await;
    let browser = app.browser();
    for (theme, ground) in [("dark", "#14181a"), ("light", "#f6f4ef")] {
        let page = browser.post("/api/set_theme", &[("theme", theme), ("back", "/terms")]).await;
        assert_eq!((page.status.as_u16(), page.location()), (302, "/terms"));
        let cookie = page.cookie("theme");
        for attribute in ["Max-Age=31536000", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        for path in ["/terms", "/", "/nothing-here", "/webhook"] {
            let page = browser.get(path).await;
            assert!(document(&page).contains(&format!("data-theme=\"{theme}\"")), "{path}");
            assert!(page.text.contains(&format!("name=\"color-scheme\" content=\"{theme}\"")), "{path}");
            assert!(page.text.contains(&format!("name=\"theme-color\" content=\"{ground}\"")), "{path}");
            assert!(!page.text.contains("prefers-color-scheme"), "{path}");
        }
    }
    browser.post("/api/set_theme", &[("theme", "system"), ("back", "/")]).await;
    assert!(!document(&browser.get("/").await).contains("data-theme"));
}

#[tokio::test]
async fn unknown_theme_is_refused_without_an_echo() {
    let app = App::start().await;
    let page = app.browser().post("/api/set_theme", &[("theme", "\"><script>"), ("back", "/")]).await;
    assert_eq!(page.cookie("theme"), "");
    assert!(!page.location().contains("script"));
    let page = app.browser().get_with("/", &[("cookie", "theme=\"><script>")]).await;
    assert!(!page.text.contains("<script") && !document(&page).contains("data-theme"));
}

#[tokio::test]
async fn theme_switch_redirects_within_the_site() {
    let app = App::start().await;
    for back in ["https://evil.test/", "//evil.test", "/\\evil.test"] {
        let page = app.browser().post("/api/set_theme", &[("theme", "dark"), ("back", back)]).await;
        assert_eq!((page.status.as_u16(), page.location()), (302, "/"), "{back}");
    }
}

#[tokio::test]
async fn manifest_has_the_app_name_and_is_cacheable() {
    let app = App::start_with(&[("APP_NAME", "Atelier \"Épée\"")]).await;
    let page = app.browser().get("/site.webmanifest").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "application/manifest+json");
    assert_eq!(page.header("cache-control"), "public, max-age=86400");
    let manifest: serde_json::Value = serde_json::from_str(&page.text).unwrap();
    assert_eq!(manifest["name"], "Atelier \"Épée\"");
    let icons: Vec<_> = manifest["icons"].as_array().unwrap().iter().map(|icon| &icon["src"]).collect();
    let public = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("public");
    for icon in icons {
        assert!(public.join(icon.as_str().unwrap().trim_start_matches('/')).exists(), "{icon}");
    }
}

#[tokio::test]
async fn start_page_has_link_preview_metadata() {
    let app = App::start_with(&[("APP_NAME", "Atelier <Épée>")]).await;
    let page = app.browser().get("/").await;
    let meta = |name: &str, content: &str| {
        let tags = page.text.split("<meta ").skip(1).filter_map(|tag| tag.split_once('>'));
        let found =
            tags.filter(|(tag, _)| tag.contains(&format!("\"{name}\"")) && tag.contains(content)).count();
        assert_eq!(found, 1, "{name} {content}");
    };
    meta("og:site_name", "Atelier &lt;Épée");
    meta("og:title", "Connect your TikTok to Atelier");
    meta("og:image", &format!("{}/social.png", app.origin));
    meta("twitter:card", "summary_large_image");
    let canonical = page.text.split("<link ").find(|link| link.contains("\"canonical\"")).unwrap();
    assert!(canonical.contains(&format!("href=\"{}/\"", app.origin)), "{canonical}");
    assert!(!app.browser().get("/webhook").await.text.contains("og:"), "a failure page has no link preview");
}

#[tokio::test]
async fn pseudo_locale_is_right_to_left_in_debug_only() {
    let cookie = [("cookie", "lang=ar-XB")];
    let app = App::start_with(&[("DEBUG", "true")]).await;
    let page = app.browser().get_with("/", &cookie).await;
    assert!(document(&page).contains("lang=\"ar-XB\"") && document(&page).contains("dir=\"rtl\""));
    assert!(page.title().starts_with("[Çööññééçţ"), "{}", page.title());
    let app = App::start().await;
    let page = app.browser().get_with("/", &cookie).await;
    assert!(document(&page).contains("lang=\"en\"") && !document(&page).contains("dir="));
    let page = app.browser().post("/api/set_language", &[("locale", "ar-XB"), ("back", "/")]).await;
    assert_eq!(page.cookie("lang"), "");
}

#[tokio::test]
async fn footer_names_the_operator_as_configured() {
    let settings = [("OPERATOR_NAME", "Studio <Épée>"), ("OPERATOR_CONTACT", "https://studio.example/help")];
    let app = App::start_with(&settings).await;
    for path in ["/", "/privacy", "/terms", "/nothing-here"] {
        let page = app.browser().get(path).await;
        assert!(
            page.text.contains("<span>Run by") && page.text.contains("Studio &lt;Épée"),
            "{path}: {}",
            page.text
        );
        assert!(page.text.contains("href=\"https://studio.example/help\""), "{path}");
        assert!(!page.text.contains(">Website<"), "{path}");
    }
    let app = App::start().await;
    let page = app.browser().get("/").await;
    assert!(page.text.contains("Who runs it") && !page.text.contains("Run by"));
}

#[tokio::test]
async fn every_offered_language_can_be_chosen() {
    let app = App::start().await;
    let start = app.browser().get("/").await.text;
    let mut titles = std::collections::HashSet::new();
    for tag in ["en", "fr", "de", "es", "pt-BR"] {
        assert!(start.contains(&format!("value=\"{tag}\"")), "{tag}");
        let browser = app.browser();
        let page = browser.post("/api/set_language", &[("locale", tag), ("back", "/")]).await;
        assert_eq!(page.cookie("lang").split(';').next(), Some(format!("lang={tag}").as_str()));
        let page = browser.get("/").await;
        assert!(document(&page).contains(&format!("lang=\"{tag}\"")), "{tag}");
        assert!(!page.text.contains("{operator}") && !page.text.contains("{app}"), "{tag}");
        titles.insert(page.title().to_owned());
    }
    assert_eq!(titles.len(), 5);
}
