//! The command-line client: a person's way to a platform.

mod catalog;
mod jobs;
mod search;
mod session;
mod upload;

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::Value;

pub use self::{session::Session, upload::content_type};

/// Which platform, and who.
#[derive(Clone, Debug, Args)]
pub struct Target {
    /// Address of the platform [default: what `okeanos login` kept, else http://127.0.0.1:8080].
    #[arg(long, env = "OKEANOS_URL", global = true)]
    url: Option<String>,
    /// Address of its S3 interface [default: what the platform says].
    #[arg(long, env = "OKEANOS_S3", global = true)]
    s3: Option<String>,
    /// API token [default: what `okeanos login` kept for this address, else okeanos-data/admin.token for a platform on this
    /// machine].
    #[arg(long, env = "OKEANOS_TOKEN", global = true, hide_env_values = true)]
    token: Option<String>,
    /// Print JSON instead of a table.
    #[arg(long, global = true)]
    json: bool,
}

/// A command of the client.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Keep an address and a token for the commands that follow.
    Login(Target),
    /// Print an access token (a JWT of at most 15 minutes).
    Token(Target),
    /// Print S3 credentials in the shape of AWS's credential_process.
    S3Credentials(Target),
    /// Upload files or folders.
    Upload(upload::Upload),
    /// Search the catalog.
    Search(search::Search),
    /// List the collections of the catalog, or show one.
    Catalog(catalog::Catalog),
    /// List the processes, or describe one.
    Processes(jobs::Processes),
    /// Run a process and follow it.
    Run(jobs::Run),
    /// List your jobs, show one, or dismiss one.
    Jobs(jobs::Jobs),
}

impl Command {
    /// Runs it.
    ///
    /// # Errors
    /// What the platform refused, in its own words.
    pub fn run(self) -> anyhow::Result<()> {
        okeanos_runtime::block_on(async {
            match self {
                Self::Login(target) => Session::login(&target).await,
                Self::Token(target) => {
                    let answer = Session::open(&target)?.post("/iam/access-tokens", &Value::Null).await?;
                    if target.json {
                        print_json(&answer);
                    } else {
                        print_line(answer["access_token"].as_str().unwrap_or_default());
                    }
                    Ok(())
                }
                Self::S3Credentials(target) => {
                    print_json(&Session::open(&target)?.post("/iam/s3-credentials", &Value::Null).await?);
                    Ok(())
                }
                Self::Upload(upload) => upload.run().await,
                Self::Search(search) => search.run().await,
                Self::Catalog(catalog) => catalog.run().await,
                Self::Processes(processes) => processes.run().await,
                Self::Run(run) => run.run().await,
                Self::Jobs(jobs) => jobs.run().await,
            }
        })
    }
}

/// Prints a document.
pub fn print_json(value: &Value) {
    print_line(&format!("{value:#}"));
}

fn print_line(line: &str) {
    // Whoever reads may have read enough (`okeanos search | head`): then there is nobody to tell.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Says on standard error what went wrong.
#[expect(clippy::print_stderr, reason = "a command's complaint goes to its standard error")]
pub fn complain(line: &str) {
    eprintln!("{line}");
}

/// Prints rows in columns as wide as they need.
fn print_table(header: &[&str], rows: &[Vec<String>]) {
    let width = |n: usize| {
        let cells = rows.iter().filter_map(|r| r.get(n)).map(|c| c.chars().count());
        cells.chain(header.get(n).map(|h| h.len())).max().unwrap_or(0)
    };
    let line = |cells: &[&str]| {
        let padded: Vec<_> = cells.iter().enumerate().map(|(n, c)| format!("{c:<w$}", w = width(n))).collect();
        print_line(padded.join("  ").trim_end());
    };
    line(header);
    for row in rows {
        line(&row.iter().map(String::as_str).collect::<Vec<_>>());
    }
}
