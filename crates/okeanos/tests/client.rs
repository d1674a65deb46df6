//! The command-line client: the real program against a whole platform.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

use okeanos_config::Layers;
use okeanos_testkit::{Sandbox, eventually};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_okeanos");
const OSTIA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../e2e/data/samples/ostia-sst.nc");

/// A person at a terminal, with a home folder of their own.
struct Person<'a> {
    home: &'a Path,
}

impl Person<'_> {
    async fn does(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).env_clear().env("HOME", self.home).current_dir(self.home).stdin(Stdio::null());
        tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap()
    }

    /// What a command that succeeds prints.
    async fn gets(&self, arguments: &[&str]) -> String {
        let output = self.does(arguments).await;
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {told}");
        String::from_utf8(output.stdout).unwrap()
    }

    async fn gets_json(&self, arguments: &[&str]) -> Value {
        let text = self.gets(&[arguments, &["--json"]].concat()).await;
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{arguments:?}: {e}: {text}"))
    }
}

async fn platform() -> Sandbox {
    let runner = toml::Value::Array(vec![PROGRAM.into(), "run-process".into()]);
    Sandbox::start(Layers::new().with("job-dispatcher", "runner", runner)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn from_login_to_the_result_of_a_process() {
    let (platform, home) = (platform().await, tempfile::tempdir().unwrap());
    let person = Person { home: home.path() };
    let login = ["login", "--url", platform.http(), "--s3", platform.s3(), "--token", platform.token()];
    assert_eq!(person.gets_json(&login).await["name"], "admin");
    assert_eq!(person.gets_json(&["token"]).await["access_token"].as_str().unwrap().split('.').count(), 3);
    assert_eq!(person.gets_json(&["s3-credentials"]).await["Version"], 1);

    let uploaded = person.gets_json(&["upload", OSTIA]).await;
    assert_eq!(uploaded["uploaded"][0], "s3://user-admin/ostia-sst.nc");
    let search = ["search", "--collection", "climate_forecast-sea_surface_temperature", "--bbox=-20,-5,20,5"];
    let found = || async {
        let found = person.gets_json(&search).await;
        Ok(found["features"][0]["id"].as_str().map(str::to_owned))
    };
    let item = eventually("the item of the upload", found).await.unwrap();
    assert!(person.gets(&search).await.contains(&item), "the table has it too");
    let nowhere = person.gets_json(&["search", "--bbox", "100,50,110,60", "--limit", "5"]).await;
    assert_eq!(nowhere["features"].as_array().map(Vec::len), Some(0));
    assert!(person.gets(&["catalog"]).await.contains("climate_forecast-sea_surface_temperature"));
    let collection = person.gets_json(&["catalog", "climate_forecast-sea_surface_temperature"]).await;
    assert_eq!(collection["type"], "Collection");

    assert!(person.gets(&["processes"]).await.contains("subset"));
    let run = ["run", "subset", &format!("source={item}"), "bbox=[-20,-5,20,5]", "datetime=2008-01-01/2008-12-31"];
    let result = person.gets_json(&run).await;
    assert!(result["result"]["href"].as_str().unwrap().starts_with("s3://user-admin/jobs/"), "{result}");
    let jobs = person.gets_json(&["jobs"]).await;
    let job = jobs["jobs"][0]["jobID"].as_str().unwrap();
    assert_eq!(person.gets_json(&["jobs", job]).await["status"], "successful");
    assert_eq!(person.gets_json(&["jobs", job, "--logs"]).await["jobID"], job);
    assert_eq!(person.gets_json(&["jobs", job, "--dismiss"]).await["status"], "dismissed");
    platform.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_told_in_the_platforms_words() {
    let (platform, home) = (platform().await, tempfile::tempdir().unwrap());
    let person = Person { home: home.path() };
    let as_admin = ["--url", platform.http(), "--token", platform.token()];
    for (command, told) in [
        (&["login", "--url", platform.http(), "--token", "okp_wrong"][..], "401"),
        (&[&["run", "subset", "source=s3://user-nobody/x.nc"][..], &as_admin].concat(), "inputs.source"),
        (&[&["run", "no-such-process"][..], &as_admin].concat(), "404"),
        (&[&["search", "--datetime", "yesterday"][..], &as_admin].concat(), "datetime"),
        (&["upload", OSTIA, "--url", platform.http()], "sign"),
        (&["search", "--bbox", "1,2,3"], "four numbers"),
    ] {
        let output = person.does(command).await;
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && stderr.contains(told), "{command:?}: {stderr}");
    }
    platform.stop().await.unwrap();
}
