//! `okeanos processes`, `okeanos run`, `okeanos jobs`.

use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::{Session, Target, print_json, print_line, print_table};

/// How often a job is asked how it goes.
const POLL: Duration = Duration::from_millis(500);
/// How often in a row the platform may be out of reach while a job is followed: the job goes on meanwhile.
const OUT_OF_REACH_MAX: u32 = 60;

/// List the processes, or describe one.
#[derive(Clone, Debug, Args)]
pub struct Processes {
    /// The process to describe.
    id: Option<String>,
    #[command(flatten)]
    target: Target,
}

impl Processes {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let session = Session::open(&self.target)?;
        if let Some(id) = &self.id {
            print_json(&session.get(&format!("/processes/processes/{id}")).await?);
            return Ok(());
        }
        let list = session.get("/processes/processes?limit=1000").await?;
        if self.target.json {
            print_json(&list);
            return Ok(());
        }
        let rows = rows(&list["processes"], &["id", "version", "title"]);
        print_table(&["process", "version", "title"], &rows);
        Ok(())
    }
}

/// Run a process and follow it.
#[derive(Clone, Debug, Args)]
pub struct Run {
    /// The process.
    id: String,
    /// Inputs as name=value; a value that is JSON is taken as JSON.
    #[arg(value_parser = input)]
    inputs: Vec<(String, Value)>,
    /// Print the job's id and do not wait.
    #[arg(long)]
    detach: bool,
    #[command(flatten)]
    target: Target,
}

fn input(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("an input is written name=value")?;
    Ok((name.to_owned(), serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()))))
}

impl Run {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let session = Session::open(&self.target)?;
        let inputs: Map<String, Value> = self.inputs.into_iter().collect();
        let path = format!("/processes/processes/{}/execution", self.id);
        let body = json!({"inputs": inputs});
        let accepted = session.send(Method::POST, &path, Some(&body), &[("prefer", "respond-async")]).await?;
        let job: Value = accepted.json().await.context("the answer is not JSON")?;
        let id = job["jobID"].as_str().context("the answer names no job")?.to_owned();
        if self.detach {
            print_json(&job);
            return Ok(());
        }
        let job = follow(&session, &id, self.target.json).await?;
        if job["status"] != "successful" {
            bail!("job {id} {}: {}", job["status"].as_str().unwrap_or("ended"), job["message"].as_str().unwrap_or("-"));
        }
        print_json(&session.get(&format!("/processes/jobs/{id}/results")).await?);
        Ok(())
    }
}

async fn follow(session: &Session, id: &str, quiet: bool) -> anyhow::Result<Value> {
    let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new(100) };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}% {msg}") {
        bar.set_style(style);
    }
    let mut out_of_reach = 0;
    loop {
        let job = match session.get(&format!("/processes/jobs/{id}")).await {
            Ok(job) => job,
            Err(error) if error.is::<reqwest::Error>() && out_of_reach < OUT_OF_REACH_MAX => {
                out_of_reach += 1;
                tokio::time::sleep(POLL).await;
                continue;
            }
            Err(error) => return Err(error.context(format!("following job {id}, which goes on"))),
        };
        out_of_reach = 0;
        bar.set_position(job["progress"].as_u64().unwrap_or(0));
        bar.set_message(job["message"].as_str().unwrap_or_default().to_owned());
        if !matches!(job["status"].as_str(), Some("accepted" | "running")) {
            bar.finish_and_clear();
            return Ok(job);
        }
        tokio::time::sleep(POLL).await;
    }
}

/// List your jobs, show one, or dismiss one.
#[derive(Clone, Debug, Args)]
pub struct Jobs {
    /// The job to show.
    id: Option<String>,
    /// Stop the job and forget its results.
    #[arg(long, requires = "id")]
    dismiss: bool,
    /// Print the job's log.
    #[arg(long, requires = "id", conflicts_with = "dismiss")]
    logs: bool,
    #[command(flatten)]
    target: Target,
}

impl Jobs {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let session = Session::open(&self.target)?;
        let Some(id) = &self.id else {
            let list = session.get("/processes/jobs?limit=100").await?;
            if self.target.json {
                print_json(&list);
            } else {
                let rows = rows(&list["jobs"], &["jobID", "processID", "status", "created"]);
                print_table(&["job", "process", "status", "created"], &rows);
            }
            return Ok(());
        };
        let path = format!("/processes/jobs/{id}");
        if self.logs {
            let log = session.send(Method::GET, &format!("{path}/logs"), None, &[]).await?.text().await?;
            if self.target.json {
                print_json(&json!({"jobID": id, "log": log}));
            } else {
                print_line(&log);
            }
            return Ok(());
        }
        let method = if self.dismiss { Method::DELETE } else { Method::GET };
        let job: Value = session.send(method, &path, None, &[]).await?.json().await?;
        print_json(&job);
        Ok(())
    }
}

fn rows(list: &Value, members: &[&str]) -> Vec<Vec<String>> {
    let row = |entry: &Value| members.iter().map(|m| entry[*m].as_str().unwrap_or("-").to_owned()).collect();
    list.as_array().into_iter().flatten().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_json_where_they_look_like_it() {
        assert_eq!(input("bbox=[1,2,3,4]").unwrap(), ("bbox".into(), json!([1, 2, 3, 4])));
        assert_eq!(input("source=s3://b/k=v.nc").unwrap(), ("source".into(), json!("s3://b/k=v.nc")));
        assert!(input("bbox").is_err());
    }
}
