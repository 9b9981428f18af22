//! Changes of what the operator notes about a creator.

use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::{Code, Problem};
use crate::{
    domain::{Label, Malformed},
    server::store::Annotations,
};

/// Changes of the operator's notes. A field that is left out stays; `null` empties it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    /// The operator's own id, up to 128 characters; no two creators have the same.
    #[serde(default)]
    #[schema(max_length = 128, pattern = "^[^\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f]*$", value_type = Option<String>)]
    reference: Change,
    /// Labels; they replace those that are there. Up to 32.
    #[schema(max_items = 32, value_type = Option<Vec<LabelText>>)]
    labels: Option<Vec<String>>,
    /// A note, up to 2000 characters.
    #[serde(default)]
    #[schema(max_length = 2000, pattern = "^[^\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f]*$", value_type = Option<String>)]
    note: Change,
}

/// A label: 1 to 64 letters, digits, and the characters `:` `_` `.` `-`.
#[derive(ToSchema)]
#[schema(pattern = "^[0-9A-Za-z:_.-]{1,64}$")]
#[allow(dead_code, reason = "it documents a field")]
struct LabelText(String);

/// What becomes of a text.
#[derive(Debug, Default)]
enum Change {
    /// It stays: the field is absent.
    #[default]
    Keep,
    /// There is none any more: the field is `null` or empty.
    Clear,
    /// It is this.
    Set(String),
}

impl<'de> Deserialize<'de> for Change {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: Option<String> = Option::deserialize(deserializer)?;
        Ok(text.filter(|text| !text.is_empty()).map_or(Self::Clear, Self::Set))
    }
}

impl Change {
    fn apply(self, name: &str, stored: Option<&String>, longest: usize) -> Result<Option<String>, Problem> {
        match self {
            Self::Keep => Ok(stored.cloned()),
            Self::Clear => Ok(None),
            Self::Set(text) if is_text(&text, longest) => Ok(Some(text)),
            Self::Set(_) => {
                let detail = format!("It has 1 to {longest} characters and no control characters.");
                Err(Problem::new(Code::Unprocessable, format!("{name}: {detail}"))
                    .at(format!("#/{name}"), detail))
            }
        }
    }
}

impl Changes {
    /// These changes of the notes that are there.
    pub(super) fn apply(self, to: &Annotations) -> Result<Annotations, Problem> {
        let labels = self.labels.map_or_else(|| Ok(to.labels.clone()), |labels| parse_labels(&labels))?;
        Ok(Annotations {
            reference: self.reference.apply("reference", to.reference.as_ref(), 128)?,
            labels,
            note: self.note.apply("note", to.note.as_ref(), 2000)?,
        })
    }
}

fn is_text(text: &str, longest: usize) -> bool {
    let is_control = |c: char| c.is_control() && c != '\n';
    (1..=longest).contains(&text.chars().count()) && !text.chars().any(is_control)
}

fn parse_labels(labels: &[String]) -> Result<Vec<Label>, Problem> {
    let fault =
        |detail: &str| Problem::new(Code::Unprocessable, format!("labels: {detail}")).at("#/labels", detail);
    if labels.len() > 32 {
        return Err(fault("There are at most 32."));
    }
    let mut parsed = Vec::new();
    for label in labels {
        let label: Label = label.parse().map_err(|error: Malformed| fault(error.why))?;
        if !parsed.contains(&label) {
            parsed.push(label);
        }
    }
    Ok(parsed)
}
