//! A bounded cache whose entries are made once, however many ask for them at the same time. It blocks: for the pool.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use prometheus::IntCounter;

/// Bytes that an entry has beside its value: the key twice, and its places in the tables. For caches weighed in bytes.
pub const ENTRY_BYTES: usize = 256;

/// The place of an entry; locked while it is being made.
type Slot<V> = Arc<Mutex<Option<Arc<V>>>>;

struct Entry<V> {
    slot: Slot<V>,
    /// Nothing as long as it is being made.
    weight: usize,
    used: u64,
}

struct Entries<K, V> {
    by_key: HashMap<K, Entry<V>>,
    /// Keys from the least to the most recently used.
    by_use: BTreeMap<u64, K>,
    weight: usize,
    clock: u64,
}

/// Entries by key, least recently used out first when their weights pass the capacity.
pub struct Cache<K, V> {
    entries: Mutex<Entries<K, V>>,
    capacity: usize,
    hits: IntCounter,
    misses: IntCounter,
}

/// Takes the place of an entry away again unless the entry was made: `make` may fail, or panic.
struct Making<'a, K: Eq + Hash + Clone, V> {
    cache: &'a Cache<K, V>,
    key: &'a K,
    slot: &'a Slot<V>,
}

impl<K: Eq + Hash + Clone, V> Drop for Making<'_, K, V> {
    fn drop(&mut self) {
        self.cache.forget(self.key, self.slot);
    }
}

impl<K: Eq + Hash + Clone, V> Cache<K, V> {
    /// With a capacity in the unit that weights have.
    pub fn new(capacity: usize, hits: IntCounter, misses: IntCounter) -> Self {
        let entries = Entries { by_key: HashMap::new(), by_use: BTreeMap::new(), weight: 0, clock: 0 };
        Self { entries: Mutex::new(entries), capacity, hits, misses }
    }

    /// The entry of a key; made, with its weight (at least 1), when it is not there. A failure is not kept.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn get_or_make<E>(&self, key: &K, make: impl FnOnce() -> Result<(V, usize), E>) -> Result<Arc<V>, E> {
        let slot = self.slot(key);
        let mut place = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = &*place {
            self.hits.inc();
            return Ok(Arc::clone(value));
        }
        self.misses.inc();
        let making = Making { cache: self, key, slot: &slot };
        let (value, weight) = make()?;
        let value = Arc::new(value);
        *place = Some(Arc::clone(&value));
        drop(place);
        self.settle(key, making.slot, weight.max(1));
        Ok(value)
    }

    fn slot(&self, key: &K) -> Slot<V> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.clock += 1;
        let used = entries.clock;
        let fresh = || Entry { slot: Slot::default(), weight: 0, used };
        let entry = entries.by_key.entry(key.clone()).or_insert_with(fresh);
        let before = std::mem::replace(&mut entry.used, used);
        let slot = Arc::clone(&entry.slot);
        entries.by_use.remove(&before);
        entries.by_use.insert(used, key.clone());
        slot
    }

    /// Weighs a new entry and drops old ones until the capacity holds; the new one stays even when it alone is too heavy.
    fn settle(&self, key: &K, slot: &Slot<V>, weight: usize) {
        let mut guard = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = &mut *guard;
        match entries.by_key.get_mut(key) {
            Some(entry) if Arc::ptr_eq(&entry.slot, slot) => entry.weight = weight,
            _ => return,
        }
        entries.weight += weight;
        while entries.weight > self.capacity {
            // What is being made is passed over: no more of that than there are threads.
            let made = |k: &K| k != key && entries.by_key.get(k).is_some_and(|entry| entry.weight > 0);
            let Some(used) = entries.by_use.iter().find(|(_, k)| made(k)).map(|(used, _)| *used) else { return };
            let oldest = entries.by_use.remove(&used).and_then(|k| entries.by_key.remove(&k));
            entries.weight -= oldest.map_or(0, |entry| entry.weight);
        }
    }

    /// Forgets an entry that was not made.
    fn forget(&self, key: &K, slot: &Slot<V>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let unmade = |e: &&Entry<V>| Arc::ptr_eq(&e.slot, slot) && e.weight == 0;
        if let Some(used) = entries.by_key.get(key).filter(unmade).map(|e| e.used) {
            entries.by_key.remove(key);
            entries.by_use.remove(&used);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn cache(capacity: usize) -> Cache<u32, u32> {
        let counter = |name: &str| IntCounter::new(name, "test").unwrap();
        Cache::new(capacity, counter("hits"), counter("misses"))
    }

    fn get(cache: &Cache<u32, u32>, key: u32) -> bool {
        let mut made = false;
        let make = || {
            made = true;
            Ok::<_, ()>((key, 10))
        };
        assert_eq!(*cache.get_or_make(&key, make).unwrap(), key);
        made
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let cache = cache(20);
        assert_eq!([1, 2, 1, 3].map(|key| get(&cache, key)), [true, true, false, true]);
        assert_eq!([1, 2].map(|key| get(&cache, key)), [false, true]);
        assert_eq!((cache.hits.get(), cache.misses.get()), (2, 4));
    }

    #[test]
    fn many_at_once_make_it_once() {
        let (cache, made) = (cache(100), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    cache.get_or_make(&7, || {
                        made.fetch_add(1, Ordering::SeqCst);
                        std::thread::sleep(std::time::Duration::from_millis(20));
                        Ok::<_, ()>((7, 1))
                    })
                });
            }
        });
        assert_eq!(made.into_inner(), 1);
    }

    #[test]
    fn a_panic_leaves_nothing_behind() {
        let cache = cache(100);
        let make = || -> Result<(u32, usize), ()> { panic!("a format library gave up") };
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| cache.get_or_make(&1, make)));
        assert!(panicked.is_err());
        let entries = cache.entries.lock().unwrap();
        assert_eq!((entries.by_key.len(), entries.by_use.len(), entries.weight), (0, 0, 0));
    }

    #[test]
    fn weights_and_order_stay_true() {
        let cache = cache(35);
        for key in [1, 2, 1, 3, 4, 4, 5, 1, 6] {
            get(&cache, key);
        }
        let entries = cache.entries.lock().unwrap();
        let weights: usize = entries.by_key.values().map(|e| e.weight).sum();
        assert_eq!((entries.by_key.len(), entries.by_use.len(), entries.weight), (3, 3, weights));
        assert_eq!(entries.by_use.values().copied().collect::<Vec<_>>(), [5, 1, 6]);
    }

    #[test]
    fn a_failure_is_not_kept() {
        let cache = cache(100);
        assert_eq!(cache.get_or_make(&1, || Err("no")).unwrap_err(), "no");
        assert!(get(&cache, 1));
    }
}
