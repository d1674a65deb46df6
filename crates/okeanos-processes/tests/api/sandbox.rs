//! What the sandbox denies. The test program starts itself again for it.

use std::{
    io,
    net::{TcpListener, TcpStream},
    path::Path,
    process::Command,
};

use okeanos_processes::sandbox::{self, Bounds, Confinement, Reach};
use serde_json::{Value, json};

/// Not a test: the process that the test below starts. It tries what it may and what it may not.
#[test]
#[ignore = "started by the other test"]
fn child() {
    let folder = std::env::current_dir().unwrap();
    let setting: Value = serde_json::from_slice(&std::fs::read(folder.join("in/setting.json")).unwrap()).unwrap();
    let port = |name: &str| u16::try_from(setting[name].as_u64().unwrap()).unwrap();
    let (inside, outside) = (folder.join("in"), folder.join("out"));
    let reach = Reach { readable: &[&inside], writable: &[&outside], port: Some(port("allowed")) };
    let bounds = Bounds { memory_bytes: 4 << 30, cpu_seconds: 60, file_bytes: 1 << 20 };
    sandbox::enter(&bounds, &reach, Confinement::BestEffort).unwrap();
    let mut memory = Vec::<u8>::new();
    let done = |outcome: io::Result<()>| outcome.err().map(|error| error.kind().to_string());
    let connect = |name: &str| done(TcpStream::connect(("127.0.0.1", port(name))).map(drop));
    let read = |path: &Path| done(std::fs::read(path).map(drop));
    let found = json!({
        "read inside": read(&inside.join("setting.json")),
        "write outside": done(std::fs::write(outside.join("a"), "b")),
        "write inside": done(std::fs::write(inside.join("a"), "b")),
        "read beside": read(&folder.join("beside")),
        "read passwords": read(Path::new("/etc/passwd")),
        "read a neighbour": read(Path::new("/proc/1/status")),
        "connect": connect("allowed"),
        "connect elsewhere": connect("other"),
        "listen": done(TcpListener::bind("127.0.0.1:0").map(drop)),
        "allocate": memory.try_reserve_exact(8 << 30).is_err(),
        "runtime": done(tokio::runtime::Builder::new_multi_thread().enable_all().build().map(drop)),
    });
    std::fs::write(outside.join("found.json"), found.to_string()).unwrap();
}

#[test]
fn it_reaches_what_it_is_given_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["in", "out"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("beside"), "secret").unwrap();
    let listener = || TcpListener::bind("127.0.0.1:0").unwrap();
    let (allowed, other) = (listener(), listener());
    let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
    let setting = json!({"allowed": port(&allowed), "other": port(&other)});
    std::fs::write(folder.path().join("in/setting.json"), setting.to_string()).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sandbox::child", "--ignored", "--nocapture"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found = std::fs::read(folder.path().join("out/found.json")).unwrap();
    let found: Value = serde_json::from_slice(&found).unwrap();
    for may in ["read inside", "write outside", "connect", "runtime"] {
        assert_eq!(found[may], Value::Null, "{may}: {found}");
    }
    assert_eq!(found["allocate"], true, "{found}");
    // On an older kernel there is less to see.
    if sandbox::is_whole() {
        let forbidden =
            ["write inside", "read beside", "read passwords", "read a neighbour", "connect elsewhere", "listen"];
        for may_not in forbidden {
            assert_eq!(found[may_not], "permission denied", "{may_not}: {found}");
        }
    }
}
