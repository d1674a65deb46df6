//! A process is killed in the middle of writing: what it acknowledged is whole, what it did not is whole or not there.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use futures::future;
use okeanos_blob::{BlobError, Blobs, List, Location, PutOptions, fs::FsBlobs};

use crate::suite::{body, read};

const ROOT: &str = "OKEANOS_TEST_CRASH_ROOT";
const WRITERS: usize = 4;
const ROUNDS: usize = 6;

/// What a writer writes the nth time: every byte tells the version, the length differs.
fn version(writer: usize, n: usize) -> Vec<u8> {
    let length = 1 + (n * 7919 + writer * 104_729) % 1_200_000;
    format!("{writer}:{n};").into_bytes().into_iter().cycle().take(length.max(16)).collect()
}

fn parse(bytes: &[u8]) -> Option<(usize, usize)> {
    let head = bytes.split(|b| *b == b';').next()?;
    let (writer, n) = std::str::from_utf8(head).ok()?.split_once(':')?;
    Some((writer.parse().ok()?, n.parse().ok()?))
}

/// The child: every writer replaces its key again and again, and says so when a write is acknowledged.
#[test]
#[ignore = "run by the test below, as a process of its own"]
fn child_that_writes_until_killed() {
    #[expect(clippy::disallowed_methods, reason = "a test has no configuration")]
    let root = std::env::var(ROOT).expect("the folder of the store");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let blobs = FsBlobs::open(root.into()).unwrap();
        blobs.create_bucket("crash").await.unwrap();
        let writers = (0..WRITERS).map(|writer| {
            let blobs = blobs.clone();
            tokio::spawn(async move {
                let at = Location::new("crash", format!("dir/{writer}/object"));
                let start = match blobs.get(&at, None).await {
                    Ok((_, stream)) => parse(&read(stream).await).expect("a whole version").1 + 1,
                    Err(_) => 0,
                };
                for n in start.. {
                    blobs.put(&at, body(version(writer, n)), PutOptions::default()).await.unwrap();
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "\nacknowledged {writer} {n}").unwrap();
                    out.flush().unwrap();
                }
            })
        });
        future::join_all(writers).await;
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_of_writing() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged: BTreeMap<usize, usize> = BTreeMap::new();
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["crash::child_that_writes_until_killed", "--exact", "--ignored", "--nocapture"])
            .env(ROOT, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut count = 0;
        // After a different number of acknowledgements each time, so that it is killed at different moments.
        while let Some(Ok(line)) = lines.next() {
            let Some(rest) = line.strip_prefix("acknowledged ") else { continue };
            let (writer, n) = rest.split_once(' ').unwrap();
            acknowledged.insert(writer.parse().unwrap(), n.parse().unwrap());
            count += 1;
            if count == 10 + round * 3 {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(count >= 10 + round * 3, "the child ended by itself");
        check(&FsBlobs::open(folder.path().to_path_buf()).unwrap(), &acknowledged).await;
    }
}

async fn check(blobs: &FsBlobs, acknowledged: &BTreeMap<usize, usize>) {
    for (writer, n) in acknowledged {
        let at = Location::new("crash", format!("dir/{writer}/object"));
        let (meta, stream) = blobs.get(&at, None).await.unwrap();
        let bytes = read(stream).await;
        let (found_writer, found) = parse(&bytes).expect("a version");
        assert_eq!((found_writer, meta.size), (*writer, bytes.len() as u64));
        assert!(found >= *n, "version {n} of {writer} was acknowledged, {found} is there");
        assert!(bytes == version(*writer, found), "version {found} of {writer} is not whole");
    }
    let page = blobs.list("crash", List { limit: 100, ..List::default() }).await.unwrap();
    for object in page.objects {
        let (meta, stream) = blobs.get(&Location::new("crash", &object.key), None).await.unwrap();
        assert_eq!(read(stream).await.len() as u64, meta.size);
    }
    let missing = blobs.head(&Location::new("crash", "dir/0")).await;
    assert!(matches!(missing, Err(BlobError::NoSuchKey(_))));
}
