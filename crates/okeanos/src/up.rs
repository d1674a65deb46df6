//! `okeanos up`.

use std::{fs, net::SocketAddr, path::PathBuf};

use anyhow::Context;
use clap::Args;
use okeanos::{
    client::Session,
    platform::{Configuration, Overrides, admin_token_file, sign_in_file},
    samples,
};
use okeanos_config::Layers;
use okeanos_runtime::Signals;

/// Start the whole platform in this process.
#[derive(Debug, Args)]
pub(crate) struct Up {
    /// Folder of all state; another folder is another platform [default: okeanos-data].
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Where HTTP listens [default: 127.0.0.1:8080].
    #[arg(long)]
    http: Option<SocketAddr>,
    /// Where S3 listens [default: 127.0.0.1:9000].
    #[arg(long)]
    s3: Option<SocketAddr>,
    /// The address that people reach the platform under.
    #[arg(long)]
    public_url: Option<String>,
    /// Load the sample data even if this platform has been started before.
    #[arg(long, overrides_with = "no_samples")]
    samples: bool,
    /// Do not load the sample data.
    #[arg(long)]
    no_samples: bool,
    /// A TOML file with a section for `platform` and for each service.
    #[arg(long)]
    config: Option<PathBuf>,
}

impl Up {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let mut layers = Layers::new();
        if let Some(file) = &self.config {
            layers = layers.file(file)?;
        }
        let overrides = Overrides {
            data_dir: self.data_dir.clone(),
            http: self.http,
            s3: self.s3,
            public_url: self.public_url.clone(),
        };
        let configuration = Configuration::parse(layers.environment(), &overrides)?;
        okeanos_runtime::block_on(self.serve(configuration))
    }

    async fn serve(self, configuration: Configuration) -> anyhow::Result<()> {
        let signals = Signals::listen()?;
        let _telemetry = okeanos_telemetry::init(&configuration.platform.telemetry, "okeanos")?;
        let data_dir = configuration.platform.data_dir.clone();
        let public_url = configuration.platform.public_url.clone();
        let running = configuration.start().await?;
        let http = running.address("http").context("HTTP is not served")?;
        let s3 = running.address("s3").context("S3 is not served")?;
        let once_up = async {
            let mark = data_dir.join("samples.loaded");
            if self.samples || (!self.no_samples && !mark.exists()) {
                let token = fs::read_to_string(admin_token_file(&data_dir));
                let token = token.context("reading the administrator's token")?;
                let session = Session::new(&format!("http://{http}"), &format!("http://{s3}"), token.trim())?;
                samples::load(&session).await.context("loading the sample data")?;
                fs::write(&mark, "")?;
            }
            let url = public_url.unwrap_or_else(|| format!("http://{http}"));
            let link = fs::read_to_string(sign_in_file(&data_dir))
                .map(|token| format!("; sign in as admin, once: {url}/iam/sign-in?token={}", token.trim()))
                .unwrap_or_default();
            announce(&format!("okeanos is ready: {url} (S3 at http://{s3}{link})"));
            Ok(())
        };
        okeanos_runtime::until_told(running, signals, once_up).await
    }
}

#[expect(clippy::print_stdout, reason = "the ready line is what a script waits for")]
fn announce(line: &str) {
    println!("{line}");
}
