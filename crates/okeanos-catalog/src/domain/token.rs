//! Page tokens: where a page starts in the order of items.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use okeanos_stac::{Instant, Invalid};

use super::check_name;

/// The place of an item in the one order of items: newest first, then by id, then by collection. It is total, so that
/// a walk over all pages neither loses nor repeats an item, however many share a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// Minus the microseconds of its time.
    pub(crate) rank: i64,
    pub(crate) id: String,
    pub(crate) collection: String,
}

impl Key {
    /// The rank of a time.
    pub(crate) fn rank(time: Instant) -> i64 {
        time.micros().checked_neg().unwrap_or(i64::MAX)
    }
}

/// Which way a page lies from its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// What comes after the key.
    Next,
    /// What comes before it.
    Previous,
}

/// Where a page starts. Opaque to clients; a token that somebody made up shows nothing that a search would not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageToken {
    pub(crate) direction: Direction,
    pub(crate) key: Key,
}

impl PageToken {
    /// As it travels: at most about 1,400 bytes, since ids and collections have at most 512.
    pub(crate) fn encode(&self) -> String {
        let direction = if self.direction == Direction::Next { 'n' } else { 'p' };
        let Key { rank, id, collection } = &self.key;
        BASE64.encode(format!("{direction}\n{rank}\n{id}\n{collection}"))
    }

    /// Reads a token.
    ///
    /// # Errors
    /// When it is not one of ours.
    pub(crate) fn decode(text: &str) -> Result<Self, Invalid> {
        Self::read(text).ok_or_else(|| Invalid::at("token", "it is not a token of this service: follow the links"))
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = BASE64.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let mut parts = text.split('\n');
        let direction = match parts.next()? {
            "n" => Direction::Next,
            "p" => Direction::Previous,
            _ => return None,
        };
        let key = Key {
            rank: parts.next()?.parse().ok()?,
            id: parts.next()?.to_owned(),
            collection: parts.next()?.to_owned(),
        };
        check_name(&key.id, "token").and_then(|()| check_name(&key.collection, "token")).ok()?;
        parts.next().is_none().then_some(Self { direction, key })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(rank in any::<i64>(), id in "\\PC{0,40}", collection in "\\PC{0,40}", next in any::<bool>()) {
            let direction = if next { Direction::Next } else { Direction::Previous };
            let token = PageToken { direction, key: Key { rank, id, collection } };
            prop_assert_eq!(PageToken::decode(&token.encode()).unwrap(), token);
        }

        #[test]
        fn no_text_breaks_it(text in ".{0,80}") {
            let _ = PageToken::decode(&text);
        }
    }

    #[test]
    fn a_made_up_token_is_refused() {
        for text in [
            "",
            "x",
            "bm9wZQ",
            &BASE64.encode("n\nx\na\nb"),
            &BASE64.encode("n\n1\na\nb\nc"),
            &BASE64.encode("n\n1\na\0\nb"),
        ] {
            assert_eq!(PageToken::decode(text).unwrap_err().field, "token");
        }
    }
}
