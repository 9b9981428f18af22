//! The documents: every setting has a row, and every relative link leads to a file.

use std::{collections::BTreeSet, fs, path::Path};

use creator_connect::server::config::VARIABLES;

const CONFIGURATION: &str = "docs/configuration.md";

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The names between backticks in the first cell of each row of the table of settings.
fn documented_settings(text: &str) -> Vec<String> {
    let table = text.split("\n## ").find(|section| section.starts_with("Settings\n")).unwrap();
    let first_cells = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    first_cells.flat_map(names).collect()
}

#[test]
fn configuration_document_has_every_setting() {
    let documented: BTreeSet<_> = documented_settings(&read(CONFIGURATION)).into_iter().collect();
    assert_eq!(documented, VARIABLES.map(str::to_owned).into());
}

#[test]
fn relative_links_lead_to_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut documents = vec!["README.md".into(), "ARCHITECTURE.md".into(), "CONTRIBUTING.md".into()];
    for entry in fs::read_dir(root.join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_document = Path::new(&name).extension().is_some_and(|extension| extension == "md");
        documents.extend(is_document.then(|| format!("docs/{name}")));
    }
    assert!(documents.len() > 8, "documents are missing: {documents:?}");
    for document in documents {
        let folder = root.join(&document).parent().unwrap().to_owned();
        for link in read(&document).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap();
            let leads_to_file = link.starts_with("https:") || file.is_empty() || folder.join(file).exists();
            assert!(leads_to_file, "{document} links to {link}");
        }
    }
}
