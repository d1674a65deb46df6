//! A page of a listing, filled by a walk over keys in byte order.
//!
//! The walk asks which keys can still be wanted, so that it goes nowhere else. Keys are compared as bytes: a walk may stand
//! in the middle of a character.

use crate::{List, Meta, Object, Page};

/// Most entries of a page.
const ENTRIES_MAX: usize = 1000;

/// A page that is being filled.
#[derive(Debug)]
pub(crate) struct Filling {
    list: List,
    page: Page,
    limit: usize,
    last: String,
}

/// What a walk does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Goes on.
    More,
    /// Stops: the page is full and there is more.
    Stop,
}

impl Filling {
    /// An empty page.
    pub(crate) fn new(list: List) -> Self {
        let limit = list.limit.min(ENTRIES_MAX);
        Self { list, page: Page::default(), limit, last: String::new() }
    }

    /// The prefix that all wanted keys have.
    pub(crate) fn prefix(&self) -> &str {
        &self.list.prefix
    }

    /// Whether a page of no entries was asked for.
    pub(crate) fn nothing_asked(&self) -> bool {
        self.limit == 0
    }

    /// Whether this key is wanted, as itself or for its common prefix.
    pub(crate) fn wants(&self, key: &[u8]) -> bool {
        key.starts_with(self.list.prefix.as_bytes()) && self.wants_below(key) && self.is_after(key)
    }

    /// Whether a key that begins with this can still be wanted.
    pub(crate) fn wants_below(&self, start: &[u8]) -> bool {
        let prefix = self.list.prefix.as_bytes();
        let on_the_way = start.starts_with(prefix) || prefix.starts_with(start);
        let passed = self.list.after.as_deref().map(str::as_bytes).is_some_and(|a| start < a && !a.starts_with(start));
        let grouped = self.page.prefixes.last().is_some_and(|p| start.starts_with(p.as_bytes()));
        on_the_way && !passed && !grouped && self.group(start).is_none_or(|g| self.is_after(&g))
    }

    /// The common prefix of all keys that begin with this, when a delimiter makes one.
    pub(crate) fn group(&self, start: &[u8]) -> Option<Vec<u8>> {
        let delimiter = self.list.delimiter.as_deref().filter(|d| !d.is_empty())?.as_bytes();
        let rest = start.strip_prefix(self.list.prefix.as_bytes())?;
        let at = rest.windows(delimiter.len()).position(|w| w == delimiter)?;
        Some(start[..self.list.prefix.len() + at + delimiter.len()].to_vec())
    }

    /// Adds a wanted object.
    pub(crate) fn push(&mut self, key: String, meta: Meta) -> Next {
        if self.is_full() {
            return self.stop();
        }
        self.last.clone_from(&key);
        self.page.objects.push(Object { key, meta });
        Next::More
    }

    /// Adds a wanted common prefix.
    pub(crate) fn push_group(&mut self, group: &[u8]) -> Next {
        if self.is_full() {
            return self.stop();
        }
        let group = String::from_utf8_lossy(group).into_owned();
        self.last.clone_from(&group);
        self.page.prefixes.push(group);
        Next::More
    }

    /// Whether the next entry would be one too many.
    pub(crate) fn is_full(&self) -> bool {
        self.page.objects.len() + self.page.prefixes.len() >= self.limit
    }

    /// Says that there is more than the page holds.
    pub(crate) fn stop(&mut self) -> Next {
        self.page.next = (self.limit > 0).then(|| self.last.clone());
        Next::Stop
    }

    /// The page as it is.
    pub(crate) fn page(self) -> Page {
        self.page
    }

    fn is_after(&self, text: &[u8]) -> bool {
        self.list.after.as_deref().is_none_or(|a| text > a.as_bytes())
    }
}
