//! Listing: a walk down the folders that the listing leads to, in byte order of the keys.

use std::{
    fs, io,
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

/// An entry of a folder: what all keys under it begin with, or the whole key of an object.
struct Entry {
    start: Vec<u8>,
    kind: Kind,
    path: PathBuf,
}

/// A page of the objects of a bucket.
pub(super) fn list(bucket: &Path, list: List) -> Result<Page, BlobError> {
    let mut filling = Filling::new(list);
    if filling.nothing_asked() {
        return Ok(filling.page());
    }
    let known = filling.prefix().rfind('/').map_or("", |slash| &filling.prefix()[..=slash]).to_owned();
    let top = names::folder(bucket, &known);
    let mut stack = vec![entries(&top, known.as_bytes(), &filling).map_err(broken)?];
    while let Some(folder) = stack.last_mut() {
        let Some(entry) = folder.next() else {
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
                    stack.push(entries(&entry.path, &entry.start, &filling).map_err(broken)?);
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

/// The entries of a folder that can still be wanted, in byte order; none when the folder has gone.
fn entries(folder: &Path, start: &[u8], filling: &Filling) -> io::Result<vec::IntoIter<Entry>> {
    let mut entries = Vec::new();
    for (kind, bytes, path) in read(folder)? {
        let start = [start, &bytes].concat();
        let wanted = if kind == Kind::Object { filling.wants(&start) } else { filling.wants_below(&start) };
        if wanted {
            entries.push(Entry { start, kind, path });
        }
    }
    entries.sort_unstable_by(|a, b| a.start.cmp(&b.start));
    Ok(entries.into_iter())
}

fn read(folder: &Path) -> io::Result<Vec<(Kind, Vec<u8>, PathBuf)>> {
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(Vec::new()),
        Err(e) => return Err(e),
    };
    let mut names = Vec::new();
    for entry in listing {
        let entry = entry?;
        if let Some((kind, bytes)) = entry.file_name().to_str().and_then(names::parse) {
            names.push((kind, bytes, entry.path()));
        }
    }
    Ok(names)
}

/// Whether there is an object anywhere under a folder: one that is being made or removed may be empty.
pub(super) fn holds_object(folder: &Path) -> io::Result<bool> {
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for (kind, _, path) in read(&folder)? {
            match kind {
                Kind::Object => return Ok(true),
                Kind::Folder | Kind::Longer => folders.push(path),
            }
        }
    }
    Ok(false)
}

/// Calls back for every pointer of a bucket.
pub(super) fn pointers(bucket: &Path, mut each: impl FnMut(Pointer)) -> io::Result<()> {
    let mut folders = vec![bucket.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for (kind, _, path) in read(&folder)? {
            match kind {
                Kind::Object => read_json(&path)?.into_iter().for_each(&mut each),
                Kind::Folder | Kind::Longer => folders.push(path),
            }
        }
    }
    Ok(())
}
