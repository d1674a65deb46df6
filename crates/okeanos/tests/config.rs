//! A configuration that cannot be used: every problem at once, exit 64, no secret shown.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Command, Output};

fn up(config: &str, variables: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("okeanos.toml");
    std::fs::write(&file, config).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_okeanos"));
    command.args(["up", "--no-samples", "--data-dir"]).arg(folder.path().join("data")).arg("--config").arg(file);
    command.envs(variables.iter().copied()).output().unwrap()
}

#[test]
fn every_mistake_of_every_section_is_told_and_no_secret() {
    let config = "[platform]\nhttp = \"nowhere\"\nbnid = 1\nbus = {kind = \"local\", url = \"nats://s3cr3t@n\"}\n\
        node_key = [\"s3cr3t\"]\n[storage-gateway]\nbind = 7\n[iam]\nsession_s = \"long\"\naudiense = \"x\"\n[catalgo]\n";
    let refused = up(config, &[("OKEANOS_EXPLORER__NO_SUCH_FIELD", "1")]);
    assert_eq!(refused.status.code(), Some(64));
    let told = String::from_utf8(refused.stderr).unwrap();
    for part in [
        "platform.http: ",
        "platform.bnid: ",
        "platform.bus: ",
        "platform.node_key: ",
        "storage-gateway.bind: ",
        "iam.session_s: ",
        "iam.audiense: ",
        "explorer.no_such_field: ",
        "no section catalgo",
    ] {
        assert!(told.contains(part), "{part} is missing: {told}");
    }
    assert!(!told.contains("s3cr3t"), "{told}");
}

#[test]
fn wrong_values_and_broken_files_as_well() {
    let refused = up("", &[("OKEANOS_PLATFORM__NODE_KEY", "1234567890"), ("OKEANOS_PLATFORM__DATABASE", "mysql://x")]);
    let told = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(64), "{told}");
    assert!(told.contains("platform.node_key: ") && told.contains("platform.database: "), "{told}");
    assert!(!told.contains("1234567890"), "{told}");

    let refused = up("[platform]\nnode_key = s3cr3t\n", &[]);
    let told = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(64), "{told}");
    assert!(told.contains("okeanos.toml:2:12: ") && !told.contains("s3cr3t"), "{told}");
}
