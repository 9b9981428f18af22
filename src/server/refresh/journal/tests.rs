use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use secrecy::SecretBox;
use tempfile::TempDir;

use super::*;
use crate::{
    domain::{CreatorId, GrantStatus, Timestamp},
    server::{
        config::EncryptionKey,
        entropy::SystemEntropy,
        store::{GrantRef, NewGrant, NewTokens, RefreshResult},
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

fn open_with(folder: &Path, capacity: usize, keys: &[(&str, u8)]) -> Journal {
    Journal::open(folder, capacity, vault(keys), Arc::new(SystemEntropy)).unwrap()
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
        due_at: Some(NOW),
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

fn response(claim: &Claim) -> Response {
    Response::Renewal(refresh_result(claim))
}

fn entry(claim: &Claim) -> Entry {
    Entry::new(claim.creator.clone(), claim.grant, NOW, NOW.plus_seconds(1))
}

async fn reserve(journal: &Journal, number: i64) -> Reservation {
    match journal.reserve(&claim(number)).await.unwrap() {
        Reserved::New(reservation) => reservation,
        Reserved::HasResponse => panic!("the journal has no response"),
    }
}

async fn keep(journal: &Journal, number: i64) -> Kept {
    let claim = claim(number);
    reserve(journal, number).await.keep(entry(&claim), &response(&claim)).await.unwrap()
}

/// Opens all entries that can be replayed.
async fn take_all(journal: &Journal) -> Vec<(Kept, Response)> {
    let mut taken = Vec::new();
    for name in journal.entries().await.unwrap() {
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
async fn kept_response_is_replayed_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    drop(keep(&open(folder.path()), 1).await);
    let journal = open(folder.path());
    let [(kept, replayed)] = <[_; 1]>::try_from(take_all(&journal).await).map_err(|all| all.len()).unwrap();
    let Response::Renewal(replayed) = replayed else { panic!("{replayed:?}") };
    assert_eq!(format!("{replayed:?}"), format!("{:?}", refresh_result(&claim(1))));
    let (replayed, kept_tokens) = (replayed.tokens.unwrap(), refresh_result(&claim(1)).tokens.unwrap());
    assert_eq!(replayed.access_token, kept_tokens.access_token);
    assert_eq!(replayed.refresh_token, kept_tokens.refresh_token);
    assert_eq!(kept.entry, entry(&claim(1)));
    kept.clear().await.unwrap();
    assert_eq!(files(&folder).len(), 0);
}

#[tokio::test]
async fn folder_and_files_are_private_to_their_owner() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("deep/journal"));
    let reservation = reserve(&journal, 1).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let inner = folder.path().join("deep/journal");
    assert_eq!(mode(&inner), 0o700);
    let kept = reservation.keep(entry(&claim(1)), &response(&claim(1))).await.unwrap();
    let names: Vec<_> = fs::read_dir(&inner).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(names.iter().map(|path| mode(path)).collect::<Vec<_>>(), [0o600]);
    drop(kept);
}

#[tokio::test]
async fn entry_has_no_token_and_nothing_personal_in_clear_text() {
    let folder = tempfile::tempdir().unwrap();
    drop(keep(&open(folder.path()), 1).await);
    let text = fs::read_to_string(only_file(&folder)).unwrap();
    for hidden in ["new-access", "new-refresh", "someone", "Bearer", "user.info"] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    assert!(text.starts_with("{\"version\":1,"));
}

#[tokio::test]
async fn dropped_reservation_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let reservation = reserve(&journal, 1).await;
    assert_eq!(files(&folder).len(), 1);
    drop(reservation);
    assert_eq!(files(&folder).len(), 0);
}

#[tokio::test]
async fn response_to_the_same_tokens_prevents_a_reservation() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    drop(keep(&journal, 1).await);
    assert!(matches!(journal.reserve(&claim(1)).await.unwrap(), Reserved::HasResponse));
    assert!(journal.holds(&claim(1)).await.unwrap());
    let next_generation = Claim { grant: GrantRef { generation: 3, ..claim(1).grant }, ..claim(1) };
    assert!(matches!(journal.reserve(&next_generation).await.unwrap(), Reserved::New(_)));
    assert!(matches!(journal.reserve(&claim(2)).await.unwrap(), Reserved::New(_)));
}

#[tokio::test]
async fn full_journal_reserves_again_after_an_entry_is_cleared() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open_with(folder.path(), 2, &[("k", 1)]);
    let first = keep(&journal, 1).await;
    drop(keep(&journal, 2).await);
    assert!(matches!(journal.reserve(&claim(3)).await, Err(JournalError::Full(2))));
    first.clear().await.unwrap();
    assert!(journal.reserve(&claim(3)).await.is_ok());
}

#[tokio::test]
async fn file_locked_by_another_process_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let (here, there) = (open(folder.path()), open(folder.path()));
    let kept = keep(&here, 1).await;
    let reservation = reserve(&here, 2).await;
    assert!(take_all(&there).await.is_empty());
    drop(open(folder.path()));
    assert_eq!(files(&folder).len(), 2, "the reservation of a running process is not removed");
    drop((kept, reservation));
    assert_eq!(take_all(&there).await.len(), 1);
}

/// A killed process leaves its files without a lock.
#[tokio::test]
async fn reservation_of_a_dead_process_is_removed_or_completed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("empty.reserved"), [0; 8192]).unwrap();
    fs::write(folder.path().join("begun.reserved"), "{\"version\":1").unwrap();
    let text = entry::seal(&entry(&claim(1)), &response(&claim(1)), &vault(&[("k", 1)])).unwrap();
    let padded = [text.as_bytes(), &[0; 4096]].concat();
    fs::write(folder.path().join("written.reserved"), padded).unwrap();
    let entries = take_all(&open(folder.path())).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].0.entry, entry(&claim(1)));
    assert!(only_file(&folder).to_string_lossy().ends_with(".1.2.3.answer"));
}

#[tokio::test]
async fn unreadable_entry_is_set_aside_and_never_lost() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    drop(keep(&journal, 1).await);
    let path = only_file(&folder);
    let text = fs::read_to_string(&path).unwrap();
    for spoilt in [text.replace("\"fence\":3", "\"fence\":4"), text.chars().take(60).collect(), String::new()]
    {
        fs::write(&path, &spoilt).unwrap();
        assert!(take_all(&journal).await.is_empty());
        assert_eq!(fs::read_to_string(only_file(&folder)).unwrap(), spoilt);
        assert!(only_file(&folder).to_string_lossy().ends_with(".answer.unreadable"));
        let listed = list(folder.path()).unwrap();
        assert_eq!((listed.len(), listed[0].bytes), (1, spoilt.len() as u64));
        fs::remove_file(only_file(&folder)).unwrap();
    }
}

#[tokio::test]
async fn entry_without_its_key_waits_for_the_key() {
    let folder = tempfile::tempdir().unwrap();
    drop(keep(&open(folder.path()), 1).await);
    let without = open_with(folder.path(), 10, &[("other", 2)]);
    assert!(take_all(&without).await.is_empty());
    assert!(without.entries().await.unwrap().is_empty(), "it is logged once");
    assert_eq!(list(folder.path()).unwrap()[0].key_id.as_deref(), Some("k"));
    assert_eq!(take_all(&open_with(folder.path(), 10, &[("other", 2), ("k", 1)])).await.len(), 1);
}

#[tokio::test]
async fn entries_without_their_key_leave_room_for_others() {
    let folder = tempfile::tempdir().unwrap();
    drop(keep(&open(folder.path()), 1).await);
    let journal = open_with(folder.path(), 1, &[("other", 2)]);
    assert!(matches!(journal.reserve(&claim(2)).await, Err(JournalError::Full(1))));
    assert!(take_all(&journal).await.is_empty());
    assert!(journal.reserve(&claim(2)).await.is_ok());
    journal.check().await.unwrap();
}

#[tokio::test]
async fn response_left_by_a_dead_process_is_found_without_a_start() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    let text = entry::seal(&entry(&claim(1)), &response(&claim(1)), &vault(&[("k", 1)])).unwrap();
    fs::write(folder.path().join("written.reserved"), text).unwrap();
    fs::write(folder.path().join("empty.reserved"), [0; 8192]).unwrap();
    let reservation = reserve(&journal, 2).await;
    assert_eq!(take_all(&journal).await.len(), 1);
    assert_eq!(files(&folder).len(), 2, "the entry and this process's reservation");
    drop(reservation);
}

#[tokio::test]
async fn later_of_two_responses_is_replayed_first() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path());
    for fence in [8, 9, 7] {
        let reservation = reserve(&journal, 2).await;
        let claim = Claim { grant: GrantRef { fence, ..claim(1).grant }, ..claim(1) };
        drop(reservation.keep(entry(&claim), &response(&claim)).await.unwrap());
    }
    let fences: Vec<_> = take_all(&journal).await.iter().map(|(kept, _)| kept.entry.fence).collect();
    assert_eq!(fences, [9, 8, 7]);
}

#[test]
fn missing_folder_lists_nothing_and_a_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert!(list(&folder.path().join("nowhere")).unwrap().is_empty());
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(Journal::open(&file, 1, vault(&[("k", 1)]), Arc::new(SystemEntropy)).is_err());
}

#[tokio::test]
async fn kept_consent_is_replayed_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let grant = NewGrant {
        client_key: "app".to_owned(),
        open_id: "someone".parse().unwrap(),
        access_token: Sealed::from_stored("v1.k.access".to_owned()),
        refresh_token: Some(Sealed::from_stored("v1.k.refresh".to_owned())),
        scopes: "user.info.basic".parse().unwrap(),
        token_type: "Bearer".to_owned(),
        granted_at: NOW,
        access_expires_at: NOW.plus_seconds(7200),
        refresh_expires_at: None,
        refresh_due_at: NOW.plus_seconds(4800),
    };
    let consent = Consent { grant, new_id: CreatorId::from_u128(7), state_digest: "digest".to_owned() };
    drop(open(folder.path()).keep_consent(consent.clone(), NOW.plus_seconds(2)).await.unwrap());
    let text = fs::read_to_string(only_file(&folder)).unwrap();
    for hidden in ["access", "v1.k.refresh", "someone", "Bearer", "digest"] {
        assert!(!text.contains(&format!("\"{hidden}")), "{hidden} in {text}");
    }
    let (kept, replayed) = take_all(&open(folder.path())).await.remove(0);
    let Response::Consent(replayed) = replayed else { panic!("{replayed:?}") };
    assert_eq!(format!("{replayed:?}"), format!("{consent:?}"));
    assert_eq!((kept.entry.creator, kept.entry.answered_at), (consent.new_id, NOW.plus_seconds(2)));
}
