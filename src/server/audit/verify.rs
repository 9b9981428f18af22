//! Verifies the chains of the audit log.

use std::collections::{BTreeMap, HashMap};

use super::chain::{digest, first_prev};
use crate::server::store::AuditRow;

/// Verifies rows in the order of the log. Rows of one chain may come out of order: those that waited on a disk.
#[derive(Default)]
pub struct Verifier {
    chains: HashMap<String, Links>,
    rows: u64,
}

#[derive(Default)]
struct Links {
    /// The number and digest of the last row that is verified; none before the first.
    last: Option<(i64, String)>,
    /// Rows that came before the one that they follow.
    early: BTreeMap<i64, AuditRow>,
}

/// Where a chain is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The row's content is not what was written.
    #[error("row {seq} of chain {chain} was changed")]
    Changed {
        /// The chain.
        chain: String,
        /// The row's number.
        seq: i64,
    },
    /// Rows before this one are gone.
    #[error("rows before {seq} of chain {chain} are missing")]
    Missing {
        /// The chain.
        chain: String,
        /// The number of the first row after the gap.
        seq: i64,
    },
}

impl Verifier {
    /// Verifies the next row.
    ///
    /// # Errors
    /// When it, or one that waited for it, was changed.
    pub fn add(&mut self, row: AuditRow) -> Result<(), Broken> {
        self.rows += 1;
        let links = self.chains.entry(row.chain.clone()).or_default();
        links.early.insert(row.seq, row);
        links.advance()
    }

    /// The end: how many rows and chains there are. The first rows of a chain may have been purged with age, if `purged`
    /// says so.
    ///
    /// # Errors
    /// When rows are missing.
    pub fn finish(mut self, purged: bool) -> Result<(u64, usize), Broken> {
        let chains = self.chains.len();
        for links in self.chains.values_mut() {
            if purged
                && links.last.is_none()
                && let Some((seq, row)) = links.early.first_key_value()
            {
                links.last = Some((seq - 1, row.prev.clone()));
                links.advance()?;
            }
            if let Some((seq, row)) = links.early.first_key_value() {
                return Err(Broken::Missing { chain: row.chain.clone(), seq: *seq });
            }
        }
        Ok((self.rows, chains))
    }
}

impl Links {
    /// Verifies the rows that follow the last one.
    fn advance(&mut self) -> Result<(), Broken> {
        loop {
            let (next, prev) = self
                .last
                .as_ref()
                .map_or_else(|| (0, first_prev()), |(seq, digest)| (seq + 1, digest.clone()));
            let Some(row) = self.early.remove(&next) else { return Ok(()) };
            let expected = digest(&prev, &row.chain, row.seq, &row.entry);
            if row.prev != prev || row.digest != expected {
                return Err(Broken::Changed { chain: row.chain, seq: row.seq });
            }
            self.last = Some((row.seq, row.digest));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::chain::Chain, *};
    use crate::{domain::Timestamp, server::store::AuditEntry};

    fn rows(count: i64) -> Vec<AuditRow> {
        let mut chain = Chain::new("c".to_owned());
        let entry = |at| AuditEntry {
            at: Timestamp(at),
            actor_kind: "key".to_owned(),
            actor_id: Some("k".to_owned()),
            actor_name: None,
            action: "token.read".to_owned(),
            creator: None,
            target: None,
            outcome: "ok".to_owned(),
            code: None,
            generation: Some(at),
            address: None,
            request_id: None,
        };
        (0..count).map(|at| chain.append(entry(at))).collect()
    }

    fn verify(rows: Vec<AuditRow>, purged: bool) -> Result<(u64, usize), Broken> {
        let mut verifier = Verifier::default();
        rows.into_iter().try_for_each(|row| verifier.add(row))?;
        verifier.finish(purged)
    }

    #[test]
    fn whole_chain_is_verified_in_any_order() {
        let mut rows = rows(4);
        assert_eq!(verify(rows.clone(), false), Ok((4, 1)));
        rows.swap(1, 3);
        assert_eq!(verify(rows, false), Ok((4, 1)));
    }

    #[test]
    fn changed_row_is_found() {
        let changes: [fn(&mut AuditRow); 4] = [
            |row| row.entry.generation = Some(99),
            |row| row.entry.actor_id = None,
            |row| row.digest = "f".repeat(64),
            |row| row.prev = "f".repeat(64),
        ];
        for change in changes {
            let mut rows = rows(4);
            change(&mut rows[2]);
            assert_eq!(verify(rows, false), Err(Broken::Changed { chain: "c".to_owned(), seq: 2 }));
        }
    }

    #[test]
    fn removed_row_is_found() {
        let mut gap = rows(4);
        gap.remove(2);
        assert_eq!(verify(gap, true), Err(Broken::Missing { chain: "c".to_owned(), seq: 3 }));
        let cut = rows(4).split_off(2);
        assert_eq!(verify(cut.clone(), false), Err(Broken::Missing { chain: "c".to_owned(), seq: 2 }));
        assert_eq!(verify(cut, true), Ok((2, 1)), "its beginning is purged with age");
    }
}
