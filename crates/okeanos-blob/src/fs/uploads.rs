//! Multipart uploads: a folder each, with what was said at the beginning and a record per part.
//!
//! Parts are data like any other. Nothing is locked: whoever comes second finds a file gone and says so, and data that is
//! left behind by such a race is collected when the store is next opened.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    data::{self, Written},
    store::{Pointer, Store, broken, now, read_json, sync_folder, to_json, write_synced},
};
use crate::{BlobError, Condition, Location, Part, PutOptions, Upload, rules};

/// What was said when an upload began.
#[derive(Debug, Serialize, Deserialize)]
struct Begun {
    bucket: String,
    key: String,
    #[serde(with = "time::serde::rfc3339")]
    initiated: OffsetDateTime,
    content_type: Option<String>,
    metadata: BTreeMap<String, String>,
}

/// A part that was written.
#[derive(Debug, Serialize, Deserialize)]
struct PartRecord {
    data: Uuid,
    size: u64,
    etag: String,
}

/// The record of the upload itself; those of its parts are called by their number.
const BEGUN: &str = "upload.json";

pub(super) fn begin(store: &Store, at: &Location, options: PutOptions) -> Result<String, BlobError> {
    rules::check_location(at)?;
    store.existing_bucket(&at.bucket)?;
    let id = Uuid::now_v7().to_string();
    let folder = store.uploads().join(&id);
    let begun = Begun {
        bucket: at.bucket.clone(),
        key: at.key.clone(),
        initiated: now(),
        content_type: options.content_type,
        metadata: options.metadata,
    };
    let record = to_json(&begun)?;
    // An upload is there with its record or not at all.
    let draft = store.temporary();
    let write = || {
        fs::create_dir(&draft)?;
        write_synced(&draft.join(BEGUN), &record)?;
        sync_folder(&draft)?;
        fs::rename(&draft, &folder)?;
        sync_folder(&store.uploads())
    };
    if let Err(error) = write() {
        let _ = fs::remove_dir_all(&draft);
        return Err(broken(error));
    }
    Ok(id)
}

/// The folder of an upload and what was said when it began, if it is for this place.
fn open(store: &Store, at: &Location, id: &str) -> Result<(PathBuf, Begun), BlobError> {
    let missing = || BlobError::NoSuchUpload(id.to_owned());
    // Anything but an id of ours could be a path.
    let id = Uuid::try_parse(id).map_err(|_| missing())?;
    let folder = store.uploads().join(id.to_string());
    let begun: Begun = read_json(&folder.join(BEGUN)).map_err(broken)?.ok_or_else(missing)?;
    if begun.bucket != at.bucket || begun.key != at.key {
        return Err(missing());
    }
    Ok((folder, begun))
}

/// Refuses an upload that is not there or not for this place, before its bytes are taken.
pub(super) fn check(store: &Store, at: &Location, id: &str, number: u32) -> Result<(), BlobError> {
    rules::check_number(number)?;
    open(store, at, id).map(|_| ())
}

pub(super) fn put_part(
    store: &Store,
    at: &Location,
    id: &str,
    number: u32,
    written: Written,
) -> Result<Part, BlobError> {
    let (folder, _) = open(store, at, id)?;
    let path = folder.join(format!("{number:05}.json"));
    let old: Option<PartRecord> = read_json(&path).map_err(broken)?;
    let record = PartRecord { data: written.id, size: written.size, etag: written.md5.clone() };
    let temporary = store.temporary();
    write_synced(&temporary, &to_json(&record)?).map_err(broken)?;
    let place = || {
        let folder = fs::File::open(&folder)?;
        fs::rename(&temporary, &path)?;
        // From here on the part has the new data, whatever becomes of the next line.
        written.keep();
        folder.sync_all()
    };
    if let Err(error) = place() {
        let _ = fs::remove_file(&temporary);
        let gone = error.kind() == io::ErrorKind::NotFound;
        return Err(if gone { BlobError::NoSuchUpload(id.to_owned()) } else { broken(error) });
    }
    if let Some(old) = old {
        store.remove_data(old.data);
    }
    Ok(Part { number, etag: record.etag, size: record.size })
}

fn records(folder: &Path) -> io::Result<BTreeMap<u32, PartRecord>> {
    let mut records = BTreeMap::new();
    for (name, record) in json_files(folder)? {
        if let (Ok(number), Some(record)) = (name.parse(), record) {
            records.insert(number, record);
        }
    }
    Ok(records)
}

/// The records of a folder by their names without `.json`; none when the folder has gone.
fn json_files<T: DeserializeOwned>(folder: &Path) -> io::Result<Vec<(String, Option<T>)>> {
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e),
    };
    let mut files = Vec::new();
    for entry in listing {
        let entry = entry?;
        let name = entry.file_name();
        let stem = name.to_str().and_then(|n| n.strip_suffix(".json")).filter(|n| *n != "upload");
        if let Some(stem) = stem {
            files.push((stem.to_owned(), read_json(&entry.path())?));
        }
    }
    Ok(files)
}

fn described(records: &BTreeMap<u32, PartRecord>) -> BTreeMap<u32, Part> {
    let part =
        |(number, r): (&u32, &PartRecord)| (*number, Part { number: *number, etag: r.etag.clone(), size: r.size });
    records.iter().map(part).collect()
}

pub(super) fn parts(store: &Store, at: &Location, id: &str) -> Result<Vec<Part>, BlobError> {
    let (folder, _) = open(store, at, id)?;
    Ok(described(&records(&folder).map_err(broken)?).into_values().collect())
}

/// Makes the object: one part is used as it is, several are joined.
pub(super) fn complete(
    store: &Store,
    at: &Location,
    id: &str,
    asked: &[(u32, String)],
    condition: &Condition,
) -> Result<Pointer, BlobError> {
    let (folder, begun) = open(store, at, id)?;
    let records = records(&folder).map_err(broken)?;
    rules::check_parts(&described(&records), asked)?;
    let chosen: Vec<_> = asked.iter().filter_map(|(number, _)| records.get(number)).collect();
    let written = match chosen.as_slice() {
        [only] => store.link_data(only.data).map(|id| Written::of(store, id, only.size)),
        several => data::join(store, &several.iter().map(|r| r.data).collect::<Vec<_>>()),
    };
    let written = written.map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => BlobError::NoSuchUpload(id.to_owned()),
        _ => broken(e),
    })?;
    let pointer = Pointer {
        data: written.id,
        size: written.size,
        etag: rules::combined_etag(asked),
        last_modified: begun.initiated,
        content_type: begun.content_type,
        metadata: begun.metadata,
    };
    let pointer = store.commit(at, condition, pointer, written)?;
    forget(store, &folder, &records);
    Ok(pointer)
}

pub(super) fn abort(store: &Store, at: &Location, id: &str) -> Result<(), BlobError> {
    let (folder, _) = open(store, at, id)?;
    let records = records(&folder).map_err(broken)?;
    forget(store, &folder, &records);
    Ok(())
}

fn forget(store: &Store, folder: &Path, records: &BTreeMap<u32, PartRecord>) {
    // The record of the upload goes first: without it the rest is collected when the store is next opened.
    let removed = fs::remove_file(folder.join(BEGUN)).and_then(|()| fs::remove_dir_all(folder));
    if let Err(error) = removed {
        tracing::warn!(folder = %folder.display(), %error, "a finished upload is left behind");
    }
    for record in records.values() {
        store.remove_data(record.data);
    }
}

/// The ids of all uploads with what was said when they began; `None` for one whose record is gone.
fn all(store: &Store) -> io::Result<Vec<(String, Option<Begun>)>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(store.uploads())? {
        let entry = entry?;
        if let Ok(id) = entry.file_name().into_string() {
            let begun = match read_json(&entry.path().join(BEGUN)) {
                // A record that cannot be read is none: one such must not hide the others.
                Err(e) if matches!(e.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) => None,
                begun => begun?,
            };
            all.push((id, begun));
        }
    }
    Ok(all)
}

pub(super) fn of_bucket(store: &Store, bucket: &str) -> Result<Vec<Upload>, BlobError> {
    store.existing_bucket(bucket)?;
    let all = all(store).map_err(broken)?.into_iter();
    let mut uploads: Vec<_> = all
        .filter_map(|(id, begun)| Some((id, begun.filter(|b| b.bucket == bucket)?)))
        .map(|(id, begun)| Upload { id, key: begun.key, initiated: begun.initiated })
        .collect();
    uploads.sort_by(|a, b| (&a.key, a.initiated).cmp(&(&b.key, b.initiated)));
    Ok(uploads)
}

/// Forgets the uploads of a bucket that is gone.
pub(super) fn forget_bucket(store: &Store, bucket: &str) -> io::Result<()> {
    forget_those(store, |begun| begun.bucket == bucket).map(drop)
}

/// Forgets the uploads that began before a time.
pub(super) fn forget_old(store: &Store, before: OffsetDateTime) -> io::Result<()> {
    let count = forget_those(store, |begun| begun.initiated < before)?;
    if count > 0 {
        tracing::info!(count, "forgot uploads that nobody has completed");
    }
    Ok(())
}

fn forget_those(store: &Store, which: impl Fn(&Begun) -> bool) -> io::Result<usize> {
    let mut count = 0;
    for (id, begun) in all(store)? {
        if begun.as_ref().is_some_and(&which) {
            let folder = store.uploads().join(id);
            let records = records(&folder)?;
            forget(store, &folder, &records);
            count += 1;
        }
    }
    Ok(count)
}

/// Calls back for the data of every part; removes uploads older than `before` that never began or were given up half-way.
pub(super) fn collect(store: &Store, before: Uuid, mut each: impl FnMut(Uuid)) -> io::Result<()> {
    for (id, begun) in all(store)? {
        let folder = store.uploads().join(&id);
        let old = Uuid::try_parse(&id).is_ok_and(|id| id < before);
        if begun.is_none() && old {
            fs::remove_dir_all(&folder)?;
        } else {
            records(&folder)?.values().for_each(|record| each(record.data));
        }
    }
    Ok(())
}
