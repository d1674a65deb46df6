//! What only the file store promises: it opens again as it was, cleans up, and writers do not trip over deleters.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use futures::future;
use okeanos_blob::{BlobError, Blobs, Condition, List, Location, PutOptions, fs::FsBlobs};

use crate::suite::{body, read};

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}

async fn wait_for_files(folder: &Path, count: usize) {
    for _ in 0..500 {
        if files_below(folder).len() == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?} are not {count} files", files_below(folder));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_behind_is_removed_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let at = Location::new("user-ann", "deep/er/kept");
    let upload = {
        let blobs = FsBlobs::open(root.to_path_buf()).unwrap();
        blobs.create_bucket("user-ann").await.unwrap();
        blobs.put(&at, body("first"), PutOptions::default()).await.unwrap();
        blobs.put(&at, body("kept"), PutOptions::default()).await.unwrap();
        let upload = blobs.begin_upload(&at, PutOptions::default()).await.unwrap();
        blobs.put_part(&at, &upload, 1, body("part")).await.unwrap();
        upload
    };
    wait_for_files(&root.join("data"), 2).await;
    let orphan = uuid::Uuid::now_v7().to_string();
    fs::write(root.join("data/00").join(&orphan), "half an obj").unwrap();
    fs::write(root.join("temp").join(&orphan), "{").unwrap();
    fs::write(root.join("data/00/not-ours"), "stays").unwrap();
    fs::create_dir(root.join("uploads").join(&orphan)).unwrap();
    let drafted = uuid::Uuid::now_v7().to_string();
    fs::create_dir(root.join("temp").join(&drafted)).unwrap();
    fs::write(root.join("temp").join(&drafted).join("upload.json"), "{").unwrap();
    let torn = uuid::Uuid::now_v7().to_string();
    fs::create_dir(root.join("uploads").join(&torn)).unwrap();
    fs::write(root.join("uploads").join(&torn).join("upload.json"), "").unwrap();

    let blobs = FsBlobs::open(root.to_path_buf()).unwrap();
    wait_for_files(&root.join("temp"), 0).await;
    wait_for_files(&root.join("data"), 3).await;
    assert!(!root.join("uploads").join(&orphan).exists() && !root.join("uploads").join(&torn).exists());
    assert!(!root.join("temp").join(&drafted).exists());
    assert_eq!(read(blobs.get(&at, None).await.unwrap().1).await, b"kept");
    let parts = blobs.parts(&at, &upload).await.unwrap();
    let part = (1, parts[0].etag.clone());
    blobs.complete_upload(&at, &upload, &[part], Condition::Always).await.unwrap();
    assert_eq!(read(blobs.get(&at, None).await.unwrap().1).await, b"part");
    wait_for_files(&root.join("data"), 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_record_hides_no_other_upload() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = FsBlobs::open(folder.path().to_path_buf()).unwrap();
    blobs.create_bucket("user-ann").await.unwrap();
    let upload = blobs.begin_upload(&Location::new("user-ann", "k"), PutOptions::default()).await.unwrap();
    let torn = folder.path().join("uploads").join(uuid::Uuid::now_v7().to_string());
    fs::create_dir(&torn).unwrap();
    fs::write(torn.join("upload.json"), "").unwrap();
    let uploads = blobs.uploads("user-ann").await.unwrap();
    assert_eq!(uploads.iter().map(|u| &u.id).collect::<Vec<_>>(), [&upload]);
    blobs.delete_bucket("user-ann").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_nobody_completes_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let at = Location::new("user-ann", "k");
    let (old, new) = {
        let blobs = FsBlobs::open(root.to_path_buf()).unwrap();
        blobs.create_bucket("user-ann").await.unwrap();
        let old = blobs.begin_upload(&at, PutOptions::default()).await.unwrap();
        blobs.put_part(&at, &old, 1, body("part")).await.unwrap();
        (old, blobs.begin_upload(&at, PutOptions::default()).await.unwrap())
    };
    let record = root.join("uploads").join(old).join("upload.json");
    let mut begun: serde_json::Value = serde_json::from_slice(&fs::read(&record).unwrap()).unwrap();
    begun["initiated"] = "2020-01-01T00:00:00Z".into();
    fs::write(&record, begun.to_string()).unwrap();

    let blobs = FsBlobs::open(root.to_path_buf()).unwrap();
    wait_for_files(&root.join("data"), 0).await;
    let left = blobs.uploads("user-ann").await.unwrap();
    assert_eq!(left.iter().map(|u| &u.id).collect::<Vec<_>>(), [&new]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_more_entries_than_a_batch_is_listed_whole_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = FsBlobs::open(folder.path().to_path_buf()).unwrap();
    blobs.create_bucket("abc").await.unwrap();
    let pointer =
        r#"{"data":"01890000-0000-7000-8000-000000000000","size":1,"etag":"e","last_modified":"2026-01-01T00:00:00Z"}"#;
    let mut keys: Vec<_> = (0..2300).map(|n| format!("a-{n:05}")).collect();
    keys.push("b".to_owned());
    for key in &keys {
        fs::write(folder.path().join("buckets/abc").join(format!("{key}%o")), pointer).unwrap();
    }
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = blobs.list("abc", List { after, limit: 1000, ..List::default() }).await.unwrap();
        found.extend(page.objects.into_iter().map(|o| o.key));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, keys);
    let grouped = List { delimiter: Some("-".to_owned()), limit: 10, ..List::default() };
    let page = blobs.list("abc", grouped).await.unwrap();
    assert_eq!((page.prefixes, page.objects[0].key.as_str(), page.next), (vec!["a-".to_owned()], "b", None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_in_many_tiny_pieces_comes_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = FsBlobs::open(folder.path().to_path_buf()).unwrap();
    blobs.create_bucket("abc").await.unwrap();
    let at = Location::new("abc", "k");
    let bytes: Vec<u8> = (0..5_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let pieces: Vec<_> = bytes.iter().map(|byte| Ok(vec![*byte].into())).collect();
    blobs.put(&at, Box::pin(futures::stream::iter(pieces)), PutOptions::default()).await.unwrap();
    assert_eq!(read(blobs.get(&at, None).await.unwrap().1).await, bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_removes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let _first = FsBlobs::open(folder.path().to_path_buf()).unwrap();
    let half_written = folder.path().join("data/00").join(uuid::Uuid::now_v7().to_string());
    fs::write(&half_written, "by the first").unwrap();
    let _second = FsBlobs::open(folder.path().to_path_buf()).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(half_written.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delete_that_prunes_folders_loses_no_put() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = FsBlobs::open(folder.path().to_path_buf()).unwrap();
    blobs.create_bucket("abc").await.unwrap();
    let writers = (0..8).map(|writer| {
        let blobs = blobs.clone();
        tokio::spawn(async move {
            for round in 0..50 {
                let at = Location::new("abc", format!("one/two/three/{writer}"));
                let text = format!("{writer} {round}");
                blobs.put(&at, body(text.clone()), PutOptions::default()).await.unwrap();
                assert_eq!(read(blobs.get(&at, None).await.unwrap().1).await, text.as_bytes());
                assert!(blobs.delete(&at).await.unwrap());
            }
        })
    });
    for writer in future::join_all(writers).await {
        writer.unwrap();
    }
    assert_eq!(files_below(&folder.path().join("buckets")), Vec::<PathBuf>::new());
    blobs.delete_bucket("abc").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_one_whole_object_while_it_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = FsBlobs::open(folder.path().to_path_buf()).unwrap();
    blobs.create_bucket("abc").await.unwrap();
    let at = Location::new("abc", "k");
    let version = |n: u8| vec![n; 1_500_000];
    blobs.put(&at, body(version(0)), PutOptions::default()).await.unwrap();
    let (writer, place) = (blobs.clone(), at.clone());
    let writing = tokio::spawn(async move {
        for n in 1..30 {
            writer.put(&place, body(version(n)), PutOptions::default()).await.unwrap();
        }
    });
    while !writing.is_finished() {
        let (meta, stream) = blobs.get(&at, None).await.unwrap();
        let bytes = read(stream).await;
        assert_eq!((bytes.len() as u64, bytes.iter().all(|b| *b == bytes[0])), (meta.size, true));
    }
    writing.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_leaves_its_bucket() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("store");
    let blobs = FsBlobs::open(root.clone()).unwrap();
    blobs.create_bucket("abc").await.unwrap();
    blobs.create_bucket("other").await.unwrap();
    for key in ["../other/x", "..", ".", "/etc/passwd", "a/../../other/x", "a//b", "nul\0nul", "a/", "..\\other"] {
        let at = Location::new("abc", key);
        blobs.put(&at, body(key.to_owned()), PutOptions::default()).await.unwrap();
        assert_eq!(read(blobs.get(&at, None).await.unwrap().1).await, key.as_bytes());
    }
    assert_eq!(files_below(&root.join("buckets/abc")).len(), 9);
    assert_eq!(files_below(&root.join("buckets/other")).len(), 0);
    for bucket in ["..", "abc/../other", "../buckets/abc", ""] {
        let refused = blobs.put(&Location::new(bucket, "k"), body("x"), PutOptions::default()).await;
        assert!(matches!(refused, Err(BlobError::InvalidName(_) | BlobError::NoSuchBucket(_))), "{bucket}");
    }
    assert_eq!(files_below(folder.path()).len(), 9 + 9 + 1);
}
