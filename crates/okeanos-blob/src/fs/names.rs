//! Keys as paths.
//!
//! A key's segments (between `/`) become folders and its last one the file `<segment>%o`, so that `a` and `a/b` can both
//! exist. Every byte but `A-Z a-z 0-9 _ -` and a dot that is not first is written `%XX`: no name of ours is `.` or `..`, holds
//! a separator or is special to a file system. A segment of 80 bytes or more goes on in folders `<80 bytes>%c`, because
//! file systems have no names over 255 bytes. An empty segment is the folder `%`.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

/// Bytes of a segment in one name: escaped, with the suffix, they stay below 255.
const PIECE_BYTES: usize = 80;

/// What a name in a bucket's folder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A pointer: a key ends here.
    Object,
    /// Keys go on after a `/`.
    Folder,
    /// Keys go on in the same segment.
    Longer,
}

/// The path of a key's pointer.
pub(super) fn pointer(bucket: &Path, key: &str) -> PathBuf {
    let (folders, last) = match key.rfind('/') {
        Some(slash) => key.split_at(slash + 1),
        None => ("", key),
    };
    let mut path = folder(bucket, folders);
    let rest = push_longer(&mut path, last.as_bytes());
    path.push(format!("{}%o", escape(rest)));
    path
}

/// The folder of all keys that begin with this: nothing, or segments each with a `/` after it.
pub(super) fn folder(bucket: &Path, start: &str) -> PathBuf {
    let mut path = bucket.to_path_buf();
    let Some(start) = start.strip_suffix('/') else { return path };
    for segment in start.split('/') {
        let rest = push_longer(&mut path, segment.as_bytes());
        path.push(if rest.is_empty() { "%".to_owned() } else { escape(rest) });
    }
    path
}

fn push_longer<'a>(path: &mut PathBuf, mut segment: &'a [u8]) -> &'a [u8] {
    while let Some((piece, rest)) = segment.split_at_checked(PIECE_BYTES) {
        path.push(format!("{}%c", escape(piece)));
        segment = rest;
    }
    segment
}

/// What a name stands for, and the bytes that it adds to a key (with the `/` of a folder); `None` for a foreign file.
pub(super) fn parse(name: &str) -> Option<(Kind, Vec<u8>)> {
    let (kind, escaped) = if name == "%" {
        (Kind::Folder, "")
    } else if let Some(escaped) = name.strip_suffix("%o") {
        (Kind::Object, escaped)
    } else if let Some(escaped) = name.strip_suffix("%c") {
        (Kind::Longer, escaped)
    } else {
        (Kind::Folder, name)
    };
    let mut bytes = unescape(escaped)?;
    if kind == Kind::Folder {
        bytes.push(b'/');
    }
    Some((kind, bytes))
}

fn escape(piece: &[u8]) -> String {
    let mut name = String::with_capacity(piece.len() + 2);
    for (index, byte) in piece.iter().enumerate() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => name.push(char::from(*byte)),
            b'.' if index > 0 => name.push('.'),
            _ => {
                let _ = write!(name, "%{byte:02X}");
            }
        }
    }
    name
}

fn unescape(name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if *first == b'%' {
            let (pair, tail) = tail.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?);
            rest = tail;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
    use proptest::strategy::Strategy;

    use super::*;

    /// The key that a pointer's path stands for.
    fn key_of(path: &Path) -> Option<String> {
        let mut key = Vec::new();
        let components: Vec<_> = path.components().collect();
        for (index, component) in components.iter().enumerate() {
            let Component::Normal(name) = component else { return None };
            let (kind, bytes) = parse(name.to_str()?)?;
            if (kind == Kind::Object) != (index + 1 == components.len()) {
                return None;
            }
            key.extend(bytes);
        }
        String::from_utf8(key).ok()
    }

    fn keys() -> impl Strategy<Value = String> {
        let segment = prop_oneof![
            3 => any::<String>(),
            2 => "[a-z.%]{0,4}",
            1 => prop::sample::select(vec![".", "..", "", "%", "%o", "%2E", "a%c", "\0", "\\"]).prop_map(str::to_owned),
            1 => "[a-zö./]{70,200}",
        ];
        prop::collection::vec(segment, 1..6).prop_map(|segments| segments.join("/"))
    }

    proptest! {
        #[test]
        fn any_key_round_trips_inside_its_bucket(key in keys()) {
            let path = pointer(Path::new(""), &key);
            prop_assert!(path.components().all(|c| matches!(c, Component::Normal(n) if n.len() < 256)), "{path:?}");
            prop_assert_eq!(key_of(&path), Some(key));
        }

        #[test]
        fn different_keys_have_different_paths(a in keys(), b in keys()) {
            prop_assert_eq!(a == b, pointer(Path::new("r"), &a) == pointer(Path::new("r"), &b));
        }
    }

    #[test]
    fn a_plain_key_stays_readable() {
        assert_eq!(pointer(Path::new("b"), "public/sst/2020.nc"), Path::new("b/public/sst/2020.nc%o"));
        assert_eq!(pointer(Path::new("b"), "../x"), Path::new("b/%2E./x%o"));
    }

    #[test]
    fn foreign_names_are_not_keys() {
        for name in ["a%", "a%2", "a%zz"] {
            assert_eq!(parse(name), None, "{name}");
        }
    }
}
