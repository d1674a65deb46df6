//! Listing: a walk down the folders that the listing leads to, in byte order of the keys.

use std::{
    collections::BinaryHeap,
    fs::{self, DirEntry},
    io,
    path::{Path, PathBuf},
    vec,
};

use super::{
    names::{self, Kind},
    store::{Pointer, broken, read_json},
};
use crate::{
    BlobError, List, Page,
    listing::{Filling, Next},
};

/// Most entries of a folder that are held at once: one more than a page has.
const BATCH: usize = 1001;

/// An entry of a folder: what all keys under it begin with, or the whole key of an object.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    start: Vec<u8>,
    kind: Kind,
    path: PathBuf,
}

/// A folder that is walked, a batch at a time: it may have more entries than memory.
struct Folder {
    path: PathBuf,
    start: Vec<u8>,
    batch: vec::IntoIter<Entry>,
    /// The last entry of the batch, when the folder may have more.
    last: Option<Vec<u8>>,
}

impl Folder {
    fn open(path: PathBuf, start: Vec<u8>, filling: &Filling) -> io::Result<Self> {
        let mut folder = Self { path, start, batch: Vec::new().into_iter(), last: None };
        folder.read(None, filling)?;
        Ok(folder)
    }

    fn next(&mut self, filling: &Filling) -> io::Result<Option<Entry>> {
        if self.batch.len() == 0
            && let Some(last) = self.last.take()
        {
            self.read(Some(&last), filling)?;
        }
        Ok(self.batch.next())
    }

    /// Takes the first entries in byte order, after the last one, that can still be wanted; none when the folder has gone.
    fn read(&mut self, last: Option<&[u8]>, filling: &Filling) -> io::Result<()> {
        let (mut first, mut more) = (BinaryHeap::new(), false);
        for entry in read(&self.path)? {
            let (kind, bytes, entry) = entry?;
            let start = [self.start.as_slice(), &bytes].concat();
            let wanted = if kind == Kind::Object { filling.wants(&start) } else { filling.wants_below(&start) };
            if !wanted || last.is_some_and(|last| start.as_slice() <= last) {
                continue;
            }
            first.push(Entry { start, kind, path: entry.path() });
            if first.len() > BATCH {
                first.pop();
                more = true;
            }
        }
        let batch = first.into_sorted_vec();
        self.last = batch.last().filter(|_| more).map(|entry| entry.start.clone());
        self.batch = batch.into_iter();
        Ok(())
    }
}

/// A page of the objects of a bucket.
pub(super) fn list(bucket: &Path, list: List) -> Result<Page, BlobError> {
    let mut filling = Filling::new(list);
    if filling.nothing_asked() {
        return Ok(filling.page());
    }
    let known = filling.prefix().rfind('/').map_or("", |slash| &filling.prefix()[..=slash]).to_owned();
    let top = names::folder(bucket, &known);
    let mut stack = vec![Folder::open(top, known.into_bytes(), &filling).map_err(broken)?];
    while let Some(folder) = stack.last_mut() {
        let Some(entry) = folder.next(&filling).map_err(broken)? else {
            stack.pop();
            continue;
        };
        let next = match entry.kind {
            Kind::Object => object(entry, &mut filling)?,
            Kind::Folder | Kind::Longer if !filling.wants_below(&entry.start) => Next::More,
            Kind::Folder | Kind::Longer => match filling.group(&entry.start) {
                Some(group) if holds_object(&entry.path).map_err(broken)? => filling.push_group(&group),
                Some(_) => Next::More,
                None => {
                    stack.push(Folder::open(entry.path, entry.start, &filling).map_err(broken)?);
                    Next::More
                }
            },
        };
        if next == Next::Stop {
            break;
        }
    }
    Ok(filling.page())
}

fn object(entry: Entry, filling: &mut Filling) -> Result<Next, BlobError> {
    if !filling.wants(&entry.start) {
        return Ok(Next::More);
    }
    if let Some(group) = filling.group(&entry.start) {
        return Ok(filling.push_group(&group));
    }
    // A pointer that has gone since its folder was read is an object that was deleted; a key that is not text is not ours.
    let Some(pointer) = read_json::<Pointer>(&entry.path).map_err(broken)? else { return Ok(Next::More) };
    let Ok(key) = String::from_utf8(entry.start) else { return Ok(Next::More) };
    Ok(filling.push(key, pointer.meta()))
}

/// What is in a folder, as it comes; nothing when the folder has gone.
fn read(folder: &Path) -> io::Result<impl Iterator<Item = io::Result<(Kind, Vec<u8>, DirEntry)>>> {
    let listing = match fs::read_dir(folder) {
        Ok(listing) => Some(listing),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => None,
        Err(e) => return Err(e),
    };
    Ok(listing.into_iter().flatten().filter_map(|entry| match entry {
        Ok(entry) => {
            let (kind, bytes) = entry.file_name().to_str().and_then(names::parse)?;
            Some(Ok((kind, bytes, entry)))
        }
        Err(error) => Some(Err(error)),
    }))
}

/// Whether there is an object anywhere under a folder: one that is being made or removed may be empty.
pub(super) fn holds_object(folder: &Path) -> io::Result<bool> {
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in read(&folder)? {
            match entry? {
                (Kind::Object, ..) => return Ok(true),
                (Kind::Folder | Kind::Longer, _, entry) => folders.push(entry.path()),
            }
        }
    }
    Ok(false)
}

/// Calls back for every pointer of a bucket.
pub(super) fn pointers(bucket: &Path, mut each: impl FnMut(Pointer)) -> io::Result<()> {
    let mut folders = vec![bucket.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in read(&folder)? {
            match entry? {
                (Kind::Object, _, entry) => read_json(&entry.path())?.into_iter().for_each(&mut each),
                (Kind::Folder | Kind::Longer, _, entry) => folders.push(entry.path()),
            }
        }
    }
    Ok(())
}
