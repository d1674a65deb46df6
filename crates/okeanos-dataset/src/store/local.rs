//! Files under a folder.

use std::{
    fs::File,
    io,
    ops::Range,
    os::unix::fs::FileExt,
    path::{Component, Path, PathBuf},
};

use bytes::Bytes;

use super::{Entry, Store};
use crate::Error;

/// How deep folders are followed when they are listed.
const DEPTH: usize = 32;

/// Files under a folder; keys are paths relative to it.
#[derive(Clone, Debug)]
pub struct LocalStore {
    root: PathBuf,
}

impl LocalStore {
    /// The files under a folder.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The path of a key, if it stays inside the folder.
    fn path(&self, key: &str) -> Result<PathBuf, Error> {
        let relative = Path::new(key);
        if relative.components().all(|part| matches!(part, Component::Normal(_))) {
            Ok(self.root.join(relative))
        } else {
            Err(Error::NoSuchObject(key.to_owned()))
        }
    }

    fn walk(&self, folder: &Path, prefix: &str, found: &mut Found, depth: usize) -> Result<(), Error> {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if is_absent(&error) => return Ok(()),
            Err(error) => return Err(Error::Io(error)),
        };
        for entry in entries {
            let entry = entry.map_err(Error::Io)?;
            let path = entry.path();
            let Some(key) = path.strip_prefix(&self.root).ok().and_then(Path::to_str) else { continue };
            let meta = entry.metadata().map_err(Error::Io)?;
            if meta.is_dir() {
                let below = format!("{key}/");
                if depth < DEPTH && (below.starts_with(prefix) || prefix.starts_with(&below)) {
                    self.walk(&path, prefix, found, depth + 1)?;
                }
            } else if meta.is_file() && key.starts_with(prefix) {
                if found.entries.len() >= found.limit {
                    return Ok(());
                }
                found.entries.push(Entry { key: key.to_owned(), size: meta.len() });
            }
        }
        Ok(())
    }
}

/// What a walk has found so far, and how much it may find.
struct Found {
    entries: Vec<Entry>,
    limit: usize,
}

impl Store for LocalStore {
    fn size(&self, key: &str) -> Result<Option<u64>, Error> {
        if key.is_empty() {
            return Ok(None);
        }
        match std::fs::metadata(self.path(key)?) {
            Ok(meta) => Ok(meta.is_file().then_some(meta.len())),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(Error::Io(error)),
        }
    }

    fn read(&self, key: &str, range: Range<u64>) -> Result<Bytes, Error> {
        let file = File::open(self.path(key)?).map_err(|error| match is_absent(&error) {
            true => Error::NoSuchObject(key.to_owned()),
            false => Error::Io(error),
        })?;
        let size = file.metadata().map_err(Error::Io)?.len();
        if range.end > size {
            return Err(Error::Truncated(format!("{key} has {size} bytes, byte {} is needed", range.end)));
        }
        let length =
            usize::try_from(range.end.saturating_sub(range.start)).map_err(io::Error::other).map_err(Error::Io)?;
        let mut bytes = vec![0; length];
        file.read_exact_at(&mut bytes, range.start).map_err(Error::Io)?;
        Ok(bytes.into())
    }

    fn list(&self, prefix: &str, limit: usize) -> Result<Vec<Entry>, Error> {
        // Begin at the deepest folder that the prefix names, so that the rest of the root is not walked.
        let folder = prefix.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut found = Found { entries: Vec::new(), limit };
        self.walk(&self.path(folder)?, prefix, &mut found, 0)?;
        found.entries.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(found.entries)
    }

    fn folders(&self, prefix: &str, limit: usize) -> Result<Vec<String>, Error> {
        let entries = match std::fs::read_dir(self.path(prefix.trim_end_matches('/'))?) {
            Ok(entries) => entries,
            Err(error) if is_absent(&error) => return Ok(Vec::new()),
            Err(error) => return Err(Error::Io(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(Error::Io)?;
            if names.len() < limit
                && entry.file_type().map_err(Error::Io)?.is_dir()
                && let Some(name) = entry.file_name().to_str()
            {
                names.push(name.to_owned());
            }
        }
        names.sort();
        Ok(names)
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_ranges_and_stays_inside() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("a/b")).unwrap();
        std::fs::write(folder.path().join("a/b/c"), b"0123456789").unwrap();
        std::fs::write(folder.path().join("a/d"), b"x").unwrap();
        let store = LocalStore::new(folder.path());
        assert_eq!(store.read("a/b/c", 2..5).unwrap().as_ref(), b"234");
        assert!(matches!(store.read("a/b/c", 8..11), Err(Error::Truncated(_))));
        assert!(matches!(store.read("a/../a/d", 0..1), Err(Error::NoSuchObject(_))));
        assert_eq!(store.size("a/b").unwrap(), None);
        assert_eq!(store.size("a/d/e").unwrap(), None);
        let keys: Vec<_> = store.list("a/b", 10).unwrap().into_iter().map(|e| e.key).collect();
        assert_eq!(keys, ["a/b/c"]);
        assert_eq!(store.list("", 1).unwrap().len(), 1);
    }
}
