//! The names of the app and of its operator in texts.

use leptos::prelude::expect_context;

use super::{OperatorTexts, use_texts};
use crate::domain::Site;

/// A text of the language of this page, with the names in their places.
#[must_use]
pub fn named(text: &str) -> String {
    let site = expect_context::<Site>();
    let operator = &use_texts().operator;
    with_names(text, &site, operator)
}

/// `text` with the app's name for `{app}`, and the operator's for `{operator}`: the team where they have none, with
/// a capital letter at the beginning of a sentence.
fn with_names(text: &str, site: &Site, texts: &OperatorTexts) -> String {
    let team = texts.team.replace("{app}", &site.app_name);
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{operator}") {
        out.push_str(&before.replace("{app}", &site.app_name));
        match &site.operator.name {
            Some(name) => out.push_str(name),
            None if begins_sentence(&out) => out.push_str(&capitalized(&team)),
            None => out.push_str(&team),
        }
        rest = after;
    }
    out.push_str(&rest.replace("{app}", &site.app_name));
    if site.operator.name.is_some() {
        return out;
    }
    texts.contractions.iter().fold(out, |out, (apart, merged)| out.replace(apart, merged))
}

/// Whether a sentence begins after `before`.
fn begins_sentence(before: &str) -> bool {
    let before = before.trim_end();
    before.is_empty() || before.ends_with(['.', '?', '!', '[', '¿', '¡'])
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(char::to_uppercase).into_iter().flatten().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::i18n::texts,
        domain::{Locale, Operator},
    };

    fn filled(locale: Locale, text: &str, operator: Option<&str>) -> String {
        let site = Site {
            app_name: "Atelier".to_owned(),
            operator: Operator { name: operator.map(str::to_owned), ..Operator::default() },
            privacy_url: String::new(),
            terms_url: String::new(),
            scopes: crate::domain::Scopes::default(),
            origin: String::new(),
            embed_origins: Vec::new(),
            return_url: None,
        };
        with_names(text, &site, &texts(locale).operator)
    }

    #[test]
    fn names_stand_in_their_places() {
        let text = "{operator} runs {app}. Ask {operator}.";
        assert_eq!(
            filled(Locale::En, text, Some("studio épée")),
            "studio épée runs Atelier. Ask studio épée."
        );
    }

    #[test]
    fn nameless_operator_is_the_team_with_a_capital_where_a_sentence_begins() {
        let text = "{operator} runs {app}. {operator} helps; ask {operator}.";
        let expected = "The Atelier team runs Atelier. The Atelier team helps; ask the Atelier team.";
        assert_eq!(filled(Locale::En, text, None), expected);
    }

    #[test]
    fn prepositions_merge_with_the_article_of_the_team() {
        let text = "Escribe a {operator}. {operator} responde.";
        assert_eq!(
            filled(Locale::Es, text, None),
            "Escribe al equipo de Atelier. El equipo de Atelier responde."
        );
        assert_eq!(filled(Locale::Es, "Escribe a {operator}.", Some("el Faro")), "Escribe a el Faro.");
    }
}
