//! What the operator's settings say to every page.

use super::Scopes;

/// The operator's side of a page; given to every page by context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The app's name, 1 to 40 characters.
    pub app_name: String,
    /// Who runs the app.
    pub operator: Operator,
    /// The address of the privacy policy: `/privacy`, or the operator's own page.
    pub privacy_url: String,
    /// The address of the terms: `/terms`, or the operator's own page.
    pub terms_url: String,
    /// The scopes that a login asks for.
    pub scopes: Scopes,
    /// The app's own origin, as `https://connect.example`.
    pub origin: String,
    /// The origins of the sites that may open a login in a popup and hear how it ended.
    pub embed_origins: Vec<String>,
    /// Where a creator goes on after connecting: a page of the operator's.
    pub return_url: Option<String>,
}

/// Who runs the app, as far as they say so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operator {
    /// Their name, 1 to 80 characters.
    pub name: Option<String>,
    /// The address of their own site.
    pub url: Option<String>,
    /// Where a creator asks for help.
    pub contact: Option<Contact>,
}

/// Where a creator asks for help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// An e-mail address.
    Email(String),
    /// The address of a page.
    Page(String),
}

impl Contact {
    /// The address that a link leads to.
    #[must_use]
    pub fn href(&self) -> String {
        match self {
            Self::Email(address) => format!("mailto:{address}"),
            Self::Page(address) => address.clone(),
        }
    }

    /// The address of a new e-mail with a subject and a text (RFC 6068); of a page the address alone.
    #[must_use]
    pub fn href_with(&self, subject: &str, body: &str) -> String {
        match self {
            Self::Email(address) => {
                format!(
                    "mailto:{address}?subject={}&body={}",
                    percent_encoded(subject),
                    percent_encoded(body)
                )
            }
            Self::Page(address) => address.clone(),
        }
    }

    /// As the operator wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(address) | Self::Page(address) => address,
        }
    }
}

/// Percent-encodes a text for an address (RFC 3986, 2.1), with the line breaks of an e-mail.
#[must_use]
pub fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.replace('\n', "\r\n").bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e_mail_is_filled_in_and_encoded() {
        let contact = Contact::Email("help@studio.example".to_owned());
        let href = contact.href_with("Épée & co", "a=b\nc");
        assert_eq!(href, "mailto:help@studio.example?subject=%C3%89p%C3%A9e%20%26%20co&body=a%3Db%0D%0Ac");
    }

    #[test]
    fn help_page_stays_as_it_is() {
        let page = "https://studio.example/help?a=1";
        assert_eq!(Contact::Page(page.to_owned()).href_with("a", "b"), page);
    }
}
