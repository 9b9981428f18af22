//! Keys that were read a moment ago, and ids that are nobody's.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::key::ApiKey;
use crate::server::clock::Stopwatch;

/// How long a key is known without asking the store.
const KNOWN: Duration = Duration::from_secs(10);

/// The largest number of ids.
const LARGEST: usize = 4096;

#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<String, Known>>);

/// What the cache says of an id.
pub(super) enum Lookup {
    /// The store said so a moment ago.
    Known(Option<Arc<ApiKey>>),
    /// The store has to be asked. This is the key as it was read before, however long ago.
    Unknown(Option<Arc<ApiKey>>),
}

struct Known {
    key: Option<Arc<ApiKey>>,
    read: Stopwatch,
}

impl Known {
    fn is_fresh(&self) -> bool {
        self.read.elapsed() < KNOWN
    }
}

impl Cache {
    /// What is known of an id.
    pub(super) fn get(&self, id: &str) -> Lookup {
        match self.lock().get(id) {
            Some(known) if known.is_fresh() => Lookup::Known(known.key.clone()),
            known => Lookup::Unknown(known.and_then(|known| known.key.clone())),
        }
    }

    /// Remembers what the store said. When there is no space, ids that are nobody's go first: anybody can invent them.
    pub(super) fn put(&self, id: &str, key: Option<Arc<ApiKey>>) {
        let mut known = self.lock();
        if known.len() >= LARGEST {
            known.retain(|_, known| known.key.is_some() && known.is_fresh());
        }
        if known.len() < LARGEST {
            known.insert(id.to_owned(), Known { key, read: Stopwatch::start() });
        }
    }

    pub(super) fn forget(&self, id: &str) {
        self.lock().remove(id);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_ids_take_no_more_than_the_space() {
        let cache = Cache::default();
        for number in 0..3 * LARGEST {
            cache.put(&number.to_string(), None);
        }
        assert!(cache.lock().len() <= LARGEST);
        cache.put("known", None);
        assert!(matches!(cache.get("known"), Lookup::Known(None)));
        cache.forget("known");
        assert!(matches!(cache.get("known"), Lookup::Unknown(None)));
    }
}
