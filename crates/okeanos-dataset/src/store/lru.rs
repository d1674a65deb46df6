//! Bytes by key, least recently used out first.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

use bytes::Bytes;

/// At most so many bytes.
pub(crate) struct Lru<K> {
    by_key: HashMap<K, (Bytes, u64)>,
    by_use: BTreeMap<u64, K>,
    bytes: usize,
    capacity: usize,
    clock: u64,
}

impl<K: Clone + Eq + Hash> Lru<K> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { by_key: HashMap::new(), by_use: BTreeMap::new(), bytes: 0, capacity, clock: 0 }
    }

    pub(crate) fn get(&mut self, key: &K) -> Option<Bytes> {
        self.clock += 1;
        let (bytes, used) = self.by_key.get_mut(key)?;
        self.by_use.remove(used);
        *used = self.clock;
        self.by_use.insert(self.clock, key.clone());
        Some(bytes.clone())
    }

    pub(crate) fn put(&mut self, key: K, bytes: Bytes) {
        if bytes.len() > self.capacity {
            return;
        }
        self.clock += 1;
        self.bytes += bytes.len();
        if let Some((old, used)) = self.by_key.insert(key.clone(), (bytes, self.clock)) {
            self.bytes -= old.len();
            self.by_use.remove(&used);
        }
        self.by_use.insert(self.clock, key);
        while self.bytes > self.capacity {
            let Some((_, oldest)) = self.by_use.pop_first() else { break };
            if let Some((old, _)) = self.by_key.remove(&oldest) {
                self.bytes -= old.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let mut lru = Lru::new(10);
        lru.put("a", Bytes::from_static(b"1234"));
        lru.put("b", Bytes::from_static(b"1234"));
        assert!(lru.get(&"a").is_some());
        lru.put("c", Bytes::from_static(b"1234"));
        assert!(lru.get(&"b").is_none() && lru.get(&"a").is_some() && lru.get(&"c").is_some());
        lru.put("d", Bytes::from_static(b"12345678901"));
        assert!(lru.get(&"d").is_none() && lru.bytes <= 10);
    }
}
