//! A bounded cache whose entries are made once, however many ask for them at the same time. It blocks: for the pool.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use prometheus::IntCounter;

/// The place of an entry; locked while it is being made.
type Slot<V> = Arc<Mutex<Option<Arc<V>>>>;

struct Entry<V> {
    slot: Slot<V>,
    weight: usize,
    used: u64,
}

struct Entries<K, V> {
    by_key: HashMap<K, Entry<V>>,
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

impl<K: Eq + Hash + Clone, V> Cache<K, V> {
    /// With a capacity in the unit that weights have.
    pub fn new(capacity: usize, hits: IntCounter, misses: IntCounter) -> Self {
        let entries = Mutex::new(Entries { by_key: HashMap::new(), weight: 0, clock: 0 });
        Self { entries, capacity, hits, misses }
    }

    /// The entry of a key; made, with its weight, when it is not there. A failure is not kept.
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
        match make() {
            Ok((value, weight)) => {
                let value = Arc::new(value);
                *place = Some(Arc::clone(&value));
                drop(place);
                self.settle(key, &slot, weight);
                Ok(value)
            }
            Err(error) => {
                drop(place);
                self.forget(key, &slot);
                Err(error)
            }
        }
    }

    fn slot(&self, key: &K) -> Slot<V> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.clock += 1;
        let used = entries.clock;
        let fresh = || Entry { slot: Slot::default(), weight: 0, used };
        let entry = entries.by_key.entry(key.clone()).or_insert_with(fresh);
        entry.used = used;
        Arc::clone(&entry.slot)
    }

    /// Weighs a new entry and drops old ones until the capacity holds; the new one stays even when it alone is too heavy.
    fn settle(&self, key: &K, slot: &Slot<V>, weight: usize) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        match entries.by_key.get_mut(key) {
            Some(entry) if Arc::ptr_eq(&entry.slot, slot) => entry.weight = weight,
            _ => return,
        }
        entries.weight += weight;
        while entries.weight > self.capacity {
            let oldest = entries.by_key.iter().filter(|(k, e)| *k != key && e.weight > 0).min_by_key(|(_, e)| e.used);
            let Some(oldest) = oldest.map(|(k, _)| k.clone()) else { return };
            if let Some(entry) = entries.by_key.remove(&oldest) {
                entries.weight -= entry.weight;
            }
        }
    }

    fn forget(&self, key: &K, slot: &Slot<V>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.by_key.get(key).is_some_and(|e| Arc::ptr_eq(&e.slot, slot) && e.weight == 0) {
            entries.by_key.remove(key);
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
    fn a_failure_is_not_kept() {
        let cache = cache(100);
        assert_eq!(cache.get_or_make(&1, || Err("no")).unwrap_err(), "no");
        assert!(get(&cache, 1));
    }
}
