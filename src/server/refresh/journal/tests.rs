use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use secrecy::SecretBox;
use tempfile::TempDir;

use super::*;
use crate::{
    domain::{CreatorId, GrantStatus, Timestamp},
    server::{
        config::EncryptionKey,
        entropy::SystemEntropy,
        store::{GrantRef, NewTokens},
        vault::Sealed,
    },
};

const NOW: Timestamp = Timestamp(1_893_456_000);

fn vault(keys: &[(&str, u8)]) -> Arc<Vault> {
    let key = |(id, byte): &(&str, u8)| EncryptionKey {
        id: (*id).to_owned(),
        key: SecretBox::new(Box::new([*byte; 32])),
    };
    Arc::new(Vault::new(&keys.iter().map(key).collect::<Vec<_>>(), Arc::new(SystemEntropy)))
}

fn open_with(folder: &Path, most: usize, keys: &[(&str, u8)]) -> Journal {
    Journal::open(folder, most, vault(keys), Arc::new(SystemEntropy)).unwrap()
}

fn open(folder: &Path) -> Journal {
    open_with(folder, 10, &[("k", 1)])
}

fn claim(number: i64) -> Claim {
    let sealed = Sealed::from_stored("v1.k.AAAA".to_owned());
    Claim {
        grant: GrantRef { id: number, fence: 3, generation: 2 },
        creator: CreatorId::from_u128(u128::from(number.unsigned_abs())),
        client_key: "app".to_owned(),
        open_id: "someone".parse().unwrap(),
        access_token: sealed.clone(),
        refresh_token: sealed,
        grant_status: GrantStatus::granted(NOW, None),
        failures: 0,
        unsure: false,
    }
}

fn refresh_result(claim: &Claim) -> RefreshResult {
    let tokens = NewTokens {
        access_token: Sealed::from_stored("v1.k.new-access".to_owned()),
        refresh_token: Some(Sealed::from_stored("v1.k.new-refresh".to_owned())),
        scopes: Some("user.info.basic".parse().unwrap()),
        token_type: "Bearer".to_owned(),
        refreshed_at: NOW,
    };
    let grant_status = GrantStatus::granted(NOW.plus_seconds(7200), Some(NOW.plus_seconds(86_400)));
    renewal(claim.grant, grant_status, tokens, NOW.plus_seconds(4800))
}

fn entry(claim: &Claim) -> Entry {
    Entry::new(claim.creator.clone(), claim.grant, NOW, NOW.plus_seconds(1))
}

async fn reserve(journal: &Journal, number: i64) -> Reservation {
    match journal.reserve(&claim(number)).await.unwrap() {
        Placed::Reserved(place) => place,
        Placed::Answered => panic!("there is no answer"),
    }
}

async fn keep(journal: &Journal, number: i64) -> Kept {
    let claim = claim(number);
    reserve(journal, number).await.keep(entry(&claim), &refresh_result(&claim)).await.unwrap()
}

/// All entries that are free to be replayed, opened.
async fn waiting(journal: &Journal) -> Vec<(Kept, RefreshResult)> {
    let mut taken = Vec::new();
    for name in journal.waiting().await.unwrap() {
        taken.extend(journal.take(name).await.unwrap());
    }
    taken
}

fn files(folder: &TempDir) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

fn only_file(folder: &TempDir) -> PathBuf {
    let files = files(folder);
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

#[tokio::test]
async fn what_is_kept_is_replayed_to_the_letter() {
    let folder = tempfile::tempdir().unwrap();
    drop(keep(&open(folder.path()), 1).await);
    let journal = open(folder.path());
    let [(kept, replayed)] = <[_; 1]>::try_from(waiting(&journal).await).map_err(|all| all.len()).unwrap();
    assert_eq!(format!("{replayed:?}"), format!("{:?}", refresh_result(&claim(1))));
    let (replayed, kept_tokens) = (replayed.tokens.unwrap(), refresh_result(&claim(1)).tokens.unwrap());
    assert_eq!(replayed.access_token, kept_tokens.access_token);
    assert_eq!(replayed.refresh_token, kept_tokens.refresh_token);
    assert_eq!(kept.entry, entry(&claim(1)));
    kept.clear().await.unwrap();
    assert_eq!(files(&folder).len(), 0);
}

#[tokio::test]
async fn the_folder_and_its_files_are_their_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("deep/journal"));
    let place = reserve(&journal, 1).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let inner = folder.path().join("deep/journal");
    assert_eq!(mode(&inner), 0o700);
    let kept = place.keep(entry(&claim(1)), &refresh_result(&claim(1))).await.unwrap();
    let names: Vec<_> = fs::read_dir(&inner).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(names.iter().map(|path| mode(path)).collect::<Vec<_>>(), [0o600]);
    drop(kept);
}

#[tokio::test]
async fn no_token_and_nothing_personal_is_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    drop(keep(&open(folder.path()), 1).await);
    let text = fs::read_to_string(only_file(&folder)).unwrap();
    for hidden in ["new-access", "new-refresh", "someone", "Bearer", "user.info"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    assert!(text.starts_with("{\"version\":1,"));
}

#[tokio::test]
async fn a_place_that_is_not_needed_is_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let place = reserve(&journal, 1).await;
    assert_eq!(files(&folder).len(), 1);
    drop(place);
    assert_eq!(files(&folder).len(), 0);
}

#[tokio::test]
async fn an_answer_to_the_same_tokens_comes_before_a_new_question() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    drop(keep(&journal, 1).await);
    assert!(matches!(journal.reserve(&claim(1)).await.unwrap(), Placed::Answered));
    assert!(journal.holds(&claim(1)).await.unwrap());
    let next_generation = Claim { grant: GrantRef { generation: 3, ..claim(1).grant }, ..claim(1) };
    assert!(matches!(journal.reserve(&next_generation).await.unwrap(), Placed::Reserved(_)));
    assert!(matches!(journal.reserve(&claim(2)).await.unwrap(), Placed::Reserved(_)));
}

#[tokio::test]
async fn a_full_journal_takes_no_more_until_one_is_cleared() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open_with(folder.path(), 2, &[("k", 1)]);
    let first = keep(&journal, 1).await;
    drop(keep(&journal, 2).await);
    assert!(matches!(journal.reserve(&claim(3)).await, Err(JournalError::Full(2))));
    first.clear().await.unwrap();
    assert!(journal.reserve(&claim(3)).await.is_ok());
}

#[tokio::test]
async fn what_somebody_works_on_is_left_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let (here, there) = (open(folder.path()), open(folder.path()));
    let kept = keep(&here, 1).await;
    let place = reserve(&here, 2).await;
    assert!(waiting(&there).await.is_empty());
    drop(open(folder.path()));
    assert_eq!(files(&folder).len(), 2, "a place of a living process is not tidied away");
    drop((kept, place));
    assert_eq!(waiting(&there).await.len(), 1);
}

/// As a process leaves it that is killed at that moment: the file stays, the lock goes.
#[tokio::test]
async fn a_place_that_a_dead_process_left_is_removed_or_completed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("empty.reserved"), [0; 8192]).unwrap();
    fs::write(folder.path().join("begun.reserved"), "{\"version\":1").unwrap();
    let text = entry::seal(&entry(&claim(1)), &refresh_result(&claim(1)), &vault(&[("k", 1)])).unwrap();
    let room = [text.as_bytes(), &[0; 4096]].concat();
    fs::write(folder.path().join("written.reserved"), room).unwrap();
    let waiting = waiting(&open(folder.path())).await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].0.entry, entry(&claim(1)));
    assert!(only_file(&folder).to_string_lossy().ends_with(".1.2.3.answer"));
}

#[tokio::test]
async fn an_unreadable_entry_is_set_aside_and_never_lost() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    drop(keep(&journal, 1).await);
    let path = only_file(&folder);
    let text = fs::read_to_string(&path).unwrap();
    for spoilt in [text.replace("\"fence\":3", "\"fence\":4"), text.chars().take(60).collect(), String::new()]
    {
        fs::write(&path, &spoilt).unwrap();
        assert!(waiting(&journal).await.is_empty());
        assert_eq!(fs::read_to_string(only_file(&folder)).unwrap(), spoilt);
        assert!(only_file(&folder).to_string_lossy().ends_with(".answer.unreadable"));
        let listed = list(folder.path()).unwrap();
        assert_eq!((listed.len(), listed[0].bytes), (1, spoilt.len() as u64));
        fs::remove_file(only_file(&folder)).unwrap();
    }
}

#[tokio::test]
async fn an_entry_whose_key_is_gone_waits_for_it() {
    let folder = tempfile::tempdir().unwrap();
    drop(keep(&open(folder.path()), 1).await);
    let without = open_with(folder.path(), 10, &[("other", 2)]);
    assert!(waiting(&without).await.is_empty());
    assert!(without.waiting().await.unwrap().is_empty(), "it is told once");
    assert_eq!(list(folder.path()).unwrap()[0].key_id.as_deref(), Some("k"));
    assert_eq!(waiting(&open_with(folder.path(), 10, &[("other", 2), ("k", 1)])).await.len(), 1);
}

#[tokio::test]
async fn the_later_of_two_answers_to_the_same_tokens_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    for fence in [8, 9, 7] {
        let place = reserve(&journal, 2).await;
        let claim = Claim { grant: GrantRef { fence, ..claim(1).grant }, ..claim(1) };
        drop(place.keep(entry(&claim), &refresh_result(&claim)).await.unwrap());
    }
    let fences: Vec<_> = waiting(&journal).await.iter().map(|(kept, _)| kept.entry.fence).collect();
    assert_eq!(fences, [9, 8, 7]);
}

#[test]
fn a_folder_that_is_not_there_lists_nothing_and_a_file_is_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    assert!(list(&folder.path().join("nowhere")).unwrap().is_empty());
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(Journal::open(&file, 1, vault(&[("k", 1)]), Arc::new(SystemEntropy)).is_err());
}
